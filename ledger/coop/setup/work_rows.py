"""Rows of seasons under way and of goods on hand: events of the log, checked as the field's forms are."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ledger.coop.errors import AlreadyExistsError, CellProblem
from ledger.coop.field.diary import ELSEWHERE
from ledger.coop.field.harvesting import Gathered, Gathering, Harvest, check_harvest
from ledger.coop.field.intake import CameIn, TakeIn, check_intake
from ledger.coop.field.seasons import OPEN_STEP, Ground, Opening, OpenSeason, check_opening
from ledger.coop.land.season_defaults import as_defaults
from ledger.coop.lot_codes import new_lot
from ledger.coop.registers.products import Product, lot_id
from ledger.coop.setup.cells import Cells, FaultyRowError
from ledger.coop.setup.columns import GOODS, SEASONS, fold
from ledger.coop.setup.drafts import Draft, SeasonInFile
from ledger.coop.setup.reading import TableRow
from ledger.trace.sectors.templates import TEMPLATES, Field, Step, template

QUANTITY_KEYS = ("quantity", "total_weight", "volume", "eggs", "live_weight")
"""What the amount of a harvest or an intake is called in one template or another."""
_RECEIVING = "receiving"
_TABLE_KEYS = frozenset(column.key for table in (SEASONS, GOODS) for column in table.columns)
_LABELS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        key: frozenset(fold(field.label_vi) for field in fields)
        for key, fields in itertools.groupby(
            sorted(
                (field for sector in TEMPLATES.values() for step in sector.steps for field in step.fields),
                key=lambda field: field.key,
            ),
            key=lambda field: field.key,
        )
    }
)
"""What the columns of a step's field may be headed with, by its key: templates differ in their words."""


@dataclass(frozen=True, slots=True)
class NewGoods:
    """Goods on hand: what was taken from a season (the file's are known by their row), or came in.

    ``lot`` is the one that people chose; the next of its day when it is written, if none.
    """

    what: Gathered | CameIn
    product: Product
    season: SeasonInFile | None
    lot: str | None


def check_season(draft: Draft, row: TableRow) -> Opening:
    """A season under way."""
    cells = Cells(row)
    product = cells.named("product", draft.names.products, "sản phẩm")
    place = cells.named("place", draft.names.places, "nơi sản xuất")
    member = cells.named("done_by", draft.names.members, "thành viên")
    started_on = cells.day("started_on")
    step = None if product is None else _opening_step(draft.products[product])
    if product is not None and step is None:
        cells.refuse("product", "Quy trình của sản phẩm này không mở vụ. Hãy bỏ dòng này.")
    values, known = _other_values(draft, cells, row, step)
    cells.finish()
    if product is None or place is None or started_on is None:
        raise FaultyRowError(())
    command = OpenSeason(
        product=product,
        place=place,
        started_on=started_on,
        values={**values, **known},
        done_by=member,
        note=cells.optional("note"),
    )
    outline, area_code = draft.books.outlines.get(place), draft.books.area_codes.get((place, product))
    ground = Ground(
        product=draft.products[product],
        place=draft.places[place],
        defaults=as_defaults(outline, area_code),
        doer=_doer(draft, member),
        certificates=draft.certificates,
    )
    opening = check_opening(draft.desk, draft.actor, command, ground)
    draft.open_in_file(opening, row.number)
    return opening


def check_goods(draft: Draft, row: TableRow) -> NewGoods:
    """A lot on hand: taken from an open season, or come in from a supplier."""
    cells = Cells(row)
    code = cells.named("product", draft.names.products, "sản phẩm")
    place = cells.named("place", draft.names.places, "nơi sản xuất")
    supplier = cells.named("supplier", draft.names.partners, "đối tác")
    member = cells.named("done_by", draft.names.members, "thành viên")
    done_on = cells.day("done_on")
    product = None if code is None else draft.products[code]
    step = None if product is None else _making_step(product)
    if product is not None and step is None:
        cells.refuse("product", "Hàng của quy trình này làm từ lô khác. Hãy ghi ở trang Chế biến.")
    is_from_outside = step is not None and step.biz_step == _RECEIVING
    if step is not None and not is_from_outside and not row.text("place"):
        cells.refuse("place", "Hãy ghi nơi có vụ đã thu hàng này.")
    values, known = _other_values(draft, cells, row, step)
    if supplier is not None:
        _set_supplier(cells, step, known, supplier)
    values.update(_quantity(row, step))
    cells.finish()
    if product is None or done_on is None or step is None:
        raise FaultyRowError(())
    note, lot_code = cells.optional("note"), cells.optional("lot_code")
    if is_from_outside:
        came = TakeIn(
            product=product.code, step=step.code, done_on=done_on, values=values, done_by=member, note=note,
            lot_code=lot_code,
        )  # fmt: skip
        return _come_in(draft, came, known)
    season = draft.season_of(product.code, place or "")
    if season is None:
        raise FaultyRowError((row.problem("place", _no_season(row)),))
    taken = Harvest(
        season=season.lot or "", step=step.code, done_on=done_on, values=values, done_by=member, note=note,
        lot_code=lot_code,
    )  # fmt: skip
    return _taken(draft, season, product, taken, known)


