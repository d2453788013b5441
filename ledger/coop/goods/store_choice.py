"""From which store goods are taken, where a lot lies in several: whoever packs or sends may say it.

Like everything about stores it stays in the books. Who says nothing takes by the rule of
``ledger.coop.goods.stock_places``. What is taken back later stands again where it was taken from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.checks import Checks
from ledger.coop.goods.stock_places import settle_places, take_from_place
from ledger.coop.lots import OwnLot
from ledger.coop.quantities import unit_name
from ledger.coop.registers.places import find_place
from ledger.trace.tables import LotKind
from ledger.trace.units import format_number

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class FromStore:
    """What is taken of ``lot`` is taken from ``place`` (its code), or from no store."""

    lot: str
    place: str | None


def settle_stores(
    session: Session,
    actor: Actor,
    stores: Iterable[FromStore],
    lots: Iterable[OwnLot],
    taken: Mapping[str, Decimal],
) -> tuple[FromStore, ...]:
    """Check that there is enough where it is taken from, before it is; those that say something of ``taken``.

    Raises ``NotFoundError`` (place), ``CommandError`` with every problem.
    """
    checks = Checks()
    known = {lot.lot: lot for lot in lots}
    asked = tuple(one for one in stores if one.lot in taken and one.lot in known)
    if len({one.lot for one in asked}) < len(asked):
        checks.refuse("inputs", "Có lô chọn hai kho. Hãy chọn một kho cho mỗi lô.")
    checks.finish()
    for one in asked:
        lot = known[one.lot]
        name = None if one.place is None else find_place(session, actor.organisation, one.place).name
        there = settle_places(session, actor, lot).get(one.place, _NOTHING)
        if taken[one.lot] > there:
            checks.refuse("inputs", _too_little(lot, there, name))
    checks.finish()
    return asked


def take_from_stores(
    session: Session,
    actor: Actor,
    stores: Sequence[FromStore],
    taken: Iterable[tuple[str, int, Decimal]],
) -> None:
    """Note that it was taken, in the same unit: of which lot, by the entry at which index, how much.

    ``stores`` are settled ones.
    """
    places = {one.lot: one.place for one in stores}
    for lot, index, quantity in taken:
        place = places.get(lot)
        if place is not None:
            take_from_place(session, actor, lot, place, quantity, index=index)


def _too_little(lot: OwnLot, there: Decimal, name: str | None) -> str:
    unit = "gói" if lot.kind is LotKind.PACK else unit_name(lot.uom)
    where = "chưa xếp kho" if name is None else f"ở {name}"
    return (
        f"Lô {lot.code} chỉ có {format_number(there)} {unit} {where}. Hãy lấy ít hơn, chọn kho khác, "
        "hoặc để trống ô kho."
    )
