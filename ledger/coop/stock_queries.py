"""The stock: what is left of every lot, packed or loose, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.goods.goods_tables import StockPlaceRow
from ledger.coop.goods.stock_places import Standing, standings
from ledger.coop.queries import LotCard, lot_cards, lots_in_hand
from ledger.coop.tables import PlaceRow
from ledger.trace.tables import LotKind

PAGE = 50
NOWHERE = "-"
"""Stands for goods that were put in no store."""


@dataclass(frozen=True, slots=True)
class StockLine:
    """A lot that something is left of, and where: place codes with their names and quantities.

    ``here`` is what stands in the place that was asked for, or all that is left.
    """

    card: LotCard
    where: tuple[tuple[str | None, str, Decimal], ...]
    here: Decimal


@dataclass(frozen=True, slots=True)
class Stock:
    """One page of the stock; ``places`` are those in which anything was ever put, as code and name."""

    lines: tuple[StockLine, ...]
    places: tuple[tuple[str, str], ...]
    number: int
    pages: int


def read_stock(
    session: Session, actor: Actor, *, place: str = "", number: int = 1, size: int = PAGE
) -> Stock:
    """What is left, newest first; in ``place`` alone (a code; ``-``: no store) if one is given."""
    lots = lots_in_hand(session, actor, LotKind.RAW, LotKind.PROCESSED, LotKind.PACK)
    if place:
        there = standings(session, actor, _stored(session, actor, lots, place))
        wanted = None if place == NOWHERE else place
        lots = tuple(lot for lot in lots if any(item.place == wanted for item in there.get(lot, ())))
    pages = max(-(-len(lots) // size), 1)
    number = min(max(number, 1), pages)
    shown = lots[(number - 1) * size : number * size]
    there = standings(session, actor, shown)
    names = _names(session, actor)
    cards = lot_cards(session, actor, shown)
    lines = [line for card in cards if (line := _line(card, there[card.lot], names, place)) is not None]
    used = session.scalars(
        select(StockPlaceRow.place).where(StockPlaceRow.organisation == actor.organisation).distinct()
    )
    return Stock(
        lines=tuple(lines),
        places=tuple(sorted((code, names.get(code, code)) for code in used)),
        number=number,
        pages=pages,
    )


def read_lot_places(session: Session, actor: Actor, lot: str) -> tuple[tuple[str | None, str, Decimal], ...]:
    """Where what is left of a lot stands: code, name, quantity; ``None`` for no store."""
    return _told(standings(session, actor, (lot,)).get(lot, ()), _names(session, actor))


def _line(card: LotCard, there: Sequence[Standing], names: dict[str, str], place: str) -> StockLine | None:
    wanted = None if place == NOWHERE else place
    here = [item.quantity for item in there if not place or item.place == wanted]
    if not here:
        return None
    return StockLine(card, _told(there, names), sum(here, Decimal(0)))


def _told(there: Sequence[Standing], names: dict[str, str]) -> tuple[tuple[str | None, str, Decimal], ...]:
    return tuple(
        (
            item.place,
            "Chưa xếp kho" if item.place is None else names.get(item.place, item.place),
            item.quantity,
        )
        for item in there
    )


def _stored(session: Session, actor: Actor, lots: Sequence[str], place: str) -> tuple[str, ...]:
    """Those of the lots of which anything was ever put in the place; all of them for no store."""
    if place == NOWHERE:
        return tuple(lots)
    rows = session.scalars(
        select(StockPlaceRow.lot).where(
            StockPlaceRow.organisation == actor.organisation, StockPlaceRow.place == place
        )
    )
    kept = set(rows)
    return tuple(lot for lot in lots if lot in kept)


def _names(session: Session, actor: Actor) -> dict[str, str]:
    rows = session.execute(
        select(PlaceRow.code, PlaceRow.name).where(PlaceRow.organisation == actor.organisation)
    )
    return {row.code: row.name for row in rows}
