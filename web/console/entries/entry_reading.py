"""An entry of the organisation's chain as its own people read it: what is public, and what only they see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.attachments.documents import readable_documents
from ledger.coop.errors import NotFoundError
from ledger.coop.field.typed_amounts import read_typed_amounts
from ledger.coop.goods.processing import Portion
from ledger.coop.registers.members import list_members
from ledger.coop.registers.organisations import find_organisation
from ledger.coop.registers.partners import list_partners
from ledger.coop.spreadsheets.typed_values import type_again
from ledger.log.entries import Kind
from ledger.log.errors import NoSuchEntryError
from ledger.log.records import Record, read_record
from ledger.trace.derived.projections import event_time
from ledger.trace.derived.registers import find_statements
from ledger.trace.errors import UnknownTemplateError
from ledger.trace.events.flows import EACH, KILOGRAM
from ledger.trace.events.statements import FileDigest, PlaceRegistered, ProductRegistered
from ledger.trace.identifiers import is_season, lot_code_of
from ledger.trace.queries import corrected_by
from ledger.trace.sealed_fields.disclosures import read_disclosures
from ledger.trace.sectors.field_texts import step_texts
from ledger.trace.sectors.templates import COMMON_FIELDS, Step, template
from ledger.trace.units import local_day, parse_decimal, parse_json_number
from signing.vault import Vault
from web.formats import format_number, format_weight_kg
from web.forms.mending import Said
from web.languages import _

_FIELDS = "/sogoc:fields/"
_PAPERS = frozenset({"file", "photo"})
_GOODS_MOVED = frozenset({"shipping", "distributor_receipt"})
# Of packs an event says no unit (EPCIS 2.0 §7.3.3.3).
_GOODS_UNITS = {None: _("gói"), EACH: _("gói"), KILOGRAM: "kg"}
_UOM = "/quantityList/0/uom"
_COMMON = tuple(COMMON_FIELDS[key] for key in ("done_by", "recorded_by", "note"))


@dataclass(frozen=True, slots=True)
class EntryPage:
    """An entry of the organisation's chain as its own people read it.

    ``public`` is what anyone can read; ``inner`` what only the organisation can; pairs of label and text.
    ``overrides`` are the reasons for which a manager passed a guard; ``documents`` the photographed papers
    that the reader may look at, by name.
    """

    index: int
    name: str
    step: Step | None
    template: str | None
    recorded_at: datetime
    done_on: date | None
    place: str | None
    lots: tuple[str, ...]
    public: tuple[tuple[str, str], ...]
    inner: tuple[tuple[str, str], ...]
    photos: tuple[FileDigest, ...]
    warnings: tuple[str, ...]
    overrides: tuple[str, ...]
    reason: str | None
    corrected_by: int | None
    is_declaration: bool
    said: Said | None = None
    voice: str | None = None
    documents: tuple[str, ...] = ()

    @property
    def late_days(self) -> int:
        """How many days after it was done it was written down."""
        return 0 if self.done_on is None else max(0, (local_day(self.recorded_at) - self.done_on).days)

    @property
    def is_about_season(self) -> bool:
        """Whether all that it names are seasons."""
        return bool(self.lots) and all(map(is_season, self.lots))

    @property
    def may_be_corrected(self) -> bool:
        """Whether it is an event that stands."""
        return self.done_on is not None and self.corrected_by is None and not self.is_declaration


STATEMENT_NAMES = {
    "KeyAdded": _("Thêm khóa ký"),
    "KeyRevoked": _("Thu hồi khóa ký"),
    "OrganisationRegistered": _("Đăng ký đơn vị"),
    "PlaceRegistered": _("Đăng ký nơi sản xuất"),
    "ProductRegistered": _("Đăng ký sản phẩm"),
    "CertificateFiled": _("Nộp chứng nhận"),
    "LotSealed": _("Ký lô"),
    "StampsActivated": _("Kích hoạt tem"),
    "StampsVoided": _("Hủy tem"),
    "LotRecalled": _("Thu hồi lô"),
    "SubjectErased": _("Xóa dữ liệu cá nhân"),
}


def read_entry_page(session: Session, vault: Vault, actor: Actor, index: int) -> EntryPage:
    """The entry at ``index``. Raises ``NotFoundError`` when it is not of the organisation's chain."""
    try:
        record = read_record(session, index)
    except NoSuchEntryError:
        raise NotFoundError(_("dòng sổ"), str(index)) from None
    if record.chain_id != actor.organisation:
        raise NotFoundError(_("dòng sổ"), str(index))
    if record.kind is Kind.STATEMENT:
        return _statement_page(record)
    return _event_page(session, vault, actor, record)


