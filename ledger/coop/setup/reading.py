"""A set-up workbook, read: every row of every sheet as texts by column, and every faulty cell (pure).

XLSX with the sheets of ``columns.TABLES`` by their names, or a CSV file of one, known by its headings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from ledger.coop.errors import CellProblem, SheetError
from ledger.coop.setup.columns import GUIDE, LISTS, MENDING, TABLES, Table, fold
from ledger.coop.spreadsheets.sheets import Row, Sheet, read_sheets
from ledger.trace.errors import UnseenTextError
from ledger.trace.texts import clean_text
from ledger.trace.units import format_date

MAX_ROWS_IN_ALL = 10_000


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: the text of each filled column by its key, and in which letter it stands.

    ``others`` are cells under headings that the table does not have, by heading.
    """

    table: str
    number: int
    texts: Mapping[str, str] = field(repr=False)
    letters: Mapping[str, str]
    others: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, key: str) -> str:
        """What stands in a column; empty for nothing."""
        return self.texts.get(key, "")

    def problem(self, key: str, sentence: str) -> CellProblem:
        """A problem of the cell of this column, or of the row where it has none."""
        table = next(table for table in TABLES if table.code == self.table)
        letter = self.letters.get(key) or self.letters.get(table.first_needed.key) or "A"
        return CellProblem(self.number, letter, sentence, table.title)


@dataclass(frozen=True, slots=True)
class SetupFile:
    """All rows that could be read, in the order of the work, and what is wrong with the others."""

    rows: tuple[TableRow, ...]
    problems: tuple[CellProblem, ...]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many rows each table has."""
        counted = ((table.code, sum(row.table == table.code for row in self.rows)) for table in TABLES)
        return tuple((code, count) for code, count in counted if count)


def read_setup_file(data: bytes) -> SetupFile:
    """The file's rows. Raises ``SheetError`` for a file that is no spreadsheet, or has nothing to import."""
    rows: list[TableRow] = []
    problems: list[CellProblem] = []
    for name, sheet, found in read_sheets(data):
        if fold(name) in {fold(GUIDE), fold(LISTS)}:
            continue
        title = _title(name, sheet)
        problems += [CellProblem(item.row, item.column, item.sentence, title) for item in found]
        if sheet is None:
            continue
        table = _table(name, sheet)
        if table is None:
            problems.append(_unknown_sheet(name, sheet))
        else:
            problems += _heading_problems(table, sheet)
            reader = _Reader(table, sheet, problems)
            rows += [reader.read(row) for row in sheet.rows]
    if not rows and not problems:
        raise SheetError("nothing to import", sentence="Tệp chưa có dòng nào để nhập. Hãy điền rồi gửi lại.")
    if len(rows) > MAX_ROWS_IN_ALL:
        raise SheetError("too many rows", sentence="Tệp có hơn 10.000 dòng. Hãy tách thành nhiều tệp.")
    order = {table.code: place for place, table in enumerate(TABLES)}
    return SetupFile(tuple(sorted(rows, key=lambda row: (order[row.table], row.number))), tuple(problems))


def _title(name: str, sheet: Sheet | None) -> str:
    """The title under which problems of a sheet stand."""
    table = None if sheet is None else _table(name, sheet)
    return name if table is None else table.title


def _table(name: str, sheet: Sheet) -> Table | None:
    """The table that a sheet is: by its name; a CSV file has none, and is known by its headings."""
    by_name = next((table for table in TABLES if fold(table.title) == fold(name)), None)
    if by_name is not None or name:
        return by_name
    headings = {fold(heading.text) for heading in sheet.headings}
    fitting = [
        table
        for table in TABLES
        if all(fold(column.heading) in headings for column in table.columns if column.needed)
    ]
    return max(fitting, key=lambda table: _shared(table, headings), default=None)


def _shared(table: Table, headings: set[str]) -> int:
    return sum(fold(column.heading) in headings for column in table.columns)


