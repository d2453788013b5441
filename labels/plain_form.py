"""A design as one picture and its slots' type set from the font files: for when a page cannot be read.

``labels.form`` is faster and smaller, and tied to how one major version of WeasyPrint writes a page. This way
needs only that WeasyPrint writes a PDF and tells where links stand. References are to ISO 32000-1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from labels.design_files import FONT_FOLDER
from labels.errors import DesignError
from labels.form import PaintedDesign, Typeset
from labels.pdf import stream
from labels.raster import DOTS_LIMIT, page_image

PT_PER_MM = 72 / 25.4

DOTS_PER_MM = (48.0, 24.0, 16.0, 8.0)
"""Resolutions of the picture, in multiples of a 203.2 dpi printer's dots: the finest that fits."""

INSET_MM = 0.004
"""Renderers round a picture's box outwards to whole dots; a box this much smaller keeps to its own."""

_WIDTH_TOLERANCE = 0.004


@dataclass(frozen=True, slots=True)
class SlotType:
    """What was measured of a text slot, mm: size of the type, its baseline, the width of ``characters``."""

    slot: str
    characters: str
    size_mm: float
    baseline_mm: float
    width_mm: float


@dataclass(frozen=True, slots=True)
class _Face:
    """One weight of the typeface; ``advances`` and the descriptor's numbers are thousandths of the size."""

    path: Path
    glyphs: dict[str, int]
    advances: dict[str, float]
    box: tuple[int, ...]
    ascent: int
    descent: int
    cap_height: int


def paint_plain(pdf: bytes, width_mm: float, height_mm: float, types: Sequence[SlotType]) -> PaintedDesign:
    """The first page of ``pdf`` (its size in mm) as an image mask, and a typeset for each slot.

    Raises ``DesignError`` when a slot's text is not in the bundled typeface.
    """
    objects, content = _picture(pdf, width_mm, height_mm)
    fonts: dict[Path, int] = {}
    typesets: dict[str, Typeset] = {}
    for each in types:
        face = _face_of(each)
        if face.path not in fonts:
            objects += _font_objects(face, len(objects) + 1, "".join(one.characters for one in types) + " ")
            fonts[face.path] = len(objects)
        typesets[each.slot] = Typeset(
            font_object=fonts[face.path],
            size_pt=each.size_mm * PT_PER_MM,
            baseline_mm=each.baseline_mm,
            glyphs={one: face.glyphs[one].to_bytes(2, "big") for one in each.characters + " "},
            advances={one: face.advances[one] for one in each.characters + " "},
        )
    objects.append(b"<</XObject<</P 1 0 R>>>>")
    return PaintedDesign(tuple(objects), len(objects), content, typesets, is_plain=True)


def _picture(pdf: bytes, width_mm: float, height_mm: float) -> tuple[list[bytes], bytes]:
    """The page as an image mask (§8.9.6.2: sample 0 paints), and the operators that place it."""
    area = 1.01 * width_mm * height_mm
    dots_per_mm = next((each for each in DOTS_PER_MM if area * each**2 < DOTS_LIMIT), DOTS_PER_MM[-1])
    sides = (round(width_mm * dots_per_mm), round(height_mm * dots_per_mm))
    image = page_image(pdf, dots_per_mm * 25.4).crop((0, 0, *sides))
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ImageMask true/BitsPerComponent 1" % image.size
    scale = PT_PER_MM / dots_per_mm
    inset = INSET_MM * PT_PER_MM
    width, height = image.width * scale - 2 * inset, image.height * scale - 2 * inset
    bottom = height_mm * PT_PER_MM - height - inset
    content = b"q %.4f 0 0 %.4f %.4f %.4f cm/P Do Q" % (width, height, inset, bottom)
    return [stream(entries, image.tobytes(), deflate=True)], content


def _face_of(measured: SlotType) -> _Face:
    """The weight in which the characters are as wide as they were measured."""
    for face in _faces():
        if any(one not in face.glyphs for one in measured.characters):
            continue
        width = sum(face.advances[one] for one in measured.characters) * measured.size_mm / 1000
        if abs(width - measured.width_mm) <= _WIDTH_TOLERANCE * width:
            return face
    raise DesignError(measured.slot, "ô in chữ không dùng phông Be Vietnam Pro")


@lru_cache(maxsize=1)
def _faces() -> tuple[_Face, ...]:
    return tuple(_read_face(path) for path in sorted(FONT_FOLDER.glob("*.ttf")))


def _read_face(path: Path) -> _Face:
    with TTFont(path, lazy=True) as font:
        names, widths = font.getBestCmap(), font["hmtx"]
        thousandth: float = font["head"].unitsPerEm / 1000
        head, lines, metrics = font["head"], font["hhea"], font["OS/2"]

        def scaled(length: float) -> int:
            return round(length / thousandth)

        return _Face(
            path=path,
            glyphs={chr(code): font.getGlyphID(name) for code, name in names.items()},
            advances={chr(code): widths[name][0] / thousandth for code, name in names.items()},
            box=tuple(map(scaled, (head.xMin, head.yMin, head.xMax, head.yMax))),
            ascent=scaled(lines.ascent),
            descent=scaled(lines.descent),
            cap_height=scaled(metrics.sCapHeight),
        )


def _font_objects(face: _Face, first: int, characters: str) -> list[bytes]:
    """The whole font file as a composite font (§9.7.4, §9.8): file, descriptor, CID font, map, the font."""
    data, name = face.path.read_bytes(), face.path.stem.encode()
    box = b"[%s]" % b" ".join(b"%d" % side for side in face.box)
    chosen = sorted({face.glyphs[one]: one for one in characters if one in face.glyphs}.items())
    widths = b" ".join(b"%d [%.2f]" % (glyph, face.advances[one]) for glyph, one in chosen)
    pairs = b"\n".join(
        b"<%04x> <%s>" % (glyph, one.encode("utf-16-be").hex().encode()) for glyph, one in chosen
    )
    to_unicode = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        b"%d beginbfchar\n%s\nendbfchar\nendcmap CMapName currentdict /CMap defineresource pop end end"
        % (len(chosen), pairs)
    )
    return [
        stream(b"/Length1 %d" % len(data), data, deflate=True),
        b"<</Type/FontDescriptor/FontName/%s/Flags 32/FontBBox%s/ItalicAngle 0/Ascent %d/Descent %d"
        b"/CapHeight %d/StemV 80/FontFile2 %d 0 R>>"
        % (name, box, face.ascent, face.descent, face.cap_height, first),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor %d 0 R/DW 500/W[%s]/CIDToGIDMap/Identity>>"
        % (name, first + 1, widths),
        stream(b"", to_unicode, deflate=True),
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]"
        b"/ToUnicode %d 0 R>>" % (name, first + 2, first + 3),
    ]
