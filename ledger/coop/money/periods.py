"""Stretches of days that people reckon by, and the same a year before (pure).

>>> parse_period("2026-q1").before().name
'2025-q1'
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from ledger.coop.errors import NotFoundError

_NAME = re.compile(r"(20[0-9]{2})(?:-(q[1-4]|0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, ``first`` to ``last`` both included. ``name``: ``2026``, ``2026-q1``, ``2026-03``."""

    name: str
    first: date
    last: date

    def before(self) -> "Period":
        """The same a year before."""
        return parse_period(f"{self.first.year - 1}{self.name[4:]}")

    def has(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.first <= day <= self.last


def parse_period(name: str) -> Period:
    """The year, quarter or month of this name. Raises ``NotFoundError``."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise NotFoundError("kỳ", name[:20])
    year, part = int(match[1]), match[2]
    months = (1, 12)
    if part is not None and part.startswith("q"):
        quarter = int(part[1])
        months = (3 * quarter - 2, 3 * quarter)
    elif part is not None:
        months = (int(part), int(part))
    return Period(name, date(year, months[0], 1), date(year, months[1], monthrange(year, months[1])[1]))


def periods_shown(today: date) -> tuple[str, ...]:
    """Names of the periods to choose from: this year with its quarters and months, and four years before."""
    quarter = (today.month + 2) // 3
    return (
        str(today.year),
        *(f"{today.year}-q{number}" for number in range(quarter, 0, -1)),
        *(f"{today.year}-{month:02d}" for month in range(today.month, 0, -1)),
        *(str(today.year - ago) for ago in range(1, 5)),
    )
