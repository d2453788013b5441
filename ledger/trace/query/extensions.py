"""Parameters about extensions: ``EQ_ns:name``, ``GT_ILMD_…``, ``EXISTS_INNER_…`` and their like. Pure.

The parameter names a member as the event does, by prefix, or by its full name; a prefix that is declared
means the same whatever it is called (EPCIS 2.0 §8.2.7.1).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ledger.trace.events.event_hash import Namespaces, declared_names
from ledger.trace.query.conditions import Condition, Event, any_value, compares, equals_any
from ledger.trace.query.readers import elements_of, metadata_of, reports_of

_NAME = re.compile(
    r"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?"
    r"((?:ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation)_)?"
    r"([A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,200})",
    re.ASCII,
)


def _part(name: str) -> Callable[[Event], Iterable[Mapping[str, Any]]]:
    def read(event: Event) -> Iterator[Mapping[str, Any]]:
        value = event.get(name)
        if isinstance(value, Mapping):
            yield value

    return read


_PLACES: Mapping[str, Callable[[Event], Iterable[Mapping[str, Any]]]] = {
    "": lambda event: (event,),
    "ILMD_": _part("ilmd"),
    "ERROR_DECLARATION_": _part("errorDeclaration"),
    "readPoint_": _part("readPoint"),
    "bizLocation_": _part("bizLocation"),
    "SENSORELEMENT_": elements_of,
    "SENSORMETADATA_": metadata_of,
    "SENSORREPORT_": reports_of,
}


def extension_condition(name: str, values: list[Any], names: Namespaces) -> Condition | None:
    """The condition of a parameter about an extension; ``None`` for a name that is not of this kind.

    Raises ``QueryParameterError`` for a value that cannot be compared.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    operator, inner, place, member = match.groups()
    read = _reader(_PLACES[place or ""], full_name(member, names), is_inner=inner is not None)
    match operator:
        case "EXISTS":
            return Condition(name, read, any_value)
        case "EQ":
            return Condition(name, read, equals_any(values))
    return Condition(name, read, compares(name, operator, values[0]))


def member_reader(member: str, names: Namespaces) -> Callable[[Event], Iterator[Any]]:
    """The values of an extension at the top of an event, for ordering by it."""
    return _reader(_PLACES[""], full_name(member, names), is_inner=False)


def full_name(member: str, names: Namespaces) -> str:
    """The member's full name where its prefix is declared, else as it is written."""
    prefix, _, local = member.partition(":")
    return names[prefix] + local if prefix in names else member


def _reader(
    parts: Callable[[Event], Iterable[Mapping[str, Any]]], wanted: str, *, is_inner: bool
) -> Callable[[Event], Iterator[Any]]:
    def read(event: Event) -> Iterator[Any]:
        names = declared_names(event.get("@context"))
        for part in parts(event):
            for member, value in part.items():
                if ":" not in member:
                    continue
                if is_inner:
                    yield from _inside(value, wanted, names)
                elif full_name(member, names) == wanted or member == wanted:
                    yield from value if isinstance(value, list) else (value,)

    return read


def _inside(value: Any, wanted: str, names: Namespaces) -> Iterator[Any]:
    """Members of that name inside an extension, however deep (the log holds nothing nested over 32)."""
    if isinstance(value, list):
        for item in value:
            yield from _inside(item, wanted, names)
    elif isinstance(value, Mapping):
        for member, item in value.items():
            if full_name(member, names) == wanted or member == wanted:
                yield from item if isinstance(item, list) else (item,)
            yield from _inside(item, wanted, names)
