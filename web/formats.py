"""How values read on a page: the only place that turns them into text, in the language of the request.

Registered as Jinja filters by ``register``. In Vietnamese a decimal comma, points between thousands, day
before month: ``12/05/2026``, ``1.234,5 kg``, ``5.000.000 đ``; elsewhere as the catalogue's locale has it.
What people type into a form is Vietnamese in every language (``type_number``): a point between digits means
one thing only. Absent values are the caller's business, never formatted.

>>> format_weight_kg(Decimal("1234.500"))
'1.234,5 kg'
"""

from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from flask import Flask

from web.languages import _
from web.languages.numbers import say_date, say_number, vietnamese_number
from web.languages.words import say_amount

LOCAL_TIME = timezone(timedelta(hours=7), "+07")
"""Asia/Ho_Chi_Minh, which has had no other offset since 1975."""

_G_PER_KG = 1000
UNIT_WORDS = {"KGM": "kg", "GRM": "g", "LTR": _("lít"), "EA": _("gói"), "H87": _("cái"), "STC": _("cây")}
"""UN/ECE Recommendation 20 unit codes that EPCIS quantities carry, in everyday words."""


def format_date(value: date) -> str:
    """``12/05/2026``; a moment is read on the clock of Viet Nam."""
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_TIME).date()
    return say_date(value)


def format_moment(value: datetime) -> str:
    """``14:05 ngày 12/05/2026`` on the clock of Viet Nam."""
    local = value.astimezone(LOCAL_TIME)
    time = f"{local.hour:02d}:{local.minute:02d}"
    return str(_("%(time)s ngày %(day)s", time=time, day=say_date(local.date())))


def format_number(value: Decimal | int) -> str:
    """``1.234,5``: grouped by thousands, no zeros behind the last digit that counts."""
    return say_number(value)


def type_number(value: Decimal | int) -> str:
    """The same as it is typed and read back, in any language: ``1.234,5``."""
    return vietnamese_number(value)


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
    return say_amount(value, UNIT_WORDS.get(uom or "EA", uom or ""), "\u00a0")


def format_money(value: int) -> str:
    """``5.000.000 đ``: whole đồng."""
    return say_amount(value, _("đ"), "\u00a0")


def format_share(value: Fraction) -> str:
    """A part of a whole as per cent, never rounded to a misleading 0 or 100."""
    if not 0 < value < 1:
        return "100\u00a0%" if value else "0\u00a0%"
    percent = (Decimal(value.numerator * 100) / value.denominator).quantize(Decimal(1), ROUND_HALF_EVEN)
    if percent == 0:
        return str(_("dưới 1\u00a0%"))
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
