"""What makes an entry worth a look: pure rules, no database, no clock."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import IntFlag
from typing import Any

from ledger.trace.guards import GuardWarning
from ledger.trace.sectors.templates import Step

MIN_LATE_DAYS = 2
"""Work of yesterday recorded this morning is how people work."""
MAX_KIND = 160

_AMOUNTS = frozenset(
    {"quantity", "dose", "input_qty", "input_kg", "output_kg", "loss_kg", "volume_l", "heads", "loss"}
)
_NAMES = ("input", "feed", "drug", "vaccine")
_SEEN_ENOUGH = 8
_AT_LEAST_TIMES = math.log(3)
_SPREADS = 3.0


class Mark(IntFlag):
    """Why an entry is in the queue; several may be."""

    LATE = 1
    OVERRIDE = 2
    WARNED = 4
    FOR_OTHER = 8
    UNUSUAL = 16


ALL_MARKS = Mark.LATE | Mark.OVERRIDE | Mark.WARNED | Mark.FOR_OTHER | Mark.UNUSUAL


@dataclass(frozen=True, slots=True)
class Usual:
    """Amounts seen so far, by their logarithms: count, mean, and the sum of squared differences (Welford)."""

    seen: int = 0
    mean: float = 0.0
    spread: float = 0.0

    def is_unusual(self, amount: Decimal) -> bool:
        """Whether ``amount`` is at least three times off, and far off for how the amounts before it vary."""
        if self.seen < _SEEN_ENOUGH:
            return False
        deviation = math.sqrt(self.spread / self.seen)
        return abs(math.log(amount) - self.mean) > max(_AT_LEAST_TIMES, _SPREADS * deviation)

    def after(self, amount: Decimal) -> "Usual":
        """What is usual once ``amount`` was seen as well."""
        value, seen = math.log(amount), self.seen + 1
        mean = self.mean + (value - self.mean) / seen
        return Usual(seen, mean, self.spread + (value - self.mean) * (value - mean))


def marks_of(warnings: Sequence[GuardWarning], *, late_days: int, is_for_other: bool) -> Mark:
    """The marks that need no history. ``late_days``: from the day of the work to the day of the record."""
    marks = Mark(0)
    if late_days >= MIN_LATE_DAYS:
        marks |= Mark.LATE
    if any(warning.override is not None for warning in warnings):
        marks |= Mark.OVERRIDE
    if any(warning.override is None for warning in warnings):
        marks |= Mark.WARNED
    return marks | Mark.FOR_OTHER if is_for_other else marks


def late_days_of(done_on: date, recorded_on: date) -> int:
    """Whole days from the work to its record, never below zero."""
    return max(0, (recorded_on - done_on).days)


def amounts_of(step: Step, event: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """The amounts that a step's event tells, each with the kind of amounts that it may be compared with."""
    fields: Mapping[str, Any] = event.get("sogoc:fields", {})
    named = next((str(fields[name]).casefold() for name in _NAMES if fields.get(name)), "")
    for key in sorted(_AMOUNTS & fields.keys()):
        amount = _read(fields[key])
        if amount is not None:
            yield f"{event.get('sogoc:template', '')}/{step.code}/{key}/{named}"[:MAX_KIND], amount


def _read(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None
