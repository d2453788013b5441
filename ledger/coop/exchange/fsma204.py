"""The sortable spreadsheet of 21 CFR 1.1455(c)(3): key data elements of a lot's tracking events. Pure.

A row is one event and one lot of it. What the events of the record do not say, or what was sealed and not
opened, stays empty; nothing is guessed. The columns follow 21 CFR 1.1325 to 1.1350.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.coop.exchange.lot_records import LotRecord
from ledger.trace.identifiers import lot_code_of

HEADINGS = (
    "Critical tracking event",
    "Traceability lot code",
    "Product description",
    "Quantity",
    "Unit of measure",
    "Date",
    "Location description",
    "From or to",
    "Traceability lot code source",
    "Input traceability lot codes",
    "Reference document type and number",
    "Lot identifier",
    "Event ID",
    "Log entry",
)
_EVENTS = {
    "sogoc:harvesting": "Harvesting",
    "harvesting": "Harvesting",
    "sogoc:cooling": "Cooling",
    "packing": "Initial packing",
    "shipping": "Shipping",
    "receiving": "Receiving",
    "creating_class_instance": "Transformation",
    "commissioning": "Transformation",
}


def fsma_rows(record: LotRecord) -> list[tuple[str, ...]]:
    """The heading and the rows, in the order in which things were done."""
    told = [row for item in record.events for row in _rows(record, item.index, item.event)]
    return [HEADINGS, *sorted(told, key=lambda row: (row[5], row[13].zfill(12), row[11]))]


def _rows(record: LotRecord, index: int, event: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    kind = _kind(event)
    if kind is None or "errorDeclaration" in event:
        return
    made = event.get("outputQuantityList") or event.get("quantityList") or ()
    inputs = ", ".join(lot_code_of(item["epcClass"]) for item in event.get("inputQuantityList", ()))
    for item in made:
        yield (
            kind,
            lot_code_of(item["epcClass"]),
            _product(record),
            str(item.get("quantity", "")),
            item.get("uom", "EA" if "quantity" in item else ""),
            event["eventTime"],
            _place(record, event),
            ", ".join(_parties(event)),
            _source(record),
            inputs,
            "; ".join(f"{one.get('type', '')} {one['bizTransaction']}" for one in _papers(event)),
            item["epcClass"],
            event["eventID"],
            str(index),
        )


def _kind(event: Mapping[str, Any]) -> str | None:
    step = str(event.get("bizStep", "")).removeprefix("https://ref.gs1.org/cbv/BizStep-")
    if event["type"] == "TransformationEvent" and step not in _EVENTS:
        return "Transformation"
    if event["type"] == "ObjectEvent" and step in {"creating_class_instance", "commissioning"}:
        # The opening of a season weighs nothing: it is no lot of food yet.
        weighs = any("quantity" in item for item in event.get("quantityList", ()))
        return "Harvesting" if weighs and event.get("action") == "ADD" else None
    return _EVENTS.get(step)


def _product(record: LotRecord) -> str:
    product = record.product
    if product is None:
        return ""
    return f"{product.name_en} ({product.name})" if product.name_en else product.name


def _place(record: LotRecord, event: Mapping[str, Any]) -> str:
    uri = event.get("bizLocation", event.get("readPoint", {})).get("id", "")
    place = record.places.get(uri)
    return uri if place is None else f"{place.name}, {place.commune}, {place.province}, Viet Nam"


def _source(record: LotRecord) -> str:
    maker = record.organisation
    if maker is None:
        return ""
    where = f"{maker.name}, {maker.address}, {maker.commune}, {maker.province}, Viet Nam"
    return f"{where}, {maker.phone}" if maker.phone else where


def _parties(event: Mapping[str, Any]) -> list[str]:
    ends = (("sourceList", "source"), ("destinationList", "destination"))
    return [str(item[name]) for listed, name in ends for item in event.get(listed, ())]


def _papers(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(event.get("bizTransactionList", ()))
