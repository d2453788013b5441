"""The land a lot grew on, as the GeoJSON that a due diligence statement takes. Pure.

Regulation (EU) 2023/1115, Article 9(1)(d): plots of land, latitude and longitude of at least six decimals,
polygons above four hectares. RFC 7946: longitude first, rings closed, the outer one counter-clockwise.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ledger.coop.exchange.lot_records import LotRecord
from ledger.coop.land.geodesy import Point
from ledger.coop.land.plots import Plot

MEDIA_TYPE = "application/geo+json"
_HECTARE = Decimal(10_000)


def plots_of_land(record: LotRecord) -> dict[str, Any]:
    """A ``FeatureCollection``. ``unmapped`` are plots without an outline: the statement lacks them."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(record, plot) for plot in record.plots],
        "unmapped": list(record.unmapped),
    }


def _feature(record: LotRecord, plot: Plot) -> dict[str, Any]:
    area = plot.drawn_m2 or plot.stated_m2 or Decimal(0)
    return {
        "type": "Feature",
        "properties": {
            "ProducerName": "" if record.organisation is None else record.organisation.name,
            "ProducerCountry": "VN",
            "ProductionPlace": plot.name,
            "Area": float(round(area / _HECTARE, 4)),
        },
        "geometry": {"type": "Polygon", "coordinates": [_ring(plot.ring)]},
    }


def _ring(points: Sequence[Point]) -> list[list[float]]:
    ring = list(points)
    if _turn(ring) < 0:
        ring.reverse()
    if ring[0] != ring[-1]:
        ring.append(ring[0])
    return [[round(point.longitude, 6), round(point.latitude, 6)] for point in ring]


def _turn(ring: Sequence[Point]) -> int:
    """Twice the signed area: positive where the ring runs counter-clockwise."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(a.lon * b.lat - b.lon * a.lat for a, b in pairs)