def _statement_page(record: Record) -> EntryPage:
    body = record.body
    lots = tuple(body.get("lots", ())) or ((body["lot"],) if "lot" in body else ())
    return EntryPage(
        index=record.index,
        name=STATEMENT_NAMES.get(body["type"], body["type"]),
        step=None,
        template=None,
        recorded_at=record.recorded_at,
        done_on=None,
        place=None,
        lots=lots,
        public=_statement_texts(body),
        inner=(),
        photos=(),
        warnings=(),
        overrides=(),
        reason=body.get("reason"),
        corrected_by=None,
        is_declaration=False,
    )


def _statement_texts(body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a statement says in figures."""
    texts: list[tuple[str, str]] = []
    if body["type"] in {"StampsActivated", "StampsVoided"}:
        texts.append((_("Số tem"), _("%(count)s tem", count=format_number(body["last"] - body["first"] + 1))))
    if body["type"] == "LotSealed":
        if "packs" in body:
            texts.append((_("Số gói"), _("%(packs)s gói", packs=format_number(body["packs"]))))
        if "weightKg" in body:
            texts.append((_("Khối lượng"), format_weight_kg(parse_decimal(body["weightKg"]))))
        texts.append(
            (_("Hành trình"), _("%(entries)s dòng sổ", entries=format_number(body["history"]["count"])))
        )
    if "instruction" in body:
        texts.append((_("Hướng dẫn người mua"), body["instruction"]))
    if "name" in body:
        texts.append((_("Tên"), body["name"]))
    return tuple(texts)


def _event_page(session: Session, vault: Vault, actor: Actor, record: Record) -> EntryPage:
    body = record.body
    step = _step(body)
    names = _names(session, vault, actor, body)
    opened = {item.pointer: item.value for item in read_disclosures(session, vault, record.index)}
    disclosed = {
        pointer.removeprefix(_FIELDS): value
        for pointer, value in opened.items()
        if pointer.startswith(_FIELDS)
    }
    place = body.get("bizLocation", body.get("readPoint", {})).get("id")
    typed = read_typed_amounts(session, vault, actor, record.index)
    return EntryPage(
        index=record.index,
        name=_(step.name_vi) if step is not None else str(body.get("bizStep", body["type"])),
        step=step,
        template=body.get("sogoc:template"),
        recorded_at=record.recorded_at,
        done_on=local_day(event_time(body)),
        place=names.get(place),
        lots=_lots(body),
        public=() if step is None else _texts(step, body.get("sogoc:fields", {}), names, typed),
        inner=()
        if step is None
        else _texts(_as_public(step, opened.get(_UOM)), _worth_telling(disclosed, names), names, typed),
        photos=tuple(
            FileDigest(photo["digest"], photo["mediaType"], photo["size"])
            for photo in body.get("sogoc:photos", ())
        ),
        warnings=tuple(body.get("sogoc:warnings", ())),
        overrides=tuple(item["reason"] for item in body.get("sogoc:override", ())),
        reason=body.get("sogoc:reason"),
        corrected_by=corrected_by(session, record.index),
        is_declaration="errorDeclaration" in body,
        said=None if step is None else _said(step, body, disclosed),
        voice=next(iter(disclosed.get("voice_note", ())), None),
        documents=() if step is None else _documents(session, actor, step, body, disclosed),
    )


def _said(step: Step, body: Mapping[str, Any], disclosed: Mapping[str, Any]) -> Said:
    """The step as a correction starts from it. Only a transformation's quantities are corrected as such."""
    is_transform = step.level == "transform" and step.biz_step != "packing"
    return Said(
        values=type_again(step, {**body.get("sogoc:fields", {}), **disclosed}),
        done_on=local_day(event_time(body)),
        inputs=_portions(body.get("inputQuantityList", ())) if step.level == "transform" else (),
        outputs=_portions(body.get("outputQuantityList", ())) if is_transform else (),
    )


def _documents(
    session: Session, actor: Actor, step: Step, body: Mapping[str, Any], disclosed: Mapping[str, Any]
) -> tuple[str, ...]:
    values = {**body.get("sogoc:fields", {}), **disclosed}
    papers = (values.get(field.key, ()) for field in step.fields if field.type in _PAPERS)
    return readable_documents(session, actor, [name for names in papers for name in names])


def _portions(elements: Sequence[Mapping[str, Any]]) -> tuple[Portion, ...]:
    return tuple(
        (item["epcClass"], parse_json_number(item["quantity"])) for item in elements if "quantity" in item
    )


def _texts(
    step: Step, values: Mapping[str, Any], names: Mapping[str, str], typed: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Labels and texts; an amount that was typed in another unit is followed by what was typed."""
    said = {field.label_vi: typed[field.key] for field in step.fields if field.key in typed}
    return tuple(
        (label, _("%(text)s (ghi là %(said)s)", text=text, said=said[label]) if label in said else text)
        for label, _key, text, _unit in step_texts(step, values, names)
    )


def _worth_telling(disclosed: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """Without who wrote it down, where that is whoever did it, or an account that is no member's."""
    recorder = disclosed.get("recorded_by")
    if recorder in names and recorder != disclosed.get("done_by"):
        return disclosed
    return {key: value for key, value in disclosed.items() if key != "recorded_by"}


def _as_public(step: Step, uom: str | None) -> Step:
    """The step for readers who may see what is sealed: its own people. How much left or came has its unit."""
    sealed = (*(field for field in step.fields if field.is_sealed), *_COMMON)
    shown = tuple(replace(field, visibility="public", ref=None) for field in sealed)
    if step.code in _GOODS_MOVED:
        unit = _GOODS_UNITS.get(uom)
        shown = tuple(replace(field, unit=unit) if field.key == "quantity" else field for field in shown)
    return replace(step, fields=shown)


def _step(body: Mapping[str, Any]) -> Step | None:
    try:
        return template(str(body.get("sogoc:template"))).step(str(body.get("sogoc:step")))
    except UnknownTemplateError:
        return None


def _lots(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Every lot that the event names, what it makes first."""
    lists = ("outputQuantityList", "quantityList", "inputQuantityList")
    return tuple(dict.fromkeys(item["epcClass"] for name in lists for item in body.get(name, ())))


def _names(session: Session, vault: Vault, actor: Actor, body: Mapping[str, Any]) -> dict[str, str]:
    """What people call the things that the event's values stand for."""
    place = body.get("bizLocation", body.get("readPoint", {})).get("id")
    values = [value for value in body.get("sogoc:fields", {}).values() if isinstance(value, str)]
    named = [place, *values] if place else values
    names = {lot: lot_code_of(lot) for lot in _lots(body)}
    names[actor.organisation] = find_organisation(session, actor.organisation).name
    for uri, place_filed in find_statements(session, PlaceRegistered, named).items():
        names[uri] = place_filed.statement.name
    for uri, product_filed in find_statements(session, ProductRegistered, named).items():
        names[uri] = product_filed.statement.name
    members = list_members(session, vault, actor.organisation)
    names |= {member.id: member.name or member.code for member in members}
    return names | {item.id: item.name for item in list_partners(session, vault, actor.organisation)}
