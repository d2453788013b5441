"""Whether a point can be in Việt Nam: a coarse ring around the country, islands included. Pure.

It runs some 20 km outside the land border and further out at sea: it catches swapped and mistyped numbers,
and decides nothing about borders.
"""

from ledger.coop.land.geodesy import Point

# Longitude and latitude in degrees, from the north-west clockwise.
_MAINLAND = (
    (101.9, 22.4), (102.4, 23.0), (103.5, 22.95), (104.3, 23.1), (105.0, 23.5), (105.5, 23.6),
    (106.2, 23.2), (107.0, 23.0), (107.2, 22.2), (107.6, 21.9), (108.3, 21.8), (108.5, 20.0),
    (107.7, 18.4), (109.5, 16.0), (109.9, 13.5), (109.8, 11.5), (109.3, 9.8), (107.0, 8.2),
    (104.5, 8.0), (103.2, 9.0), (103.5, 10.6), (104.4, 10.7), (104.9, 11.1), (105.5, 11.2),
    (105.6, 11.9), (106.2, 12.2), (107.1, 12.6), (107.2, 13.3), (107.1, 14.3), (107.2, 15.0),
    (107.0, 15.5), (106.8, 16.0), (106.3, 16.5), (106.2, 16.9), (105.4, 17.6), (104.9, 18.4),
    (103.7, 19.0), (103.6, 19.8), (104.1, 20.2), (103.9, 20.5), (103.2, 20.6), (102.6, 21.0),
    (102.4, 21.8),
)  # fmt: skip
# West, south, east, north.
_ISLANDS = ((111.0, 15.4, 113.1, 17.3), (111.2, 6.4, 117.6, 12.2))


def is_in_vietnam(point: Point) -> bool:
    """Whether the point is inside the coarse ring."""
    east, north = point.longitude, point.latitude
    if any(west <= east <= far and south <= north <= top for west, south, far, top in _ISLANDS):
        return True
    inside = False
    for at, (lon, lat) in enumerate(_MAINLAND):
        past_lon, past_lat = _MAINLAND[at - 1]
        if (lat > north) != (past_lat > north):
            crossing = lon + (north - lat) / (past_lat - lat) * (past_lon - lon)
            inside ^= east < crossing
    return inside
