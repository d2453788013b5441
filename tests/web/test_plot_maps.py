"""Plots as a plain map: inside its frame, north up, with a bar that tells the scale."""

from decimal import Decimal

from ledger.coop.land.outlines import read_outline
from ledger.coop.land.plots import Plot
from web.console.field.plot_maps import SIDE, draw_map, ground, near_to

SQUARE = "11.5640 108.9880\n11.5640 108.9884\n11.5644 108.9884\n11.5644 108.9880"


def plot(code, text=SQUARE):
    return Plot(code, f"Vườn {code}", "plot", Decimal(2000), ring=read_outline(text))


def corners(shape):
    return [tuple(map(int, pair.split(","))) for pair in shape.points.split(" ")]


def test_every_corner_is_inside_the_frame_and_north_is_up():
    drawn = draw_map([plot("A"), plot("B", SQUARE.replace("11.564", "11.566"))], "A")
    assert drawn is not None
    assert max(drawn.width, drawn.height) <= SIDE
    first, second = map(corners, drawn.shapes)
    assert all(0 < x < drawn.width and 0 < y < drawn.height for x, y in (*first, *second))
    assert min(y for _, y in first) > max(y for _, y in second)
    assert [shape.is_main for shape in drawn.shapes] == [True, False]


def test_the_bar_is_as_long_as_it_says():
    drawn = draw_map([plot("A")])
    assert drawn is not None
    ((left, _), (right, _), *_) = corners(drawn.shapes[0])
    metres_a_unit = 43.6 / (right - left)
    assert abs(drawn.bar * metres_a_unit - drawn.bar_m) < 0.2
    assert drawn.shapes[0].is_main


def test_a_map_of_nothing_is_none():
    bare = Plot("A", "Vườn A", "plot", None)
    assert draw_map([bare]) is None
    assert ground([bare], ()) == ""


def test_the_ground_holds_what_is_near():
    near, far = plot("A"), plot("B", SQUARE.replace("11.56", "11.86"))
    assert near_to([near, far], near.ring, 600) == [near]
    assert ground([near, far], ()).count("\n") == 0
    assert ground([far, near], near.ring).startswith("11.564000 108.988000,")
    assert near_to([near], (), 600) == []
