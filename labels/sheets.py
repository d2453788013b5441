"""Where labels stand on paper, in whole printer dots from the top left corner. Pure geometry.

Every label's corner is on the dot grid, so a module of whole dots is printed as whole dots everywhere. All
is computed in fractions: a grid never depends on how a machine rounds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from labels.papers import TOUCH_MM, Paper


@dataclass(frozen=True, slots=True)
class Grid:
    """A page and its labels, in dots.

    ``origins`` are the labels' top left corners, row by row. ``columns`` and ``rows`` are the cutting lines,
    both edges included; empty on paper that is not cut.
    """

    page_width: int
    page_height: int
    label_width: int
    label_height: int
    origins: tuple[tuple[int, int], ...]
    columns: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()


@lru_cache(maxsize=256)
def lay_out(
    paper: Paper,
    design_mm: tuple[float, float],
    dots_per_mm: Fraction,
    offset_mm: tuple[float, float] = (0.0, 0.0),
    scale: tuple[float, float] = (1.0, 1.0),
) -> Grid:
    """The grid of a design on a paper, each label centred in its cell, moved and stretched by a profile.

    ``offset_mm`` and ``scale`` are ``(x, y)``, from the page's top left corner. Labels never overlap: two
    cells share at most an edge, and each label stays in its own.
    """
    across = _Axis(
        paper.page_width_mm, paper.columns, paper.left_mm, paper.pitch_x_mm, paper.cell_width_mm, dots_per_mm
    )
    down = _Axis(
        paper.page_height_mm, paper.rows, paper.top_mm, paper.pitch_y_mm, paper.cell_height_mm, dots_per_mm
    )
    columns, rows = across.cells(offset_mm[0], scale[0]), down.cells(offset_mm[1], scale[1])
    width, lefts = across.labels(design_mm[0], scale[0], columns)
    height, tops = down.labels(design_mm[1], scale[1], rows)
    return Grid(
        page_width=across.page,
        page_height=down.page,
        label_width=width,
        label_height=height,
        origins=tuple((left, top) for top in tops for left in lefts),
        columns=_cuts(columns) if paper.is_cut else (),
        rows=_cuts(rows) if paper.is_cut else (),
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    """One direction of a page: cells, where the first begins, from one to the next, how long each is."""

    page_mm: float
    count: int
    first_mm: float
    pitch_mm: float
    cell_mm: float
    dots_per_mm: Fraction

    @property
    def page(self) -> int:
        """The page in dots."""
        return whole_dots(self.page_mm, self.dots_per_mm)

    def cells(self, offset_mm: float, scale: float) -> list[tuple[int, int]]:
        """Both edges of each cell in dots, each rounded for itself, so that errors do not add up."""
        edges = []
        for index in range(self.count):
            start_mm = exact(self.first_mm) + index * exact(self.pitch_mm)
            start, end = (
                self._dots(side_mm * exact(scale) + exact(offset_mm))
                for side_mm in (start_mm, start_mm + exact(self.cell_mm))
            )
            edges.append((start, end))
        # Makers' measures may overlap by a rounding (``papers.TOUCH_MM``); dots may not.
        following = [start for start, _ in edges[1:]] + [edges[-1][1]]
        return [(start, min(end, limit)) for (start, end), limit in zip(edges, following, strict=True)]

    def labels(self, label_mm: float, scale: float, cells: list[tuple[int, int]]) -> tuple[int, list[int]]:
        """Dots of a label, and where each begins: in the middle of its cell."""
        wanted = math.floor(exact(label_mm) * exact(scale) * self.dots_per_mm)
        length = min(wanted, *(end - start for start, end in cells))
        return length, [start + (end - start - length) // 2 for start, end in cells]

    def _dots(self, length_mm: Fraction) -> int:
        dots = math.floor(length_mm * self.dots_per_mm + Fraction(1, 2))
        # An edge on the page stays on it: the page has no dot that is not whole.
        return min(dots, self.page) if length_mm <= exact(self.page_mm) + exact(TOUCH_MM) else dots


def _cuts(cells: list[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(sorted({edge for cell in cells for edge in cell}))


def exact(length: float) -> Fraction:
    """The number as it is written: 38.1 is 381/10."""
    return Fraction(str(length))


def whole_dots(length_mm: float, dots_per_mm: Fraction) -> int:
    """The most whole dots in a length."""
    return math.floor(exact(length_mm) * dots_per_mm)


def module_dots(slot_mm: float, size: int, dots_per_mm: float) -> int:
    """Dots a module: ``size`` modules and a quiet zone of 4 on each side fit (ISO/IEC 18004 §5.3.8).

    ``slot_mm`` was measured on a rendered page, so a hundredth of a dot forgives its rounding.
    """
    return math.floor(slot_mm * dots_per_mm + 0.01) // (size + 8)