def _unknown_sheet(name: str, sheet: Sheet) -> CellProblem:
    titles = ", ".join(table.title for table in TABLES)
    said = f"Trang tính “{name[:40]}” không có trong mẫu" if name else "Không nhận ra bảng này"
    return CellProblem(
        sheet.headings[0].row,
        sheet.headings[0].column,
        f"{said}. Các trang nhận được: {titles}. Hãy dùng tệp mẫu.",
        name,
    )


def _heading_problems(table: Table, sheet: Sheet) -> Iterator[CellProblem]:
    row = sheet.headings[0].row
    present = {fold(heading.text) for heading in sheet.headings}
    for heading in sheet.headings:
        if table.column(heading.text) is None and not table.is_open and fold(heading.text) != fold(MENDING):
            names = ", ".join(column.heading for column in table.columns)
            sentence = f"Cột “{heading.text[:60]}” không có trong mẫu. Các cột nhận được: {names}."
            yield CellProblem(row, heading.column, sentence, table.title)
    for column in table.columns:
        if column.needed and fold(column.heading) not in present:
            yield CellProblem(row, "A", f"Thiếu cột “{column.heading}”. Hãy thêm cột này.", table.title)


class _Reader:
    """Reads the rows of a sheet that is a table: what its headings mean is found once."""

    def __init__(self, table: Table, sheet: Sheet, problems: list[CellProblem]) -> None:
        self._table = table
        self._problems = problems
        letters = {fold(heading.text): heading.column for heading in reversed(sheet.headings)}
        self._columns = {heading.text: table.column(heading.text) for heading in sheet.headings}
        self._mending = {heading.text for heading in sheet.headings if fold(heading.text) == fold(MENDING)}
        found = ((column, letters.get(fold(column.heading))) for column in table.columns if column.needed)
        self._needed = [(column, letter) for column, letter in found if letter is not None]
        self._told = {(item.row, item.column) for item in problems if item.sheet == table.title}

    def read(self, row: Row) -> TableRow:
        """A row of the table; what is wrong with it is noted."""
        texts: dict[str, str] = {}
        letters: dict[str, str] = {}
        others: dict[str, str] = {}
        for cell in row.cells:
            column = self._columns[cell.heading]
            if cell.heading in self._mending:
                continue
            text = _text(cell.value)
            if text is None:
                sentence = f"Ô {cell.column}{cell.row} có ký tự không nhìn thấy. Hãy xóa đi gõ lại."
                self._refuse(cell.row, cell.column, sentence)
            elif column is None:
                others[cell.heading] = text
                letters[fold(cell.heading)] = cell.column
            else:
                texts[column.key], letters[column.key] = text, cell.column
        for column, letter in self._needed:
            if not texts.get(column.key) and (row.number, letter) not in self._told:
                self._refuse(row.number, letter, f"Chưa ghi “{column.heading}”.")
        return TableRow(self._table.code, row.number, texts, letters, others)

    def _refuse(self, row: int, column: str, sentence: str) -> None:
        self._told.add((row, column))
        self._problems.append(CellProblem(row, column, sentence, self._table.title))


def _text(value: str | date) -> str | None:
    if isinstance(value, date):
        return format_date(value)
    try:
        return clean_text(value)
    except UnseenTextError:
        return None


def lacks(row: TableRow, table: Table) -> bool:
    """Whether a needed cell is empty; its problem is told already."""
    return any(column.needed and not row.text(column.key) for column in table.columns)


def code_of(word: str, words: Mapping[str, str]) -> str | None:
    """The code of a word to choose, or of a code itself."""
    return _by_word(tuple(words.items())).get(fold(word))


@lru_cache(maxsize=64)
def _by_word(words: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Codes by their words and themselves; the first of those that compare alike."""
    found: dict[str, str] = {}
    for code, name in words:
        found.setdefault(fold(name), code)
        found.setdefault(fold(code), code)
    return found
