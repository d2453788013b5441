"""Content streams of pages: labels on a sheet with cutting marks and a line that names it, or one label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from labels.errors import FieldOverflowError
from labels.jobs import Job
from labels.papers import LEAST_END_MARGIN_MM
from labels.pdf import stream
from labels.press import FONT_RESOURCES, PT_PER_MM, LabelPress, TextLine
from labels.sheets import Grid
from labels.texts import Stamp

PAGE_HAIR_DOTS = 0.01
"""A page box this much under whole dots: renderers round it up to exactly those dots."""

_MARK_MM, _MARK_GAP_MM = 1.2, 0.6
_SHEET_LINE_MM = 4.0  # baseline below the last row, clear of the cutting marks
_LINE_LEFT_MM = 10.0  # at most, so that a narrow sheet keeps room for the line


class PagePainter:
    """Paints the pages of one job; resources ``L`` label, and the fonts of ``FONT_RESOURCES``."""

    def __init__(self, job: Job, press: LabelPress) -> None:
        self._layout = job.layout
        self._grid = job.layout.grid
        self._press = press
        self._dot_pt = PT_PER_MM / self._layout.dots_per_mm
        self._name = f"{job.text.product_name} · Lô {job.text.lot}"
        self._cells = [
            b"q 1 0 0 1 %.4f %.4f cm/L Do " % self._corner(origin) for origin in self._grid.origins
        ]
        self._marks = cutting_marks(self._grid, self._layout.dots_per_mm)
        self._line = self._sheet_line(job)

    @property
    def media_box(self) -> bytes:
        """The page in points (ISO 32000-1 §7.7.3.3)."""
        return page_box(self._grid.page_width, self._grid.page_height, self._dot_pt)

    def pages(self, stamps: Iterator[Stamp]) -> Iterator[bytes]:
        """Bodies of the pages' content streams, as they fill: sheets deflated, roll pages are too short."""
        if self._layout.paper.kind == "sheet":
            return self._sheets(stamps)
        if self._grid.origins == ((0, 0),):
            return (stream(b"", b"/L Do " + self._press.label(stamp), deflate=False) for stamp in stamps)
        return (
            stream(b"", self._cells[0] + self._press.label(stamp) + b" Q", deflate=False) for stamp in stamps
        )

    def _sheets(self, stamps: Iterator[Stamp]) -> Iterator[bytes]:
        number = 1
        cells = self._cells[self._layout.used_cells :]
        while batch := list(islice(stamps, len(cells))):
            yield stream(b"", self._sheet(number, cells, batch), deflate=True)
            cells = self._cells
            number += 1

    def _sheet(self, number: int, cells: Iterable[bytes], stamps: list[Stamp]) -> bytes:
        parts = [
            b"%s%s Q" % (cell, self._press.label(stamp)) for cell, stamp in zip(cells, stamps, strict=False)
        ]
        span = f"{stamps[0].printed_code} – {stamps[-1].printed_code}"
        return b"\n".join([self._marks, self._named(number, span), *parts])

    def _named(self, number: int, span: str) -> bytes:
        """The line at the foot, shorter where it does not fit: no job fails for it."""
        if self._line is not None:
            for words in (f"{self._name} · {span}", span):
                try:
                    return b"q %s Q" % self._line.operators(f"Tờ {number} · {words}")
                except FieldOverflowError:
                    continue
        return b""

    def _sheet_line(self, job: Job) -> TextLine | None:
        """Below the last row, where the paper has room for it."""
        paper, profile = job.layout.paper, job.layout.profile
        last_mm = paper.top_mm + (paper.rows - 1) * paper.pitch_y_mm + paper.cell_height_mm
        foot_mm = last_mm * profile.scale_y + profile.offset_y_mm
        if paper.kind == "roll" or paper.page_height_mm - foot_mm < LEAST_END_MARGIN_MM:
            return None
        left_dots = min(self._grid.origins[0][0], round(_LINE_LEFT_MM * self._layout.dots_per_mm))
        left_pt = max(left_dots, 0) * self._dot_pt
        up_pt = self._grid.page_height * self._dot_pt
        return TextLine(
            field="sheet",
            design=job.layout.design.title_vi,
            typeset=job.design.painted.typesets["sheet"],
            resource=FONT_RESOURCES["sheet"],
            left_pt=left_pt,
            baseline_pt=up_pt - (foot_mm + _SHEET_LINE_MM) * PT_PER_MM,
            width_pt=self._grid.page_width * self._dot_pt - 2 * left_pt,
            centred=False,
        )

    def _corner(self, origin: tuple[int, int]) -> tuple[float, float]:
        """A label's bottom left corner in points, from its top left corner in dots."""
        left, top = origin
        return left * self._dot_pt, (self._grid.page_height - top - self._grid.label_height) * self._dot_pt


def page_box(width: int, height: int, dot_pt: float) -> bytes:
    """A page of so many dots in points (ISO 32000-1 §7.7.3.3), a hair smaller."""
    return b"[0 0 %.4f %.4f]" % ((width - PAGE_HAIR_DOTS) * dot_pt, (height - PAGE_HAIR_DOTS) * dot_pt)


def cutting_marks(grid: Grid, dots_per_mm: float) -> bytes:
    """Short lines around the labels, one dot wide and on the dots, never on a label; only on cut paper."""
    if not grid.columns:
        return b""
    dot_pt = PT_PER_MM / dots_per_mm
    gap, length = _MARK_GAP_MM * dots_per_mm, _MARK_MM * dots_per_mm
    lines: list[tuple[float, float, float, float]] = []
    for x in grid.columns:
        for edge, way in ((grid.rows[0], -1), (grid.rows[-1], 1)):
            lines.append((x + 0.5, edge + way * gap, x + 0.5, edge + way * (gap + length)))
    for y in grid.rows:
        for edge, way in ((grid.columns[0], -1), (grid.columns[-1], 1)):
            lines.append((edge + way * gap, y + 0.5, edge + way * (gap + length), y + 0.5))
    height = grid.page_height
    points = [tuple(side * dot_pt for side in (x1, height - y1, x2, height - y2)) for x1, y1, x2, y2 in lines]
    segments = b" ".join(b"%.3f %.3f m %.3f %.3f l S" % line for line in points)
    return b"q %.4f w %s Q" % (dot_pt, segments)
