"""Picking slips: every line with its box, its lot and its place, and a symbol that opens the delivery."""

import subprocess
import sys
import unicodedata
from dataclasses import fields, replace
from pathlib import Path

import pypdfium2
import pytest

from labels import FieldMissingError, FieldTooLongError, LayoutError, MissingGlyphError
from labels.errors import FIELD_NAMES, PayloadCharacterError, TooManyLinesError
from labels.raster import page_image, page_size_pt
from labels.slips import LINES_LIMIT, PAGES, SLIP_LIMITS, Slip, SlipLine, SlipPayment, slip_pdf
from tests.labels.printed import read_codes
from tests.labels.written import words_of

LINE = SlipLine(
    "Xoài cát Hòa Lộc", "XCHL-260512", "120 gói", "Kho lạnh 2, kệ B3", "5 thùng × 24 gói", "12/11/2026"
)
SLIP = Slip(
    code="CH-260514-01",
    url="HTTPS://SOGOC.VN/CH-260514-01",
    organisation="HTX Nông nghiệp Hòa Lộc",
    lines=(LINE, SlipLine("Gạo ST25", "ST25-0501", "1.234,5 kg")),
    recipient="Siêu thị Cái Bè",
    sent_on="14/05/2026",
    remark="Giao trước 6 giờ sáng",
)


def pages_of(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


@pytest.mark.parametrize("page", PAGES)
def test_everything_that_a_picker_needs_is_there(page):
    pdf = slip_pdf(replace(SLIP, page=page))
    said = " ".join(words_of(pdf))
    wanted = [
        *(getattr(LINE, field.name) for field in fields(LINE)),
        "Gạo ST25",
        "1.234,5 kg",
        SLIP.recipient,
    ]
    wanted += ["Phiếu soạn hàng", SLIP.code, SLIP.organisation, SLIP.sent_on, SLIP.remark, "Trang 1 / 1"]
    squeezed = said.replace(" ", "")
    assert [text for text in wanted if text.replace(" ", "") not in squeezed] == []
    assert read_codes(page_image(pdf, 203.2)) == [SLIP.url]
    width_pt, height_pt = page_size_pt(pdf)
    assert (round(width_pt / 72 * 25.4), round(height_pt / 72 * 25.4)) == {
        "a4": (210, 297),
        "a5": (148, 210),
    }[page]


def test_a_long_order_goes_on_with_its_head_on_every_page():
    pdf = slip_pdf(replace(SLIP, lines=(LINE,) * 60))
    count = pages_of(pdf)
    assert count > 2
    for page in range(count):
        words = words_of(pdf, [page])
        assert "STT" in words or "soạn" in words
        assert f"Trang {page + 1} / {count}" in " ".join(words)
        assert SLIP.code in words


def test_the_same_slip_gives_the_same_bytes_in_another_process():
    source = (
        "import hashlib; from tests.labels.test_slips import SLIP, slip_pdf;"
        "print(hashlib.sha256(slip_pdf(SLIP)).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", source], check=True, capture_output=True, cwd=Path(__file__).parents[2]
        ).stdout
        for _ in range(2)
    }
    assert len(digests) == 1


def test_what_is_not_said_leaves_no_caption():
    said = words_of(slip_pdf(replace(SLIP, recipient="", sent_on="", remark="", lines=SLIP.lines[1:])))
    assert not {"nhận:", "giao:14/05/2026", "chú:", "dùng"} & set(said)


def test_markup_in_a_text_is_printed_and_not_obeyed():
    said = words_of(slip_pdf(replace(SLIP, remark="Rau <b>A&B</b>")))
    assert "<b>A&B</b>" in said


def test_decomposed_letters_are_composed_first():
    name = unicodedata.normalize("NFD", SLIP.organisation)
    assert slip_pdf(replace(SLIP, organisation=name)) == slip_pdf(SLIP)


@pytest.mark.parametrize("field", ["code", "url", "organisation"])
def test_a_slip_without_its_name_is_refused(field):
    with pytest.raises(FieldMissingError) as caught:
        slip_pdf(replace(SLIP, **{field: " "}))
    assert caught.value.field == field


@pytest.mark.parametrize("field", ["product_name", "lot", "quantity"])
def test_a_line_without_its_goods_is_refused(field):
    with pytest.raises(FieldMissingError) as caught:
        slip_pdf(replace(SLIP, lines=(LINE, replace(LINE, **{field: ""}))))
    assert caught.value.field == field


def test_texts_have_limits_and_letters():
    with pytest.raises(FieldTooLongError):
        slip_pdf(replace(SLIP, remark="a" * (SLIP_LIMITS["remark"] + 1)))
    with pytest.raises(MissingGlyphError):
        slip_pdf(replace(SLIP, recipient="中"))
    with pytest.raises(PayloadCharacterError):
        slip_pdf(replace(SLIP, url="HTTPS://SOGOC.VN/ĐƠN"))
    with pytest.raises(LayoutError):
        slip_pdf(replace(SLIP, page="a3"))


@pytest.mark.parametrize("page", PAGES)
def test_a_slip_that_is_paid_has_a_symbol_for_it(page):
    pay = SlipPayment("00020101&<0208", "0071000918348, Vietcombank", "2.700.000 đ", "DH12")
    pdf = slip_pdf(replace(SLIP, page=page, payment=pay))
    assert sorted(read_codes(page_image(pdf, 203.2))) == sorted([SLIP.url, pay.payload])
    squeezed = "".join(words_of(pdf)).replace(" ", "")
    assert all(text.replace(" ", "") in squeezed for text in (pay.account, pay.amount, pay.purpose))
    for wrong in ({"payload": ""}, {"account": ""}, {"payload": "0" * 301}):
        with pytest.raises((FieldMissingError, FieldTooLongError)):
            slip_pdf(replace(SLIP, payment=replace(pay, **wrong)))


@pytest.mark.parametrize("count", [0, LINES_LIMIT + 1])
def test_a_slip_of_no_line_or_too_many_is_refused(count):
    with pytest.raises(TooManyLinesError) as caught:
        slip_pdf(replace(SLIP, lines=(LINE,) * count))
    assert (caught.value.lines, caught.value.limit) == (count, LINES_LIMIT)


def test_every_field_of_a_slip_has_a_name_and_a_limit():
    kinds = (Slip, SlipLine, SlipPayment)
    names = {field.name for kind in kinds for field in fields(kind)} - {"lines", "page", "payment"}
    assert names == set(SLIP_LIMITS)
    assert names <= set(FIELD_NAMES)