def column_problem(row: TableRow, step_key: str, sentence: str) -> CellProblem:
    """The problem of a step's field: beside its own column, or the one that fills it."""
    key = "quantity" if step_key in QUANTITY_KEYS else step_key
    if key in _TABLE_KEYS:
        return row.problem(key, sentence)
    heading = next((label for label in _LABELS.get(key, ()) if label in row.letters), None)
    return row.problem(heading or "", sentence if heading else f"{sentence} Hãy thêm cột tên như vậy.")


def _taken(
    draft: Draft, season: SeasonInFile, product: Product, command: Harvest, known: Mapping[str, str]
) -> NewGoods:
    gathering = Gathering(
        sector=template(product.template),
        place=season.place,
        born=season.born,
        facts=season.facts,
        doer=_doer(draft, command.done_by),
        known=known,
    )
    gathered = check_harvest(draft.desk, draft.actor, command, gathering)
    lot = _chosen_lot(draft, product, command)
    season.facts = gathered.added_to(season.facts)
    return NewGoods(gathered, product, season, lot)


def _come_in(draft: Draft, command: TakeIn, known: Mapping[str, str]) -> NewGoods:
    product, desk = draft.products[command.product], draft.desk
    # A lot of no number, which nothing else is called, until the next number is given when it is written.
    lot = _chosen_lot(draft, product, command)
    doer = _doer(draft, command.done_by)
    named = lot or lot_id(desk.id_base, product, "0")
    came = check_intake(desk, draft.actor, command, product, doer=doer, lot=named, known=known)
    return NewGoods(came, product, None, lot)


def _chosen_lot(draft: Draft, product: Product, command: Harvest | TakeIn) -> str | None:
    """The lot that people chose a code for. Raises ``AlreadyExistsError`` for one that there is."""
    if command.lot_code is None:
        return None
    desk = draft.desk
    lot = new_lot(desk.session, desk.id_base, product, command.done_on, command.lot_code)
    if lot in draft.lots:
        raise AlreadyExistsError("lô", command.lot_code)
    draft.lots.add(lot)
    return lot


def _doer(draft: Draft, member: str | None) -> str | None:
    return draft.actor.member_id if member is None else draft.member_id(member)


def _opening_step(product: Product) -> Step | None:
    return next((step for step in template(product.template).steps if step.code == OPEN_STEP), None)


def _making_step(product: Product) -> Step | None:
    """What makes the first lot of a sector: its harvest, or goods that come in from outside."""
    steps = template(product.template).steps
    making = (step for step in steps if step.level == "creates_batch")
    taking_in = (step for step in steps if step.biz_step == _RECEIVING and step.code not in ELSEWHERE)
    return next(making, None) or next(taking_in, None)


def _quantity(row: TableRow, step: Step | None) -> dict[str, str]:
    """The amount, in the field that the step has for it."""
    key = next((key for key in QUANTITY_KEYS if step is not None and step.field(key) is not None), None)
    return {} if key is None else {key: row.text("quantity")}


def _set_supplier(cells: Cells, step: Step | None, known: dict[str, str], supplier: str) -> None:
    if step is None:
        return
    if step.field("supplier") is not None:
        known["supplier"] = supplier
    else:
        cells.refuse("supplier", f"“{step.name_vi}” không ghi nhà cung cấp. Hãy để trống ô này.")


def _other_values(
    draft: Draft, cells: Cells, row: TableRow, step: Step | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Cells under headings that are labels of the step's fields: as typed, and people and partners by id."""
    values: dict[str, str] = {}
    known: dict[str, str] = {}
    labels = {} if step is None else {fold(field.label_vi): field for field in step.fields}
    for heading, text in row.others.items():
        field = labels.get(fold(heading))
        if field is not None:
            found = _named(draft, field, text)
            (values if found is None else known)[field.key] = found or text
        elif step is not None:
            names = ", ".join(field.label_vi for field in step.fields)
            cells.refuse(
                fold(heading), f"“{step.name_vi}” không có mục “{heading[:60]}”. Các mục nhận được: {names}."
            )
    return values, known


def _named(draft: Draft, field: Field, text: str) -> str | None:
    """The id of the member or partner that a cell names; ``None`` for other fields, and for nobody known."""
    match field.ref:
        case "member":
            code = draft.names.members.find(text)
            return None if code is None else draft.member_id(code)
        case "partner":
            return draft.names.partners.find(text)
    return None


def _no_season(row: TableRow) -> str:
    return f"Ở “{row.text('place')[:40]}” chưa có vụ nào đang mở của sản phẩm này. Hãy thêm vào trang “Vụ”."
