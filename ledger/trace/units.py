"""Numbers, dates, areas and weights, as machines write them and as people in Việt Nam do. Pure.

Every ``parse_*`` is the strict inverse of its ``format_*``; ``read_*`` takes what people type. Amounts are
``Decimal``, at most 3 places behind the point; a weight is in kg, an area in m².

>>> format_number(parse_decimal("1234.5"))
'1.234,5'
>>> read_quantity("2 tạ", "kg")
Decimal('200')
"""

import re
import unicodedata
from calendar import isleap
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from ledger.trace.errors import MalformedNumberError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
LIMIT = Decimal(10) ** 9
PLACES = 3

_CANONICAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?\Z")
_VIETNAMESE = re.compile(r"-?(0|[1-9][0-9]{0,2}(\.[0-9]{3})*)(,[0-9]*[1-9])?\Z")
_TYPED = re.compile(r"-?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?\Z")
_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})\Z")
_TYPED_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})\Z")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_SPOKEN_DATE = re.compile(r"(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2})(?: năm ([0-9]{4}|[0-9]{2}))?\Z")
_SHORT_DATE = re.compile(r"([0-9]{1,2})[ /.-]([0-9]{1,2})(?:[ /.-]([0-9]{4}|[0-9]{2}))?\Z")
_RUN_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})\Z")
_DAYS_AGO = {"hôm nay": 0, "nay": 0, "hôm qua": 1, "qua": 1, "hôm kia": 2}
_QUANTITY = re.compile(r"(-?[0-9][0-9.,]*)\s*(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MeasureUnit:
    """A unit people use: ``factor`` of these make one base unit's amount (kg for mass, m² for area, …)."""

    code: str
    name_vi: str
    dimension: str
    factor: Decimal


def _unit(code: str, name_vi: str, dimension: str, factor: str) -> tuple[str, MeasureUnit]:
    return code, MeasureUnit(code, name_vi, dimension, Decimal(factor))


# Traditional northern measures are the legal ones in neither system, but what people say and write.
UNITS: dict[str, MeasureUnit] = dict(
    (
        _unit("m2", "m²", "area", "1"),
        _unit("ha", "ha", "area", "10000"),
        _unit("sao_bb", "sào (Bắc Bộ)", "area", "360"),
        _unit("mau_bb", "mẫu (Bắc Bộ)", "area", "3600"),
        _unit("sao_tb", "sào (Trung Bộ)", "area", "500"),
        _unit("mau_tb", "mẫu (Trung Bộ)", "area", "5000"),
        _unit("cong", "công", "area", "1000"),
        _unit("g", "gam", "mass", "0.001"),
        _unit("lang", "lạng", "mass", "0.1"),
        _unit("kg", "kg", "mass", "1"),
        _unit("yen", "yến", "mass", "10"),
        _unit("ta", "tạ", "mass", "100"),
        _unit("tan", "tấn", "mass", "1000"),
        _unit("ml", "ml", "volume", "0.001"),
        _unit("l", "lít", "volume", "1"),
        _unit("binh_16", "bình 16 lít", "volume", "16"),
        _unit("binh_18", "bình 18 lít", "volume", "18"),
        _unit("binh_20", "bình 20 lít", "volume", "20"),
        _unit("binh_25", "bình 25 lít", "volume", "25"),
        _unit("phuy", "phuy 200 lít", "volume", "200"),
        _unit("m3", "m³", "volume", "1000"),
    )
)
_SPELLINGS = {
    "sào": "sao_bb",
    "mẫu": "mau_bb",
    "héc ta": "ha",
    "hecta": "ha",
    "gram": "g",
    "cân": "kg",
    "sào bắc bộ": "sao_bb",
    "mẫu bắc bộ": "mau_bb",
    "sào trung bộ": "sao_tb",
    "mẫu trung bộ": "mau_tb",
    "phuy": "phuy",
    **{f"bình {size}": f"binh_{size}" for size in (16, 18, 20, 25)},
    **{f"bình {size}l": f"binh_{size}" for size in (16, 18, 20, 25)},
    "mililít": "ml",
    "ki lô": "kg",
    **{unit.name_vi.casefold(): unit.code for unit in UNITS.values()},
    **{code: code for code in UNITS},
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a unit (a code of ``UNITS``)."""

    amount: Decimal
    unit: str

    @property
    def base_amount(self) -> Decimal:
        """The amount in the dimension's base unit: kg, m² or litres."""
        return normalise(self.amount * UNITS[self.unit].factor)


# -- numbers --------------------------------------------------------------------------------------------


def normalise(amount: Decimal) -> Decimal:
    """The same value without trailing zeros or exponent, and never minus zero."""
    plain = amount.normalize()
    if plain == 0:
        return Decimal(0)
    return plain.quantize(Decimal(1)) if plain.as_tuple().exponent > 0 else plain  # type: ignore[operator]


def format_decimal(amount: Decimal) -> str:
    """The canonical decimal: a point, no exponent, no trailing zeros, as ``12.5``."""
    if not amount.is_finite():
        raise MalformedNumberError("not finite", text=str(amount))
    return f"{normalise(amount):f}"


def parse_decimal(text: str) -> Decimal:
    """The inverse of ``format_decimal``. Raises ``MalformedNumberError``."""
    if not _CANONICAL.match(text) or text == "-0":
        raise MalformedNumberError("not a canonical decimal", text=text)
    return Decimal(text)


def format_number(amount: Decimal) -> str:
    """The number as people write it: ``1.234,5``."""
    sign, whole, _, fraction = re.match(  # type: ignore[union-attr]
        r"(-?)([0-9]+)(\.([0-9]+))?", format_decimal(amount)
    ).groups()
    return sign + f"{int(whole):,}".replace(",", ".") + (f",{fraction}" if fraction else "")


def parse_number(text: str) -> Decimal:
    """The inverse of ``format_number``. Raises ``MalformedNumberError``."""
    if not _VIETNAMESE.match(text) or text == "-0":
        raise MalformedNumberError("not a number like 1.234,5", text=text)
    return Decimal(text.replace(".", "").replace(",", "."))


def read_number(text: str) -> Decimal:
    """The number a person typed: ``1.234,5`` or ``1234,5``, at most 3 decimals, below 10⁹ either way.

    ``12.5`` is refused, never guessed: read as thousands it is ten times or a thousand times too much.
    Raises ``MalformedNumberError`` with a sentence.
    """
    typed = text.strip().replace("\u00a0", "")
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", typed) and not _TYPED.match(typed):
        raise MalformedNumberError(
            "a point groups thousands",
            text=text,
            sentence=f"“{typed}” chưa rõ: phần lẻ viết sau dấu phẩy, ví dụ {typed.replace('.', ',')}.",
        )
    if not _TYPED.match(typed):
        raise MalformedNumberError("not a number", text=text)
    amount = Decimal(typed.replace(".", "").replace(",", "."))
    if abs(amount) >= LIMIT:
        raise MalformedNumberError(
            "too big", text=text, sentence=f"Số {typed[:30]} quá lớn. Hãy kiểm tra lại."
        )
    if normalise(amount) != normalise(round(amount, PLACES)):
        raise MalformedNumberError(
            "more than 3 decimals", text=text, sentence=f"Số {typed[:30]} có quá 3 chữ số lẻ. Hãy làm tròn."
        )
    return normalise(amount)


def format_json_number(amount: Decimal) -> int | float:
    """The JSON number of an amount with at most 3 decimals below 10¹²: exact there and back (ECMA-262)."""
    plain = normalise(amount)
    if abs(plain) >= 10**12 or plain != round(plain, PLACES):
        raise MalformedNumberError("not exact as a JSON number", text=str(amount))
    return int(plain) if plain == plain.to_integral_value() else float(plain)


def parse_json_number(number: int | float) -> Decimal:  # noqa: PYI041  # both types are what JSON gives
    """The amount a JSON number stands for: the shortest decimal that reads as it."""
    return normalise(Decimal(repr(number)))


# -- quantities -----------------------------------------------------------------------------------------


def format_quantity(quantity: Quantity) -> str:
    """The quantity as people write it: ``1,5 sào (Bắc Bộ)``."""
    return f"{format_number(quantity.amount)} {UNITS[quantity.unit].name_vi}"


def parse_quantity(text: str) -> Quantity:
    """The inverse of ``format_quantity``. Raises ``MalformedNumberError``."""
    number, _, name = text.partition(" ")
    for unit in UNITS.values():
        if unit.name_vi == name:
            return Quantity(parse_number(number), unit.code)
    raise MalformedNumberError("no such unit", text=text)


def units_like(unit: str) -> tuple[MeasureUnit, ...]:
    """The units that people may say instead of ``unit``, itself first; none for what is not in ``UNITS``."""
    asked = UNITS.get(unit)
    if asked is None:
        return ()
    others = (other for other in UNITS.values() if other.dimension == asked.dimension and other != asked)
    return (asked, *others)


def split_quantity(text: str) -> tuple[str, str | None]:
    """What was typed as its number and the code of the unit behind it; no code for none that is known."""
    match = _QUANTITY.match(unicodedata.normalize("NFC", text).strip())
    code = _SPELLINGS.get(match[2].strip().casefold()) if match else None
    return (text.strip(), None) if match is None or code is None else (match[1], code)


def read_quantity(text: str, unit: str) -> Decimal:
    """The amount a person typed, in ``unit``: the unit may be left out or be another of its dimension.

    Raises ``MalformedNumberError`` with a sentence.
    """
    typed = unicodedata.normalize("NFC", text).strip()
    match = _QUANTITY.match(typed)
    if match is None:
        raise MalformedNumberError("not a quantity", text=text)
    amount, name = read_number(match[1]), match[2].strip().casefold()
    if not name:
        return amount
    given = UNITS.get(_SPELLINGS.get(name, ""))
    if given is None or given.dimension != UNITS[unit].dimension:
        word, own = match[2].strip()[:20], UNITS[unit]
        others = ", ".join(other.name_vi for other in UNITS.values() if other.dimension == own.dimension)
        raise MalformedNumberError(
            "no such unit here",
            text=text,
            sentence=f"Không đổi được “{word}” sang {own.name_vi}. Hãy ghi theo {others}.",
        )
    return read_number(format_number(round(amount * given.factor / UNITS[unit].factor, PLACES)))


def format_weight(weight_kg: Decimal) -> str:
    """The weight as people write it: ``1.234,5 kg``."""
    return f"{format_number(weight_kg)} kg"


# -- dates ----------------------------------------------------------------------------------------------


def format_date(day: date) -> str:
    """The date as people write it: ``05/11/2026``."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def parse_date(text: str) -> date:
    """The inverse of ``format_date``. Raises ``MalformedNumberError`` for days that do not exist."""
    match = _DATE.match(text)
    if match is None:
        raise _no_date(text)
    return _date(text, int(match[3]), int(match[2]), int(match[1]))


def read_date(text: str) -> date:
    """The date a person or a date box gave: ``5/11/2026``, ``05-11-2026`` or ``2026-11-05``.

    Raises ``MalformedNumberError`` with a sentence.
    """
    typed = text.strip()
    if match := _ISO_DATE.match(typed):
        return _date(text, int(match[1]), int(match[2]), int(match[3]))
    if match := _TYPED_DATE.match(typed):
        return _date(text, int(match[3]), int(match[2]), int(match[1]))
    raise _no_date(text)


def read_day(text: str, today: date) -> date:
    """As ``read_date``, and what people say of a day near ``today``: ``hôm qua``, ``5/11``, ``5/11/26``,
    ``051126``, ``5 tháng 11``. Without a year it is the last such day that is not after ``today``; a year of
    two digits is of this century.

    Raises ``MalformedNumberError`` with a sentence.
    """
    typed = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    if typed in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[typed])
    match = _SPOKEN_DATE.match(typed) or _SHORT_DATE.match(typed) or _RUN_DATE.match(typed)
    if match is None:
        return read_date(text)
    day, month, year = int(match[1]), int(match[2]), match[3]
    if year is not None:
        return _date(text, int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = _date(text, today.year, month, day) if (day, month) != (29, 2) else None
    if this_year is not None and this_year <= today:
        return this_year
    return _date(text, _year_before(today, month, day), month, day)


def _year_before(today: date, month: int, day: int) -> int:
    """The last year whose ``day``/``month`` is not after ``today``; 29 February looks for a leap year."""
    year = today.year if (month, day) <= (today.month, today.day) else today.year - 1
    while (day, month) == (29, 2) and not isleap(year):
        year -= 1
    return year


def local_day(moment: datetime) -> date:
    """The calendar day in Việt Nam at an aware ``moment``."""
    return moment.astimezone(VIETNAM).date()


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _no_date(text) from error


def _no_date(text: str) -> MalformedNumberError:
    return MalformedNumberError(
        "not a date",
        text=text,
        sentence=f"“{text.strip()[:20]}” không phải ngày có thật. Viết ngày/tháng/năm, ví dụ 05/11/2026.",
    )
