"""A print job in ZPL II, the language of label printers: nothing but 1-bit pictures, so any letter prints.

The design goes to the printer once as a stored graphic (``~DG``). Each label then recalls it (``^XG``), sends
its symbol one dot a module for the printer to magnify in whole dots, and its texts and bars as bits
(``^GFA``). No
typeface, bar code or character set of the printer is used: what is printed does not depend on its firmware.
Clauses are commands of Zebra's ZPL II programming guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from PIL import Image

from labels.barcodes import BarcodeSpeller
from labels.design import RenderedDesign
from labels.edges import check_edges
from labels.errors import LayoutError, SecretSlotError
from labels.glyphs import GlyphSetter, page_of
from labels.jobs import Job, open_job
from labels.layouts import Layout
from labels.pages import PAGE_HAIR_DOTS
from labels.places import symbol_place
from labels.press import PT_PER_MM, checked_line
from labels.qr import CODE_CHARACTERS, SymbolEncoder
from labels.raster import image_rows, ink_box, page_image
from labels.texts import CODE_LIMIT, SECRET_LIMIT, Stamp, StampText
from labels.zpl_graphics import SymbolSpeller, download, hexadecimal

ZPL_DPI = (203.2, 203.0, 300.0)
"""Resolutions of the printers that are spoken to."""

LABELS_A_CHUNK = 64

_DESIGN, _SYMBOL = "R:SOGOCD.GRF", "R:SOGOCQ.GRF"  # in memory that is empty when the printer is switched on
_TALL = "()"  # taller than letters: a strip that has room for them is a third larger


def print_zpl(layout: Layout, text: StampText, stamps: Iterable[Stamp]) -> Iterator[bytes]:
    """Stream the stamps in order as ZPL II. The same arguments always give the same bytes.

    Errors come as from ``print_stamps``, and ``LayoutError`` for sheets and for other printers than
    ``ZPL_DPI``. About 100 ms for a new text, then 7 microseconds a label; copies are the printer's work.
    """
    if layout.paper.kind != "roll":
        raise LayoutError("cách in ZPL trên", "tờ tem", ("cuộn tem",))
    if layout.dpi not in ZPL_DPI:
        raise LayoutError("tệp ZPL cho độ phân giải", layout.dpi, ZPL_DPI)
    job = open_job(layout, text, stamps)
    press = ZplPress(layout, job.design)
    for stamp in job.first:
        press.label(stamp)
    check_edges(layout, job.design, job.first[0].url)
    return _written(job, press)


def _written(job: Job, press: ZplPress) -> Iterator[bytes]:
    yield press.opening.encode("ascii")
    stamps = islice(job.stamps, 0, None, job.layout.copies)
    while labels := [press.label(stamp) for stamp in islice(stamps, LABELS_A_CHUNK)]:
        yield "".join(labels).encode("ascii")
    yield f"^XA^ID{_DESIGN}^FS^ID{_SYMBOL}^FS^XZ\n".encode("ascii")


@dataclass(frozen=True, slots=True)
class _Place:
    """What payloads that look alike share: ``label`` has a gap for the symbol and one for texts and bars."""

    encoder: SymbolEncoder
    speller: SymbolSpeller
    label: str


class ZplPress:
    """Writes the labels of one job; ``opening`` goes to the printer before the first."""

    def __init__(self, layout: Layout, design: RenderedDesign) -> None:
        self._layout = layout
        self._design = design
        self._places: dict[str, _Place] = {}
        self._code = _Line("code", CODE_LIMIT, layout, design)
        self._secret = _Line("secret", SECRET_LIMIT, layout, design) if "secret" in design.slots else None
        self._barcode = BarcodeSpeller(layout, design) if "barcode" in design.slots else None
        picture = design_picture(layout, design)
        box = ink_box(picture) or (0, 0, 8, 1)
        self._corner = box[:2]
        self.opening = download(_DESIGN, image_rows(picture.crop(box)))

    def label(self, stamp: Stamp) -> str:
        """One label, from its symbol's download to its last command. Raises ``LabelError``."""
        place = self._places.get(stamp.url[:-CODE_CHARACTERS]) or self._place(stamp.url)
        try:
            image = place.encoder.draw(stamp.url)
        except KeyError:
            place = self._place(stamp.url)
            image = place.encoder.draw(stamp.url)
        texts = self._code.field(stamp.printed_code)
        if self._secret is not None:
            texts += self._secret.field(stamp.printed_secret)
        elif stamp.secret:
            raise SecretSlotError(self._layout.design.title_vi)
        if self._barcode is not None:
            texts += self._barcode.field(stamp.barcode)
        return place.label % (place.speller.spell(image), texts)

    def _place(self, payload: str) -> _Place:
        """Encoder and position for payloads like this one; raises what ``symbol_place`` raises."""
        layout = self._layout
        grid, (left, top) = layout.grid, layout.grid.origins[0]
        symbol = symbol_place(layout, self._design.slots["qr"], payload)
        tables = symbol.encoder.tables
        speller = SymbolSpeller(tables.size, tables.stride, symbol.module_dots)
        times = speller.magnification
        copies = f"^PQ{layout.copies}" if layout.copies > 1 else ""
        label = (
            f"~DG{_SYMBOL},{speller.rows * speller.row_bytes},{speller.row_bytes},%s\n"
            f"^XA^PW{grid.page_width}^LL{grid.page_height}^LH0,0"
            f"^FO{self._corner[0]},{self._corner[1]}^XG{_DESIGN},1,1^FS"
            f"^FO{left + symbol.left},{top + symbol.top}^XG{_SYMBOL},{times},{times}^FS"
            f"%s{copies}^XZ\n"
        )
        place = _Place(symbol.encoder, speller, label)
        self._places[payload[:-CODE_CHARACTERS]] = place
        return place


