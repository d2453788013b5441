"""How a job is put on paper: paper, design, printer and its small faults, cells used, copies.

Plain frozen values, checked here and trusted below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from fractions import Fraction

from labels.design_files import Design
from labels.errors import CopiesError, DesignTooLargeError, LayoutError, ProfileError, UsedCellsError
from labels.papers import Paper
from labels.qr_tables import Level
from labels.sheets import Grid, lay_out

STAMPS_A_JOB = 100_000
"""Most labels in one file, copies counted; over it ``TooManyStampsError``."""

PRINTER_DPI = {203.2: 203.2, 203.0: 203.2, 300.0: 300.0, 600.0: 600.0}
"""Resolutions that a layout may ask for, and the true one: "203 dpi" printers have 8 dots a millimetre."""

STAMP_LEVELS: tuple[Level, ...] = ("M", "Q")
"""Least error correction that a layout may ask for: 15 or 25 % of the codewords."""

MOST_COPIES = 100
MOST_OFFSET_MM = 10.0
LEAST_SCALE, MOST_SCALE = 0.97, 1.03

WHITE_EDGE_MM = 3.0
"""Outermost part of a label that a profile may push off a roll, if it is white (``labels.edges``)."""

_ROUNDING_MM = 0.01


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """What a printer does wrong, mended: labels move by an offset and stretch by a scale, in x and in y.

    A point that belongs at ``x`` mm from the page's left edge is printed at ``x * scale_x + offset_x_mm``;
    ``y`` counts from the top. QR modules keep whole dots. Raises ``ProfileError`` beyond 10 mm or
    0.97 to 1.03.
    """

    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not math.isfinite(value):
                raise ProfileError("phải là số", field.name)
            if field.name.startswith("offset") and abs(value) > MOST_OFFSET_MM:
                raise ProfileError(f"chỉ dịch được tối đa {MOST_OFFSET_MM:g} mm", field.name)
            if field.name.startswith("scale") and not LEAST_SCALE <= value <= MOST_SCALE:
                raise ProfileError("tỉ lệ phải từ 97 % đến 103 %", field.name)


NEUTRAL = PrinterProfile()
"""A printer that prints where it is told."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How to print: paper, design, printer resolution and profile, error correction, cells used, copies.

    ``used_cells`` are cells of the first sheet that have no label any more; each stamp is printed ``copies``
    times in a row. A design smaller than its cell is centred. Raises ``LayoutError`` for an unknown
    resolution or level, ``DesignTooLargeError``, ``UsedCellsError``, ``CopiesError``, and ``ProfileError``
    when the profile pushes a label off the page.
    """

    paper: Paper
    design: Design
    dpi: float = 203.2
    level: Level = "M"
    used_cells: int = 0
    copies: int = 1
    profile: PrinterProfile = NEUTRAL

    def __post_init__(self) -> None:
        if self.dpi not in PRINTER_DPI:
            raise LayoutError("độ phân giải", self.dpi, tuple(PRINTER_DPI))
        if self.level not in STAMP_LEVELS:
            raise LayoutError("mức sửa lỗi", self.level, STAMP_LEVELS)
        if type(self.copies) is not int or not 1 <= self.copies <= MOST_COPIES:
            raise CopiesError(self.copies, MOST_COPIES)
        if type(self.used_cells) is not int or not 0 <= self.used_cells < self.paper.cells:
            raise UsedCellsError(self.used_cells, self.paper.cells)
        self._check_size()
        self._check_page()

    @property
    def dots_per_mm(self) -> float:
        """Printer dots a millimetre: 8 exactly at 203.2 dpi."""
        return PRINTER_DPI[self.dpi] / 25.4

    @property
    def grid(self) -> Grid:
        """The page and its labels in dots, the profile applied."""
        design, profile = self.design, self.profile
        return lay_out(
            self.paper,
            (design.width_mm, design.height_mm),
            Fraction(str(PRINTER_DPI[self.dpi])) / Fraction("25.4"),
            (profile.offset_x_mm, profile.offset_y_mm),
            (profile.scale_x, profile.scale_y),
        )

    @property
    def labels_a_page(self) -> int:
        """Labels that a page holds."""
        return self.paper.cells

    def _check_size(self) -> None:
        design, paper = self.design, self.paper
        sizes = (design.width_mm, design.height_mm, paper.cell_width_mm, paper.cell_height_mm)
        if sizes[0] > sizes[2] + _ROUNDING_MM or sizes[1] > sizes[3] + _ROUNDING_MM:
            raise DesignTooLargeError(design.title_vi, *sizes)

    def _check_page(self) -> None:
        """Labels stay on the page; on a roll the label is the page, so its white edge may leave it."""
        grid = self.grid
        edge = WHITE_EDGE_MM * self.dots_per_mm if self.paper.kind == "roll" else 0
        for across, field in ((True, "offset_x_mm"), (False, "offset_y_mm")):
            page = grid.page_width if across else grid.page_height
            size = grid.label_width if across else grid.label_height
            starts = [origin[0 if across else 1] for origin in grid.origins]
            if min(starts) < -edge or max(starts) + size > page + edge:
                raise ProfileError("tem bị đẩy ra ngoài trang giấy. Hãy giảm độ dịch hoặc tỉ lệ", field)
