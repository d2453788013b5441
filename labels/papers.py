"""Paper: where cells stand on a sheet, or one label a page on a roll. All lengths in mm. Pure geometry.

A ``Paper`` is right from the start: one whose cells overlap or leave the page cannot be made.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Literal

from labels.errors import PaperError

PAGE_SIZES_MM = {"a4": (210.0, 297.0), "a5": (148.0, 210.0)}
"""Pages that ``cut_sheet`` knows, upright."""

LEAST_CELL_MM = 8.0
"""No stamp with a symbol that a phone reads is narrower or lower."""

LARGEST_PAGE_MM = 450.0
"""Longest side of a page: A3 and a little."""

CELLS_A_PAGE = 1000
"""Most cells on one page."""

LEAST_SIDE_MARGIN_MM = 4.5
"""What an office printer cannot reach at the left and right edges."""

LEAST_END_MARGIN_MM = 8.0
"""The same at the top and bottom, and room for the line that tells what the sheet is."""

TOUCH_MM = 0.005
"""Rounding that is no overlap: makers give their grids to a hundredth of a millimetre."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A page and its cells in mm, from the top left corner of the page.

    The cell of column ``c`` and row ``r`` (from 0) has its corner at ``left_mm + c * pitch_x_mm``,
    ``top_mm + r * pitch_y_mm``. On a ``roll`` the page is the cell. ``is_cut`` is plain paper, cut after
    printing: cutting marks are printed.

    Raises ``PaperError`` when cells overlap or leave the page, and for numbers that are no paper.
    """

    kind: Literal["sheet", "roll"]
    page_width_mm: float
    page_height_mm: float
    cell_width_mm: float
    cell_height_mm: float
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float
    is_cut: bool = False

    def __post_init__(self) -> None:
        _check_numbers(self)
        _check_axis(
            "columns",
            count=self.columns,
            first_mm=self.left_mm,
            pitch_mm=self.pitch_x_mm,
            cell_mm=self.cell_width_mm,
            page_mm=self.page_width_mm,
        )
        _check_axis(
            "rows",
            count=self.rows,
            first_mm=self.top_mm,
            pitch_mm=self.pitch_y_mm,
            cell_mm=self.cell_height_mm,
            page_mm=self.page_height_mm,
        )
        if self.columns * self.rows > CELLS_A_PAGE:
            raise PaperError(
                f"mỗi trang có {self.columns * self.rows} ô tem, chỉ được {CELLS_A_PAGE}", "columns"
            )
        if self.kind == "roll" and (self.page_width_mm, self.page_height_mm, 1, 1, 0, 0) != (
            self.cell_width_mm, self.cell_height_mm, self.columns, self.rows, self.left_mm, self.top_mm,
        ):  # fmt: skip
            raise PaperError("trên cuộn tem, mỗi trang là đúng một tem", "kind")

    @property
    def cells(self) -> int:
        """Cells on a page."""
        return self.columns * self.rows


def cut_sheet(width_mm: float, height_mm: float, page: Literal["a4", "a5"] = "a4") -> Paper:
    """Plain paper to be cut: as many upright labels as fit without gaps, centred.

    50 x 30 mm gives 4 x 9 on A4, 100 x 70 mm gives 2 x 4. Raises ``PaperError`` for a label larger than the
    page.
    """
    if page not in PAGE_SIZES_MM:
        raise PaperError(f"không có khổ giấy “{page}”, hãy chọn a4 hoặc a5", "page")
    _check_length("cell_width_mm", width_mm, LEAST_CELL_MM)
    _check_length("cell_height_mm", height_mm, LEAST_CELL_MM)
    page_width_mm, page_height_mm = PAGE_SIZES_MM[page]
    columns = math.floor((page_width_mm - 2 * LEAST_SIDE_MARGIN_MM) / width_mm)
    rows = math.floor((page_height_mm - 2 * LEAST_END_MARGIN_MM) / height_mm)
    if columns < 1 or rows < 1:
        raise PaperError(
            f"tem {_comma(width_mm)} × {_comma(height_mm)} mm không vừa tờ {page.upper()}", "cell_width_mm"
        )
    return Paper(
        kind="sheet",
        page_width_mm=page_width_mm,
        page_height_mm=page_height_mm,
        cell_width_mm=width_mm,
        cell_height_mm=height_mm,
        columns=columns,
        rows=rows,
        left_mm=round((page_width_mm - columns * width_mm) / 2, 4),
        top_mm=round((page_height_mm - rows * height_mm) / 2, 4),
        pitch_x_mm=width_mm,
        pitch_y_mm=height_mm,
        is_cut=True,
    )


def roll(width_mm: float, height_mm: float) -> Paper:
    """A roll of labels: one label a page. Raises ``PaperError`` for nonsense."""
    return Paper("roll", width_mm, height_mm, width_mm, height_mm, 1, 1, 0.0, 0.0, width_mm, height_mm)


def own_grid(  # noqa: PLR0917 - a grid is these ten numbers
    page_width_mm: float,
    page_height_mm: float,
    cell_width_mm: float,
    cell_height_mm: float,
    columns: int,
    rows: int,
    left_mm: float,
    top_mm: float,
    pitch_x_mm: float,
    pitch_y_mm: float,
) -> Paper:
    """A sheet of pre-cut labels by its measures: cells by their corners' distances, not by the gaps.

    A row of labels across a roll is such a sheet too. Raises ``PaperError``.
    """
    return Paper(
        "sheet", page_width_mm, page_height_mm, cell_width_mm, cell_height_mm,
        columns, rows, left_mm, top_mm, pitch_x_mm, pitch_y_mm,
    )  # fmt: skip


NAMES_VI = {
    "page_width_mm": "bề ngang trang",
    "page_height_mm": "bề dọc trang",
    "cell_width_mm": "bề ngang ô tem",
    "cell_height_mm": "bề dọc ô tem",
    "columns": "số cột",
    "rows": "số hàng",
    "left_mm": "lề trái",
    "top_mm": "lề trên",
    "pitch_x_mm": "bước ngang",
    "pitch_y_mm": "bước dọc",
}
"""What people call each number of a grid."""


def _check_numbers(paper: Paper) -> None:
    if paper.kind not in ("sheet", "roll"):
        raise PaperError(f"không có loại giấy “{paper.kind}”, hãy chọn tờ hoặc cuộn", "kind")
    for field in fields(paper):
        value = getattr(paper, field.name)
        if field.name in ("columns", "rows"):
            if type(value) is not int or not 1 <= value <= CELLS_A_PAGE:
                raise PaperError(f"{NAMES_VI[field.name]} phải là số từ 1 đến {CELLS_A_PAGE}", field.name)
        elif field.name.endswith("_mm"):
            margin = field.name in ("left_mm", "top_mm")
            _check_length(field.name, value, 0.0 if margin else LEAST_CELL_MM)


def _check_length(name: str, value: float, least: float) -> None:
    if not (math.isfinite(value) and least <= value <= LARGEST_PAGE_MM):
        raise PaperError(f"{NAMES_VI[name]} phải từ {least:g} đến {LARGEST_PAGE_MM:g} mm", name)


def _check_axis(
    field: str, *, count: int, first_mm: float, pitch_mm: float, cell_mm: float, page_mm: float
) -> None:
    """Cells of one direction neither overlap nor leave the page."""
    things, way, pitch = (
        ("cột", "ngang", "pitch_x_mm") if field == "columns" else ("hàng", "dọc", "pitch_y_mm")
    )
    if count > 1 and pitch_mm < cell_mm - TOUCH_MM:
        reason = f"bước {way} {_comma(pitch_mm)} mm nhỏ hơn ô tem {_comma(cell_mm)} mm"
        raise PaperError(f"các {things} chồng lên nhau: {reason}", pitch)
    last_mm = first_mm + (count - 1) * pitch_mm + cell_mm
    if last_mm > page_mm + TOUCH_MM:
        reason = f"{count} {things} cần {_comma(last_mm)} mm mà trang chỉ có {_comma(page_mm)} mm"
        raise PaperError(f"{reason} theo chiều {way}", field)


def _comma(length_mm: float) -> str:
    return f"{round(length_mm, 3):g}".replace(".", ",")


@dataclass(frozen=True, slots=True)
class Stock:
    """Paper that is sold: its name in settings, what people call it, its measures."""

    name: str
    title_vi: str
    paper: Paper


# Maker's number, columns and rows on A4, cell and gaps between columns in mm. Rows touch; all are centred.
_A4_LABELS: tuple[tuple[str, int, int, float, float, float], ...] = (
    ("Avery L7651", 5, 13, 38.1, 21.2, 2.5),
    ("Avery L7654", 4, 10, 45.7, 25.4, 2.56),
    ("Avery L7159", 3, 8, 63.5, 33.9, 2.54),
    ("Avery L7160", 3, 7, 63.5, 38.1, 2.54),
    ("Avery L7161", 3, 6, 63.5, 46.6, 2.54),
    ("Avery L7164", 3, 4, 63.5, 72.0, 2.54),
    ("Avery L7162", 2, 8, 99.1, 33.9, 2.54),
    ("Avery L7163", 2, 7, 99.1, 38.1, 2.54),
    ("Avery L7165", 2, 4, 99.1, 67.7, 2.54),
    ("Avery L7169", 2, 2, 99.1, 139.0, 2.54),
    ("Avery 3474", 3, 8, 70.0, 37.0, 0.0),
    ("Avery 3475", 3, 8, 70.0, 36.0, 0.0),
    ("Avery 3669", 3, 5, 70.0, 50.8, 0.0),
    ("Avery 3425", 2, 5, 105.0, 57.0, 0.0),
    ("Avery 3483", 2, 2, 105.0, 148.0, 0.0),
)
_CUT = ((40, 30), (50, 30), (50, 40), (70, 50), (100, 70), (148, 105))
_ROLLS = (
    (40, 30),
    (50, 30),
    (50, 40),
    (60, 40),
    (70, 50),
    (75, 50),
    (100, 70),
    (100, 100),
    (100, 150),
    (148, 105),
)


def _size_vi(paper: Paper) -> str:
    return f"{_comma(paper.cell_width_mm)} × {_comma(paper.cell_height_mm)} mm"


def _cut_stocks() -> Iterator[Stock]:
    for width_mm, height_mm in _CUT:
        paper = cut_sheet(width_mm, height_mm)
        title = f"Giấy decal A4 tự cắt, {_size_vi(paper)}, {paper.cells} tem một tờ"
        yield Stock(f"a4_cut_{width_mm}x{height_mm}", title, paper)


def _label_sheets() -> Iterator[Stock]:
    page_width_mm, page_height_mm = PAGE_SIZES_MM["a4"]
    for number, columns, rows, width_mm, height_mm, gap_mm in _A4_LABELS:
        pitch_mm = round(width_mm + gap_mm, 2)
        left_mm = round((page_width_mm - (columns - 1) * pitch_mm - width_mm) / 2, 2)
        top_mm = round((page_height_mm - rows * height_mm) / 2, 2)
        paper = own_grid(
            page_width_mm, page_height_mm, width_mm, height_mm,
            columns, rows, left_mm, top_mm, pitch_mm, height_mm,
        )  # fmt: skip
        title = f"Tờ A4 {number}, {_size_vi(paper)}, {paper.cells} tem một tờ"
        yield Stock(number.lower().replace(" ", "_"), title, paper)


def _rolls() -> Iterator[Stock]:
    for width_mm, height_mm in _ROLLS:
        paper = roll(width_mm, height_mm)
        yield Stock(f"roll_{width_mm}x{height_mm}", f"Cuộn tem {_size_vi(paper)}", paper)


STOCKS: Mapping[str, Stock] = MappingProxyType(
    {stock.name: stock for stock in (*_cut_stocks(), *_label_sheets(), *_rolls())}
)
"""Papers by name: plain A4 to be cut, A4 label sheets by their maker's number, rolls."""