class _Line:
    """A slot's texts as ``^GFA`` fields, each in a strip no taller than it needs."""

    def __init__(self, slot: str, limit: int, layout: Layout, design: RenderedDesign) -> None:
        self._slot = slot
        self._limit = limit
        characters = sorted(design.painted.typesets[slot].glyphs)
        low = [character for character in characters if character not in _TALL]
        self._strips = [_strip(GlyphSetter(slot, layout, design, each)) for each in (low, characters)]

    def field(self, text: str) -> str:
        """The field of a text. Raises ``FieldError``."""
        checked_line(self._slot, text, self._limit)
        setter, size, field = self._strips["(" in text or ")" in text]
        return field % hexadecimal(setter.set(text), size)


def _strip(setter: GlyphSetter) -> tuple[GlyphSetter, int, str]:
    """A setter, the bytes of its strip, and the strip's ``^GFA`` with a gap for them."""
    strip = setter.strip
    size = strip.width * strip.height // 8
    return setter, size, f"^FO{strip.left},{strip.top}^GFA,{size},{size},{strip.width // 8},%s^FS"


def design_picture(layout: Layout, design: RenderedDesign) -> Image.Image:
    """A label of a roll in the printer's dots, its slots still empty."""
    grid, dot_pt, profile = layout.grid, PT_PER_MM / layout.dots_per_mm, layout.profile
    width_pt, height_pt = design.size.width * PT_PER_MM, design.size.height * PT_PER_MM
    left, top = grid.origins[0]
    # The design hangs from the label's top left corner, as in ``labels.stamps``.
    up_pt = (grid.page_height - top) * dot_pt - height_pt * profile.scale_y
    content = b"%.6g 0 0 %.6g %.4f %.4f cm 0 0 %.4f %.4f re W n %s" % (
        profile.scale_x, profile.scale_y, left * dot_pt, up_pt, width_pt, height_pt, design.painted.content,
    )  # fmt: skip
    resources = b"%d 0 R" % design.painted.resources_object
    size_pt = ((grid.page_width - PAGE_HAIR_DOTS) * dot_pt, (grid.page_height - PAGE_HAIR_DOTS) * dot_pt)
    return page_image(page_of(design.painted, content, resources, size_pt), layout.dots_per_mm * 25.4)
