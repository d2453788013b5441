"""Spreadsheets as people make them, and as an attacker makes them."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.errors import SheetError
from ledger.coop.spreadsheets.raw_cells import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS
from ledger.coop.spreadsheets.sheets import MAX_FILE_BYTES, column_letter, read_sheet
from ledger.coop.spreadsheets.workbooks import MAX_UNZIPPED_BYTES


def _workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def _refused(data: bytes) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_sheet(data)
    return caught.value


def test_csv_with_byte_order_mark_and_semicolons_reads_like_commas():
    comma = "Ngày làm,Việc làm\n12/05/2026,Bón phân\n".encode()
    semicolon = b"\xef\xbb\xbf" + "Ngày làm;Việc làm\r\n12/05/2026;Bón phân\r\n".encode()
    assert read_sheet(comma) == read_sheet(semicolon)
    (row,) = read_sheet(comma).rows
    assert [(cell.heading, cell.value) for cell in row.cells] == [
        ("Ngày làm", "12/05/2026"),
        ("Việc làm", "Bón phân"),
    ]
    assert row.number == 2


def test_workbook_gives_dates_and_vietnamese_numbers():
    (row,) = read_sheet(_workbook(["Ngày làm", "Lượng"], [date(2026, 5, 12), 1234.5])).rows
    assert [cell.value for cell in row.cells] == [date(2026, 5, 12), "1234,5"]


def test_empty_rows_are_left_out_and_numbers_stay_those_the_person_sees():
    sheet = read_sheet(b"\nA,B\n\n1,2\n,\n3,4\n")
    assert [row.number for row in sheet.rows] == [4, 6]


def test_every_formula_is_reported_at_once_with_its_cell():
    error = _refused(_workbook(["A", "B"], ["=1+1", "x"], ["y", "=cmd|' /C calc'!A0"]))
    assert [(problem.row, problem.column) for problem in error.problems] == [(2, "A"), (3, "B")]
    assert "công thức" in error.problems[0].sentence


def test_csv_formula_is_refused():
    assert _refused(b"A,B\n=HYPERLINK(1),2\n").problems[0].column == "A"


def test_heading_given_twice_is_refused():
    assert "đã có ở cột A" in _refused("Việc,việc\n1,2\n".encode()).problems[0].sentence


def test_value_under_no_heading_is_refused():
    assert _refused(b"A,B\n1,2,3\n").problems[0].column == "C"


@pytest.mark.parametrize(
    "name", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/x.bin"]
)
def test_macros_and_links_out_are_refused(name):
    assert _refused(_with_part(_workbook(["A"], ["1"]), name, b"x")).problems == ()


def test_entity_bomb_is_refused_before_the_reader_sees_it():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'
    assert "DTD" in str(_refused(_with_part(_workbook(["A"], ["1"]), "xl/sharedStrings.xml", bomb)))


def test_zip_bomb_is_refused_by_its_directory():
    data = _with_part(_workbook(["A"], ["1"]), "xl/media/zeros.bin", bytes(MAX_UNZIPPED_BYTES + 1))
    assert len(data) < 200_000
    assert "zip bomb" in str(_refused(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 and then nothing",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old excel",
        b"\xff\xfe\x00\x01",
        b"A,B\x00\n1,2",
        b'A,B\n"1,2\n',
        b"A,B\n",
        b"\n\n",
    ],
)
def test_what_is_no_sheet_gets_one_plain_sentence(data):
    error = _refused(data)
    assert error.sentence.endswith(".")
    assert error.sentence != SheetError.default_sentence


def test_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hi")
    assert "không phải bảng tính" in _refused(out.getvalue()).sentence


def test_broken_sheet_inside_a_good_archive_is_refused():
    _refused(_with_part(_workbook(["A"], ["1"]), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"))


def test_limits_hold_at_and_just_over():
    wide = ",".join(f"c{i}" for i in range(MAX_COLUMNS)) + "\n" + "1\n"
    assert len(read_sheet(wide.encode()).headings) == MAX_COLUMNS
    assert "60 cột" in _refused(("x," + wide).encode()).sentence
    long = "x" * MAX_CELL_CHARACTERS
    assert read_sheet(f"A\n{long}\n".encode()).rows[0].cells[0].value == long
    assert "1.000 ký tự" in _refused(f"A\n{long}x\n".encode()).problems[0].sentence
    tall = b"A\n" + b"1\n" * MAX_ROWS
    assert len(read_sheet(tall).rows) == MAX_ROWS
    assert "10.000 dòng" in _refused(tall + b"1\n").sentence
    assert "10 MB" in _refused(b"A" * (MAX_FILE_BYTES + 1)).sentence


@given(st.integers(min_value=0, max_value=16_383))
def test_column_letters_are_those_of_a_spreadsheet(index):
    assert column_letter(index) == openpyxl.utils.get_column_letter(index + 1)


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_read_or_be_refused(data):
    try:
        read_sheet(data)
    except SheetError as error:
        sentence = error.sentence
    else:
        sentence = "read"
    assert sentence
