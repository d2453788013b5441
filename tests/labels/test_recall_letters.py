"""Letters that call goods back: all of it said, a page for each, and nothing that is no text."""

from dataclasses import replace

import pytest

from labels.errors import FieldMissingError, FieldTooLongError, TooManyLinesError
from labels.letters import LETTERS_LIMIT, LINES_LIMIT, Letter, LetterLine, letters_pdf
from tests.labels.test_slips import pages_of, words_of

LINE = LetterLine("Nho hạ đen", "261119-1", "1.137 gói", "20/11/2026", "XVAWMSJZ")
LETTER = Letter(
    organisation="HTX Nho Đồi Sim",
    address="Thôn Đồi Sim",
    phone="Điện thoại: 0100 000 001",
    place_and_day="Bắc Ninh, ngày 22 tháng 11 năm 2026",
    title="THÔNG BÁO THU HỒI HÀNG",
    about="Thu hồi lô 261119-1",
    recipient="Công ty Nông sản Bến Mơ",
    paragraphs=("Lý do: dư lượng <vượt> mức & nặng mùi.",),
    to_do=("Ngừng bán.", "Gửi lại phiếu."),
    lines=(LINE,),
    signed_by="Đại diện đơn vị",
    slip=("Còn trong kho: ......",),
)


def test_everything_stands_on_the_letter_as_text():
    said = " ".join(words_of(letters_pdf([LETTER]))).replace(" ", "")
    wanted = [*LETTER.paragraphs, *LETTER.to_do, *LETTER.slip, LETTER.recipient, LETTER.title, LINE.lot]
    wanted += [LINE.quantity, LINE.shipment, LETTER.place_and_day, "Độc lập – Tự do – Hạnh phúc"]
    assert [text for text in wanted if text.replace(" ", "") not in said] == []


def test_each_letter_begins_on_a_page_of_its_own_and_long_ones_go_on():
    others = [replace(LETTER, recipient=f"Cửa hàng {number}", slip=()) for number in range(3)]
    pdf = letters_pdf(others)
    assert pages_of(pdf) == 3
    for number in range(3):
        words = " ".join(words_of(pdf, [number]))
        assert f"Cửa hàng {number}" in words
        assert "Trang 1 / 1" in words
    assert pages_of(letters_pdf([replace(LETTER, lines=(LINE,) * 90)])) > 2


def test_what_no_typeface_has_is_a_box_and_not_an_error():
    assert letters_pdf([replace(LETTER, recipient="Cửa hàng 喵")]) == letters_pdf(
        [replace(LETTER, recipient="Cửa hàng □")]
    )


def test_limits():
    for wrong, error in (
        ([], TooManyLinesError),
        ([LETTER] * (LETTERS_LIMIT + 1), TooManyLinesError),
        ([replace(LETTER, lines=(LINE,) * (LINES_LIMIT + 1))], TooManyLinesError),
        ([replace(LETTER, recipient=" ")], FieldMissingError),
        ([replace(LETTER, paragraphs=("x" * 801,))], FieldTooLongError),
    ):
        with pytest.raises(error):
            letters_pdf(wrong)
