"""Reads what Vietnamese sentences have in their holes: dates and numbers as they are written there."""

import re
from datetime import date
from decimal import Decimal

_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_AMOUNT = re.compile(r"([-\d.,]+)([ \u00a0])([^\W\d]+(?: [^\W\d]+)?|%|m²|m³)")
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?")


def read_value(text: str) -> date | int | Decimal | None:
    """The day or number that a text is, ``22/11/2026``, ``1.234,5``; None for any other text."""
    if found := _DATE.fullmatch(text):
        try:
            return date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError:
            return None
    found = _NUMBER.fullmatch(text)
    if found is None or _is_code(text):
        return None
    plain = text.replace(".", "").replace(",", ".")
    return int(plain) if found[1] is None else Decimal(plain)


def read_amount(text: str) -> tuple[date | int | Decimal | None, tuple[str, ...]]:
    """The value of a text, and behind a number the unit with the space before it: ``320 gói``, ``1,5 kg``."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return read_value(text), ()
    value = read_value(found[1])
    return (None, ()) if value is None or isinstance(value, date) else (value, (found[3], found[2]))


def _is_code(text: str) -> bool:
    """Whether it is a name in digits, a code, a telephone number: it begins with 0, or is long and whole."""
    digits = text.partition(",")[0]
    return (len(digits) > 1 and digits.startswith("0")) or (len(digits) > 6 and "." not in digits)
