"""From which lots an amount is taken: the named one, then what expires first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class SupplyLot:
    """A maker's lot of a supply: what is left of it, below zero when more was used than was entered."""

    id: str
    code: str
    expires_on: date | None
    left: Decimal
    came_at: datetime

    def is_expired(self, day: date) -> bool:
        """Whether its last day is before ``day``."""
        return self.expires_on is not None and self.expires_on < day


@dataclass(frozen=True, slots=True)
class Allotted:
    """What is taken from each lot, and ``short``, what no lot has."""

    taken: tuple[tuple[SupplyLot, Decimal], ...]
    short: Decimal = NOTHING


def allot(lots: Iterable[SupplyLot], amount: Decimal, on: date, *, named: str = "") -> Allotted:
    """Take ``amount`` from ``lots`` on a day: from those whose code is ``named``, then the first to expire.

    Lots without a date come after those, the older before the newer; last what was past its day ``on`` that
    day, for nobody uses it while there is other. No lot gives more than it has.
    """
    taken, wanted = [], amount
    for lot in sorted(lots, key=lambda lot: _order(lot, on, named)):
        part = min(wanted, max(lot.left, NOTHING))
        if part:
            taken.append((lot, part))
            wanted -= part
    return Allotted(tuple(taken), wanted)


def _order(lot: SupplyLot, on: date, named: str) -> tuple[bool, bool, date, datetime, str]:
    is_named = bool(named) and lot.code.casefold() == named.strip().casefold()
    return not is_named, lot.is_expired(on), lot.expires_on or date.max, lot.came_at, lot.id
