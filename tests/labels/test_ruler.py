"""The test page: crosses where they are said to be, and measurements that mend the printer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labels import STOCKS, LayoutError, PrinterProfile, ProfileError
from labels.papers import Paper
from labels.ruler import Measured, crosses, mend_profile, ruler_page
from tests.labels.printed import RENDERERS

A4, ROLL = STOCKS["a4_cut_50x30"].paper, STOCKS["roll_50x30"].paper


def printed_page(renderer: str, paper: Paper, dpi: float, profile: PrinterProfile, folder) -> Image.Image:
    path = folder / "ruler.pdf"
    path.write_bytes(ruler_page(paper, dpi, profile))
    (page,) = RENDERERS[renderer](path, dpi)
    return page


def is_cross(page: Image.Image, x: int, y: int, arm: int) -> bool:
    """Lines one dot wide through this dot, and white beside them in the corner that scales leave free."""
    pixels = page.load()
    across = all(pixels[x + step, y] == 0 for step in range(-arm, arm + 1))
    down = all(pixels[x, y + step] == 0 for step in range(-arm, arm + 1))
    white = all(pixels[x - step, y - 1] != 0 and pixels[x - 1, y - step] != 0 for step in range(2, arm))
    return across and down and white


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("dpi", [203.2, 300, 600])
@pytest.mark.parametrize("paper", [A4, ROLL], ids=["sheet", "roll"])
def test_crosses_stand_where_they_are_said_to_be(renderer, dpi, paper, tmp_path):
    page = printed_page(renderer, paper, dpi, PrinterProfile(), tmp_path)
    found, dots = crosses(paper), dpi / 25.4
    for x_mm, y_mm in ((found.left_mm, found.top_mm), (found.right_mm, found.bottom_mm)):
        assert is_cross(page, round(x_mm * dots), round(y_mm * dots), round(1.5 * dots))


def test_a_profile_moves_the_crosses(tmp_path):
    page = printed_page("poppler", A4, 203.2, PrinterProfile(1.0, -2.0, 1.01, 0.99), tmp_path)
    assert is_cross(page, round((20 * 1.01 + 1) * 8), round((20 * 0.99 - 2) * 8), 12)


def test_a_roll_narrower_than_a_hand_has_crosses_near_its_edges():
    assert crosses(ROLL).left_mm == 3
    assert (crosses(A4).width_mm, crosses(A4).height_mm) == (170, 257)


shifts, stretches = st.floats(-3, 3), st.floats(0.985, 1.015)
told_before = st.builds(
    PrinterProfile, st.floats(-1, 1), st.floats(-1, 1), st.floats(0.99, 1.01), st.floats(0.99, 1.01)
)


@given(st.tuples(shifts, shifts), st.tuples(stretches, stretches), st.sampled_from([A4, ROLL]), told_before)
def test_what_is_measured_mends_the_printer(shift, stretch, paper, printed):
    """Any printer that shifts and stretches, whatever profile it was told before."""

    def lands(profile: PrinterProfile, x_mm: float, y_mm: float) -> tuple[float, float]:
        told = x_mm * profile.scale_x + profile.offset_x_mm, y_mm * profile.scale_y + profile.offset_y_mm
        return shift[0] + stretch[0] * told[0], shift[1] + stretch[1] * told[1]

    wanted = crosses(paper)
    first = lands(printed, wanted.left_mm, wanted.top_mm)
    second = lands(printed, wanted.right_mm, wanted.bottom_mm)
    if min(first) <= 0:
        return
    measured = Measured(*first, second[0] - first[0], second[1] - first[1])
    mended = mend_profile(paper, measured, printed)
    for x_mm, y_mm in ((wanted.left_mm, wanted.top_mm), (wanted.right_mm, wanted.bottom_mm)):
        assert lands(mended, x_mm, y_mm) == pytest.approx((x_mm, y_mm), abs=0.03)


@pytest.mark.parametrize(
    ("measured", "field"),
    [
        (Measured(20, 20, 160, 257), "scale_x"),
        (Measured(20, 20, 170, 280), "scale_y"),
        (Measured(45, 20, 170, 257), "offset_x_mm"),
        (Measured(20, 0, 170, 257), "top_mm"),
        (Measured(20, 20, float("nan"), 257), "width_mm"),
        (Measured(20, 20, 170, -1), "height_mm"),
    ],
)
def test_measurements_that_no_profile_mends_are_refused(measured, field):
    with pytest.raises(ProfileError) as caught:
        mend_profile(A4, measured)
    assert caught.value.field == field


def test_the_same_page_is_the_same_bytes():
    assert ruler_page(A4, 300) == ruler_page(A4, 300)
    assert ruler_page(A4, 203) == ruler_page(A4, 203.2)


def test_a_profile_that_pushes_a_cross_off_the_page_is_refused():
    with pytest.raises(ProfileError, match="ngoài trang giấy") as caught:
        ruler_page(ROLL, 203, PrinterProfile(offset_y_mm=-4))
    assert caught.value.field == "offset_y_mm"


def test_a_printer_that_does_not_exist_is_refused():
    with pytest.raises(LayoutError):
        ruler_page(A4, 100)


@pytest.mark.parametrize("stock", STOCKS.values(), ids=lambda stock: stock.name)
def test_every_stock_has_a_test_page(stock):
    assert ruler_page(stock.paper, 203.2).startswith(b"%PDF")
