"""A spreadsheet as a person made it, read strictly: bytes in, rows of text out (pure).

Two forms are read: XLSX (ECMA-376) and CSV (RFC 4180, UTF-8 with or without a byte order mark, comma or
semicolon). What a file *is* follows from its bytes, never from its name. Limits are checked before the work
they would cause, and every fault found is reported at once with its row and column.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.coop.errors import CellProblem, EmptySheetError, SheetError
from ledger.coop.spreadsheets.raw_cells import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, RawCell
from ledger.coop.spreadsheets.workbooks import read_all_sheets, read_workbook

MAX_FILE_BYTES = 10 * 1024 * 1024
ZIP_MAGIC = b"PK\x03\x04"
OLD_EXCEL_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell of the body. ``row`` counts from 1 as the person sees it; ``column`` is its letter."""

    row: int
    column: str
    heading: str
    value: str | date


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading: its row from 1, its letter, and the text."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """The filled cells of one row, in column order."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headings and the rows under them; empty rows are left out."""

    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]


def column_letter(index: int) -> str:
    """The letter of the column at ``index`` from 0: ``A`` for 0, ``AA`` for 26."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_sheet(data: bytes) -> Sheet:
    """The first sheet of an XLSX or the table of a CSV file. Raises ``SheetError`` with every fault found."""
    check_file(data)
    rows = read_workbook(data) if data.startswith(ZIP_MAGIC) else _csv_rows(data)
    return _sheet(rows)


def read_sheets(data: bytes) -> Iterator[tuple[str, Sheet | None, tuple[CellProblem, ...]]]:
    """Every sheet of an XLSX file by its title, or the table of a CSV file under no title, with its faults.

    Faulty cells are left out; empty sheets are. Raises ``SheetError`` for what no cell is to blame for.
    """
    check_file(data)
    for name, rows in read_tables(data):
        problems: list[CellProblem] = []
        sheet = _gather(rows, problems)
        if problems or (sheet is not None and sheet.rows):
            yield name, sheet, tuple(problems)


def read_tables(data: bytes) -> Iterator[tuple[str, Iterator[Sequence[RawCell]]]]:
    """The raw rows of every sheet by its title; of a CSV file under no title. Raises ``SheetError``."""
    if data.startswith(ZIP_MAGIC):
        yield from read_all_sheets(data)
    else:
        yield "", _csv_rows(data)


def check_file(data: bytes) -> None:
    """Raises ``SheetError`` for what cannot be a spreadsheet of ours, by its size and first bytes."""
    if not data:
        raise SheetError("empty file", sentence="Tệp trống. Hãy chọn lại tệp.")
    if len(data) > MAX_FILE_BYTES:
        raise SheetError(
            "file too large", sentence="Tệp lớn hơn 10 MB. Hãy tách thành nhiều tệp nhỏ, mỗi vụ một tệp."
        )
    if data.startswith(OLD_EXCEL_MAGIC):
        raise SheetError("old XLS", sentence="Tệp Excel kiểu cũ (.xls). Hãy mở và lưu lại thành .xlsx.")


def _csv_rows(data: bytes) -> Iterator[Sequence[RawCell]]:
    """The rows of a CSV file. The separator is whichever of ``,`` ``;`` the first line has more of."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(
            "not UTF-8", sentence="Không đọc được tệp. Hãy lưu lại dạng CSV UTF-8, hoặc dùng tệp .xlsx."
        ) from error
    if "\x00" in text:
        raise SheetError("NUL byte", sentence="Tệp này không phải bảng tính. Hãy chọn tệp .xlsx hoặc .csv.")
    first_line = text.split("\n", 1)[0]
    separator = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for values in reader:
            yield [_csv_cell(value) for value in values]
    except csv.Error as error:
        raise SheetError(
            f"CSV: {error}",
            sentence=f"Dòng {reader.line_num} có dấu ngoặc kép chưa đóng đúng. Hãy sửa rồi lưu lại tệp.",
        ) from error


