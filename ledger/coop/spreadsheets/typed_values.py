"""Values of an event as a form would give them, so that a correction starts from what was said. Pure."""

from collections.abc import Mapping
from typing import Any

from ledger.trace.sectors.fields import RawValue
from ledger.trace.sectors.templates import COMMON_FIELDS, Field, Step
from ledger.trace.units import format_number, parse_decimal

# Who records a correction is whoever corrects.
_NOT_KEPT = frozenset({"recorded_by"})


def type_again(step: Step, values: Mapping[str, Any]) -> dict[str, RawValue]:
    """``values`` (checked, unsealed) as typed text; ``fields.check_values`` gives them back."""
    typed: dict[str, RawValue] = {}
    for key, value in values.items():
        field = step.field(key) or COMMON_FIELDS.get(key)
        if field is not None and key not in _NOT_KEPT:
            typed[key] = _typed(field, value)
    return typed


def _typed(field: Field, value: Any) -> RawValue:
    match field.type:
        case "number":
            return format_number(parse_decimal(value))
        case "geo":
            return [f"{point['latitude']}, {point['longitude']}" for point in value]
        case "table":
            return [f"{row['name']}: {format_number(parse_decimal(row['kg']))}" for row in value]
    return [str(item) for item in value] if isinstance(value, list) else str(value)
