"""Lines of text as bits, for printers whose own typefaces have no Vietnamese.

A slot's characters are drawn once in the printer's dots. A line is then put together from pairs of
characters: shift, OR. Each character takes a whole number of dots, so that the same letter always has the
same picture.
"""

from __future__ import annotations

import math
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labels.design import RenderedDesign
from labels.errors import MissingGlyphError, SlotOverflowError
from labels.form import PaintedDesign, Typeset
from labels.layouts import Layout
from labels.pdf import PageTree, PdfWriter, literal, stream
from labels.places import stretched
from labels.press import PT_PER_MM
from labels.qr import sample_payloads
from labels.raster import page_rows
from labels.texts import Stamp

TEXT_SCALES = (100, 95, 90, 85, 80, 75, 70, 65, 60)
"""Horizontal scalings that a line may need to fit, in per cent, widest first.

The last is for what a PDF sets at 65 and whose characters, in whole dots, are a little wider.
"""

_ASCENT, _DESCENT = 1.0, 0.35  # of the size: rows above and below the baseline in which ink is looked for
_OVERHANG = 0.05  # of the size: how far a letter may lean out of its advance; a line keeps it as a margin
_PAGE_HAIR_DOTS = 0.01


def page_of(painted: PaintedDesign, content: bytes, resources: bytes, size_pt: tuple[float, float]) -> bytes:
    """A PDF of one page that paints ``content`` with a design's own fonts and pictures."""
    writer = PdfWriter()
    for body in painted.objects:
        writer.add(body)
    tree = PageTree(writer, b"/MediaBox[0 0 %.4f %.4f]/Resources %s" % (*size_pt, resources))
    tree.add(stream(b"", content, deflate=False))
    tree.close()
    catalog = writer.add(b"<</Type/Catalog/Pages %d 0 R>>" % tree.root)
    return writer.close(catalog, writer.add(b"<<>>"))


@dataclass(frozen=True, slots=True)
class Strip:
    """Where a line's bits stand, in dots from the page's top left corner; ``width`` is of whole bytes."""

    left: int
    top: int
    width: int
    height: int


class _PairTable(dict[str, tuple[int, int]]):
    """Width in dots and bits of one or two characters; bits stand to the left of the line's right margin."""

    __slots__ = ("_singles",)

    def __init__(self, singles: Mapping[str, tuple[int, int]]) -> None:
        super().__init__()
        self._singles = singles

    def __missing__(self, characters: str) -> tuple[int, int]:
        width = bits = 0
        for character in characters:
            advance, glyph = self._singles[character]
            bits = bits << advance | glyph
            width += advance
        self[characters] = width, bits
        return width, bits


