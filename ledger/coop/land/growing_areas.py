"""Growing areas: the code the authority gave, for which product and market, until when, and which plots.

They are books: what becomes public of them is the code, where a season's opening names it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, NotFoundError
from ledger.coop.land.area_codes import EXAMPLE, read_area_code
from ledger.coop.land.land_tables import GrowingAreaPlaceRow, GrowingAreaRow
from ledger.coop.registers.places import find_place
from ledger.coop.registers.products import find_product
from ledger.coop.tables import PlaceRow, ProductRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

MAX_PLACES = 500
PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveGrowingArea(Command):
    """A growing area with its plots (codes). ``changes``: the code of the one to change, if it is not new."""

    code: str
    name: str
    product: str
    places: tuple[str, ...] = ()
    market: str | None = None
    area_m2: Decimal | None = None
    valid_to: date | None = None
    changes: str | None = None


@dataclass(frozen=True, slots=True)
class SavedGrowingArea:
    """The code under which the area is kept."""

    code: str


@dataclass(frozen=True, slots=True)
class GrowingArea:
    """A growing area; ``product`` and ``places`` are codes (these only where one area was asked for)."""

    code: str
    name: str
    product: str
    product_name: str
    market: str | None
    area_m2: Decimal | None
    valid_to: date | None
    place_count: int
    places: tuple[str, ...] = ()

    def is_in_force(self, day: date) -> bool:
        """Whether the code may be used on ``day``."""
        return self.valid_to is None or day <= self.valid_to


@use_case(OFFICE)
def save_growing_area(unit: Unit, actor: Actor, command: SaveGrowingArea) -> SavedGrowingArea:
    """Add a growing area, or change one; its plots are those named now.

    Raises ``CommandError``, ``NotFoundError`` (area, product or place), ``AlreadyExistsError``.
    """
    checks = Checks()
    code = read_area_code(command.code)
    if code is None:
        checks.refuse(
            "code", f"Mã số vùng trồng gồm chữ không dấu và số, ví dụ {EXAMPLE}. Hãy chép đúng như giấy cấp."
        )
    name = checks.text("name", "tên vùng trồng", command.name, 120)
    market = checks.optional_text("market", "thị trường", command.market, 80)
    area_m2 = checks.optional_amount("area_m2", "diện tích", command.area_m2)
    places = tuple(dict.fromkeys(place.strip().upper() for place in command.places))
    if len(places) > MAX_PLACES:
        checks.refuse("places", f"Một vùng trồng ghi tối đa {MAX_PLACES} thửa. Hãy chia làm nhiều vùng.")
    checks.finish()
    session, own = unit.session, actor.organisation
    product = find_product(session, own, command.product).code
    places = tuple(find_place(session, own, place).code for place in places)
    row = _row_to_write(session, own, str(code), command.changes)
    row.name, row.product, row.market = name, product, market
    row.area_m2, row.valid_to, row.changed_at = area_m2, command.valid_to, unit.now
    session.flush()
    session.execute(
        delete(GrowingAreaPlaceRow).where(
            GrowingAreaPlaceRow.organisation == own, GrowingAreaPlaceRow.code == row.code
        )
    )
    session.add_all(GrowingAreaPlaceRow(organisation=own, code=row.code, place=place) for place in places)
    return SavedGrowingArea(row.code)


def _row_to_write(session: Session, own: str, code: str, changes: str | None) -> GrowingAreaRow:
    """The row to fill: the one to change, or a new one. A code is never changed into another."""
    if changes is not None:
        row = session.get(GrowingAreaRow, (own, changes))
        if row is None or changes != code:
            raise NotFoundError("vùng trồng", changes)
        return row
    if session.get(GrowingAreaRow, (own, code)) is not None:
        raise AlreadyExistsError("vùng trồng", code)
    row = GrowingAreaRow(organisation=own, code=code)
    session.add(row)
    return row


def list_growing_areas(session: Session, actor: Actor, page: int = 0) -> tuple[tuple[GrowingArea, ...], int]:
    """Fifty growing areas, those that end first in front, and how many there are."""
    total = (
        session.scalar(
            select(func.count())
            .select_from(GrowingAreaRow)
            .where(GrowingAreaRow.organisation == actor.organisation)
        )
        or 0
    )
    rows = session.scalars(
        select(GrowingAreaRow)
        .where(GrowingAreaRow.organisation == actor.organisation)
        .order_by(GrowingAreaRow.valid_to.is_(None), GrowingAreaRow.valid_to, GrowingAreaRow.code)
        .limit(PAGE)
        .offset(page * PAGE)
    ).all()
    return _areas(session, actor, rows), total


def read_growing_area(session: Session, actor: Actor, code: str) -> GrowingArea:
    """One growing area with its plots. Raises ``NotFoundError``."""
    row = session.get(GrowingAreaRow, (actor.organisation, code))
    if row is None:
        raise NotFoundError("vùng trồng", code)
    places = session.scalars(
        select(GrowingAreaPlaceRow.place)
        .where(GrowingAreaPlaceRow.organisation == actor.organisation, GrowingAreaPlaceRow.code == code)
        .order_by(GrowingAreaPlaceRow.place)
    )
    (area,) = _areas(session, actor, [row], tuple(places))
    return area


def areas_of_place(session: Session, actor: Actor, place: str) -> tuple[GrowingArea, ...]:
    """The growing areas to which a place belongs."""
    rows = session.scalars(
        select(GrowingAreaRow)
        .join(
            GrowingAreaPlaceRow,
            (GrowingAreaPlaceRow.organisation == GrowingAreaRow.organisation)
            & (GrowingAreaPlaceRow.code == GrowingAreaRow.code),
        )
        .where(GrowingAreaPlaceRow.organisation == actor.organisation, GrowingAreaPlaceRow.place == place)
        .order_by(GrowingAreaRow.code)
    ).all()
    return _areas(session, actor, rows)


def code_in_force(session: Session, organisation: str, place: str, product: str, day: date) -> str | None:
    """The code under which ``product`` grows on ``place`` on ``day``; the one valid longest of several."""
    return session.scalar(
        select(GrowingAreaRow.code)
        .join(
            GrowingAreaPlaceRow,
            (GrowingAreaPlaceRow.organisation == GrowingAreaRow.organisation)
            & (GrowingAreaPlaceRow.code == GrowingAreaRow.code),
        )
        .where(GrowingAreaPlaceRow.organisation == organisation, GrowingAreaPlaceRow.place == place)
        .where(GrowingAreaRow.product == product)
        .where(or_(GrowingAreaRow.valid_to.is_(None), GrowingAreaRow.valid_to >= day))
        .order_by(GrowingAreaRow.valid_to.is_(None).desc(), GrowingAreaRow.valid_to.desc())
        .limit(1)
    )


def codes_in_force(session: Session, organisation: str, day: date) -> dict[tuple[str, str], str]:
    """``code_in_force`` of every (place, product) that has one."""
    rows = session.execute(
        select(GrowingAreaPlaceRow.place, GrowingAreaRow.product, GrowingAreaRow.code)
        .join(
            GrowingAreaPlaceRow,
            (GrowingAreaPlaceRow.organisation == GrowingAreaRow.organisation)
            & (GrowingAreaPlaceRow.code == GrowingAreaRow.code),
        )
        .where(GrowingAreaRow.organisation == organisation)
        .where(or_(GrowingAreaRow.valid_to.is_(None), GrowingAreaRow.valid_to >= day))
        .order_by(GrowingAreaRow.valid_to.is_(None), GrowingAreaRow.valid_to)
    )
    return {(place, product): code for place, product, code in rows}


def place_names(session: Session, actor: Actor, codes: Sequence[str]) -> dict[str, str]:
    """What the places with these codes are called."""
    rows = session.execute(
        select(PlaceRow.code, PlaceRow.name).where(
            PlaceRow.organisation == actor.organisation, PlaceRow.code.in_(codes)
        )
    )
    return {row.code: row.name for row in rows}


def _areas(
    session: Session, actor: Actor, rows: Sequence[GrowingAreaRow], places: tuple[str, ...] = ()
) -> tuple[GrowingArea, ...]:
    codes = [row.code for row in rows]
    counted = session.execute(
        select(GrowingAreaPlaceRow.code, func.count())
        .where(GrowingAreaPlaceRow.organisation == actor.organisation, GrowingAreaPlaceRow.code.in_(codes))
        .group_by(GrowingAreaPlaceRow.code)
    )
    counts = {row[0]: row[1] for row in counted}
    named = session.execute(
        select(ProductRow.code, ProductRow.name).where(
            ProductRow.organisation == actor.organisation, ProductRow.code.in_([row.product for row in rows])
        )
    )
    names = {row.code: row.name for row in named}
    return tuple(
        GrowingArea(
            row.code, row.name, row.product, names.get(row.product, row.product), row.market, row.area_m2,
            row.valid_to, counts.get(row.code, 0), places,
        )
        for row in rows
    )  # fmt: skip
