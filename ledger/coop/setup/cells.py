"""The cells of one row as values: every fault is noted beside its cell, and all are raised together."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ledger.coop.errors import CellProblem
from ledger.coop.setup.columns import TABLES
from ledger.coop.setup.names import Named
from ledger.coop.setup.reading import TableRow, code_of
from ledger.coop.supplies.amounts import read_amount
from ledger.trace.errors import MalformedNumberError
from ledger.trace.units import normalise, read_date, read_number, read_quantity


class FaultyRowError(Exception):
    """The row cannot be written. ``problems`` may be empty: what it names is at fault, and said so itself."""

    def __init__(self, problems: tuple[CellProblem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Cells:
    """Reads the cells of ``row``. ``finish()`` raises ``FaultyRowError`` if anything was wrong."""

    def __init__(self, row: TableRow) -> None:
        self._row = row
        self._problems: list[CellProblem] = []
        self._is_faulty = False

    def refuse(self, key: str, sentence: str) -> None:
        """Note a problem of a cell."""
        self._problems.append(self._row.problem(key, sentence))

    def finish(self) -> None:
        """Raises ``FaultyRowError`` with all problems noted."""
        if self._problems or self._is_faulty:
            raise FaultyRowError(tuple(self._problems))

    def text(self, key: str) -> str:
        """The text; empty for nothing."""
        return self._row.text(key)

    def optional(self, key: str) -> str | None:
        """The text, or ``None``."""
        return self._row.text(key) or None

    def word(self, key: str) -> str:
        """The code of a word to choose."""
        words = self._words(key)
        code = code_of(self._row.text(key), words)
        if code is None:
            shown = ", ".join(words.values()) if len(words) <= 20 else "danh mục của tệp mẫu"
            self.refuse(key, f"“{self._row.text(key)[:40]}” không có trong danh sách. Hãy chọn: {shown}.")
        return code or ""

    def number(self, key: str, unit: str | None = None) -> Decimal | None:
        """A number as typed, with another unit of its kind behind it where ``unit`` is given."""
        text = self._row.text(key)
        if not text:
            return None
        try:
            return read_number(text) if unit is None else read_quantity(text, unit)
        except MalformedNumberError as error:
            self.refuse(key, error.sentence)
            return None

    def amount(self, key: str, unit: str) -> Decimal:
        """An amount of a supply in ``unit``; 0 where it is at fault."""
        try:
            return read_amount(self._row.text(key), unit)
        except MalformedNumberError as error:
            self.refuse(key, error.sentence)
        return Decimal(0)

    def count(self, key: str) -> int | None:
        """A whole number."""
        amount = self.number(key)
        if amount is None:
            return None
        if normalise(amount) != amount.to_integral_value():
            self.refuse(key, f"“{self._row.text(key)[:20]}” không phải số nguyên. Hãy bỏ phần lẻ.")
            return None
        return int(amount)

    def counts(self, key: str) -> tuple[int, ...]:
        """Whole numbers with semicolons between them."""
        found = []
        for part in filter(None, (part.strip() for part in self._row.text(key).split(";"))):
            try:
                amount = read_number(part)
            except MalformedNumberError as error:
                self.refuse(key, error.sentence)
                continue
            if amount != amount.to_integral_value():
                self.refuse(key, f"“{part[:20]}” không phải số nguyên. Hãy ghi bằng gam.")
                continue
            found.append(int(amount))
        return tuple(found)

    def day(self, key: str) -> date | None:
        """A date."""
        text = self._row.text(key)
        if not text:
            return None
        try:
            return read_date(text)
        except MalformedNumberError as error:
            self.refuse(key, error.sentence)
            return None

    def named(self, key: str, known: Named, what_vi: str) -> str | None:
        """The code of what the cell names; ``None`` for an empty cell."""
        text = self._row.text(key)
        if not text:
            return None
        code = known.find(text)
        if code is None and known.is_faulty(text):
            self._is_faulty = True
        elif code is None and known.codes.get(" ".join(text.casefold().split())):
            self.refuse(key, f"Có nhiều {what_vi} cùng tên “{text[:40]}”. Hãy ghi mã.")
        elif code is None:
            self.refuse(key, f"Không tìm thấy {what_vi} “{text[:40]}” trong sổ hay trong tệp này.")
        return code

    def _words(self, key: str) -> Mapping[str, str]:
        table = next(table for table in TABLES if table.code == self._row.table)
        words = next(column.words for column in table.columns if column.key == key)
        return {} if words is None else words
