"""The steps of a lot's journey as a passport tells them: both clocks, evidence, corrections. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledger.log.record_notes import MEMBER as RECORD
from ledger.trace.derived.projections import event_time
from ledger.trace.errors import UnknownTemplateError
from ledger.trace.events.parsing import Parsed
from ledger.trace.events.statements import FileDigest
from ledger.trace.passports.story import Story
from ledger.trace.sectors.field_texts import step_texts
from ledger.trace.sectors.templates import Step, template
from ledger.trace.units import local_day

# What other systems call their steps, where the standard has a word for it (CBV 2.0 §7.1).
_OWN_STEPS = {"recall": ("Thu hồi hàng", "Recall")}
"""What is done in no sector's template."""
REFUSED_DISPOSITION = "non_sellable_other"
"""What a receiver says of goods that it did not take in (CBV 2.0 §7.2)."""
_REFUSED = ("Không nhận hàng", "Goods refused")
_CBV_STEPS = {
    "arriving": ("Hàng đến", "Arriving"),
    "commissioning": ("Tạo lô", "Commissioning"),
    "creating_class_instance": ("Mở lô", "Opening"),
    "departing": ("Hàng đi", "Departing"),
    "destroying": ("Tiêu hủy", "Destroying"),
    "holding": ("Giữ hàng lại", "Holding"),
    "inspecting": ("Kiểm tra", "Inspecting"),
    "loading": ("Xếp hàng lên xe", "Loading"),
    "packing": ("Đóng gói", "Packing"),
    "picking": ("Soạn hàng", "Picking"),
    "receiving": ("Nhận hàng", "Receiving"),
    "retail_selling": ("Bán lẻ", "Retail selling"),
    "sampling": ("Lấy mẫu", "Sampling"),
    "shipping": ("Xuất hàng", "Shipping"),
    "storing": ("Bảo quản", "Storing"),
    "transporting": ("Vận chuyển", "Transporting"),
    "unloading": ("Dỡ hàng", "Unloading"),
    "unpacking": ("Mở gói", "Unpacking"),
}


@dataclass(frozen=True, slots=True)
class Override:
    """A guard that was passed, by whom (a role) and why."""

    guard: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """One thing that was done. ``done_on`` is the author's date, ``recorded_on`` the log's, both Việt Nam's.

    ``fields`` are ``(label vi, label en, text vi, text en)``. ``corrected`` steps are shown struck through:
    ``corrected_by`` declares them an error, with ``reason``. ``correction_of`` is the step this one replaces.
    ``after_seal`` tells what the seal could not cover. ``signer_kind`` is ``organisation`` (a key the server
    holds), ``device``, or ``countersigned`` when another organisation signed as well.
    """

    index: int
    step: str | None
    name_vi: str
    name_en: str
    done_at: datetime
    done_on: date
    recorded_on: date
    late_days: int
    organisation: str
    place: str | None
    place_name: str | None
    lots: tuple[str, ...]
    fields: tuple[tuple[str, str, str, str], ...]
    photos: tuple[FileDigest, ...]
    evidence: str
    corrected: bool = False
    corrected_by: int | None = None
    correction_of: int | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    after_seal: bool = False
    signer_kind: str = "organisation"
    is_public: bool = True
    """Whether the sector template shows this step to everyone; the entry itself is public in any case."""


def tell_journey(story: Story, names: Mapping[str, str], sealed_index: int | None) -> tuple[JourneyStep, ...]:
    """Every event of the story in the order it was done; error declarations are told with what they correct.

    ``names`` gives what people call places, products and lots.
    """
    replaced = _replacements(story)
    steps = [
        _step(story, item, names, replaced.get(item.index), sealed_index)
        for item in story.entries
        if item.flow is not None and not item.flow.is_error
    ]
    return tuple(sorted(steps, key=lambda step: (step.done_at, step.index)))


