"""Labels never overlap, never leave the page, and always begin on a printer's dot."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from labels import LabelError, PaperError, ProfileError, cut_sheet, own_grid, roll
from labels.layouts import PRINTER_DPI, Layout, PrinterProfile
from labels.papers import LEAST_CELL_MM, STOCKS
from labels.sheets import Grid, lay_out, module_dots
from tests.labels.printed import design_of

RESOLUTIONS = [Fraction(str(dpi)) / Fraction("25.4") for dpi in sorted(set(PRINTER_DPI.values()))]
resolutions = st.sampled_from(RESOLUTIONS)
widths = st.floats(10, 200).map(lambda side: round(side, 3))
heights = st.floats(10, 280).map(lambda side: round(side, 3))
papers = st.sampled_from([stock.paper for stock in STOCKS.values()])


def hundredths(least: float, most: float):
    return st.integers(round(least * 100), round(most * 100)).map(lambda number: number / 100)


def a_part(least: float, most: float):
    return st.floats(least, most).map(lambda number: round(number, 4))


@st.composite
def axes(draw, page_mm):
    """A count, first edge, pitch and cell that fit a page side."""
    cell = draw(hundredths(LEAST_CELL_MM, page_mm))
    first = draw(hundredths(0, page_mm - cell))
    count = draw(st.integers(1, max(1, min(20, int((page_mm - first) / cell)))))
    widest = cell if count == 1 else (page_mm - first - cell) / (count - 1)
    pitch = cell if count == 1 else draw(hundredths(cell, max(cell, widest - 0.01)))
    return count, first, pitch, cell


@st.composite
def grids(draw):
    """Any sheet that is accepted."""
    page = draw(hundredths(20, 320)), draw(hundredths(20, 450))
    columns, left, pitch_x, width = draw(axes(page[0]))
    rows, top, pitch_y, height = draw(axes(page[1]))
    try:
        return own_grid(*page, width, height, columns, rows, left, top, pitch_x, pitch_y)
    except PaperError:
        assume(False)


profiles = st.builds(
    PrinterProfile,
    offset_x_mm=a_part(-10, 10),
    offset_y_mm=a_part(-10, 10),
    scale_x=a_part(0.97, 1.03),
    scale_y=a_part(0.97, 1.03),
)


def assert_on_the_page(grid: Grid) -> None:
    for left, top in grid.origins:
        assert 0 <= left <= left + grid.label_width <= grid.page_width
        assert 0 <= top <= top + grid.label_height <= grid.page_height


def assert_apart(grid: Grid) -> None:
    lefts = sorted({left for left, _ in grid.origins})
    tops = sorted({top for _, top in grid.origins})
    assert len(grid.origins) == len(lefts) * len(tops)
    assert all(after - before >= grid.label_width > 0 for before, after in itertools.pairwise(lefts))
    assert all(after - before >= grid.label_height > 0 for before, after in itertools.pairwise(tops))


@given(grids(), st.data(), resolutions)
def test_labels_of_any_grid_stay_on_the_page_and_apart(paper, data, dots_per_mm):
    size = (
        data.draw(hundredths(LEAST_CELL_MM, paper.cell_width_mm)),
        data.draw(hundredths(LEAST_CELL_MM, paper.cell_height_mm)),
    )
    grid = lay_out(paper, size, dots_per_mm)
    assert len(grid.origins) == paper.cells
    assert_on_the_page(grid)
    assert_apart(grid)


@given(grids() | papers, profiles, st.sampled_from([203, 300, 600]))
def test_a_printer_profile_is_refused_or_leaves_every_label_whole(paper, profile, dpi):
    design = design_of(paper.cell_width_mm, paper.cell_height_mm)
    try:
        grid = Layout(paper, design, dpi, profile=profile).grid
    except ProfileError:
        return
    assert_apart(grid)
    if paper.kind == "sheet":
        assert_on_the_page(grid)


@given(grids(), profiles, resolutions)
def test_labels_stand_where_the_profile_says_to_a_dot(paper, profile, dots_per_mm):
    size = (paper.cell_width_mm, paper.cell_height_mm)
    scale = profile.scale_x, profile.scale_y
    grid = lay_out(paper, size, dots_per_mm, (profile.offset_x_mm, profile.offset_y_mm), scale)
    for number, (left, top) in enumerate(grid.origins):
        row, column = divmod(number, paper.columns)
        left_mm = (paper.left_mm + column * paper.pitch_x_mm) * profile.scale_x + profile.offset_x_mm
        top_mm = (paper.top_mm + row * paper.pitch_y_mm) * profile.scale_y + profile.offset_y_mm
        assert abs(left - left_mm * dots_per_mm) <= 1.5
        assert abs(top - top_mm * dots_per_mm) <= 1.5


@given(grids(), st.data(), resolutions)
def test_a_smaller_design_is_centred_to_a_dot(paper, data, dots_per_mm):
    size = (
        data.draw(hundredths(LEAST_CELL_MM, paper.cell_width_mm)),
        data.draw(hundredths(LEAST_CELL_MM, paper.cell_height_mm)),
    )
    grid = lay_out(paper, size, dots_per_mm)
    left, top = grid.origins[0]
    middle = paper.left_mm + paper.cell_width_mm / 2, paper.top_mm + paper.cell_height_mm / 2
    assert abs(left + grid.label_width / 2 - middle[0] * dots_per_mm) <= 1.5
    assert abs(top + grid.label_height / 2 - middle[1] * dots_per_mm) <= 1.5


@given(widths, heights, resolutions)
def test_a_cut_sheet_is_as_full_as_its_margins_allow(width, height, dots_per_mm):
    paper = cut_sheet(width, height)
    grid = lay_out(paper, (width, height), dots_per_mm)
    assert_on_the_page(grid)
    assert_apart(grid)
    assert len(grid.origins) == (len(grid.columns) - 1) * (len(grid.rows) - 1)
    assert len(grid.columns) * width > 210 - 9 - 1e-6
    assert len(grid.rows) * height > 297 - 16 - 1e-6


@given(widths, heights, resolutions)
def test_cuts_stand_where_they_should_to_half_a_dot(width, height, dots_per_mm):
    paper = cut_sheet(width, height)
    grid = lay_out(paper, (width, height), dots_per_mm)
    for index, edge in enumerate(grid.columns):
        assert abs(edge - (paper.left_mm + index * width) * dots_per_mm) <= 0.5 + 1e-6


@given(st.floats(10, 200), st.integers(25, 49), resolutions)
def test_a_symbol_with_its_quiet_zone_stays_in_its_slot(slot, size, dots_per_mm):
    dots = module_dots(slot, size, float(dots_per_mm))
    assert dots * (size + 8) <= slot * dots_per_mm + 0.01
    assert (dots + 1) * (size + 8) > slot * dots_per_mm - 1


@pytest.mark.parametrize("stock", STOCKS.values(), ids=lambda stock: stock.name)
@pytest.mark.parametrize("dots_per_mm", RESOLUTIONS, ids=float)
def test_labels_of_every_stock_stay_on_the_page_and_apart(stock, dots_per_mm):
    paper = stock.paper
    grid = lay_out(paper, (paper.cell_width_mm, paper.cell_height_mm), dots_per_mm)
    assert_on_the_page(grid)
    assert_apart(grid)


def test_a_roll_label_is_its_page():
    grid = lay_out(roll(50, 30), (50, 30), Fraction(1500, 127))
    assert (grid.page_width, grid.page_height) == (grid.label_width, grid.label_height) == (590, 354)
    assert grid.origins == ((0, 0),)


def test_a_design_may_equal_its_cell_to_a_hundredth_and_no_more():
    assert Layout(roll(50, 30), design_of(50.009, 30)).grid.label_width == 400
    with pytest.raises(LabelError, match="lớn hơn ô tem 50 × 30 mm"):
        Layout(roll(50, 30), design_of(50.5, 30))
