"""What people read of a step's checked values: the inverse direction of ``fields.check_values``. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.trace.errors import TraceError
from ledger.trace.sectors.templates import Field, Step
from ledger.trace.units import UNITS, format_date, format_number, parse_decimal

# What a passport shows elsewhere, or what names a file that it shows as a picture.
_NOT_SHOWN = frozenset({"photo", "audio", "file"})
# Units that the measuring table does not have: what people read in Vietnamese and in English.
_COUNTED = {
    "bầu": ("bầu", "potted seedlings"),
    "con": ("con", "head"),
    "cành": ("cành", "stems"),
    "cây": ("cây", "plants"),
    "giờ": ("giờ", "hours"),
    "gói": ("gói", "packs"),
    "hoa": ("hoa", "flowers"),
    "lóng": ("lóng", "logs"),
    "min": ("phút", "minutes"),
    "ngày": ("ngày", "days"),
    "năm": ("năm", "years"),
    "quả": ("quả", "pieces"),
    "tem": ("tem", "stamps"),
    "tuần": ("tuần", "weeks"),
    "túi": ("túi", "bags"),
    "đàn": ("đàn", "colonies"),
    "đồng": ("đồng", "VND"),
}


def step_texts(
    step: Step, values: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[tuple[str, str, str, str], ...]:
    """``(label vi, label en, text vi, text en)`` of every public value, in the template's order.

    ``names`` gives what people call the things that identifiers stand for. Values that are not in their one
    form are left out: the entry shows them as they are.
    """
    shown = []
    for field in step.fields:
        value = values.get(field.key)
        if value in (None, "", []) or field.type in _NOT_SHOWN or field.is_sealed:
            continue
        try:
            text_vi, text_en = _texts(field, value, names)
        except (TraceError, ValueError, TypeError, KeyError, AttributeError):
            continue
        shown.append((field.label_vi, field.label_en, text_vi, text_en))
    return tuple(shown)


def _texts(field: Field, value: Any, names: Mapping[str, str]) -> tuple[str, str]:
    if field.type == "geo":
        points = "; ".join(f"{point['latitude']}, {point['longitude']}" for point in value)
        return points, points
    if field.type == "table":
        rows = [(row["name"], _number(parse_decimal(row["kg"]), "kg")) for row in value]
        return "; ".join(f"{name} {vi}" for name, (vi, _) in rows), "; ".join(
            f"{name} {en}" for name, (_, en) in rows
        )
    items = value if isinstance(value, list) else [value]
    texts = [_text(field, item, names) for item in items]
    return ", ".join(text for text, _ in texts), ", ".join(text for _, text in texts)


def _text(field: Field, value: str, names: Mapping[str, str]) -> tuple[str, str]:
    match field.type:
        case "number":
            return _number(parse_decimal(value), field.unit)
        case "date":
            day = date.fromisoformat(value)
            return format_date(day), day.isoformat()
        case "choice":
            option = {option.code: option for option in field.options}[value]
            return option.vi, option.en
    text = names.get(value, str(value))
    return text, text


def _number(amount: Decimal, unit: str | None) -> tuple[str, str]:
    if unit is None:
        return format_number(amount), f"{amount:,f}"
    name = UNITS[unit].name_vi if unit in UNITS else unit
    name_vi, name_en = _COUNTED.get(unit, (name, name))
    return f"{format_number(amount)} {name_vi}", f"{amount:,f} {name_en}"
