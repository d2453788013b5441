"""A whole query: its conditions, and what of it a database can look for before events are opened. Pure.

Parameters come from an address (``EQ_bizStep=packing|shipping``) or as the JSON of a named query. Whatever is
not understood is refused by its name: a filter that is silently dropped shows too much.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.trace.errors import QueryParameterError
from ledger.trace.events.epcis import EVENT_TYPES
from ledger.trace.events.event_hash import NO_NAMES, Namespaces
from ledger.trace.query.conditions import Condition, Event, moment_of, number_of
from ledger.trace.query.epc_matching import spellings
from ledger.trace.query.extensions import extension_condition
from ledger.trace.query.parameters import PATH_MATCHES, bare_word, named_condition

MAX_PARAMETERS = 40
MAX_VALUES = 200
MAX_VALUE_LENGTH = 500
MAX_COUNT = 100_000
_CONTROLS = frozenset({"orderBy", "orderDirection", "eventCountLimit", "maxEventCount"})
_SINGLE = ("GT_", "GE_", "LT_", "LE_", "EXISTS_", "EQ_booleanValue")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. ``asked`` are the parameters as they were given, in the order of their names.

    Times bound ``eventTime`` (``done``) and ``recordTime``, from inclusive, before exclusive. ``names``: of
    each set of identifiers the event must name one. ``None`` bounds nothing. ``first``: ``eventCountLimit``;
    ``at_most``: ``maxEventCount``.
    """

    conditions: tuple[Condition, ...]
    asked: tuple[tuple[str, Any], ...]
    event_types: frozenset[str] | None = None
    biz_steps: frozenset[str] | None = None
    event_ids: frozenset[str] | None = None
    names: tuple[frozenset[str], ...] = ()
    done_from: datetime | None = None
    done_before: datetime | None = None
    recorded_from: datetime | None = None
    recorded_before: datetime | None = None
    order_by: str | None = None
    is_ascending: bool = False
    first: int | None = None
    at_most: int | None = None

    def is_met(self, event: Event) -> bool:
        """Whether an event, as the asker sees it and with its ``recordTime``, is asked for."""
        return all(condition.is_met(event) for condition in self.conditions)


def split_values(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of an address as those of a query: lists are apart by ``|`` (REST binding §12.4)."""
    return {
        name: text if name in _CONTROLS or name.startswith(_SINGLE) else text.split("|")
        for name, text in parameters.items()
    }


def parse_query(parameters: Mapping[str, Any], names: Namespaces = NO_NAMES) -> Query:
    """The query that ``parameters`` ask; ``names`` are prefixes declared beside them.

    Raises ``QueryParameterError`` for the first parameter that is unknown or has a value it does not take.
    """
    if len(parameters) > MAX_PARAMETERS:
        raise QueryParameterError("query", f"có tối đa {MAX_PARAMETERS} điều kiện")
    conditions: list[Condition] = []
    values: dict[str, list[Any]] = {}
    for name, raw in sorted(parameters.items()):
        if name in _CONTROLS:
            continue
        values[name] = _listed(name, raw)
        condition = named_condition(name, values[name]) or extension_condition(name, values[name], names)
        if condition is None:
            raise QueryParameterError(name, "không phải điều kiện tìm mà hệ thống này biết")
        conditions.append(condition)
    first, at_most = _count(parameters, "eventCountLimit"), _count(parameters, "maxEventCount")
    if first is not None and at_most is not None:
        raise QueryParameterError("maxEventCount", "không dùng cùng eventCountLimit")
    return Query(
        tuple(conditions),
        tuple(sorted(parameters.items())),
        event_types=_types(values.get("eventType")),
        biz_steps=_steps(values.get("EQ_bizStep")),
        event_ids=_set(values.get("EQ_eventID")),
        names=tuple(
            found for name in sorted(PATH_MATCHES & values.keys())
            if (found := spellings(values[name])) is not None
        ),
        done_from=_moment(values.get("GE_eventTime")),
        done_before=_moment(values.get("LT_eventTime")),
        recorded_from=_moment(values.get("GE_recordTime")),
        recorded_before=_moment(values.get("LT_recordTime")),
        order_by=_order(parameters),
        is_ascending=_is_ascending(parameters),
        first=first,
        at_most=at_most,
    )  # fmt: skip


def _listed(name: str, raw: Any) -> list[Any]:
    values = raw if isinstance(raw, list) else [True if raw is None else raw]
    if not 0 < len(values) <= MAX_VALUES:
        raise QueryParameterError(name, f"có từ 1 đến {MAX_VALUES} giá trị")
    for value in values:
        if not isinstance(value, str | int | float | bool) or len(str(value)) > MAX_VALUE_LENGTH:
            raise QueryParameterError(name, f"mỗi giá trị là chữ hoặc số, tối đa {MAX_VALUE_LENGTH} ký tự")
        if isinstance(value, str) and (not value.isprintable() or value != value.strip()):
            raise QueryParameterError(name, "có ký tự không nhìn thấy hoặc khoảng trắng thừa")
    if name.startswith(_SINGLE) and len(values) > 1:
        raise QueryParameterError(name, "chỉ nhận một giá trị")
    return values


def _types(values: list[Any] | None) -> frozenset[str] | None:
    if values is None:
        return None
    # An event type of somebody's own is a URI; there is none here, so nothing is found.
    if any(value not in EVENT_TYPES and ":" not in str(value) for value in values):
        raise QueryParameterError("eventType", f"là một trong: {', '.join(EVENT_TYPES)}")
    return frozenset(values)


def _steps(values: list[Any] | None) -> frozenset[str] | None:
    if values is None:
        return None
    return frozenset(form for value in values for form in (value, bare_word("bizStep", value)))


def _set(values: list[Any] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def _moment(values: list[Any] | None) -> datetime | None:
    return None if values is None else moment_of(values[0])


def _count(parameters: Mapping[str, Any], name: str) -> int | None:
    if name not in parameters:
        return None
    number = number_of(parameters[name])
    if number is None or number != number.to_integral_value() or not 1 <= number <= MAX_COUNT:
        raise QueryParameterError(name, f"là số nguyên từ 1 đến {MAX_COUNT}")
    return int(number)


def _order(parameters: Mapping[str, Any]) -> str | None:
    order = parameters.get("orderBy")
    if order is None:
        return None
    if not isinstance(order, str) or (order not in {"eventTime", "recordTime"} and ":" not in order):
        raise QueryParameterError("orderBy", "là eventTime, recordTime hoặc tên đầy đủ của mục mở rộng")
    return order


def _is_ascending(parameters: Mapping[str, Any]) -> bool:
    direction = parameters.get("orderDirection", "DESC")
    if direction not in {"ASC", "DESC"}:
        raise QueryParameterError("orderDirection", "là ASC hoặc DESC")
    return bool(direction == "ASC")
