"""When a subscription is due: the six fields of EPCIS 2.0 §8.2.5.3, in Viet Nam's time. Pure.

A field lists numbers and ranges: ``0,30`` or ``[1-5]``. A field that is missing takes every value, but for
second and minute, which are then 0 below a larger field: who asks for hour 1 is told once, at 01:00:00.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ledger.coop.exchange.errors import SubscriptionError
from ledger.trace.units import VIETNAM

_RANGES: Mapping[str, tuple[int, int]] = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
_ELEMENT = re.compile(r"([0-9]{1,2})|\[([0-9]{1,2})-([0-9]{1,2})\]", re.ASCII)
_MAX_TEXT = 60
_YEARS_OF_DAYS = 366 * 9
"""29 February comes at least once in nine years."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The values that each field takes."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def next_after(self, moment: datetime) -> datetime | None:
        """The first due moment after ``moment`` (aware); ``None`` when there is none, as on 30 February."""
        local = moment.astimezone(VIETNAM)
        day = local.date()
        for _ in range(_YEARS_OF_DAYS):
            if day.month in self.months and day.day in self.days and day.isoweekday() in self.weekdays:
                found = self._time_after(local if day == local.date() else None)
                if found is not None:
                    hour, minute, second = found
                    return datetime(
                        day.year, day.month, day.day, hour, minute, second, tzinfo=VIETNAM
                    ).astimezone(moment.tzinfo)
            day += timedelta(days=1)
        return None

    def _time_after(self, moment: datetime | None) -> tuple[int, int, int] | None:
        after = (-1, -1, -1) if moment is None else (moment.hour, moment.minute, moment.second)
        for hour in self.hours:
            if hour < after[0]:
                continue
            for minute in self.minutes:
                if (hour, minute) < after[:2]:
                    continue
                found = next((second for second in self.seconds if (hour, minute, second) > after), None)
                if found is not None:
                    return hour, minute, found
        return None


def parse_schedule(body: Any) -> Schedule:
    """The schedule in a subscription's JSON. Raises ``SubscriptionError`` with a pointer to the field."""
    if not isinstance(body, dict) or not body or not set(body) <= set(_RANGES):
        raise SubscriptionError("/schedule", f"Lịch gồm các mục: {', '.join(_RANGES)}.")
    given = {name: _values(name, body[name]) for name in _RANGES if name in body}
    every = {name: tuple(range(least, most + 1)) for name, (least, most) in _RANGES.items()}
    is_by_minute = "minute" not in given and set(given) <= {"second"}
    return Schedule(
        seconds=given.get("second", (0,)),
        minutes=given.get("minute", every["minute"] if is_by_minute else (0,)),
        hours=given.get("hour", every["hour"] if "minute" in given or is_by_minute else (0,)),
        days=frozenset(given.get("dayOfMonth", every["dayOfMonth"])),
        months=frozenset(given.get("month", every["month"])),
        weekdays=frozenset(given.get("dayOfWeek", every["dayOfWeek"])),
    )


def _values(name: str, text: Any) -> tuple[int, ...]:
    least, most = _RANGES[name]
    found: set[int] = set()
    elements = str(text).split(",") if isinstance(text, str | int) and len(str(text)) <= _MAX_TEXT else [""]
    for element in elements:
        match = _ELEMENT.fullmatch(element)
        first, last = (0, -1) if match is None else _bounds(match)
        if not least <= first <= last <= most:
            raise SubscriptionError(
                f"/schedule/{name}", f"Mục {name} nhận số từ {least} đến {most}, như 0,30."
            )
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def _bounds(match: re.Match[str]) -> tuple[int, int]:
    single, first, last = match.groups()
    return (int(single), int(single)) if single is not None else (int(first), int(last))
