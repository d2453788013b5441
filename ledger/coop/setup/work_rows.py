"""Rows of seasons under way and of goods on hand: events of the log, through the use cases of the field."""

from sqlalchemy import select

from ledger.coop.errors import CellProblem
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.intake import TakeIn, take_in
from ledger.coop.field.seasons import OPEN_STEP, OpenSeason, open_season
from ledger.coop.registers.products import find_product
from ledger.coop.setup.cells import Cells, FaultyRowError
from ledger.coop.setup.columns import fold
from ledger.coop.setup.reading import TableRow
from ledger.coop.setup.register_rows import Work
from ledger.coop.tables import SeasonRow
from ledger.trace.templates import Step, Template, template

QUANTITY_KEYS = ("quantity", "total_weight", "volume", "eggs")
"""What the amount of a harvest is called in one template or another."""


def write_season(work: Work, row: TableRow) -> None:
    """A season under way."""
    work.keep_registers()
    cells = Cells(row)
    product = cells.named("product", work.names.products, "sản phẩm")
    place = cells.named("place", work.names.places, "nơi sản xuất")
    member = cells.named("done_by", work.names.members, "thành viên")
    started_on = cells.day("started_on")
    step = None if product is None else _step(work, product, (OPEN_STEP,))
    if product is not None and step is None:
        cells.refuse("product", "Quy trình của sản phẩm này không mở vụ. Hãy bỏ dòng này.")
    values = _other_values(cells, row, step)
    cells.finish()
    if product is None or place is None or started_on is None:
        raise FaultyRowError(())
    command = OpenSeason(
        product=product,
        place=place,
        started_on=started_on,
        values=values,
        done_by=member,
        note=cells.optional("note"),
    )
    open_season(work.unit, work.actor, command)


def write_goods(work: Work, row: TableRow) -> None:
    """A lot on hand: taken from an open season, or come in from a supplier."""
    work.keep_registers()
    cells = Cells(row)
    product = cells.named("product", work.names.products, "sản phẩm")
    place = cells.named("place", work.names.places, "nơi sản xuất")
    supplier = cells.named("supplier", work.names.partners, "đối tác")
    member = cells.named("done_by", work.names.members, "thành viên")
    done_on = cells.day("done_on")
    step = None if product is None else _making_step(_sector(work, product))
    if product is not None and step is None:
        cells.refuse("product", "Hàng của quy trình này làm từ lô khác. Hãy ghi ở trang Chế biến.")
    values = _other_values(cells, row, step)
    key = _quantity_key(step)
    if key is not None:
        values[key] = row.text("quantity")
    is_from_outside = step is not None and step.biz_step == "receiving"
    if step is not None and not is_from_outside and not row.text("place"):
        cells.refuse("place", "Hãy ghi nơi có vụ đã thu hàng này.")
    cells.finish()
    if product is None or done_on is None or step is None:
        raise FaultyRowError(())
    if is_from_outside:
        if supplier is not None:
            values["supplier"] = supplier
        came = TakeIn(
            product=product, step=step.code, done_on=done_on, values=values, done_by=member,
            note=cells.optional("note"), lot_code=cells.optional("lot_code"),
        )  # fmt: skip
        take_in(work.unit, work.actor, came)
        return
    season = _open_season(work, product, place or "")
    if season is None:
        raise FaultyRowError((row.problem("place", _no_season(row)),))
    taken = Harvest(
        season=season, step=step.code, done_on=done_on, values=values, done_by=member,
        note=cells.optional("note"), lot_code=cells.optional("lot_code"),
    )  # fmt: skip
    harvest(work.unit, work.actor, taken)


def column_problem(row: TableRow, step_key: str, sentence: str) -> CellProblem:
    """The problem of a step's field: beside its own column, or the one that fills it."""
    return row.problem("quantity" if step_key in QUANTITY_KEYS else step_key, sentence)


def _sector(work: Work, product: str) -> Template:
    return template(find_product(work.unit.session, work.actor.organisation, product).template)


def _step(work: Work, product: str, codes: tuple[str, ...]) -> Step | None:
    return next((step for step in _sector(work, product).steps if step.code in codes), None)


def _making_step(sector: Template) -> Step | None:
    """What makes the first lot of a sector: its harvest, or goods that come in."""
    return next((step for step in sector.steps if step.level == "creates_batch"), None)


def _quantity_key(step: Step | None) -> str | None:
    return next((key for key in QUANTITY_KEYS if step is not None and step.field(key) is not None), None)


def _other_values(cells: Cells, row: TableRow, step: Step | None) -> dict[str, str]:
    """Cells under headings that are labels of the step's fields."""
    values: dict[str, str] = {}
    labels = {} if step is None else {fold(field.label_vi): field.key for field in step.fields}
    for heading, text in row.others.items():
        key = labels.get(fold(heading))
        if key is not None:
            values[key] = text
        elif step is not None:
            names = ", ".join(field.label_vi for field in step.fields)
            cells.refuse(
                fold(heading), f"“{step.name_vi}” không có mục “{heading[:60]}”. Các mục nhận được: {names}."
            )
    return values


def _open_season(work: Work, product: str, place: str) -> str | None:
    """The newest open season of a product on a place."""
    query = (
        select(SeasonRow.lot)
        .where(
            SeasonRow.organisation == work.actor.organisation,
            SeasonRow.product == product,
            SeasonRow.place == place,
            SeasonRow.closed_on.is_(None),
        )
        .order_by(SeasonRow.started_on.desc(), SeasonRow.lot.desc())
        .limit(1)
    )
    return work.unit.session.scalar(query)


def _no_season(row: TableRow) -> str:
    return f"Ở “{row.text('place')[:40]}” chưa có vụ nào đang mở của sản phẩm này. Hãy thêm vào trang “Vụ”."
