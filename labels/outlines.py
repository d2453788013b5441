"""Words drawn as outlines of the bundled typeface: for pages of ours that no renderer need lay out.

PDF references are to ISO 32000-1.
"""

from __future__ import annotations

from functools import cache

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from labels.design_files import FONT_FOLDER
from labels.errors import MissingGlyphError


class _PathPen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Collects path construction operators (§8.5.2) in units of the font."""

    def __init__(self, glyphs: object) -> None:
        super().__init__(glyphs)
        self.operators: list[bytes] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self.operators.append(b"%.0f %.0f m" % pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.operators.append(b"%.0f %.0f l" % pt)

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self.operators.append(b"%.1f %.1f %.1f %.1f %.1f %.1f c" % (*pt1, *pt2, *pt3))

    def _closePath(self) -> None:  # noqa: N802
        self.operators.append(b"h")


@cache
def _glyph(character: str, weight: str) -> tuple[bytes, float]:
    """The outline of a character and its advance, in units of the font."""
    font = _font(weight)
    name = font.getBestCmap().get(ord(character))
    if name is None:
        raise MissingGlyphError("sheet", character)
    glyphs = font.getGlyphSet()
    pen = _PathPen(glyphs)
    glyphs[name].draw(pen)
    return b" ".join(pen.operators), float(glyphs[name].width)


@cache
def _font(weight: str) -> TTFont:
    return TTFont(FONT_FOLDER / f"BeVietnamPro-{weight}.ttf")


def outlined(text: str, left_pt: float, baseline_pt: float, size_pt: float, weight: str = "Regular") -> bytes:
    """A line of text as filled paths, from its left end. Raises ``MissingGlyphError``."""
    scale = size_pt / _font(weight)["head"].unitsPerEm
    parts = [b"q %.6f 0 0 %.6f %.3f %.3f cm" % (scale, scale, left_pt, baseline_pt)]
    for character in text:
        path, advance = _glyph(character, weight)
        parts.append(b"%s%s1 0 0 1 %.0f 0 cm" % (path, b" f " if path else b"", advance))
    return b"\n".join([*parts, b"Q"])


def width_pt(text: str, size_pt: float, weight: str = "Regular") -> float:
    """How wide ``outlined`` sets the text. Raises ``MissingGlyphError``."""
    units = sum(_glyph(character, weight)[1] for character in text)
    return units * size_pt / float(_font(weight)["head"].unitsPerEm)
