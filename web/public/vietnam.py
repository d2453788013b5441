"""A coarse map: where in Viet Nam a place lies, to the nearest finger's width. Pure.

The outline was drawn by hand for this purpose, 60 points in plate carrée scaled at 16° N; it shows the two
archipelagos, and no border that anyone should navigate by.
"""

import math
from dataclasses import dataclass

WIDTH, HEIGHT = 66.0, 80.0
_WEST, _NORTH, _SCALE = 101.7, 23.9, 5.05
_SQUEEZE = math.cos(math.radians(16))

_COAST_AND_BORDER = (
    (102.15, 22.4), (102.5, 22.75), (103.0, 22.5), (103.5, 22.75), (103.95, 22.5), (104.4, 22.75),
    (104.8, 22.9), (105.35, 23.37), (105.9, 22.95), (106.7, 22.85), (106.6, 22.4), (106.7, 22.0),
    (107.4, 21.65), (108.05, 21.5), (107.4, 21.2), (106.9, 20.85), (106.6, 20.4), (106.1, 19.95),
    (105.8, 19.3), (105.7, 18.8), (106.4, 18.0), (106.7, 17.4), (107.2, 16.9), (108.3, 16.1),
    (108.8, 15.4), (109.05, 14.6), (109.3, 13.3), (109.45, 12.85), (109.2, 12.3), (109.15, 11.65),
    (108.3, 10.95), (107.6, 10.5), (107.1, 10.35), (106.8, 10.4), (106.6, 9.6), (105.9, 9.25),
    (105.2, 8.7), (104.75, 8.6), (104.85, 9.3), (105.0, 9.9), (104.5, 10.4), (105.1, 10.95),
    (106.2, 11.0), (105.85, 11.6), (106.45, 11.9), (107.4, 12.3), (107.5, 12.8), (107.35, 14.5),
    (107.55, 15.0), (107.2, 15.8), (106.6, 16.6), (106.5, 17.0), (105.7, 17.7), (105.1, 18.5),
    (104.0, 19.2), (104.9, 19.7), (104.4, 20.5), (103.7, 20.7), (103.0, 21.0), (102.8, 21.8),
)  # fmt: skip
_ISLANDS = (
    (104.0, 10.2), (106.6, 8.7), (111.6, 16.5), (112.3, 16.9), (112.7, 16.1), (111.9, 11.4),
    (114.3, 11.0), (114.3, 10.2), (113.0, 9.0), (111.9, 8.6), (114.5, 8.9),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """A drawing in a box of 66 by 80: the land's path, the islands' points, and where the place is."""

    land: str
    islands: tuple[tuple[float, float], ...]
    x: float
    y: float


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    x = (longitude - _WEST) * _SQUEEZE * _SCALE
    return round(x, 1), round((_NORTH - latitude) * _SCALE, 1)


_LAND = "M" + "L".join("{:g} {:g}".format(*_project(*point)) for point in _COAST_AND_BORDER) + "z"
_DRAWN_ISLANDS = tuple(_project(*point) for point in _ISLANDS)


def draw(latitude: float, longitude: float) -> PlaceMap | None:
    """The map with a place in WGS 84 degrees marked, or ``None`` where the place is outside the drawing."""
    x, y = _project(longitude, latitude)
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        return None
    return PlaceMap(_LAND, _DRAWN_ISLANDS, x, y)
