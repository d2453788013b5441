"""Where in an event a parameter looks (EPCIS 2.0 §7.4, §8.2.7.1). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ledger.trace.query.conditions import Event, Reader

QUANTITY_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
EPC_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")


def field(*names: str) -> Reader:
    """The member at a path of objects; the items where it is a list."""

    def read(event: Event) -> Iterator[Any]:
        value: Any = event
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        yield from _each(value)

    return read


def listed(*lists: str, parent: bool = False) -> Reader:
    """The EPCs of these lists; ``parent``: and the parent's."""

    def read(event: Event) -> Iterator[Any]:
        for name in lists:
            yield from _each(event.get(name))
        if parent:
            yield from _each(event.get("parentID"))

    return read


def classes(*lists: str) -> Reader:
    """The EPC classes of these lists of quantities."""
    return _of_quantities(lists, lambda item: item.get("epcClass"))


def quantities(uom: str | None) -> Reader:
    """Every quantity of the event; ``uom``: of those in this unit of measure."""

    def quantity(item: Mapping[str, Any]) -> Any:
        return item.get("quantity") if uom is None or item.get("uom") == uom else None

    return _of_quantities(QUANTITY_LISTS, quantity)


def typed(list_name: str, kind: str) -> Reader:
    """The business transactions, sources or destinations of one type."""
    thing = list_name.removesuffix("List")

    def read(event: Event) -> Iterator[Any]:
        for item in _each(event.get(list_name)):
            if item.get("type") == kind:
                yield item.get(thing)

    return read


def sensed(name: str) -> Reader:
    """A member of sensor metadata or of sensor reports."""

    def read(event: Event) -> Iterator[Any]:
        for part in (*metadata_of(event), *reports_of(event)):
            yield from _each(part.get(name))

    return read


def measured(name: str, uom: str | None) -> Reader:
    """A number of sensor reports; ``uom``: of those in this unit of measure."""

    def read(event: Event) -> Iterator[Any]:
        for report in reports_of(event):
            if uom is None or report.get("uom") == uom:
                yield from _each(report.get(name))

    return read


def elements_of(event: Event) -> Iterable[Mapping[str, Any]]:
    """The sensor elements."""
    return (item for item in _each(event.get("sensorElementList")) if isinstance(item, Mapping))


def metadata_of(event: Event) -> Iterator[Mapping[str, Any]]:
    """The sensor metadata of each sensor element."""
    for element in elements_of(event):
        yield from (item for item in _each(element.get("sensorMetadata")) if isinstance(item, Mapping))


def reports_of(event: Event) -> Iterator[Mapping[str, Any]]:
    """The sensor reports of all sensor elements."""
    for element in elements_of(event):
        yield from (item for item in _each(element.get("sensorReport")) if isinstance(item, Mapping))


def _of_quantities(lists: Iterable[str], of: Any) -> Reader:
    names = tuple(lists)

    def read(event: Event) -> Iterator[Any]:
        for name in names:
            for item in _each(event.get(name)):
                yield from _each(of(item))

    return read


def _each(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
