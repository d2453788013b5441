"""Areas on the ellipsoid: against closed formulas, and whatever way a ring turns."""

from math import cos, pi, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.land.geodesy import (
    FLATTENING,
    SCALE,
    SEMI_MAJOR_M,
    Point,
    area_m2,
    distance_m,
    offset_m,
)
from ledger.coop.land.tracks import NEAR_M, close_walk, drop_between, simplify

E2 = FLATTENING * (2 - FLATTENING)


def at(latitude, longitude):
    return Point(round(latitude * SCALE), round(longitude * SCALE))


def square(latitude, longitude, side):
    return [
        at(latitude, longitude),
        at(latitude, longitude + side),
        at(latitude + side, longitude + side),
        at(latitude + side, longitude),
    ]


def test_the_whole_earth_has_the_area_of_the_ellipsoid():
    belt = [at(-90, 0), at(-90, 90), at(90, 90), at(90, 0)]
    assert area_m2(belt) * 4 == pytest.approx(510_065_621_724_000, rel=1e-9)


@pytest.mark.parametrize("latitude", [8.6, 11.5, 16.0, 21.85, 23.3])
def test_a_small_square_has_the_area_that_the_radii_of_curvature_give(latitude):
    side = 0.001
    middle = radians(latitude + side / 2)
    bend = 1 - E2 * sin(middle) ** 2
    meridian = SEMI_MAJOR_M * (1 - E2) / bend**1.5
    parallel = SEMI_MAJOR_M / sqrt(bend) * cos(middle)
    expected = meridian * parallel * radians(side) ** 2
    assert area_m2(square(latitude, 106.76, side)) == pytest.approx(expected, rel=1e-7)


def test_a_degree_of_latitude_is_as_long_as_the_tables_say():
    assert distance_m(at(21.5, 106), at(22.5, 106)) == pytest.approx(110_732, abs=2)
    assert distance_m(at(22, 106), at(22, 106.1)) == pytest.approx(10_326, abs=2)


coordinates = st.tuples(st.integers(0, 20_000), st.integers(0, 20_000))


@given(st.lists(coordinates, min_size=3, max_size=20), st.integers(0, 19))
def test_an_area_does_not_depend_on_where_a_ring_begins_or_how_it_turns(corners, shift):
    ring = [Point(218_000_000 + lat, 1_067_000_000 + lon) for lat, lon in corners]
    turned = ring[shift % len(ring) :] + ring[: shift % len(ring)]
    assert area_m2(turned) == pytest.approx(area_m2(ring), abs=1e-3)
    assert area_m2(ring[::-1]) == pytest.approx(area_m2(ring), abs=1e-3)


def test_what_has_no_inside_has_no_area():
    assert area_m2([]) == area_m2([at(21, 106)]) == area_m2([at(21, 106), at(22, 106)]) == 0


def circle(count, radius=0.0005, around=2 * pi):
    return [
        at(21.85 + radius * sin(around * step / count), 106.76 + radius * cos(around * step / count))
        for step in range(count)
    ]


def test_what_was_walked_after_coming_back_is_left_out():
    whole = circle(100)
    walk = [*whole, *whole[:8]]
    closed = close_walk(walk)
    assert 90 < len(closed) <= 101
    assert area_m2(closed) == pytest.approx(area_m2(whole), rel=0.05)
    assert distance_m(closed[0], closed[-1]) < 2 * NEAR_M


def test_a_walk_that_did_not_come_back_is_kept_as_it_is():
    half = circle(50, around=pi)
    assert close_walk(half) == tuple(half)


def test_a_narrow_plot_is_not_cut_at_its_first_side():
    narrow = [at(21.85, 106.76), at(21.85, 106.76005), at(21.852, 106.76005), at(21.852, 106.76)]
    assert close_walk(narrow) == tuple(narrow)


def test_a_long_track_keeps_its_shape_with_few_points():
    track = circle(3000)
    kept = simplify(track, 200)
    assert len(kept) <= 200
    assert area_m2(kept) == pytest.approx(area_m2(track), rel=0.01)


def test_points_on_a_straight_side_are_dropped():
    side = [at(21.85, 106.76 + step / 10_000) for step in range(10)]
    assert drop_between(side, 0.5) == [side[0], side[-1]]
    assert drop_between(side[:2], 0.5) == side[:2]


def test_offsets_point_east_and_north():
    east, north = offset_m(at(21.85, 106.76), at(21.851, 106.761))
    assert east == pytest.approx(103.4, abs=0.2)
    assert north == pytest.approx(110.7, abs=0.2)
