"""Labels never overlap, never leave the page, and always begin on a printer's dot."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.sheets import A4_HEIGHT_MM, A4_WIDTH_MM, a4_grid, module_dots, roll_grid

widths = st.floats(10, 200)
heights = st.floats(10, 280)
resolutions = st.sampled_from([8.0, 300 / 25.4, 600 / 25.4])


@given(widths, heights, resolutions)
def test_labels_stay_on_the_page(width, height, dots_per_mm):
    grid = a4_grid(width, height, dots_per_mm)
    for left, top in grid.origins:
        assert 0 <= left <= left + grid.label_width <= grid.page_width
        assert 0 <= top <= top + grid.label_height <= grid.page_height


@given(widths, heights, resolutions)
def test_labels_do_not_overlap(width, height, dots_per_mm):
    grid = a4_grid(width, height, dots_per_mm)
    for (left, top), (other_left, other_top) in itertools.combinations(grid.origins, 2):
        assert abs(left - other_left) >= grid.label_width or abs(top - other_top) >= grid.label_height


@given(widths, heights, resolutions)
def test_labels_stand_where_they_should_to_half_a_dot(width, height, dots_per_mm):
    grid = a4_grid(width, height, dots_per_mm)
    columns = len(grid.columns) - 1
    first = (A4_WIDTH_MM - columns * width) / 2
    for index, edge in enumerate(grid.columns):
        assert abs(edge - (first + index * width) * dots_per_mm) <= 0.5 + 1e-6


@given(widths, heights, resolutions)
def test_the_sheet_is_as_full_as_its_margins_allow(width, height, dots_per_mm):
    grid = a4_grid(width, height, dots_per_mm)
    assert len(grid.origins) == (len(grid.columns) - 1) * (len(grid.rows) - 1)
    assert len(grid.columns) * width > A4_WIDTH_MM - 9 - 1e-6
    assert len(grid.rows) * height > A4_HEIGHT_MM - 16 - 1e-6


@given(st.floats(10, 200), st.integers(25, 49), resolutions)
def test_a_symbol_with_its_quiet_zone_stays_in_its_slot(slot, size, dots_per_mm):
    dots = module_dots(slot, size, dots_per_mm)
    assert dots * (size + 8) <= slot * dots_per_mm + 0.01
    assert (dots + 1) * (size + 8) > slot * dots_per_mm - 1


@pytest.mark.parametrize(("label", "labels"), [((50, 30), 36), ((100, 70), 8), ((200, 280), 1)])
def test_known_sheets(label, labels):
    assert len(a4_grid(*label, 8.0).origins) == labels


@pytest.mark.parametrize("label", [(202, 30), (50, 290)])
def test_a_label_larger_than_the_sheet_is_refused(label):
    with pytest.raises(ValueError, match="does not fit"):
        a4_grid(*label, 8.0)


def test_a_roll_label_is_its_page():
    grid = roll_grid(50, 30, 300 / 25.4)
    assert (grid.page_width, grid.page_height) == (grid.label_width, grid.label_height) == (590, 354)
    assert grid.origins == ((0, 0),)
