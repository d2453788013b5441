"""Bar codes on labels: the same bars as rectangles of a PDF page and as bits for a label printer.

PDF references are to ISO 32000-1; commands are of Zebra's ZPL II programming guide.
"""

from __future__ import annotations

from labels import code128
from labels.design import RenderedDesign
from labels.layouts import Layout
from labels.places import BarcodePlace, barcode_place

PT_PER_MM = 72 / 25.4

INSET_DOTS = 0.03
"""Renderers paint every dot that a rectangle touches; one this much smaller touches its own dots only."""


class BarcodePainter:
    """Paints the bar codes of one job of labels as rectangles of whole dots (§8.5.2.1)."""

    def __init__(self, layout: Layout, design: RenderedDesign) -> None:
        self._layout = layout
        self._slot = design.slots["barcode"]
        self._openings: dict[int, tuple[bytes, BarcodePlace]] = {}
        self._bars: dict[tuple[int, int, int], bytes] = {}

    def operators(self, digits: str) -> bytes:
        """The bars, in a graphics state of their own, from the label's bottom left corner; ``b""`` for none.

        Raises ``BarcodeDigitsError`` or ``BarcodeSlotError``.
        """
        if not digits:
            return b""
        characters = enumerate(code128.symbol_characters(digits))
        opening, place = self._openings.get(len(digits)) or self._opening(digits)
        dots = place.module_dots
        bars = [
            self._bars.get((index, value, dots)) or self._painted(index, value, dots)
            for index, value in characters
        ]
        return b"%s%sf Q " % (opening, b"".join(bars))

    def _opening(self, digits: str) -> tuple[bytes, BarcodePlace]:
        """Coordinates in which a dot is 1 wide and the bars are 1 high."""
        layout = self._layout
        place = barcode_place(layout, self._slot, digits)
        dot_pt = PT_PER_MM / layout.dots_per_mm
        up = layout.grid.label_height - place.top - place.height + INSET_DOTS
        matrix = (dot_pt, (place.height - 2 * INSET_DOTS) * dot_pt, place.left * dot_pt, up * dot_pt)
        found = self._openings[len(digits)] = b"q %.6f 0 0 %.4f %.4f %.4f cm " % matrix, place
        return found

    def _painted(self, index: int, value: int, dots: int) -> bytes:
        first = index * code128.CHARACTER_MODULES
        bars = b"".join(
            b"%.2f 0 %.2f 1 re " % ((first + start) * dots + INSET_DOTS, width * dots - 2 * INSET_DOTS)
            for start, width in code128.bars_of(value)
        )
        self._bars[index, value, dots] = bars
        return bars


class BarcodeSpeller:
    """Spells the bar codes of one job as ``^GFA`` fields: one row of dots, a ``:`` for each repetition."""

    def __init__(self, layout: Layout, design: RenderedDesign) -> None:
        self._layout = layout
        self._slot = design.slots["barcode"]
        self._fields: dict[int, tuple[str, BarcodePlace]] = {}

    def field(self, digits: str) -> str:
        """The field; ``""`` for no bar code. Raises ``BarcodeDigitsError`` or ``BarcodeSlotError``."""
        if not digits:
            return ""
        bits = code128.make_bars(digits)
        field, place = self._fields.get(len(digits)) or self._field(digits)
        row = widened(bits, code128.modules_of(digits), place.module_dots)
        stride = (place.width + 7) // 8
        return field % (row << 8 * stride - place.width).to_bytes(stride, "big").hex().upper()

    def _field(self, digits: str) -> tuple[str, BarcodePlace]:
        layout = self._layout
        place = barcode_place(layout, self._slot, digits)
        left, top = layout.grid.origins[0]
        stride = (place.width + 7) // 8
        size, again = stride * place.height, ":" * (place.height - 1)
        field = f"^FO{left + place.left},{top + place.top}^GFA,{size},{size},{stride},%s{again}^FS"
        found = self._fields[len(digits)] = field, place
        return found


def widened(bits: int, modules: int, times: int) -> int:
    """A row of modules, each ``times`` dots wide."""
    dark, light = "1" * times, "0" * times
    return int(f"{bits:0{modules}b}".translate({48: light, 49: dark}), 2)
