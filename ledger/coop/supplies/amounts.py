"""How much of a supply: as people type it, in the unit it is kept in, and as a diary step says it. Pure.

>>> read_amount("20 x 100 ml", "l")
Decimal('2')
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ledger.trace.errors import MalformedNumberError
from ledger.trace.sectors.fields import decimal_of
from ledger.trace.sectors.templates import Step
from ledger.trace.units import LIMIT, PLACES, format_number, normalise, read_number


@dataclass(frozen=True, slots=True)
class SupplyUnit:
    """A unit in which supplies are kept or typed: ``factor`` of its dimension's base (kg, litre, one)."""

    code: str
    name_vi: str
    dimension: str
    factor: Decimal = Decimal(1)


_MEASURES = (
    SupplyUnit("kg", "kg", "mass"),
    SupplyUnit("g", "g", "mass", Decimal("0.001")),
    SupplyUnit("lang", "lạng", "mass", Decimal("0.1")),
    SupplyUnit("yen", "yến", "mass", Decimal(10)),
    SupplyUnit("ta", "tạ", "mass", Decimal(100)),
    SupplyUnit("tan", "tấn", "mass", Decimal(1000)),
    SupplyUnit("l", "lít", "volume"),
    SupplyUnit("ml", "ml", "volume", Decimal("0.001")),
)
_COUNTED = (
    ("chai", "chai"), ("goi", "gói"), ("bao", "bao"), ("lieu", "liều"), ("vien", "viên"),
    ("cai", "cái"), ("con", "con"), ("cay", "cây"), ("hat", "hạt"),
)  # fmt: skip
UNITS: Mapping[str, SupplyUnit] = MappingProxyType(
    {unit.code: unit for unit in (*_MEASURES, *(SupplyUnit(code, name, code) for code, name in _COUNTED))}
)
KEPT_IN = ("kg", "g", "l", "ml", *(code for code, _ in _COUNTED))
"""Units a supply may be kept in; the others are only typed."""

_SPELLINGS = {
    **{unit.name_vi: unit for unit in UNITS.values()},
    **{code: UNITS[code] for code in ("l", "kg")},
    "lit": UNITS["l"], "cc": UNITS["ml"], "gam": UNITS["g"], "gram": UNITS["g"], "cân": UNITS["kg"],
    "ký": UNITS["kg"], "kí": UNITS["kg"],
}  # fmt: skip
_NUMBER = r"[0-9][0-9.,]*"
_TYPED = re.compile(rf"(?:({_NUMBER})\s*(\w*)\s*[x×*]\s*)?({_NUMBER})\s*(\w*)\Z")
_DOSE = re.compile(rf"({_NUMBER})\s*([^\W\d]+)\s*(?:(?:/|cho|trên)\s*(.+))?\Z", re.DOTALL)
_TANK = re.compile(rf"(?:bình|phuy|thùng)?\s*({_NUMBER})\s*(?:l|lít|lit)(?:\s*nước)?\Z")


def unit_name(code: str) -> str:
    """The unit as people read it."""
    return UNITS[code].name_vi


def read_amount(text: str, unit: str) -> Decimal:
    """The amount a person typed, in ``unit``: ``1,5``, ``2 tạ``, ``500 ml``, ``20 x 100 ml``.

    Raises ``MalformedNumberError`` with a sentence.
    """
    match = _TYPED.match(_folded(text))
    if match is None:
        raise MalformedNumberError("not an amount", text=text)
    times, _, number, word = match.groups()
    given = _SPELLINGS.get(word) if word else UNITS[unit]
    amount = read_number(number)
    total = None if given is None else convert(amount, given.code, unit)
    if total is None:
        raise MalformedNumberError(
            "no such unit here",
            text=text,
            sentence=f"Không đổi được “{word[:20]}” sang {unit_name(unit)}. Hãy ghi theo {unit_name(unit)}.",
        )
    return _checked(total * (read_number(times) if times else 1), text)


def convert(amount: Decimal, given: str, wanted: str) -> Decimal | None:
    """``amount`` of the unit ``given`` in ``wanted``; ``None`` where they measure different things."""
    if UNITS[given].dimension != UNITS[wanted].dimension:
        return None
    return amount * UNITS[given].factor / UNITS[wanted].factor


def amount_used(step: Step, values: Mapping[str, Any], unit: str) -> Decimal | None:
    """How much of its input a step used, in ``unit``; ``None`` where its values do not say.

    ``values`` are checked. A field in kg says it, or a dose in words: ``200 ml``; ``20 ml/16 lít`` of the
    litres sprayed; ``1 ml/con`` of the heads treated.
    """
    for key in ("dose", "quantity"):
        field = step.field(key)
        if field is None or key not in values:
            continue
        if field.type == "number":
            amount, said_in = decimal_of(values, key), field.unit or ""
            found = None if amount is None or said_in not in UNITS else convert(amount, said_in, unit)
        else:
            found = _dosed(str(values[key]), values, unit)
        if found is not None and 0 < found < LIMIT and (rounded := round(found, PLACES)):
            return normalise(rounded)
    return None


def format_amount(amount: Decimal, unit: str) -> str:
    """``1.234,5 kg``."""
    return f"{format_number(amount)} {unit_name(unit)}"


def _dosed(dose: str, values: Mapping[str, Any], unit: str) -> Decimal | None:
    match = _DOSE.match(_folded(dose))
    given = None if match is None else _SPELLINGS.get(match[2])
    if match is None or given is None:
        return None
    try:
        amount = convert(read_number(match[1]), given.code, unit)
        times = _times(match[3], values)
    except MalformedNumberError:
        return None
    return None if amount is None or times is None else amount * times


def _times(per: str | None, values: Mapping[str, Any]) -> Decimal | None:
    """How many times the dose was given: once, for each animal, or for so many litres of the spray."""
    if per is None:
        return Decimal(1)
    if per == "con":
        return decimal_of(values, "heads")
    tank, sprayed = _TANK.match(per), decimal_of(values, "volume_l")
    if tank is None or sprayed is None:
        return None
    size = read_number(tank[1])
    return sprayed / size if size else None


def _checked(total: Decimal, text: str) -> Decimal:
    if total <= 0 or total >= LIMIT or normalise(total) != normalise(round(total, PLACES)):
        raise MalformedNumberError(
            "out of range", text=text, sentence="Lượng phải lớn hơn 0 và có tối đa 3 chữ số lẻ."
        )
    return normalise(total)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
