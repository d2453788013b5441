"""What stands on a PDF page: text, shapes and pictures with their colours and sizes, as PDFium reads them.

Nothing here depends on how the PDF was written. References are to ISO 32000-1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from ctypes import c_float, c_int, c_uint
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pypdfium2 import raw

from labels.raster import opened_page

MM_PER_PT = 25.4 / 72

OBJECTS_LIMIT = 5_000
"""Most objects that are looked at; a design of lawful size has a few hundred."""

_KINDS = {
    raw.FPDF_PAGEOBJ_TEXT: "text",
    raw.FPDF_PAGEOBJ_PATH: "shape",
    raw.FPDF_PAGEOBJ_IMAGE: "picture",
}
_STROKED_TEXT = (1, 2, 5, 6)
_INVISIBLE_TEXT = 3
_CURVE_STEPS = 6

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PageObject:
    """One object: ``kind`` is text, shape, picture or other; sides in mm from the page's top left corner.

    ``inks`` are the colours it is painted with, each red, green, blue and alpha from 0 to 255. ``thin_mm`` is
    the thickness of the thinnest line of a shape (infinite when it has none). Of text: ``text``, ``size_mm``
    of its type, ``font``. Of a picture: ``pixels``, wide and high.
    """

    kind: str
    left: float
    top: float
    right: float
    bottom: float
    inks: tuple[tuple[int, int, int, int], ...] = ()
    thin_mm: float = math.inf
    text: str = ""
    size_mm: float = 0.0
    font: str = ""
    pixels: tuple[int, int] = (0, 0)


def page_objects(pdf: bytes) -> list[PageObject]:
    """The visible objects of the first page, in the order in which they are painted.

    Raises ``ValueError`` for what is not a PDF, or for more than ``OBJECTS_LIMIT`` objects.
    """
    with opened_page(pdf, 0) as page:
        height_pt = page.get_size()[1]
        words = page.get_textpage()
        found = []
        for number, thing in enumerate(page.get_objects(max_depth=8, textpage=words)):
            if number == OBJECTS_LIMIT:
                raise ValueError("too many objects")
            read = _read(thing, height_pt)
            if read is not None:
                found.append(read)
        words.close()
        return found


def _read(thing: Any, height_pt: float) -> PageObject | None:
    left, bottom, right, top = (side * MM_PER_PT for side in thing.get_bounds())
    height = height_pt * MM_PER_PT
    sides = (left, height - top, right, height - bottom)
    match _KINDS.get(thing.type):
        case "text":
            return _text(thing, sides)
        case "shape":
            return _shape(thing, sides)
        case "picture":
            return PageObject("picture", *sides, pixels=thing.get_px_size())
        case _:
            return None if thing.type == raw.FPDF_PAGEOBJ_FORM else PageObject("other", *sides)


def _text(thing: Any, sides: tuple[float, float, float, float]) -> PageObject | None:
    mode = raw.FPDFTextObj_GetTextRenderMode(thing.raw)
    if mode == _INVISIBLE_TEXT:
        return None
    inks = [_ink(raw.FPDFPageObj_GetFillColor, thing)]
    if mode in _STROKED_TEXT:
        inks.append(_ink(raw.FPDFPageObj_GetStrokeColor, thing))
    matrix = thing.get_matrix()
    return PageObject(
        "text", *sides,
        inks=tuple(inks),
        text=thing.extract(),
        size_mm=thing.get_font_size() * math.hypot(matrix.c, matrix.d) * MM_PER_PT,
        font=thing.get_font().get_base_name(),
    )  # fmt: skip


def _shape(thing: Any, sides: tuple[float, float, float, float]) -> PageObject | None:
    fill, stroke = c_int(), c_int()
    raw.FPDFPath_GetDrawMode(thing.raw, fill, stroke)
    matrix = thing.get_matrix()
    inks, thin = [], [math.inf]
    if fill.value:
        inks.append(_ink(raw.FPDFPageObj_GetFillColor, thing))
        outlines = [[_moved(matrix, point) for point in each] for each in _outlines(thing)]
        thin.append(_thickness(outlines) * MM_PER_PT)
    if stroke.value:
        inks.append(_ink(raw.FPDFPageObj_GetStrokeColor, thing))
        width = c_float()
        raw.FPDFPageObj_GetStrokeWidth(thing.raw, width)
        scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
        thin.append(width.value * scale * MM_PER_PT)
    if not inks:
        return None
    return PageObject("shape", *sides, inks=tuple(inks), thin_mm=min(thin))


def _ink(read: Any, thing: Any) -> tuple[int, int, int, int]:
    parts = [c_uint() for _ in range(4)]
    read(thing.raw, *parts)
    red, green, blue, alpha = (part.value for part in parts)
    return red, green, blue, alpha


def _outlines(thing: Any) -> Iterator[list[Point]]:
    """Each subpath as corners (§8.5.2); curves are cut into a few straight pieces."""
    outline: list[Point] = []
    curve: list[Point] = []
    for index in range(raw.FPDFPath_CountSegments(thing.raw)):
        segment = raw.FPDFPath_GetPathSegment(thing.raw, index)
        x, y = c_float(), c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        kind, point = raw.FPDFPathSegment_GetType(segment), (x.value, y.value)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if outline:
                yield outline
            outline = [point]
        elif kind == raw.FPDF_SEGMENT_BEZIERTO:
            curve.append(point)
            if len(curve) == 3:
                outline += _bent(outline[-1], curve)
                curve = []
        else:
            outline.append(point)
    if outline:
        yield outline


def _bent(start: Point, curve: Sequence[Point]) -> Iterator[Point]:
    """Points on a cubic Bézier curve, its end included (§8.5.2.2)."""
    for step in range(1, _CURVE_STEPS + 1):
        t = step / _CURVE_STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        points = (start, *curve)
        yield (
            sum(weight * point[0] for weight, point in zip(weights, points, strict=True)),
            sum(weight * point[1] for weight, point in zip(weights, points, strict=True)),
        )


def _moved(matrix: Any, point: Point) -> Point:
    x, y = point
    return matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f


def _thickness(outlines: Sequence[Sequence[Point]]) -> float:
    """How thick a filled shape is at its thinnest; infinite for one without area.

    A frame (one outline around another) is as thick as the least distance of their sides. Anything else is
    taken for the rectangle of the same area and circumference, whose short side it is.
    """
    outlines = [each for each in outlines if _area(each) != 0]
    if not outlines:
        return math.inf
    if len(outlines) == 2:
        inner, outer = (_box(each) for each in sorted(outlines, key=lambda each: abs(_area(each))))
        gaps = [abs(a - b) for a, b in zip(outer, inner, strict=True)]
        if outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]:
            return min((gap for gap in gaps if gap > 1e-3), default=math.inf)
    area = abs(sum(map(_area, outlines)))
    half = sum(map(_circumference, outlines)) / 2
    root = half * half - 4 * area
    return (half - math.sqrt(root)) / 2 if root > 0 else math.sqrt(area)


def _box(outline: Sequence[Point]) -> tuple[float, float, float, float]:
    xs, ys = zip(*outline, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _area(outline: Sequence[Point]) -> float:
    """Signed area inside straight sides."""
    closed = [*outline, outline[0]]
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(closed)) / 2


def _circumference(outline: Sequence[Point]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise([*outline, outline[0]]))
