"""The outline of a plot: read from what was typed, drawn or walked; refused where it is no plot. Pure.

``format_outline`` writes one point a line, ``21.3512345 106.7612345``; ``read_outline`` takes whatever people
and telephones write, and is its inverse.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from ledger.coop.errors import OutlineError
from ledger.coop.land.borders import is_in_vietnam
from ledger.coop.land.geodesy import SCALE, Point, area_m2
from ledger.coop.land.tracks import simplify

MIN_POINTS, MAX_POINTS = 3, 300
MAX_TYPED = 5_000
"""So many points of a walk are read; what is kept of them is at most ``MAX_POINTS``."""
MAX_CHARACTERS = 200_000
MIN_AREA_M2 = 5
MAX_AREA_M2 = 3_000_000
MAX_FOREST_M2 = 50_000_000
FOREST = "forest"

_NUMBER = r"([0-9]{1,3}[.,][0-9]+)"
_PAIR = re.compile(rf"{_NUMBER}\s*(?:[;,]\s*|\s){_NUMBER}\Z")
_ORNAMENT = re.compile(r"[°()\[\]NSEWBĐ]", re.IGNORECASE)
_WEST_END = 90 * SCALE


def read_outline(text: str) -> tuple[Point, ...]:
    """The points in their order, no two in a row the same, the first not repeated at the end.

    A line or a semicolon ends a point; latitude comes first, and the other way round is understood, for in
    this country the one is always below 90 and the other above. Raises ``OutlineError``.
    """
    if len(text) > MAX_CHARACTERS:
        raise OutlineError("too long", "Danh sách điểm quá dài. Hãy đi lại một vòng, chỉ ghi các góc thửa.")
    lines = [line for line in unicodedata.normalize("NFC", text).splitlines() if line.strip()]
    points: list[Point] = []
    for number, line in enumerate(lines, start=1):
        points += _read_line(line, number)
        if len(points) > MAX_TYPED:
            raise OutlineError(
                "too many points", f"Có hơn {MAX_TYPED} điểm. Hãy đi lại một vòng, chỉ ghi các góc thửa."
            )
    distinct = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    if len(distinct) > 1 and distinct[0] == distinct[-1]:
        distinct.pop()
    return tuple(distinct if len(distinct) <= MAX_POINTS else simplify(distinct, MAX_POINTS))


def format_outline(ring: Sequence[Point]) -> str:
    """One point a line, seven decimals."""
    return "\n".join(f"{_degrees(point.lat)} {_degrees(point.lon)}" for point in ring)


def check_outline(ring: Sequence[Point], kind: str) -> Decimal:
    """The area in m² to a tenth of an outline that may be a plot of ``kind``. Raises ``OutlineError``."""
    if len(set(ring)) < MIN_POINTS:
        raise OutlineError(
            f"{len(set(ring))} points", f"Mới có {len(set(ring))} điểm. Cần ít nhất {MIN_POINTS} góc thửa."
        )
    for number, point in enumerate(ring, start=1):
        if not is_in_vietnam(point):
            raise OutlineError(
                f"point {number} outside",
                f"Điểm {number} ({_degrees(point.lat)} {_degrees(point.lon)}) nằm ngoài Việt Nam. "
                "Hãy kiểm tra lại vĩ độ, kinh độ.",
            )
    crossing = find_crossing(ring)
    if crossing is not None:
        first, second = crossing
        raise OutlineError(
            f"edges {first} and {second} cross",
            f"Đường ranh tự cắt nhau: cạnh sau điểm {first} cắt cạnh sau điểm {second}. "
            "Hãy ghi các góc lần lượt theo một vòng quanh thửa.",
        )
    return _check_area(area_m2(ring), kind)


def find_crossing(ring: Sequence[Point]) -> tuple[int, int] | None:
    """The first two edges that touch without being neighbours, each by the number of its first point."""
    count = len(ring)
    for one in range(count):
        for other in range(one + 1, count):
            are_neighbours = other == one + 1 or (one == 0 and other == count - 1)
            a, b, c, d = ring[one], ring[(one + 1) % count], ring[other], ring[(other + 1) % count]
            if _folds(a, b, c, d) if are_neighbours else _meet(a, b, c, d):
                return one + 1, other + 1
    return None


def differs_much(stated_m2: Decimal, drawn_m2: Decimal) -> bool:
    """Whether a drawn area is more than a tenth away from the stated one."""
    return abs(drawn_m2 - stated_m2) > stated_m2 / 10


def _check_area(area: float, kind: str) -> Decimal:
    limit = MAX_FOREST_M2 if kind == FOREST else MAX_AREA_M2
    if area > limit:
        raise OutlineError(
            f"{area:.0f} m2",
            f"Thửa vẽ rộng {area / 10_000:.0f} ha, quá {limit // 10_000} ha. "
            "Có thể một điểm bị sai, hãy xem lại.",
        )
    if area < MIN_AREA_M2:
        raise OutlineError(
            f"{area:.1f} m2", "Các điểm gần như thẳng hàng nên thửa không có diện tích. Hãy ghi đủ các góc."
        )
    return Decimal(area).quantize(Decimal("0.1"))


def _read_line(line: str, number: int) -> list[Point]:
    bare = _ORNAMENT.sub(" ", line).strip().rstrip(";,").strip()
    parts = [part.strip() for part in bare.split(";") if part.strip()]
    pairs = [_PAIR.match(part) for part in parts]
    if not all(pairs):
        # One point may have a semicolon between its two numbers.
        pairs = [_PAIR.match(bare)]
    if not pairs or not all(pairs):
        raise OutlineError(
            f"line {number}",
            f"Dòng {number} “{line.strip()[:40]}” chưa rõ. "
            "Hãy ghi vĩ độ rồi kinh độ, ví dụ 21,8512 106,7634.",
        )
    return [_point(pair[1], pair[2]) for pair in pairs if pair is not None]


def _point(first: str, second: str) -> Point:
    lat, lon = (
        int((Decimal(text.replace(",", ".")) * SCALE).to_integral_value(ROUND_HALF_EVEN))
        for text in (first, second)
    )
    return Point(lon, lat) if lat > _WEST_END >= lon else Point(lat, lon)


def _degrees(value: int) -> str:
    return f"{value // SCALE}.{value % SCALE:07d}"


def _turn(a: Point, b: Point, c: Point) -> int:
    """Above zero for a left turn, zero for three points in a line: exact, for these are whole numbers."""
    return (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon)


def _within(a: Point, b: Point, c: Point) -> bool:
    """Whether ``c``, on the line through ``a`` and ``b``, is between them."""
    return min(a.lon, b.lon) <= c.lon <= max(a.lon, b.lon) and min(a.lat, b.lat) <= c.lat <= max(a.lat, b.lat)


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the segments ``ab`` and ``cd`` have a point in common."""
    one, two, three, four = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if (one > 0) != (two > 0) and (three > 0) != (four > 0) and 0 not in (one, two, three, four):
        return True
    return (
        (one == 0 and _within(a, b, c))
        or (two == 0 and _within(a, b, d))
        or (three == 0 and _within(c, d, a))
        or (four == 0 and _within(c, d, b))
    )


def _folds(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two edges that follow one another run back over themselves."""
    if b == c:
        return _turn(a, b, d) == 0 and (_within(a, b, d) or _within(b, d, a))
    return d == a and _turn(c, a, b) == 0 and (_within(c, a, b) or _within(a, b, c))
