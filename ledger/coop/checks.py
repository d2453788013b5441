"""Checking the values of a command: every problem at once, each with its field and a sentence. Pure."""

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from ledger.coop.errors import CommandError, Problem
from ledger.trace.errors import TraceError, UnseenTextError
from ledger.trace.identifiers import check_code
from ledger.trace.texts import clean_text
from ledger.trace.units import PLACES, format_number

_PHONE = re.compile(r"\+?[0-9][0-9 .-]{6,18}")
MAX_AMOUNT = Decimal(10) ** 9


class Checks:
    """Collects what is wrong with a command. ``finish()`` raises ``CommandError`` if anything was.

    Each method gives the value in its one form (or what it was given, when it is wrong).
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def refuse(self, field: str, sentence: str) -> None:
        """Note a problem."""
        self._problems.append(Problem(field, sentence))

    def finish(self) -> None:
        """Raises ``CommandError`` with all problems noted."""
        if self._problems:
            raise CommandError(*self._problems)

    def text(self, field: str, label_vi: str, value: str, limit: int) -> str:
        """A required text: NFC, inner spaces single, 1 to ``limit`` visible characters."""
        try:
            tidy = clean_text(value)
        except UnseenTextError:
            self.refuse(field, f"Phần {label_vi} có ký tự không nhìn thấy. Hãy xóa đi gõ lại.")
            return value
        if not tidy:
            self.refuse(field, f"Hãy ghi {label_vi}.")
        elif len(tidy) > limit:
            self.refuse(field, f"Phần {label_vi} dài {len(tidy)} ký tự, tối đa {limit}. Hãy viết ngắn hơn.")
        return tidy

    def optional_text(self, field: str, label_vi: str, value: str | None, limit: int) -> str | None:
        """Like ``text``, or ``None`` for nothing but spaces."""
        return self.text(field, label_vi, value, limit) if value and value.strip() else None

    def code(self, field: str, label_vi: str, value: str) -> str:
        """A code for products, places and lots: 1 to 20 of ``A-Z 0-9 _ -``, put in capitals."""
        code = value.strip().upper()
        try:
            check_code(code, short=True)
        except TraceError:
            sentence = f"Phần {label_vi} chỉ gồm chữ không dấu, số, dấu - và _, tối đa 20 ký tự."
            self.refuse(field, sentence)
        return code

    def word(self, field: str, label_vi: str, value: str, words: Collection[str]) -> str:
        """One of a few words."""
        if value not in words:
            self.refuse(field, f"Hãy chọn {label_vi} trong danh sách.")
        return value

    def phone(self, field: str, value: str | None) -> str | None:
        """A telephone number of 7 to 19 digits, spaces, dots and hyphens; or ``None`` for nothing."""
        tidy = (value or "").strip()
        if tidy and _PHONE.fullmatch(tidy) is None:
            self.refuse(field, "Số điện thoại chưa đúng. Hãy ghi như 0912 345 678.")
        return tidy or None

    def amount(self, field: str, label_vi: str, value: Decimal) -> Decimal:
        """A quantity above zero, below 10⁹, with at most three decimals."""
        wrong = not value.is_finite() or not 0 < value < MAX_AMOUNT
        if wrong or value != round(value, PLACES):
            self.refuse(field, f"Phần {label_vi} phải lớn hơn 0 và có tối đa 3 chữ số lẻ.")
        return value

    def optional_amount(self, field: str, label_vi: str, value: Decimal | None) -> Decimal | None:
        """Like ``amount``, or ``None``."""
        return None if value is None else self.amount(field, label_vi, value)

    def count(self, field: str, label_vi: str, value: int, limit: int) -> int:
        """A whole number from 1 to ``limit``."""
        if not 1 <= value <= limit:
            self.refuse(field, f"Phần {label_vi} phải từ 1 đến {format_number(Decimal(limit))}.")
        return value

    def days_in_order(self, field: str, label_vi: str, first: date, last: date | None) -> None:
        """``last`` is not before ``first``."""
        if last is not None and last < first:
            self.refuse(field, f"Phần {label_vi} sớm hơn ngày bắt đầu. Hãy chọn lại ngày.")