class GlyphSetter:
    """Sets texts of ``characters`` into a slot of a roll's label, centred, as rows of bits.

    A line begins with the widest scaling that suits three quarters of all codes as long as it, so that the
    labels of a job look alike; what a label looks like depends on no other label.
    """

    def __init__(self, slot: str, layout: Layout, design: RenderedDesign, characters: Sequence[str]) -> None:
        self._slot = slot
        self._design = layout.design.title_vi
        self._painted = design.painted
        self._typeset: Typeset = design.painted.typesets[slot]
        self._dots_per_mm = dots_per_mm = layout.dots_per_mm
        self._characters = characters
        box, profile = stretched(design.slots[slot], layout.profile), layout.profile
        size = self._typeset.size_pt / PT_PER_MM * dots_per_mm
        self._margin = math.ceil(_OVERHANG * size)
        self._above, below = math.ceil(_ASCENT * size), math.ceil(_DESCENT * size)
        self._height = self._above + below
        origin_x, origin_y = layout.grid.origins[0]
        left, right = round(box.left * dots_per_mm), math.floor(box.right * dots_per_mm)
        self._room = right - left - 2 * self._margin
        self._spare = -(right - left) % 8
        baseline = round(self._typeset.baseline_mm * profile.scale_y * dots_per_mm)
        inked = [row for row, bits in enumerate(self._rows(TEXT_SCALES[0])) if any(bits)]
        # Rows above the page's top, if a slot's type stands so high, are no rows.
        first = max(inked[0], self._above - baseline - origin_y)
        self._inked = range(first, inked[-1] + 1)
        top = origin_y + baseline - self._above + first
        self.strip = Strip(origin_x + left, top, right - left + self._spare, len(self._inked))
        self._tables: dict[int, _PairTable] = {}
        self._usual_scales: dict[int, int] = {}

    def set(self, text: str) -> int:
        """The strip's bits, row by row from the top, 1 = black.

        Raises ``MissingGlyphError`` or ``SlotOverflowError``.
        """
        shape = len(text) if text[:1] != "(" else -len(text)
        scale = self._usual_scales.get(shape) or self._usual_scale(shape)
        while True:
            table = self._tables.get(scale) or self._drawn(scale)
            bits = width = 0
            try:
                for start in range(0, len(text), 2):
                    advance, pair = table[text[start : start + 2]]
                    bits = bits << advance | pair
                    width += advance
            except KeyError as error:
                raise MissingGlyphError(self._slot, error.args[0]) from None
            if width <= self._room:
                return bits << self._spare + (self._room - width) // 2
            scale = self._narrower(text, scale, width)

    def _usual_scale(self, shape: int) -> int:
        """For codes of ``shape`` characters; where it is negative, for SSCCs: 8 of them no digits."""
        advances, length = self._advances(TEXT_SCALES[0]), abs(shape)
        if shape < 0:
            codes = [f"(){' ' * 6}{digit * (length - 8)}"[:length] for digit in string.digits]
        else:
            codes = [Stamp("", code).printed_code[:length] for code in sample_payloads("", length)]
        widths = sorted(sum(advances.get(character, 0) for character in code) for code in codes)
        usual = widths[len(widths) * 3 // 4]
        fitting = [scale for scale in TEXT_SCALES if scale * usual <= 100 * self._room]
        scale = self._usual_scales[shape] = fitting[0] if fitting else TEXT_SCALES[-1]
        return scale

    def _narrower(self, text: str, scale: int, width: int) -> int:
        """The next scaling to try for a line that took ``width`` dots at ``scale``."""
        for each in TEXT_SCALES:
            if each < scale and each * width <= scale * self._room:
                return each
        if scale == TEXT_SCALES[-1]:
            raise SlotOverflowError(self._slot, text, self._design)
        return TEXT_SCALES[-1]

    def _drawn(self, scale: int) -> _PairTable:
        """Each character's bits, aligned so that it ends ``margin`` dots before the strip's right edge."""
        rows = self._rows(scale)
        singles: dict[str, tuple[int, int]] = {}
        place = len(rows[0]) * 8
        for character, advance in self._advances(scale).items():
            cell = advance + 2 * self._margin
            place -= cell
            bits = 0
            for row in self._inked:
                cut = int.from_bytes(rows[row], "big") >> place & (1 << cell) - 1
                bits = bits << self.strip.width | cut
            singles[character] = advance, bits
        table = self._tables[scale] = _PairTable(singles)
        return table

    def _advances(self, scale: int) -> dict[str, int]:
        """How far each character moves the pen, in dots."""
        dots = self._typeset.size_pt / 1000 / PT_PER_MM * self._dots_per_mm * scale / 100
        advances = self._typeset.advances
        return {character: max(1, round(advances[character] * dots)) for character in self._characters}

    def _rows(self, scale: int) -> Sequence[bytes]:
        """All characters side by side as the printer would draw them, the baseline on whole dots."""
        dot_pt = PT_PER_MM / self._dots_per_mm
        baseline_pt = (self._height - self._above) * dot_pt
        place, parts = 0, [b"BT/C %.4f Tf %d Tz" % (self._typeset.size_pt, scale)]
        for character, advance in self._advances(scale).items():
            at_pt = (place + self._margin) * dot_pt
            glyph = literal(self._typeset.glyphs[character])
            parts.append(b"1 0 0 1 %.4f %.4f Tm(%s)Tj" % (at_pt, baseline_pt, glyph))
            place += advance + 2 * self._margin
        width = (place + 7) // 8 * 8
        size_pt = ((width - _PAGE_HAIR_DOTS) * dot_pt, (self._height - _PAGE_HAIR_DOTS) * dot_pt)
        resources = b"<</Font<</C %d 0 R>>>>" % self._typeset.font_object
        pdf = page_of(self._painted, b"\n".join([*parts, b"ET"]), resources, size_pt)
        return page_rows(pdf, self._dots_per_mm * 25.4)
