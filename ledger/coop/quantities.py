"""In which field a step says how much, and in which unit. Pure.

Templates name quantities after the trade: eggs, live weight, cubic metres. The rest of the program counts
lots in one unit each: ``KGM`` kilograms, ``MTQ`` cubic metres, ``EA`` pieces (UN/ECE Recommendation 20).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledger.trace.events.flows import EACH, KILOGRAM
from ledger.trace.sectors.fields import decimal_of
from ledger.trace.sectors.templates import Field, Step
from ledger.trace.units import format_number, normalise

CUBIC_METRE = "MTQ"

MADE_KEYS = ("total_weight", "quantity", "eggs", "volume", "live_weight")
"""Fields that say how much a harvest, release or intake gave, the first that a step has."""
INPUT_KEYS = ("input_kg", "input_qty", "in_eggs", "in_m3")
OUTPUT_KEYS = ("output_kg", "carcass_kg", "out_eggs", "out_m3")
LOSS_KEYS = ("loss_kg", "loss")

_UOMS = {"kg": KILOGRAM, "m3": CUBIC_METRE}
_UNIT_NAMES = {KILOGRAM: "kg", CUBIC_METRE: "m³", EACH: "đơn vị"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity and its unit; ``unit_vi`` is the unit as the template says it (``quả``, ``cành``)."""

    quantity: Decimal
    uom: str
    unit_vi: str


def made_by(step: Step, values: Mapping[str, Any]) -> Measured | None:
    """How much the step says it made; ``None`` when it does not say or says nothing was."""
    field = next((field for key in MADE_KEYS if (field := step.field(key)) is not None), None)
    quantity = decimal_of(values, field.key) if field is not None else None
    if field is None or not quantity:
        return None
    return Measured(quantity, uom_of(field), field.unit or "")


def uom_of(field: Field) -> str:
    """The unit in which lots are kept that are counted in this field."""
    return _UOMS.get(field.unit or "", EACH)


def unit_name(uom: str | None) -> str:
    """The unit as people read it."""
    return _UNIT_NAMES.get(uom or EACH, uom or "")


def computed_amounts(step: Step, taken: Decimal, made: Decimal, loss: Decimal | None) -> dict[str, str]:
    """What a transforming step's own fields say, reckoned from its lots, as a form would give it."""
    said = {key: format_number(normalise(taken)) for key in INPUT_KEYS}
    said |= {key: format_number(normalise(made)) for key in OUTPUT_KEYS}
    if loss is None and any(field.required for key in LOSS_KEYS if (field := step.field(key))):
        loss = max(taken - made, Decimal(0))
    if loss is not None:
        said |= {key: format_number(normalise(loss)) for key in LOSS_KEYS}
    return said


def loss_of(values: Mapping[str, Any]) -> Decimal:
    """The loss that the values state, zero if none."""
    return next((loss for key in LOSS_KEYS if (loss := decimal_of(values, key)) is not None), Decimal(0))


def net_in_lot_unit(step: Step, net_per_pack: Decimal) -> Decimal:
    """A pack's net content in the unit of the lots that go into it: kg for grams, else the same."""
    field = step.field("net_per_pack")
    return net_per_pack / 1000 if field is not None and field.unit == "g" else net_per_pack
