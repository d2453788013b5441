"""The pictures that the server draws: the coarse map, the streams of lots, the card of a shared link."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ledger.trace.passports.balance import Consumption, streams
from ledger.trace.passports.sources import SourceFlow, SourceLot, Sources
from web.public.card_facts import CardFacts
from web.public.share_cards import draw_card
from web.public.streams import MAX_ACROSS, MAX_ROWS, TONES, draw_streams
from web.public.streams import WIDTH as WIDTH_OF_STREAMS
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


lots = st.lists(st.tuples(st.integers(0, 7), st.integers(1, 3), st.integers(1, 500)), max_size=30)


def sources_of(items):
    """Sources in which lot ``n`` came of lots of higher numbers."""
    used = [Consumption(f"L{a:02}", f"L{a + b:02}", Decimal(kg)) for a, b, kg in items]
    found = streams("L00", used)
    told = tuple(
        SourceLot(lot, lot, index, "Làm", "Make", date(2026, 11, 1), Decimal(5), "KGM", share, None, None)
        for index, (lot, share) in enumerate(found.through.items())
    )
    flows = tuple(SourceFlow(*ends, Decimal(1), "KGM", share) for ends, share in found.flows.items())
    return Sources(told, flows)


@given(lots)
def test_every_row_of_the_picture_lies_within_it_without_overlap(items):
    picture = draw_streams(sources_of(items), {"L01": 1})
    if picture is None:
        assert not any(child == 0 for child, _, _ in items)
        return
    assert picture.text.endswith("L00 5\u00a0kg.")
    rows = {}
    for bar in picture.bars:
        rows.setdefault(bar.y, []).append(bar)
        assert 0 < bar.y < picture.height
        for left, right in pairwise(bar.pieces):
            assert abs(float(left.x) + float(left.width) - float(right.x)) <= 0.2
        assert all(1 <= piece.tone <= TONES for piece in bar.pieces)
    for row in rows.values():
        assert len(row) <= MAX_ACROSS
        ends = [float(bar.pieces[-1].x) + float(bar.pieces[-1].width) for bar in row]
        starts = [float(bar.x) for bar in row]
        assert starts[0] >= 0
        assert ends[-1] <= WIDTH_OF_STREAMS + 0.2
        assert all(end <= start + 0.2 for end, start in zip(ends, starts[1:], strict=False))
    assert len(rows) <= MAX_ROWS


def test_many_lots_side_by_side_are_one_that_says_how_many():
    picture = draw_streams(sources_of([(0, n, 10) for n in range(1, 12)]), {})
    top = [bar for bar in picture.bars if bar.y == picture.bars[0].y]
    assert len(top) == MAX_ACROSS
    assert "6 lô khác" in picture.text


def test_the_last_bar_is_cut_as_the_first_row_is():
    sources = sources_of([(0, 1, 100), (1, 1, 30), (1, 2, 70)])
    picture = draw_streams(sources, {"L02": 1, "L03": 2})
    last = picture.bars[-1]
    assert [piece.tone for piece in last.pieces] == [1, 2]
    assert [round(float(piece.width)) for piece in last.pieces] == [96, 224]


CARD = CardFacts(
    "valid", "Nho hạ đen", "HTX Nho Đồi Mây", "Phước Thuận, Khánh Hòa", ("Lô 1",), "Sổ Gốc", None
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"state": "recalled"},
        {"name": "Nho " * 60, "producer": "X" * 200, "facts": ("Y" * 300,) * 4},
        {"photo": "0" * 64 + "-480.webp"},
        {"name": "", "region": "", "facts": ()},
    ],
)
def test_a_card_is_drawn_whatever_it_says(tmp_path, changes):
    data = draw_card(replace(CARD, **changes), tmp_path)
    with Image.open(io.BytesIO(data)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (1200, 630))
    assert len(data) < 300_000


def test_a_card_of_other_facts_has_another_address():
    assert CARD.tag != replace(CARD, state="recalled").tag
    assert CARD.tag == replace(CARD).tag
