"""Outlines of plots as people and telephones give them, and what is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.errors import OutlineError
from ledger.coop.land.area_codes import is_export_code, read_area_code
from ledger.coop.land.borders import is_in_vietnam
from ledger.coop.land.geodesy import SCALE, Point
from ledger.coop.land.outlines import (
    MAX_POINTS,
    MAX_TYPED,
    check_outline,
    differs_much,
    format_outline,
    read_outline,
)

SQUARE = "21.85 106.76\n21.85 106.761\n21.851 106.761\n21.851 106.76"


@pytest.mark.parametrize(
    "text",
    [
        "21.85 106.76\n21.851 106.761\n21.852 106.76",
        "21,85 106,76\n21,851 106,761\n21,852 106,76",
        "21,85, 106,76\n21.851,106.761\n21,852; 106,76",
        "21.85, 106.76; 21.851, 106.761; 21.852, 106.76",
        "106.76 21.85\n106.761 21.851\n106.76 21.852",
        "N21.85° E106.76°\n(21.851, 106.761)\n[21.852, 106.76]",
        "21.85 106.76\n\n21.85 106.76\n21.851 106.761\n21.852 106.76\n21.85 106.76\n",
    ],
)
def test_points_are_read_however_people_write_them(text):
    expected = (
        Point(218_500_000, 1_067_600_000),
        Point(218_510_000, 1_067_610_000),
        Point(218_520_000, 1_067_600_000),
    )
    assert read_outline(text) == expected


@given(
    st.lists(
        st.builds(Point, st.integers(80_000_000, 230_000_000), st.integers(1_020_000_000, 1_090_000_000)),
        min_size=3,
        max_size=40,
        unique=True,
    )
)
def test_reading_what_was_written_gives_the_same_points(ring):
    assert read_outline(format_outline(ring)) == tuple(ring)


@pytest.mark.parametrize("line", ["xin chào", "21.85", "21.85 106.76 3", "21.8.5 106.76", "1e3 106"])
def test_a_line_that_is_no_point_is_named(line):
    with pytest.raises(OutlineError) as refused:
        read_outline(f"21.85 106.76\n{line}")
    assert "Dòng 2" in refused.value.sentence


def test_a_square_has_its_area():
    assert check_outline(read_outline(SQUARE), "plot") == pytest.approx(Decimal(11444), abs=5)


def refusal(text, kind="plot"):
    with pytest.raises(OutlineError) as refused:
        check_outline(read_outline(text), kind)
    return refused.value.sentence


def test_two_corners_are_too_few():
    assert "Mới có 2 điểm" in refusal("21.85 106.76\n21.86 106.77\n21.85 106.76\n21.86 106.77")
    assert "Mới có 0 điểm" in refusal("")


def test_a_ring_that_crosses_itself_says_which_sides():
    said = refusal("21.85 106.76\n21.851 106.761\n21.851 106.76\n21.85 106.761")
    assert "cạnh sau điểm 1" in said
    assert "cạnh sau điểm 3" in said


def test_a_ring_that_touches_itself_or_runs_back_is_refused():
    touching = "21.85 106.76\n21.85 106.764\n21.852 106.764\n21.85 106.762\n21.852 106.76"
    assert "tự cắt nhau" in refusal(touching)
    assert "tự cắt nhau" in refusal("21.85 106.76\n21.85 106.762\n21.85 106.761\n21.851 106.761")


def test_a_point_abroad_is_named():
    assert "Điểm 3" in refusal("21.85 106.76\n21.851 106.761\n1.35 103.8")


def test_a_plot_too_large_is_refused_and_a_forest_may_be_larger():
    large = "21.85 106.76\n21.85 106.79\n21.87 106.79\n21.87 106.76"
    assert "quá 300 ha" in refusal(large)
    assert check_outline(read_outline(large), "forest") > 6_000_000


def test_points_in_a_line_have_no_area():
    assert "không có diện tích" in refusal("21.85 106.76\n21.85 106.7600001\n21.8500001 106.76")


def test_so_many_points_are_read_and_no_more():
    ring = "\n".join(f"21.85{at:05d} 106.76" for at in range(MAX_TYPED))
    assert len(read_outline(ring)) <= MAX_POINTS
    with pytest.raises(OutlineError):
        read_outline(f"{ring}\n21.9 106.76")
    with pytest.raises(OutlineError):
        read_outline("1" * 200_001)


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    [
        ("Lũng Cú", 23.37, 105.32), ("A Pa Chải", 22.38, 102.15), ("Móng Cái", 21.53, 107.97),
        ("Lao Bảo", 16.62, 106.6), ("Bờ Y", 14.7, 107.55), ("Mộc Bài", 11.07, 106.17),
        ("Hà Tiên", 10.38, 104.48),
        ("Phú Quốc", 10.22, 103.97), ("Thổ Chu", 9.3, 103.48), ("Côn Đảo", 8.68, 106.6),
        ("Lý Sơn", 15.38, 109.12),
        ("Bạch Long Vĩ", 20.13, 107.73), ("Hoàng Sa", 16.5, 111.6), ("Trường Sa", 8.64, 111.9),
    ],
)  # fmt: skip
def test_the_corners_of_the_country_are_inside(name, latitude, longitude):
    assert is_in_vietnam(Point(round(latitude * SCALE), round(longitude * SCALE))), name


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(11.56, 104.92), (17.97, 102.6), (22.82, 108.37), (20.04, 110.34), (13.75, 100.5), (0, 0)],
)
def test_cities_abroad_are_outside(latitude, longitude):
    assert not is_in_vietnam(Point(round(latitude * SCALE), round(longitude * SCALE)))


def test_a_tenth_away_from_what_was_stated_is_still_alike():
    assert not differs_much(Decimal(1000), Decimal(1100))
    assert differs_much(Decimal(1000), Decimal("1100.1"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("VN-LSOR-0012", "VN-LSOR-0012"),
        (" vn lsor 0012 ", "VN-LSOR-0012"),
        ("VNLSOR0012", "VN-LSOR-0012"),
        ("VN–ĐLOR–0184", "VN-DLOR-0184"),  # the dash that word processors make
        ("20.01.123/456", "20.01.123-456"),
    ],
)
def test_codes_have_one_form(typed, code):
    assert read_area_code(typed) == code
    assert read_area_code(code) == code


@pytest.mark.parametrize("typed", ["", "ABC", "không có mã", "VN--0012;", "12", "X" * 41 + "1"])
def test_what_is_no_code(typed):
    assert read_area_code(typed) is None


def test_codes_for_export_are_told_apart():
    assert is_export_code("VN-LSOR-0012")
    assert not is_export_code("20.01.123")
