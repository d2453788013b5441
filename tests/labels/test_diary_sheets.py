"""The diary sheet on paper: its pages, its words, and what is refused."""

from dataclasses import replace

import pytest

from labels.diary_sheets import (
    LINES_A_PAGE,
    MAX_PAGES,
    MAX_STEPS,
    MAX_TEXT,
    DiarySheet,
    SheetStep,
    diary_sheet_pdf,
)
from labels.errors import FieldMissingError, FieldTooLongError, LayoutError, TooManyLinesError
from labels.raster import page_image
from tests.labels.printed import read_codes
from tests.labels.test_slips import pages_of
from tests.labels.written import words_of

SHEET = DiarySheet(
    organisation="HTX Nho Đồi Mây",
    title="Nhật ký Nho hạ đen, vụ V260814-1",
    place="Vườn nho số 1 (VUON1)",
    started_on="14/08/2026",
    url="https://so.example.vn/hop-tac-xa/vu/x/go-phieu",
    columns=("Dùng gì", "Bao nhiêu", "Cách ly (ngày)", "Cách làm", "Thêm"),
    steps=(SheetStep(1, "Bón phân", (("Dùng gì", "Tên phân"),)), SheetStep(2, "Làm cỏ")),
    people=(("TV01", "Nguyễn Văn Sáu"),),
)


def squeezed(sheet, pages=(0, 1)):
    """All that is printed, without spaces: a reader may see more of these than we wrote."""
    return "".join(words_of(diary_sheet_pdf(sheet), pages))


def test_a_sheet_has_its_lines_on_each_page_and_explains_its_boxes_on_the_last():
    assert pages_of(diary_sheet_pdf(SHEET)) == 2
    assert pages_of(diary_sheet_pdf(replace(SHEET, pages=3))) == 4
    assert LINES_A_PAGE == 12


def test_the_words_of_a_sheet_are_on_it():
    text = squeezed(SHEET)
    said = ("Nhật ký Nho hạ đen", "HTX Nho Đồi Mây", "TV01", "Nguyễn Văn Sáu", "Tên phân", "Ghi gì vào ô nào")
    assert [words for words in said if words.replace(" ", "") not in text] == []


def test_the_same_sheet_gives_the_same_bytes():
    assert diary_sheet_pdf(SHEET) == diary_sheet_pdf(SHEET)


def test_a_name_that_looks_like_markup_stays_a_name():
    sheet = replace(SHEET, people=(("TV01", "<b>Sáu</b> & Bảy"),))
    assert "<b>Sáu</b>&Bảy" in squeezed(sheet)


def test_a_letter_without_a_glyph_becomes_a_box_and_spoils_nothing():
    assert "Sáu" in squeezed(replace(SHEET, people=(("TV01", "Sáu 漢"),)))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"pages": 0}, LayoutError),
        ({"pages": MAX_PAGES + 1}, LayoutError),
        ({"steps": SHEET.steps * MAX_STEPS}, TooManyLinesError),
        ({"people": SHEET.people * 61}, TooManyLinesError),
        ({"title": " "}, FieldMissingError),
        ({"title": "x" * (MAX_TEXT + 1)}, FieldTooLongError),
    ],
)
def test_what_does_not_fit_is_refused(changed, error):
    with pytest.raises(error):
        diary_sheet_pdf(replace(SHEET, **changed))


def test_the_symbol_opens_the_keying_in():
    assert read_codes(page_image(diary_sheet_pdf(SHEET), 203.2)) == [SHEET.url]
