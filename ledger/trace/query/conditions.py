"""One condition of a query: where it looks in an event, and what it wants to find there. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

from ledger.trace.errors import QueryParameterError

Event: TypeAlias = Mapping[str, Any]
Reader: TypeAlias = Callable[[Event], Iterable[Any]]
Test: TypeAlias = Callable[[Any], bool]

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {"GT": gt, "GE": ge, "LT": lt, "LE": le}
MAX_NUMBER_TEXT = 40
_LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Condition:
    """Met by an event in which ``read`` finds anything that passes ``test``. ``name`` is the parameter's."""

    name: str
    read: Reader
    test: Test

    def is_met(self, event: Event) -> bool:
        """Whether the event meets it."""
        return any(self.test(value) for value in self.read(event))


def one_of(wanted: Iterable[str]) -> Test:
    """Equal to one of these texts."""
    texts = frozenset(wanted)
    return lambda value: isinstance(value, str) and value in texts


def any_value(_: Any) -> bool:
    """There at all."""
    return True


def compares(name: str, operator: str, wanted: Any) -> Test:
    """Greater or less than a number or a moment, whichever ``wanted`` is."""
    compare = COMPARISONS[operator]
    read: Callable[[Any], Any] = number_of
    bound: Any = number_of(wanted)
    if bound is None:
        read, bound = moment_of, moment_of(wanted)
    if bound is None:
        raise QueryParameterError(name, "phải là số, hoặc thời điểm có múi giờ như 2026-05-12T07:30:00+07:00")
    return lambda value: (found := read(value)) is not None and compare(found, bound)


def equals_any(wanted: Sequence[Any]) -> Test:
    """Equal to one of these, as numbers where both are numbers, as moments where both are, else as texts."""
    texts = frozenset(str(item) for item in wanted if not isinstance(item, bool))
    numbers = {number_of(item) for item in wanted} - {None}
    moments = {moment_of(item) for item in wanted} - {None}
    flags = {flag_of(item) for item in wanted} - {None}

    def test(value: Any) -> bool:
        if isinstance(value, bool):
            return value in flags
        if isinstance(value, str) and value in texts:
            return True
        if isinstance(value, int | float):
            return number_of(value) in numbers
        return bool(moments) and moment_of(value) in moments

    return test


def number_of(value: Any) -> Decimal | None:
    """A finite number, of JSON or written as a text; ``None`` for anything else."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | str)
        or len(str(value)) > MAX_NUMBER_TEXT
    ):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    # An exponent without bounds would make a comparison a matter of gigabytes.
    return number if number.is_finite() and abs(number.adjusted()) < MAX_NUMBER_TEXT else None


def moment_of(value: Any) -> datetime | None:
    """An aware moment (RFC 3339); ``None`` for anything else."""
    if not isinstance(value, str) or not 20 <= len(value) <= 40 or "T" not in value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        # What cannot be said in UTC cannot be compared.
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.utcoffset() is not None and 1 < moment.year < _LAST_YEAR else None


def flag_of(value: Any) -> bool | None:
    """A truth value, of JSON or written as a text."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None