def _replacements(story: Story) -> dict[int, int]:
    """Which event replaces which: index of the corrective event → index of the one taken back."""
    by_id = {
        item.record.body["eventID"]: item.index
        for item in story.entries
        if item.flow is not None and not item.flow.is_error and item.index not in story.corrections
    }
    found = {}
    for original, declaration in story.corrections.items():
        for event_id in declaration.record.body["errorDeclaration"].get("correctiveEventIDs", ()):
            if event_id in by_id:
                found[by_id[event_id]] = original
    return found


def _step(
    story: Story, item: Parsed, names: Mapping[str, str], correction_of: int | None, sealed: int | None
) -> JourneyStep:
    body = item.record.body
    definition = _definition(body)
    name_vi, name_en = step_names(body)
    done_at = event_time(body)
    done_on, recorded_on = local_day(done_at), local_day(item.record.recorded_at)
    place = body.get("bizLocation", body.get("readPoint", {})).get("id")
    declaration = story.corrections.get(item.index)
    return JourneyStep(
        index=item.index,
        step=body.get("sogoc:step"),
        name_vi=name_vi,
        name_en=name_en,
        done_at=done_at,
        done_on=done_on,
        recorded_on=recorded_on,
        late_days=max(0, (recorded_on - done_on).days),
        organisation=item.record.chain_id,
        place=place,
        place_name=names.get(place),
        lots=item.flow.named if item.flow else (),
        fields=() if definition is None else step_texts(definition, body.get("sogoc:fields", {}), names),
        photos=_photos(body.get("sogoc:photos", ())),
        evidence=_evidence(item),
        corrected=declaration is not None,
        corrected_by=None if declaration is None else declaration.index,
        correction_of=correction_of,
        reason=None if declaration is None else declaration.record.body.get("sogoc:reason"),
        warnings=tuple(body.get("sogoc:warnings", ())),
        overrides=_overrides(body.get("sogoc:override")),
        after_seal=sealed is not None and item.index > sealed,
        signer_kind=_signer_kind(item),
        is_public=definition is None or definition.public,
    )


def _definition(body: Mapping[str, Any]) -> Step | None:
    try:
        return template(str(body.get("sogoc:template"))).step(str(body.get("sogoc:step")))
    except UnknownTemplateError:
        return None


def step_names(body: Mapping[str, Any]) -> tuple[str, str]:
    """What people call what an event does, in Vietnamese and English: the template's words, else CBV's."""
    if body.get("bizStep") == "receiving" and body.get("disposition") == REFUSED_DISPOSITION:
        return _REFUSED
    definition = _definition(body)
    if definition is not None:
        return definition.name_vi, definition.name_en
    own = _OWN_STEPS.get(str(body.get("sogoc:step")))
    if own is not None:
        return own
    word = str(body.get("bizStep", body["type"]))
    plain = word.rpartition(":")[2].replace("_", " ")
    return _CBV_STEPS.get(word, (plain, plain))


def _photos(photos: Sequence[Mapping[str, Any]]) -> tuple[FileDigest, ...]:
    return tuple(
        FileDigest(str(photo["digest"]), str(photo["mediaType"]), int(photo["size"]))
        for photo in photos
        if photo.keys() >= {"digest", "mediaType", "size"}
    )


def _evidence(item: Parsed) -> str:
    """How well the step is attested. Who says “a device recorded it” shows the device's signature."""
    stated = str(item.record.body.get("sogoc:evidence", "self"))
    if stated == "device" and RECORD not in item.record.body and _signer_kind(item) != "device":
        return "photo" if item.record.body.get("sogoc:photos") else "self"
    return stated


def _overrides(said: object) -> tuple[Override, ...]:
    """Every guard that was passed. What has another form was written by a stranger and is left out."""
    items = said if isinstance(said, list) else [said]
    return tuple(
        Override(*(str(item.get(name, "")) for name in ("guard", "reason", "by")))
        for item in items
        if isinstance(item, Mapping)
    )


def _signer_kind(item: Parsed) -> str:
    own = f"/{item.record.chain_id}"
    others = [name for name in item.record.signers if not (name.endswith(own) or f"{own}/" in name)]
    if others:
        return "countersigned"
    return "organisation" if any(name.endswith(own) for name in item.record.signers) else "device"
