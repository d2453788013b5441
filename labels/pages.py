"""Content streams of pages: labels on a sheet with cutting marks and a line that names it, or one label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from labels.design import RenderedDesign
from labels.pdf import stream
from labels.press import PT_PER_MM, LabelPress, TextLine
from labels.values import Layout, Stamp, StampText

PAGE_HAIR_DOTS = 0.01
"""A page box this much under whole dots: renderers round it up to exactly those dots."""

_MARK_MM, _MARK_GAP_MM = 1.2, 0.6
_SHEET_LINE_MM = 4.0  # baseline below the last row, clear of the cutting marks


class PagePainter:
    """Paints the pages of one job; resources ``L`` label, ``C`` and ``S`` fonts of code and sheet line."""

    def __init__(self, layout: Layout, text: StampText, design: RenderedDesign, press: LabelPress) -> None:
        self._layout = layout
        self._grid = layout.grid
        self._press = press
        self._dot_pt = PT_PER_MM / layout.dots_per_mm
        self._name = f"{text.product_name} · Lô {text.lot}"
        self._cells = [
            b"q 1 0 0 1 %.4f %.4f cm/L Do " % self._corner(origin) for origin in self._grid.origins
        ]
        self._marks = self._cutting_marks()
        left, foot = self._corner((self._grid.origins[-1][0], self._grid.origins[-1][1]))
        left = self._grid.origins[0][0] * self._dot_pt
        self._line = TextLine(
            field="sheet",
            typeset=design.painted.typesets["sheet"],
            resource=b"S",
            left_pt=left,
            baseline_pt=foot - _SHEET_LINE_MM * PT_PER_MM,
            width_pt=self._grid.page_width * self._dot_pt - 2 * left,
            centred=False,
        )

    @property
    def media_box(self) -> bytes:
        """The page in points (ISO 32000-1 §7.7.3.3)."""
        width = (self._grid.page_width - PAGE_HAIR_DOTS) * self._dot_pt
        height = (self._grid.page_height - PAGE_HAIR_DOTS) * self._dot_pt
        return b"[0 0 %.4f %.4f]" % (width, height)

    def pages(self, stamps: Iterator[Stamp]) -> Iterator[bytes]:
        """Bodies of the pages' content streams, as they fill: sheets deflated, roll pages are too short."""
        if self._layout.kind == "roll":
            return (stream(b"", b"/L Do " + self._press.label(stamp), deflate=False) for stamp in stamps)
        return self._sheets(stamps)

    def _sheets(self, stamps: Iterator[Stamp]) -> Iterator[bytes]:
        number = 1
        cells = self._cells[self._layout.used_cells :]
        while batch := list(islice(stamps, len(cells))):
            yield stream(b"", self._sheet(number, cells, batch), deflate=True)
            cells = self._cells
            number += 1

    def _sheet(self, number: int, cells: Iterable[bytes], stamps: list[Stamp]) -> bytes:
        span = f"{stamps[0].printed_code} – {stamps[-1].printed_code}"
        parts = [self._marks, self._line.operators(f"Tờ {number} · {self._name} · {span}")]
        parts += [
            b"%s%s Q" % (cell, self._press.label(stamp)) for cell, stamp in zip(cells, stamps, strict=False)
        ]
        return b"\n".join(parts)

    def _corner(self, origin: tuple[int, int]) -> tuple[float, float]:
        """A label's bottom left corner in points, from its top left corner in dots."""
        left, top = origin
        return left * self._dot_pt, (self._grid.page_height - top - self._grid.label_height) * self._dot_pt

    def _cutting_marks(self) -> bytes:
        """Short lines around the labels, one dot wide and on the dots, never on a label."""
        grid, dots_per_mm = self._grid, self._layout.dots_per_mm
        gap, length = _MARK_GAP_MM * dots_per_mm, _MARK_MM * dots_per_mm
        lines: list[tuple[float, float, float, float]] = []
        for x in grid.columns:
            for edge, way in ((grid.rows[0], -1), (grid.rows[-1], 1)):
                lines.append((x + 0.5, edge + way * gap, x + 0.5, edge + way * (gap + length)))
        for y in grid.rows:
            for edge, way in ((grid.columns[0], -1), (grid.columns[-1], 1)):
                lines.append((edge + way * gap, y + 0.5, edge + way * (gap + length), y + 0.5))
        segments = b" ".join(b"%.3f %.3f m %.3f %.3f l S" % self._points(line) for line in lines)
        return b"q %.4f w %s Q" % (self._dot_pt, segments) if lines else b""

    def _points(self, line: tuple[float, float, float, float]) -> tuple[float, ...]:
        height = self._grid.page_height
        x1, y1, x2, y2 = line
        return tuple(length * self._dot_pt for length in (x1, height - y1, x2, height - y2))
