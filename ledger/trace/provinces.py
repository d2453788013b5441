"""How far apart two provinces are, seat to seat: coarse on purpose, as all about where people are. Pure.

>>> round(distance_km("01", "79"), -1)
1140.0
"""

import json
import math
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from ledger.trace.sectors.reference import PROVINCES

EARTH_RADIUS_KM = 6371.0

_DATA = json.loads(files("ledger.trace").joinpath("data/province_seats.json").read_text(encoding="utf-8"))

SEATS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {code: (latitude, longitude) for code, (latitude, longitude) in _DATA["seats"].items()}
)
"""Latitude and longitude of each province's seat, WGS 84 degrees, by two-digit code."""

_CODES: Mapping[str, str] = MappingProxyType(
    {province.name.casefold(): province.code for province in PROVINCES if province.code in SEATS}
)


def seat_of(name: str) -> tuple[float, float] | None:
    """Latitude and longitude of the seat of the province called so; ``None`` for no name of today."""
    code = _CODES.get(name.casefold())
    return None if code is None else SEATS[code]


def is_province(code: str) -> bool:
    """Whether ``code`` is the two-digit code of a province of today."""
    return code in SEATS


def distance_km(one: str, other: str) -> float:
    """Kilometres between the seats of two provinces, on a sphere (haversine formula).

    Raises ``KeyError`` for a code of none.
    """
    (lat1, lon1), (lat2, lon2) = (map(math.radians, SEATS[code]) for code in (one, other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))
