"""The one place that reads what WeasyPrint wrote: a design's page as a form, its seed pages as glyph maps.

It relies on pinned WeasyPrint's habits (an untransformed page paints in CSS pixels from the top left; a run
of text is one ``Tm``, one ``Tf``, then glyphs of four hexadecimal digits) and raises ``FormError`` where they
do not hold, so that ``labels.plain_form`` can take over. PDF references are to ISO 32000-1.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labels.errors import DesignError

PX_TO_MM = 25.4 / 96
PX_TO_PT = 0.75
TYPEFACE = b"Be-Vietnam-Pro"
SPILLED = "mẫu tràn ra ngoài khổ tem"

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_MATRIX = re.compile(rb"1 0 0 -1 (-?[\d.]+) (-?[\d.]+) Tm")
_FONT = re.compile(rb"/(\S+) ([\d.]+) Tf")
_GLYPHS = re.compile(rb"<((?:[0-9a-f]{4})+)>")
_ONE_CHARACTER = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{4})>\n")
_WIDTH_RUN = re.compile(rb"(\d+) \[([\d. ]+)\]")


class FormError(Exception):
    """WeasyPrint wrote something in a way not known here; nobody's design is at fault."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """How to set text in a slot: PDF font, size in points, baseline in mm from the top, known characters.

    ``glyphs[character]`` is the two-byte glyph number (§9.7.5.2, Identity-H), ``advances`` thousandths of the
    size.
    """

    font_object: int
    size_pt: float
    baseline_mm: float
    glyphs: Mapping[str, bytes]
    advances: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PaintedDesign:
    """A design as PDF: ``objects[n - 1]`` is the body of object ``n``, ``content`` paints it in points.

    ``is_plain`` tells that the design is a picture, because its page could not be read.
    """

    objects: tuple[bytes, ...]
    resources_object: int
    content: bytes
    typesets: Mapping[str, Typeset]
    is_plain: bool = False


def paint(document: Any, design: str, seeds: Mapping[str, str]) -> PaintedDesign:
    """Paint a WeasyPrint document: page 1 is the design, page 1 + i the seed of the i-th slot.

    ``seeds`` gives each text slot's characters in the order in which its page spells them, spaces between.
    Raises ``DesignError`` for a design that breaks a rule, ``FormError`` for a page that cannot be read.
    """
    found: list[PaintedDesign] = []
    try:
        document.write_pdf(
            io.BytesIO(),
            finisher=lambda _, pdf: found.append(_Reader(pdf, design).read(seeds)),
            uncompressed_pdf=True,
            hinting=True,
        )
        return found[0]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise FormError(f"{type(error).__name__}: {error}") from error


class _Reader:
    """Reads one pydyf document before it is written."""

    def __init__(self, pdf: Any, design: str) -> None:
        self._objects: Sequence[Any] = pdf.objects
        self._pages = [pdf.objects[number] for number in pdf.pages["Kids"][::3]]
        self._design = design

    def read(self, seeds: Mapping[str, str]) -> PaintedDesign:
        if len(self._pages) != 1 + len(seeds):
            raise DesignError(self._design, SPILLED)
        contents = [_stream_body(self._objects[_number(page["Contents"])].data) for page in self._pages]
        resources = _number(self._pages[0]["Resources"])
        new_numbers = self._reachable(resources)
        self._check_typeface(new_numbers)
        typesets = {
            slot: self._typeset(content, characters, new_numbers)
            for content, (slot, characters) in zip(contents[1:], seeds.items(), strict=True)
        }
        bodies = tuple(self._body(number, new_numbers) for number in new_numbers)
        return PaintedDesign(bodies, new_numbers[resources], contents[0], typesets)

    def _reachable(self, start: int) -> dict[int, int]:
        """Every object that ``start`` leads to, each with its new number, in the old order."""
        seen = {start}
        waiting = [start]
        while waiting:
            head, _, _ = self._objects[waiting.pop()].data.partition(b"stream\n")
            fresh = {int(number) for number in _REFERENCE.findall(head)} - seen
            seen |= fresh
            waiting.extend(fresh)
        return {old: new for new, old in enumerate(sorted(seen), start=1)}

    def _check_typeface(self, numbers: Mapping[int, int]) -> None:
        """A character that the typeface lacks would silently come from another font of this machine."""
        for number in numbers:
            head, _, _ = self._objects[number].data.partition(b"stream\n")
            if b"/Type /FontDescriptor" in head and TYPEFACE not in head:
                raise DesignError(self._design, "có chữ không thuộc phông Be Vietnam Pro")

    def _body(self, number: int, new_numbers: Mapping[int, int]) -> bytes:
        thing = self._objects[number]
        if hasattr(thing, "compress"):
            thing.compress = True
        head, mark, tail = bytes(thing.data).partition(b"stream\n")
        head = _REFERENCE.sub(lambda match: b"%d 0 R" % new_numbers[int(match[1])], head)
        return head + mark + tail

    def _typeset(self, content: bytes, characters: str, new_numbers: Mapping[int, int]) -> Typeset:
        matrices, fonts = _MATRIX.findall(content), _FONT.findall(content)
        glyphs = [
            run[start : start + 4] for run in _GLYPHS.findall(content) for start in range(0, len(run), 4)
        ]
        if len(matrices) != 1 or len(fonts) != 1 or len(glyphs) != 2 * len(characters) - 1:
            raise FormError("the text of a seed is not one run of its characters")
        font = self._font_number(fonts[0][0].decode())
        known = dict(zip(characters, glyphs[::2], strict=True)) | {" ": glyphs[1]}
        characters_of = self._to_unicode(font)
        if any(characters_of.get(glyph) != character for character, glyph in known.items()):
            raise DesignError(self._design, "một ô in chữ đổi ký tự này thành ký tự khác")
        widths = self._widths(font)
        return Typeset(
            font_object=new_numbers[font],
            size_pt=float(fonts[0][1]) * PX_TO_PT,
            baseline_mm=float(matrices[0][1]) * PX_TO_MM,
            glyphs={character: bytes.fromhex(glyph.decode()) for character, glyph in known.items()},
            advances={character: widths[int(glyph, 16)] for character, glyph in known.items()},
        )

    def _font_number(self, name: str) -> int:
        resources = self._objects[_number(self._pages[0]["Resources"])]
        return _number(self._objects[_number(resources["Font"])][name])

    def _to_unicode(self, font: int) -> dict[bytes, str]:
        """The font's glyphs that stand for one character each, not for a ligature (§9.10.3)."""
        table = self._objects[_number(self._objects[font]["ToUnicode"])].data
        return {glyph: chr(int(code, 16)) for glyph, code in _ONE_CHARACTER.findall(table)}

    def _widths(self, font: int) -> dict[int, float]:
        """Advances of the font's glyphs in thousandths of its size (§9.7.4.3)."""
        descendant = int(_REFERENCE.findall(self._objects[font].data.partition(b"DescendantFonts")[2])[0])
        widths: dict[int, float] = {}
        runs = self._objects[descendant].data.partition(b"/W [")[2]
        for first, run in _WIDTH_RUN.findall(runs):
            widths.update(enumerate(map(float, run.split()), start=int(first)))
        return widths


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _stream_body(data: bytes) -> bytes:
    return data.partition(b"stream\n")[2].rpartition(b"\nendstream")[0]
