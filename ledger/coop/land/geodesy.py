"""Areas and distances on the WGS 84 ellipsoid, for plots of at most some kilometres. Pure.

An area is exact for edges that are straight in the cylindrical equal-area projection (Snyder, USGS
Professional Paper 1395, eq. 3-12 and 10-14); along the edges of a plot these lie within millimetres of
geodesics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, cos, hypot, radians, sin, sqrt

SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
_E2 = FLATTENING * (2 - FLATTENING)
_E = sqrt(_E2)
SCALE = 10_000_000
"""Coordinates are whole numbers of 10⁻⁷ degrees, about a centimetre: comparing them is exact."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the ellipsoid; latitude and longitude in 10⁻⁷ degrees."""

    lat: int
    lon: int

    @property
    def latitude(self) -> float:
        """Degrees north."""
        return self.lat / SCALE

    @property
    def longitude(self) -> float:
        """Degrees east."""
        return self.lon / SCALE


def area_m2(ring: Sequence[Point]) -> float:
    """The area inside a closed ring (the last point joins the first), in m², whichever way it turns."""
    if len(ring) < 3:
        return 0.0
    base = _zone(ring[0].latitude)
    heights = [_zone(point.latitude) - base for point in ring]
    doubled = 0.0
    for at, point in enumerate(ring):
        after = (at + 1) % len(ring)
        step = radians((ring[after].lon - point.lon) / SCALE)
        doubled += step * (heights[at] + heights[after])
    return abs(doubled) / 2


def distance_m(one: Point, other: Point) -> float:
    """How far apart two points of one plot are, in metres: flat between them, exact to 10⁻⁶ below 10 km."""
    east, north = offset_m(one, other)
    return hypot(east, north)


def offset_m(origin: Point, point: Point) -> tuple[float, float]:
    """How far ``point`` is to the east and to the north of ``origin``, in metres."""
    middle = radians((origin.latitude + point.latitude) / 2)
    bend = 1 - _E2 * sin(middle) ** 2
    meridian = SEMI_MAJOR_M * (1 - _E2) / bend**1.5
    parallel = SEMI_MAJOR_M * cos(middle) / sqrt(bend)
    return (
        radians((point.lon - origin.lon) / SCALE) * parallel,
        radians((point.lat - origin.lat) / SCALE) * meridian,
    )


def _zone(latitude: float) -> float:
    """The area between the equator and a latitude, for a radian of longitude, in m² (eq. 3-12)."""
    sine = sin(radians(latitude))
    part = sine / (1 - _E2 * sine * sine) + atanh(_E * sine) / _E
    return SEMI_MAJOR_M**2 * (1 - _E2) * part / 2
