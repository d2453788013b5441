"""How values read on a page: the only place that turns them into Vietnamese text.

Registered as Jinja filters by ``register``. A decimal comma, points between thousands, day before month:
``12/05/2026``, ``1.234,5 kg``, ``5.000.000 đ``. Absent values are the caller's business, never formatted.

>>> format_weight_kg(Decimal("1234.500"))
'1.234,5 kg'
"""

from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from flask import Flask

LOCAL_TIME = timezone(timedelta(hours=7), "+07")
"""Asia/Ho_Chi_Minh, which has had no other offset since 1975."""

_G_PER_KG = 1000
UNIT_WORDS = {"KGM": "kg", "GRM": "g", "LTR": "lít", "EA": "gói", "H87": "cái", "STC": "cây"}
"""UN/ECE Recommendation 20 unit codes that EPCIS quantities carry, in everyday words."""


def format_date(value: date) -> str:
    """``12/05/2026``; a moment is read on the clock of Viet Nam."""
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_TIME).date()
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def format_moment(value: datetime) -> str:
    """``14:05 ngày 12/05/2026`` on the clock of Viet Nam."""
    local = value.astimezone(LOCAL_TIME)
    return f"{local.hour:02d}:{local.minute:02d} ngày {format_date(local.date())}"


def format_number(value: Decimal | int) -> str:
    """``1.234,5``: grouped by thousands, no zeros behind the last digit that counts."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def format_weight_kg(value: Decimal) -> str:
    """``1.234,5 kg`` with a no-break space, so a line never ends between number and unit."""
    return f"{format_number(value)}\u00a0kg"


def format_net_g(value: Decimal | int) -> str:
    """A pack's net weight in grams: ``500 g`` below a kilogram, ``1,5 kg`` from there on."""
    if value < _G_PER_KG:
        return f"{format_number(value)}\u00a0g"
    return format_weight_kg(Decimal(value) / _G_PER_KG)


def format_quantity(value: Decimal, uom: str | None) -> str:
    """A quantity with its unit word; counted things without a unit are packs (EPCIS §7.3.3.3)."""
    return f"{format_number(value)}\u00a0{UNIT_WORDS.get(uom or 'EA', uom)}"


def format_money(value: int) -> str:
    """``5.000.000 đ``: whole đồng."""
    return f"{format_number(value)}\u00a0đ"


def format_share(value: Fraction) -> str:
    """A part of a whole as per cent, never rounded to a misleading 0 or 100."""
    if not 0 < value < 1:
        return "100\u00a0%" if value else "0\u00a0%"
    percent = (Decimal(value.numerator * 100) / value.denominator).quantize(Decimal(1), ROUND_HALF_EVEN)
    if percent == 0:
        return "dưới 1\u00a0%"
    return f"{min(percent, Decimal(99))}\u00a0%"


def format_area_m2(value: Decimal) -> str:
    """Square metres below a hectare, hectares from there on."""
    if value < 10_000:
        return f"{format_number(value)}\u00a0m²"
    return f"{format_number((value / 10_000).quantize(Decimal('0.01')))}\u00a0ha"


def format_code(code: str) -> str:
    """A stamp code in groups of four, as printed under the symbol."""
    return "\u00a0".join(code[start : start + 4] for start in range(0, len(code), 4))


FILTERS = {
    "date": format_date,
    "moment": format_moment,
    "number": format_number,
    "weight_kg": format_weight_kg,
    "net_g": format_net_g,
    "quantity": format_quantity,
    "money": format_money,
    "share": format_share,
    "area_m2": format_area_m2,
    "code": format_code,
}


def register(app: Flask) -> None:
    """Make every formatter a Jinja filter of the same name."""
    app.jinja_env.filters.update(FILTERS)
