"""Rows as an XLSX file: texts stay texts, and no cell is a formula. Pure."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from ledger.coop.spreadsheets.spreadsheet_texts import harmless

_WIDEST = 60


def format_sheets(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook with a sheet for each name; the first row of each is its heading, which stays in view."""
    out = io.BytesIO()
    # Strings that look like formulas, numbers or addresses are written as what they are: texts.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, harmless(cell), heading if number == 0 else text)
        for column in range(len(rows[0]) if rows else 0):
            longest = max(len(row[column]) for row in rows if column < len(row))
            sheet.set_column(column, column, min(max(longest, 8), _WIDEST))
        if rows:
            sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
    book.close()
    return out.getvalue()
