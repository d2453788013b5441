"""Which lots an order should be served from: what expires first goes out first, then what is oldest. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lot that fits a line: how much of it is free, and what decides whether it goes first."""

    lot: str
    free: Decimal
    made_at: datetime
    expires_on: date | None = None


def suggest(wanted: Decimal, candidates: Iterable[Candidate], *, is_counted: bool) -> dict[str, Decimal]:
    """How much of which lot, at most ``wanted`` together; first expired, first out.

    Lots without a last day come after those that have one. Of what is counted only whole pieces are given.
    """
    given: dict[str, Decimal] = {}
    for item in sorted(candidates, key=_order):
        part = min(item.free, wanted - sum(given.values(), Decimal(0)))
        if is_counted:
            part = part // 1
        if part > 0:
            given[item.lot] = part
    return given


def _order(item: Candidate) -> tuple[date, datetime, str]:
    return item.expires_on or date.max, item.made_at, item.lot
