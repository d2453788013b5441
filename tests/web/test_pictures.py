"""The pictures that the server draws: the coarse map, the shares."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.public.origins import TONES, bars
from web.public.vietnam import HEIGHT, WIDTH, draw


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(21.03, 105.85), (10.78, 106.7), (16.5, 112.0), (8.6, 111.9), (10.2, 104.0)]
)
def test_places_of_viet_nam_are_on_the_map(latitude, longitude):
    drawn = draw(latitude, longitude)
    assert 0 <= drawn.x <= WIDTH
    assert 0 <= drawn.y <= HEIGHT


def test_north_is_up_and_east_is_right():
    hanoi, saigon = draw(21.03, 105.85), draw(10.78, 106.7)
    assert hanoi.y < saigon.y
    assert hanoi.x < saigon.x


@pytest.mark.parametrize(("latitude", "longitude"), [(0, 0), (48.8, 2.3), (-33, 151)])
def test_other_places_have_no_map(latitude, longitude):
    assert draw(latitude, longitude) is None


def test_the_map_shows_both_archipelagos():
    drawn = draw(21, 105.8)
    east = [x for x, _ in drawn.islands if x > 48]
    assert len(east) >= 6
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn.islands)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=20))
def test_the_bar_is_cut_without_a_gap(parts):
    shares = [Fraction(part, sum(parts)) for part in parts]
    pieces = bars(shares)
    assert float(pieces[0].x) == 0
    for left, right in pairwise(pieces):
        assert abs(float(left.x) + float(left.width) - float(right.x)) <= 0.02
    assert abs(float(pieces[-1].x) + float(pieces[-1].width) - 100) <= 0.02
    assert all(1 <= piece.tone <= TONES for piece in pieces)
