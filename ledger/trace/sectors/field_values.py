"""Values read back from an event: a number or a day, or nothing where a value has another form. Pure.

Events of other systems may use our members with values that ours would not write.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ledger.trace.sectors.templates import TEMPLATES

GRAM = "g"
"""The unit in which templates ask for a pack's net weight."""


def read_decimal(value: object) -> Decimal | None:
    """The number, from 0 to below 10^9 with at most three decimals."""
    try:
        amount = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        return None
    fits = amount is not None and amount.is_finite() and 0 <= amount < 10**9 and amount == round(amount, 3)
    return amount if fits else None


def read_net_g(event: Mapping[str, Any]) -> Decimal | None:
    """The net weight of a pack in grams; ``None`` where the step's template counts or measures it otherwise.

    Eggs are packed by the piece and timber by the cubic metre: read as grams, their weight would be untrue.
    """
    sector, step = TEMPLATES.get(event.get("sogoc:template", "")), event.get("sogoc:step")
    steps = () if sector is None else sector.steps
    field = next((found.field("net_per_pack") for found in steps if found.code == step), None)
    if field is not None and field.unit != GRAM:
        return None
    return read_decimal(event.get("sogoc:fields", {}).get("net_per_pack"))


def read_day(value: object) -> date | None:
    """The day of ``2026-11-05``."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