def _csv_cell(value: str) -> RawCell:
    """A CSV value. A leading ``=`` or ``@`` is a formula to every spreadsheet program that opens the file."""
    text = value.strip()
    if text.startswith(("=", "@")):
        return RawCell("", fault="là công thức. Hãy gõ thẳng kết quả vào ô")
    return RawCell(text)


def _sheet(rows: Iterable[Sequence[RawCell]]) -> Sheet:
    """Headings and body of raw rows; raises ``SheetError`` with all faults of all cells."""
    problems: list[CellProblem] = []
    sheet = _gather(rows, problems)
    if sheet is None:
        raise EmptySheetError(
            "no headings", sentence="Tệp không có dòng tiêu đề. Dòng đầu phải ghi tên các cột."
        )
    if problems:
        raise SheetError("faulty cells", problems=tuple(problems))
    if not sheet.rows:
        raise EmptySheetError("no rows", sentence="Tệp chỉ có tiêu đề, chưa có dòng nào để nhập.")
    return sheet


def _gather(rows: Iterable[Sequence[RawCell]], problems: list[CellProblem]) -> Sheet | None:
    """Headings and body without the faulty cells, whose problems are added; ``None`` for nothing at all."""
    headings: tuple[Heading, ...] = ()
    by_place: dict[int, str] = {}
    body: list[Row] = []
    for number, raw in enumerate(rows, start=1):
        if number > MAX_ROWS + 1:
            raise SheetError("too many rows", sentence="Tệp có hơn 10.000 dòng. Hãy tách thành nhiều tệp.")
        if not any(cell.value or cell.fault for cell in raw):
            continue
        if not headings:
            headings = _headings(number, raw, problems)
            texts = {heading.column: heading.text for heading in headings}
            by_place = {
                place: texts[at] for place in range(MAX_COLUMNS) if (at := column_letter(place)) in texts
            }
        else:
            body.append(_row(number, raw, by_place, problems))
    return Sheet(headings, tuple(body)) if headings else None


def _headings(number: int, raw: Sequence[RawCell], problems: list[CellProblem]) -> tuple[Heading, ...]:
    filled = [index for index, cell in enumerate(raw) if cell.value or cell.fault]
    if filled[-1] >= MAX_COLUMNS:
        raise SheetError("too many columns", sentence="Tệp có hơn 60 cột. Hãy bỏ bớt các cột không dùng.")
    headings: list[Heading] = []
    seen: dict[str, str] = {}
    for index in filled:
        cell, letter = raw[index], column_letter(index)
        text = cell.value if isinstance(cell.value, str) else ""
        if cell.fault or not text or len(text) > MAX_CELL_CHARACTERS:
            problems.append(CellProblem(number, letter, "Tiêu đề cột phải là chữ. Hãy gõ lại tên cột."))
        elif text.casefold() in seen:
            earlier = seen[text.casefold()]
            problems.append(
                CellProblem(number, letter, f"Cột “{text}” đã có ở cột {earlier}. Hãy bỏ một cột.")
            )
        seen.setdefault(text.casefold(), letter)
        headings.append(Heading(number, letter, text))
    return tuple(headings)


def _row(
    number: int, raw: Sequence[RawCell], headings: Mapping[int, str], problems: list[CellProblem]
) -> Row:
    """The filled cells of a row; ``headings`` by the place of their column."""
    cells: list[Cell] = []
    for index, cell in enumerate(raw):
        if not cell.value and not cell.fault:
            continue
        letter = column_letter(index)
        if cell.fault:
            problems.append(CellProblem(number, letter, f"Ô {letter}{number} {cell.fault}."))
        elif index not in headings:
            problems.append(
                CellProblem(
                    number,
                    letter,
                    f"Ô {letter}{number} nằm ở cột không có tiêu đề. Hãy xóa hoặc đặt tên cột.",
                )
            )
        elif isinstance(cell.value, str) and len(cell.value) > MAX_CELL_CHARACTERS:
            problems.append(
                CellProblem(number, letter, f"Ô {letter}{number} dài hơn 1.000 ký tự. Hãy viết ngắn lại.")
            )
        else:
            cells.append(Cell(number, letter, headings[index], cell.value))
    return Row(number, tuple(cells))
