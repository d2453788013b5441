"""A file that was sent, given back with its faults: red cells, and what to mend in a last column (pure).

It is made anew from what was read, so nothing that ran in the file runs in this one.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from ledger.coop.errors import CellProblem
from ledger.coop.setup.columns import MENDING, TABLES, fold
from ledger.coop.spreadsheets.raw_cells import RawCell
from ledger.coop.spreadsheets.sheets import column_letter, read_tables
from ledger.trace.units import format_date

_WIDTH = 24
_MENDING_WIDTH = 60
_CSV_TITLE = "Bảng"


def marked_workbook(data: bytes, problems: Iterable[CellProblem]) -> bytes:
    """The XLSX file. Raises ``SheetError`` for data that is no spreadsheet."""
    found: dict[str, dict[int, list[CellProblem]]] = defaultdict(lambda: defaultdict(list))
    for problem in problems:
        found[fold(problem.sheet)][problem.row].append(problem)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    red = book.add_format(
        {"num_format": "@", "bg_color": "#F7D4D4", "border": 1, "text_wrap": True, "valign": "top"}
    )
    for name, rows in read_tables(data):
        by_row = found.get(fold(name)) or (_of_csv(found) if not name else {})
        sheet = book.add_worksheet(name[:31] or _CSV_TITLE)
        _write_sheet(sheet, rows, by_row, plain, red)
    book.close()
    return out.getvalue()


def _of_csv(found: dict[str, dict[int, list[CellProblem]]]) -> dict[int, list[CellProblem]]:
    """A CSV file has no sheet's title; its problems bear that of the table that it was known for."""
    titles = ["", *(fold(table.title) for table in TABLES)]
    return next((found[title] for title in titles if title in found), {})


def _write_sheet(
    sheet: Any,
    rows: Iterable[Sequence[RawCell]],
    found: dict[int, list[CellProblem]],
    plain: Any,
    red: Any,
) -> None:
    width, mending = 0, 0
    for number, raw in enumerate(rows, start=1):
        texts = [_text(cell) for cell in raw]
        if not mending and any(texts):
            mending = next(
                (place for place, text in enumerate(texts) if fold(text) == fold(MENDING)), _used(texts)
            )
            width = mending
            sheet.write_string(number - 1, mending, MENDING, plain)
        faulty = {problem.column for problem in found.get(number, ())}
        for place, text in enumerate(texts):
            if place == mending and mending:
                continue
            is_faulty = column_letter(place) in faulty
            if text or is_faulty:
                sheet.write_string(number - 1, place, text, red if is_faulty else plain)
        if found.get(number) and mending:
            said = " ".join(f"{item.column}: {item.sentence}" for item in found[number])
            sheet.write_string(number - 1, mending, said[:2000], red)
    sheet.set_column(0, max(width - 1, 0), _WIDTH)
    sheet.set_column(mending, mending, _MENDING_WIDTH)
    sheet.freeze_panes(1, 0)


def _used(texts: Sequence[str]) -> int:
    return max((place + 1 for place, text in enumerate(texts) if text), default=0)


def _text(cell: RawCell) -> str:
    return format_date(cell.value) if isinstance(cell.value, date) else cell.value
