"""Plots as a plain map: shapes, a bar for the scale, nothing fetched from anywhere. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.coop.land.geodesy import Point, offset_m
from ledger.coop.land.plots import Plot

SIDE = 1000
"""The longer side of a map, in its own units."""
_MARGIN = 60
_BARS_M = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000)


@dataclass(frozen=True, slots=True)
class Shape:
    """A plot on the map: the corners of its polygon as SVG writes them, and where its name stands."""

    code: str
    name: str
    points: str
    x: int
    y: int
    is_main: bool


@dataclass(frozen=True, slots=True)
class PlotMap:
    """A map of ``width`` by ``height`` units, north up; a bar of ``bar`` units is ``bar_m`` metres long."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    bar: int
    bar_m: int


def draw_map(plots: Sequence[Plot], main: str = "") -> PlotMap | None:
    """The plots that have an outline on one map, ``main`` (or all) in colour; ``None`` when none has."""
    drawn = [plot for plot in plots if plot.ring]
    if not drawn:
        return None
    origin = drawn[0].ring[0]
    flat = {plot.code: [offset_m(origin, point) for point in plot.ring] for plot in drawn}
    xs = [x for ring in flat.values() for x, _ in ring]
    ys = [y for ring in flat.values() for _, y in ring]
    west, south, wide, tall = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    scale = (SIDE - 2 * _MARGIN) / max(wide, tall, 1.0)
    height = round(tall * scale) + 2 * _MARGIN
    shapes = []
    for plot in drawn:
        corners = [
            (round(_MARGIN + (x - west) * scale), round(height - _MARGIN - (y - south) * scale))
            for x, y in flat[plot.code]
        ]
        middle_x = sum(x for x, _ in corners) // len(corners)
        middle_y = sum(y for _, y in corners) // len(corners)
        points = " ".join(f"{x},{y}" for x, y in corners)
        shapes.append(Shape(plot.code, plot.name, points, middle_x, middle_y, main in {"", plot.code}))
    bar_m = max(length for length in _BARS_M if length * scale <= SIDE / 3 or length == 1)
    return PlotMap(round(wide * scale) + 2 * _MARGIN, height, tuple(shapes), round(bar_m * scale), bar_m)


def near_to(plots: Sequence[Plot], ring: Sequence[Point], within_m: float) -> list[Plot]:
    """The plots whose first corner is within so many metres, east or north, of the first of ``ring``."""
    return [
        plot
        for plot in plots
        if plot.ring and ring and max(map(abs, offset_m(ring[0], plot.ring[0]))) <= within_m
    ]


def ground(plots: Sequence[Plot], ring: Sequence[Point], *, within_m: float = 3000, limit: int = 60) -> str:
    """Neighbouring plots for the drawing script: a ring a line, its points ``lat lon`` with commas between.

    Those near what was drawn already, or near the plot that was drawn last; at most ``limit``.
    """
    start = ring or next((plot.ring for plot in plots if plot.ring), ())
    return "\n".join(
        ",".join(f"{point.latitude:.6f} {point.longitude:.6f}" for point in plot.ring)
        for plot in near_to(plots, start, within_m)[:limit]
    )
