"""Papers: what is sold, what is cut, one's own grid; and what is refused before anything is printed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import BUILT_IN, STOCKS, PaperError, cut_sheet, own_grid, roll
from labels.papers import CELLS_A_PAGE, LARGEST_PAGE_MM, NAMES_VI, Paper

GRID = {
    "page_width_mm": 210.0, "page_height_mm": 297.0, "cell_width_mm": 63.5, "cell_height_mm": 38.1,
    "columns": 3, "rows": 7, "left_mm": 7.21, "top_mm": 15.15, "pitch_x_mm": 66.04, "pitch_y_mm": 38.1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("size", "page", "cells"),
    [
        ((50, 30), "a4", (4, 9)),
        ((100, 70), "a4", (2, 4)),
        ((200, 280), "a4", (1, 1)),
        ((50, 30), "a5", (2, 6)),
    ],
)
def test_plain_paper_holds_as_many_labels_as_fit_and_is_cut(size, page, cells):
    paper = cut_sheet(*size, page)
    assert (paper.columns, paper.rows) == cells
    assert paper.is_cut
    assert paper.left_mm == pytest.approx((paper.page_width_mm - paper.columns * size[0]) / 2)
    assert paper.top_mm == pytest.approx((paper.page_height_mm - paper.rows * size[1]) / 2)


@pytest.mark.parametrize("size", [(202, 30), (50, 290)])
def test_a_label_larger_than_the_sheet_is_refused(size):
    with pytest.raises(PaperError, match="không vừa tờ A4"):
        cut_sheet(*size)


def test_a_sheet_of_an_unknown_size_is_refused():
    with pytest.raises(PaperError, match="“a3”"):
        cut_sheet(50, 30, "a3")


def test_a_makers_sheet_is_the_grid_by_its_measures():
    assert STOCKS["avery_l7160"].paper == own_grid(**GRID)
    assert STOCKS["avery_l7160"].title_vi == "Tờ A4 Avery L7160, 63,5 × 38,1 mm, 21 tem một tờ"


def test_every_stock_knows_its_name_and_is_told_apart():
    assert all(name == stock.name for name, stock in STOCKS.items())
    assert len({stock.title_vi for stock in STOCKS.values()}) == len(STOCKS)
    assert {"a4_cut_50x30", "a4_cut_100x70", "roll_50x30", "roll_100x70"} <= set(STOCKS)
    assert all(
        stock.paper.kind == ("roll" if name.startswith("roll_") else "sheet")
        for name, stock in STOCKS.items()
    )


@pytest.mark.parametrize("design", BUILT_IN.values(), ids=lambda design: design.name)
def test_every_design_has_a_sheet_of_its_size_and_a_roll_that_holds_it(design):
    spare = [
        (
            stock.paper.kind,
            stock.paper.cell_width_mm - design.width_mm,
            stock.paper.cell_height_mm - design.height_mm,
        )
        for stock in STOCKS.values()
    ]
    assert any(kind == "sheet" and 0 <= wide <= 1 and 0 <= high <= 1 for kind, wide, high in spare)
    assert any(kind == "roll" and 0 <= wide <= 5 and 0 <= high <= 10 for kind, wide, high in spare)


def test_every_stock_has_a_design_that_fits_it():
    for stock in STOCKS.values():
        assert any(
            design.width_mm <= stock.paper.cell_width_mm and design.height_mm <= stock.paper.cell_height_mm
            for design in BUILT_IN.values()
        )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pitch_x_mm": 60.0}, "các cột chồng lên nhau"),
        ({"pitch_y_mm": 38.0}, "các hàng chồng lên nhau"),
        ({"columns": 4}, "4 cột cần"),
        ({"rows": 8}, "8 hàng cần"),
        ({"left_mm": 20.0}, "trang chỉ có 210 mm theo chiều ngang"),
        ({"top_mm": 40.0}, "trang chỉ có 297 mm theo chiều dọc"),
        ({"columns": 0}, "số cột phải"),
        ({"rows": 1.5}, "số hàng phải"),
        ({"columns": True}, "số cột phải"),
        ({"cell_width_mm": 0.0}, "bề ngang ô tem phải"),
        ({"cell_height_mm": -5.0}, "bề dọc ô tem phải"),
        ({"left_mm": -1.0}, "lề trái phải"),
        ({"page_width_mm": 5_000.0}, "bề ngang trang phải"),
        ({"pitch_y_mm": 1e9}, "bước dọc phải"),
    ],
)
def test_a_grid_that_is_no_paper_is_refused_with_the_number_to_look_at(wrong, words):
    with pytest.raises(PaperError, match=words) as caught:
        own_grid(**GRID | wrong)
    assert caught.value.field in NAMES_VI


@pytest.mark.parametrize("name", [name for name in GRID if name.endswith("_mm")])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_refused(name, value):
    with pytest.raises(PaperError) as caught:
        own_grid(**GRID | {name: value})
    assert caught.value.field == name


def test_too_many_cells_are_refused():
    with pytest.raises(PaperError, match="1088 ô tem"):
        own_grid(450, 450, 8, 8, 34, 32, 0, 0, 8, 8)
    assert CELLS_A_PAGE == 1_000


def test_a_row_of_labels_across_a_roll_is_a_sheet_of_one_row():
    paper = own_grid(110, 22, 35, 22, 3, 1, 1, 0, 36.5, 22)
    assert paper.cells == 3


def test_on_a_roll_the_page_is_the_label():
    paper = roll(50, 30)
    assert (paper.page_width_mm, paper.page_height_mm, paper.cells) == (50, 30, 1)
    with pytest.raises(PaperError, match="mỗi trang là đúng một tem"):
        Paper("roll", 100, 30, 50, 30, 2, 1, 0, 0, 50, 30)


def test_paper_of_an_unknown_kind_is_refused():
    with pytest.raises(PaperError, match="“box”"):
        Paper("box", **GRID)


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, LARGEST_PAGE_MM)


@given(
    st.fixed_dictionaries({name: numbers if name.endswith("_mm") else st.integers(-5, 500) for name in GRID})
)
def test_any_numbers_are_a_paper_whose_cells_are_on_the_page_or_one_clear_sentence(grid):
    try:
        paper = own_grid(**grid)
    except PaperError:
        return
    assert (
        paper.left_mm + (paper.columns - 1) * paper.pitch_x_mm + paper.cell_width_mm
        <= paper.page_width_mm + 0.01
    )
    assert (
        paper.top_mm + (paper.rows - 1) * paper.pitch_y_mm + paper.cell_height_mm
        <= paper.page_height_mm + 0.01
    )
