"""Numbers and dates in the reader's language: ``1.234,5``, ``22/11/2026``; ``1,234.5``, ``22 Nov 2026``.

Vietnamese is written here, byte for byte; every other language as CLDR has it for the catalogue's locale.
"""

from datetime import date
from decimal import Decimal
from typing import Self

from babel import Locale
from babel.dates import format_date

from web.languages.speaking import spoken

_SWAPPED = str.maketrans(",.", ".,")


class Figure(str):
    """A number as it is written, which still knows its ``value``: a plural depends on it."""

    __slots__ = ("value",)
    value: Decimal | int

    def __new__(cls, written: str, value: Decimal | int) -> Self:
        """``written`` is what is shown."""
        made = super().__new__(cls, written)
        made.value = value
        return made


def say_number(value: Decimal | int) -> Figure:
    """A number grouped by thousands, without zeros behind the last digit that counts."""
    language = spoken()
    written = vietnamese_number(value) if language is None else _foreign(_plain(value), language.locale)
    return Figure(written, value)


def vietnamese_number(value: Decimal | int) -> str:
    """``1.234,5``, whatever language is spoken."""
    return _plain(value).translate(_SWAPPED)


def say_date(value: date) -> str:
    """A day, short."""
    language = spoken()
    if language is None:
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    return format_date(value, "medium", language.locale)


def _plain(value: Decimal | int) -> str:
    """``1,234.5``."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _foreign(plain: str, locale: Locale) -> str:
    signs = locale.number_symbols["latn"]
    return plain.translate(str.maketrans({",": signs["group"], ".": signs["decimal"]}))
