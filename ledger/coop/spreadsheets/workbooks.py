"""The sheets of an XLSX file, read without trusting it.

An XLSX file is a ZIP of XML parts (ECMA-376 part 2), so it can lie about its size, nest entities, carry
macros or point outside itself. The archive is therefore judged by its directory and its parts are scanned
before the reader sees them; formulas are refused because their results are nobody's statement.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL

from ledger.coop.errors import SheetError
from ledger.coop.spreadsheets.raw_cells import MAX_COLUMNS, MAX_ROWS, RawCell

MAX_UNZIPPED_BYTES = 50 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 500
MAX_SHEETS = 20
_SCAN_BYTES = 64 * 1024
_NOTHING = RawCell("")

_NOT_A_WORKBOOK = "Tệp này không phải bảng tính Excel (.xlsx). Hãy mở bằng Excel rồi lưu lại."


def read_workbook(data: bytes) -> Iterator[Sequence[RawCell]]:
    """The rows of the active sheet. Raises ``SheetError`` for anything that is not a plain workbook."""
    workbook = _open(data)
    sheet = workbook.active
    if sheet is None:
        raise SheetError("no sheet", sentence="Tệp không có trang tính nào. Hãy chọn lại tệp.")
    try:
        yield from _rows(sheet)
    finally:
        workbook.close()


def read_all_sheets(
    data: bytes, *, max_rows: int = MAX_ROWS
) -> Iterator[tuple[str, Iterator[Sequence[RawCell]]]]:
    """Every sheet's title and rows, in the workbook's order; read one before the next is asked for.

    Raises ``SheetError`` as ``read_workbook`` does.
    """
    workbook = _open(data)
    if len(workbook.worksheets) > MAX_SHEETS:
        raise SheetError("too many sheets", sentence=f"Tệp có hơn {MAX_SHEETS} trang tính. Hãy bỏ bớt.")
    try:
        for sheet in workbook.worksheets:
            yield sheet.title, _rows(sheet, max_rows)
    finally:
        workbook.close()


def _open(data: bytes) -> Any:
    _check_archive(data)
    try:
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except (
        Exception
    ) as error:  # openpyxl raises whatever its XML reader met: KeyError, ValueError, ParseError …
        raise SheetError(f"unreadable workbook: {error}", sentence=_NOT_A_WORKBOOK) from error


def _rows(sheet: Any, max_rows: int = MAX_ROWS) -> Iterator[Sequence[RawCell]]:
    # One row and one column past the limits, so that going over is seen and the rest is never read.
    rows = sheet.iter_rows(max_row=max_rows + 2, max_col=MAX_COLUMNS + 1)
    try:
        for row in rows:
            yield [_NOTHING if cell is EMPTY_CELL else _cell(cell) for cell in row]
    except Exception as error:
        raise SheetError(f"unreadable sheet: {error}", sentence=_NOT_A_WORKBOOK) from error


def _check_archive(data: bytes) -> None:
    """Raises ``SheetError`` for zip bombs, macros, external links and document type definitions."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_sizes(parts, len(data))
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise SheetError("not a workbook", sentence=_NOT_A_WORKBOOK)
            if any("vbaProject" in name or "macrosheets" in name for name in names):
                raise SheetError("macros", sentence="Tệp có chứa macro. Hãy lưu lại dạng .xlsx thường.")
            if any(name.startswith(("xl/externalLinks/", "xl/embeddings/")) for name in names):
                raise SheetError(
                    "links out", sentence="Tệp có liên kết sang tệp khác. Hãy dán giá trị rồi lưu lại."
                )
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SheetError(f"bad archive: {error}", sentence=_NOT_A_WORKBOOK) from error


def _check_sizes(parts: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    """The directory's own sizes. A lie there only cuts a part short: ``zipfile`` never reads past them."""
    unzipped_bytes = sum(part.file_size for part in parts)
    if (
        len(parts) > MAX_PARTS
        or unzipped_bytes > MAX_UNZIPPED_BYTES
        or unzipped_bytes > packed_bytes * MAX_RATIO
    ):
        raise SheetError(
            "zip bomb", sentence="Tệp nén quá mức cho phép nên không được mở. Hãy lưu lại từ Excel."
        )


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A DTD is where entity bombs live (XML 1.0 §4.4); it may stand only before the root element."""
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as stream:
            head = stream.read(_SCAN_BYTES)
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise SheetError("DTD", sentence=_NOT_A_WORKBOOK)


def _cell(cell: Any) -> RawCell:
    """One cell as the person sees it: numbers become Vietnamese text, dates stay dates."""
    match getattr(cell, "data_type", "n"), cell.value:
        case _, None:
            return _NOTHING
        case "f", _:
            return RawCell("", fault="là công thức. Hãy dán lại dạng giá trị (Dán đặc biệt → Giá trị)")
        case "e", value:
            return RawCell("", fault=f"báo lỗi {value}. Hãy sửa trong Excel")
        case _, bool() as value:
            return RawCell("có" if value else "không")
        case _, datetime() as value:
            return RawCell(value.date())
        case _, date() as value:
            return RawCell(value)
        case _, int() | float() as value:
            return RawCell(format(Decimal(repr(value)), "f").replace(".", ","))
        case _, str() as value:
            return RawCell(value.strip())
    return RawCell("", fault="là giờ hoặc kiểu không đọc được. Hãy gõ lại bằng chữ hoặc số")
