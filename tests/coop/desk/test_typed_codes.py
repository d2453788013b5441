"""Codes as they come to a desk: scanned, pasted, in files of other programs."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.desk.errors import TooManyCodesError
from ledger.coop.desk.typed_codes import MAX_CODES, MAX_SHOWN, TypedCode, read_code, read_file, read_typed
from ledger.coop.errors import SheetError
from ledger.coop.paper.carton_codes import CartonKind, OwnCode, Sscc, format_own, format_sscc
from signing.stamp_codes import StampCodec

CODEC = StampCodec.from_secret(bytes(range(32)))
CODES = [CODEC.format(number) for number in range(1, 7)]
CARTON = format_own(CartonKind.CARTON, "8H2M4KQ7", 12)
SSCC = format_sscc("0614141", 1234567890)


def texts(found):
    return [code.text for code in found]


@pytest.mark.parametrize(
    "typed",
    [
        CODES[0],
        CODES[0].lower(),
        f" {CODES[0][:4]} {CODES[0][4:8]}-{CODES[0][8:]} ",
        f"HTTPS://SO.EXAMPLE.VN/S/{CODES[0]}",
        f"https://so.example.vn/s/{CODES[0].lower()}?x=1",
        f"HTTPS://SO.EXAMPLE.VN/S/{CODES[0]}.0ABCDE",
        f"HTTPS://SO.EXAMPLE.VN/S/{CODES[0]}/0ABCDE",
    ],
)
def test_a_stamp_is_read_however_it_comes(typed):
    assert read_code(CODEC, typed) == TypedCode(CODES[0], 1)


@pytest.mark.parametrize(
    ("typed", "carton"),
    [
        (CARTON, OwnCode(CartonKind.CARTON, "8H2M4KQ7", 12)),
        (f"https://so.example.vn/c/{CARTON.lower()}", OwnCode(CartonKind.CARTON, "8H2M4KQ7", 12)),
        (f"(00){SSCC}", Sscc(int(SSCC[:-1]))),
        (f"https://so.example.vn/00/{SSCC}", Sscc(int(SSCC[:-1]))),
    ],
)
def test_a_carton_is_read_however_it_comes(typed, carton):
    assert read_code(CODEC, typed).carton == carton


def test_a_list_of_another_program_has_its_codes_among_other_cells():
    text = (
        "Mã tem;Mã vạch;Sản phẩm\r\n"
        f"{CODES[0]};8936012345678;Nho, loại 1\r\n"
        f'"{CODES[1]}"\t2\n'
        "\n"
        f"{CODES[2]}, {CODES[3]}\n"
        "tem rách\n"
    )
    found = read_file(CODEC, b"\xef\xbb\xbf" + text.encode())
    assert texts(found) == [*CODES[:4], "tem rách"]
    assert [code.is_known for code in found] == [True] * 4 + [False]


def test_a_workbook_is_read_sheet_by_sheet():
    book = openpyxl.Workbook()
    book.active.append(["Mã", "Ghi chú"])
    book.active.append([CODES[0], "thùng 1"])
    book.create_sheet("Xe 2").append(["thùng 2", CODES[1]])
    out = io.BytesIO()
    book.save(out)
    assert texts(read_file(CODEC, out.getvalue())) == CODES[:2]


def test_a_list_at_the_limit_is_read_and_one_beyond_is_refused():
    full = "\n".join([CODES[0]] * MAX_CODES)
    assert len(read_typed(CODEC, full)) == MAX_CODES
    with pytest.raises(TooManyCodesError) as caught:
        read_typed(CODEC, f"{full}\n{CODES[1]}")
    assert "20.000" in caught.value.sentence


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04 none"]
)
def test_a_file_that_is_no_list_is_refused(data):
    with pytest.raises(SheetError):
        read_file(CODEC, data)


def test_one_word_alone_is_a_code_that_is_none():
    assert texts(read_typed(CODEC, "tem rách")) == ["tem rách"]
    assert texts(read_typed(CODEC, f"Mã tem\n{CODES[0]}")) == [CODES[0]]
    assert read_typed(CODEC, " \n ;; \n") == ()


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read(typed):
    for code in read_typed(CODEC, typed):
        assert code.is_known or len(code.text) <= MAX_SHOWN
        assert code.text.isprintable()
