"""Where labels stand on paper, in whole printer dots from the top left corner. Pure geometry.

Every label's corner is on the dot grid, so a module of whole dots is printed as whole dots everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

A4_WIDTH_MM, A4_HEIGHT_MM = 210.0, 297.0

LEAST_SIDE_MARGIN_MM = 4.5
"""What an office printer cannot reach at the left and right edges."""

LEAST_END_MARGIN_MM = 8.0
"""The same at the top and bottom, and room for the line that tells what the sheet is."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A page and its cells, in dots.

    ``origins`` are the labels' top left corners, row by row. ``columns`` and ``rows`` are the cutting lines,
    both edges included; empty on a roll, where the label is the page.
    """

    page_width: int
    page_height: int
    label_width: int
    label_height: int
    origins: tuple[tuple[int, int], ...]
    columns: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()


def roll_grid(width_mm: float, height_mm: float, dots_per_mm: float) -> Grid:
    """A page that is one label, cut down to whole dots."""
    width, height = _whole_dots(width_mm, dots_per_mm), _whole_dots(height_mm, dots_per_mm)
    return Grid(width, height, width, height, ((0, 0),))


def a4_grid(width_mm: float, height_mm: float, dots_per_mm: float) -> Grid:
    """As many upright labels as an A4 sheet holds without gaps, centred.

    50 x 30 mm gives 4 x 9, 100 x 70 mm gives 2 x 4. Raises ``ValueError`` for a label larger than the sheet.
    """
    columns = _edges(A4_WIDTH_MM, width_mm, LEAST_SIDE_MARGIN_MM, dots_per_mm)
    rows = _edges(A4_HEIGHT_MM, height_mm, LEAST_END_MARGIN_MM, dots_per_mm)
    return Grid(
        page_width=_whole_dots(A4_WIDTH_MM, dots_per_mm),
        page_height=_whole_dots(A4_HEIGHT_MM, dots_per_mm),
        label_width=_whole_dots(width_mm, dots_per_mm),
        label_height=_whole_dots(height_mm, dots_per_mm),
        origins=tuple((left, top) for top in rows[:-1] for left in columns[:-1]),
        columns=columns,
        rows=rows,
    )


def _edges(page_mm: float, label_mm: float, margin_mm: float, dots_per_mm: float) -> tuple[int, ...]:
    """Both edges of every column (or row), each rounded for itself so that errors do not add up."""
    count = math.floor((page_mm - 2 * margin_mm) / label_mm)
    if count < 1:
        raise ValueError(f"a label of {label_mm} mm does not fit a page of {page_mm} mm")
    first_mm = (page_mm - count * label_mm) / 2
    return tuple(round((first_mm + index * label_mm) * dots_per_mm) for index in range(count + 1))


def _whole_dots(length_mm: float, dots_per_mm: float) -> int:
    """The most whole dots in a length; a hundredth of a dot forgives rounding."""
    return math.floor(length_mm * dots_per_mm + 0.01)


def module_dots(slot_mm: float, size: int, dots_per_mm: float) -> int:
    """Dots a module: ``size`` modules and a quiet zone of 4 on each side fit (ISO/IEC 18004 §5.3.8)."""
    return _whole_dots(slot_mm, dots_per_mm) // (size + 8)
