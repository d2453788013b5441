"""What a telephone recorded on a walk around a plot, made into an outline with few points. Pure."""

from collections.abc import Sequence

from ledger.coop.land.geodesy import Point, distance_m, offset_m

NEAR_M = 8.0
"""Closer to where the walk began than this, the walk is at its end: satellites are no surer."""
_FIRST_TOLERANCE_M = 0.5


def close_walk(track: Sequence[Point]) -> tuple[Point, ...]:
    """The track without what was walked after coming back to where it began.

    People walk past their first corner before they stop; the rest would cross the outline. Only the second
    half of the walk is looked at, so that a narrow plot is not cut at its first side.
    """
    for at in range(len(track) // 2 + 1, len(track)):
        if distance_m(track[0], track[at]) > NEAR_M:
            continue
        best = at
        while best + 1 < len(track) and distance_m(track[0], track[best + 1]) < distance_m(
            track[0], track[best]
        ):
            best += 1
        return tuple(track[: best if best > 2 else best + 1])
    return tuple(track)


def simplify(track: Sequence[Point], limit: int) -> list[Point]:
    """At most ``limit`` points of the track, none that was dropped further from it than need be."""
    tolerance, kept = _FIRST_TOLERANCE_M, list(track)
    while len(kept) > limit:
        kept = drop_between(track, tolerance)
        tolerance *= 2
    return kept


def drop_between(track: Sequence[Point], tolerance_m: float) -> list[Point]:
    """The track without points nearer than ``tolerance_m`` to what is left (Douglas and Peucker)."""
    if len(track) < 3:
        return list(track)
    flat = [offset_m(track[0], point) for point in track]
    keep = {0, len(track) - 1}
    spans = [(0, len(track) - 1)]
    while spans:
        first, last = spans.pop()
        far, at = 0.0, first
        for middle in range(first + 1, last):
            away = _distance_to(flat[middle], flat[first], flat[last])
            if away > far:
                far, at = away, middle
        if far > tolerance_m:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [track[at] for at in sorted(keep)]


def _distance_to(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """From a point to a segment, in metres."""
    (x, y), (sx, sy), (ex, ey) = point, start, end
    length = (ex - sx) ** 2 + (ey - sy) ** 2
    along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - sx) * (ex - sx) + (y - sy) * (ey - sy)) / length))
    return float(((x - sx - along * (ex - sx)) ** 2 + (y - sy - along * (ey - sy)) ** 2) ** 0.5)
