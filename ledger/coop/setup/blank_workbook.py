"""The blank set-up workbook: a sheet a table with lists to choose from, and a guide with examples (pure).

Examples stand in the guide alone: what stands in a table is imported.
"""

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter

from ledger.coop.setup.columns import GUIDE, LISTS, TABLES, Column, Table
from ledger.coop.spreadsheets.raw_cells import MAX_ROWS

_WIDTH = 24
_GUIDE_WIDTH = 30


def blank_workbook() -> bytes:
    """The XLSX file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E3EFE7"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    guide = book.add_worksheet(GUIDE)
    _write_guide(guide, bold, plain)
    sheets = [(table, book.add_worksheet(table.title)) for table in TABLES]
    lists = book.add_worksheet(LISTS)
    lists.hide()
    text = book.add_format({"num_format": "@"})
    places = dict(_write_lists(lists))
    for table, sheet in sheets:
        _write_table(sheet, table, bold, text, places)
    guide.activate()
    book.close()
    return out.getvalue()


def _write_guide(sheet: Any, bold: Any, plain: Any) -> None:
    sheet.set_column(0, 0, _GUIDE_WIDTH)
    sheet.set_column(1, 12, _WIDTH)
    lines = (
        "Điền các trang bên cạnh, trang nào chưa có gì thì để trống, rồi gửi tệp ở mục Nhập từ Excel.",
        "Cột có dấu * phải điền. Ngày ghi như 05/11/2026, số lẻ ghi như 1.234,5. Đừng dùng công thức.",
        "Máy kiểm tra hết rồi mới hỏi có ghi không: sai ô nào chỉ ô đó, và chưa ghi dòng nào.",
    )
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
    row = len(lines) + 1
    for table in TABLES:
        sheet.write_string(row, 0, table.title, bold)
        sheet.write_string(row, 1, table.lead)
        for place, column in enumerate(table.columns):
            sheet.write_string(row + 1, place, _heading(column), bold)
            sheet.write_string(row + 2, place, column.example and f"Ví dụ: {column.example}", plain)
            sheet.write_string(row + 3, place, column.help, plain)
        row += 5


def _write_lists(sheet: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """Write what may be chosen, a column each; where each list stands, by table and column."""
    place = 0
    for table in TABLES:
        for column in table.columns:
            if column.words is None:
                continue
            for row, word in enumerate(column.words.values()):
                sheet.write_string(row, place, word)
            letter = chr(ord("A") + place)
            yield (
                (table.code, column.key),
                f"='{LISTS}'!${letter}$1:${letter}${len(column.words)}",
            )
            place += 1


def _write_table(sheet: Any, table: Table, bold: Any, text: Any, lists: dict[tuple[str, str], str]) -> None:
    # Text, so that Excel takes no zero from a telephone number and turns no 1-2 into a day.
    sheet.set_column(0, len(table.columns) - 1, _WIDTH, text)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, _heading(column), bold)
        note = " ".join(part for part in (column.help, column.example and f"Ví dụ: {column.example}") if part)
        if note:
            sheet.write_comment(0, place, note)
        source = lists.get((table.code, column.key))
        if source is not None:
            choice = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, place, MAX_ROWS, place, choice)


def _heading(column: Column) -> str:
    return f"{column.heading} *" if column.needed else column.heading
