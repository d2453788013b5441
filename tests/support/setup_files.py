"""Set-up files as people fill them in: XLSX with the sheets of the blank workbook, and CSV."""

import io

import openpyxl
import xlsxwriter

from ledger.coop.setup.columns import TABLES

COLUMNS = {
    "members": ("Họ và tên", "Số điện thoại", "Mã thành viên"),
    "products": ("Mã sản phẩm", "Tên sản phẩm", "Quy trình", "Xuất xứ", "Các loại gói (g)"),
    "places": (
        "Tên nơi", "Loại", "Tỉnh, thành phố", "Xã, phường", "Diện tích", "Mã nơi", "Cây lâu năm trồng từ",
    ),
    "seasons": ("Sản phẩm", "Nơi sản xuất", "Bắt đầu từ ngày"),
    "supplies": ("Tên vật tư", "Loại", "Đếm theo", "Còn trong kho", "Số lô", "Giá mua (đ)"),
    "goods": ("Sản phẩm", "Nơi sản xuất", "Ngày thu", "Số lượng"),
}  # fmt: skip
WHOLE = {
    "members": [("Trần Văn Bảy", "0912000111", ""), ("Lê Thị Tám", 912000222, "TAM")],
    "products": [("NA", "Na dai", "Na (mãng cầu ta)", "Lạng Sơn, Việt Nam", "500; 1.000")],
    "places": [("Vườn na 1", "Vườn cây", "Lạng Sơn", "Chi Lăng", "2 sào", "NA1", "01/03/2018")],
    "seasons": [("Na dai", "vườn na 1", "01/09/2026")],
    "supplies": [("NPK 16-16-8", "Phân bón", "kg", "2 tạ", "A1", 2_500_000)],
    "goods": [("NA", "NA1", "10/11/2026", "120,5")],
}
"""A row for every sheet; later ones name what earlier ones make."""


def workbook(rows=None, **sheets):
    """An XLSX file: ``WHOLE`` or the rows given, by table."""
    tables = rows if rows is not None else sheets or WHOLE
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for table in TABLES:
        if table.code in tables:
            sheet = book.add_worksheet(table.title)
            for number, row in enumerate([COLUMNS[table.code], *tables[table.code]]):
                for place, value in enumerate(row):
                    sheet.write(number, place, value)
    book.close()
    return out.getvalue()


def workbook_of(title, headings, rows, more=()):
    """An XLSX file of a sheet with these headings and rows; ``more``: other sheets, each the same three."""
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, head, body in [(title, headings, rows), *more]:
        sheet = book.create_sheet(name)
        for row in (head, *body):
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def cells(data, title):
    """The rows of a sheet of an XLSX file."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [tuple(cell.value for cell in row) for row in book[title].iter_rows()]
