"""A test page to hold a ruler to: what a printer does wrong is read off it and mended by a profile.

On it stand two crosses whose distances are known, a scale of millimetres on two sides, and the cells of the
paper. Whoever prints it measures where the first cross stands and how far away the second is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction

from labels.errors import LayoutError, ProfileError
from labels.layouts import NEUTRAL, PRINTER_DPI, PrinterProfile
from labels.outlines import outlined, width_pt
from labels.pages import page_box
from labels.papers import Paper
from labels.pdf import PageTree, PdfWriter, stream, text_string
from labels.press import MASK_INSET_DOTS, PT_PER_MM
from labels.sheets import exact, lay_out, whole_dots

LEAST_INSET_MM, MOST_INSET_MM = 3, 20
"""How far the crosses are from the page's edges: a tenth of its shorter side, between these."""

LEAST_SHEET_MM = 120.0
"""Smaller pages have no room for the sentences that tell what to do."""

TITLE = "Trang thử máy in"

_ARM_MM = 2.5
_TICKS_MM = {10: 4.0, 5: 2.8, 1: 1.6}  # length of the tick at every so many millimetres
_ROLL_FRAME_MM = 1.0
_TEXT_PT, _LEADING_PT = 9.0, 14.0


@dataclass(frozen=True, slots=True)
class Crosses:
    """Where the two crosses belong, in mm from the page's top left corner."""

    left_mm: int
    top_mm: int
    right_mm: int
    bottom_mm: int

    @property
    def width_mm(self) -> int:
        """From the first cross to the second, across."""
        return self.right_mm - self.left_mm

    @property
    def height_mm(self) -> int:
        """From the first cross to the second, down."""
        return self.bottom_mm - self.top_mm


@dataclass(frozen=True, slots=True)
class Measured:
    """What the ruler says, in mm.

    ``left_mm`` and ``top_mm``: from the page's edges to the first cross; ``width_mm`` and ``height_mm``: from
    the first cross to the second, across and down.
    """

    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


def crosses(paper: Paper) -> Crosses:
    """Where the crosses belong on a paper: whole millimetres apart."""
    width_mm, height_mm = paper.page_width_mm, paper.page_height_mm
    inset_mm = min(MOST_INSET_MM, max(LEAST_INSET_MM, round(min(width_mm, height_mm) / 10)))
    return Crosses(inset_mm, inset_mm, int(width_mm) - inset_mm, int(height_mm) - inset_mm)


def mend_profile(paper: Paper, measured: Measured, printed: PrinterProfile = NEUTRAL) -> PrinterProfile:
    """The profile that brings the crosses where they belong, from a test page printed with ``printed``.

    Raises ``ProfileError`` for numbers that are no lengths, and beyond what a profile mends: then the page
    was most likely printed "to fit".
    """
    for field in fields(measured):
        if not 0 < getattr(measured, field.name) < math.inf:
            raise ProfileError("số đo phải lớn hơn 0", field.name)
    wanted = crosses(paper)
    offset_x_mm, scale_x = _mended(
        first_mm=wanted.left_mm,
        apart_mm=wanted.width_mm,
        measured_first_mm=measured.left_mm,
        measured_apart_mm=measured.width_mm,
        offset_mm=printed.offset_x_mm,
        scale=printed.scale_x,
    )
    offset_y_mm, scale_y = _mended(
        first_mm=wanted.top_mm,
        apart_mm=wanted.height_mm,
        measured_first_mm=measured.top_mm,
        measured_apart_mm=measured.height_mm,
        offset_mm=printed.offset_y_mm,
        scale=printed.scale_y,
    )
    return PrinterProfile(offset_x_mm, offset_y_mm, scale_x, scale_y)


def _mended(
    *,
    first_mm: float,
    apart_mm: float,
    measured_first_mm: float,
    measured_apart_mm: float,
    offset_mm: float,
    scale: float,
) -> tuple[float, float]:
    """Offset and scale of one direction: the printer puts ``p`` at ``a + b p``, known from two points."""
    b = measured_apart_mm / (apart_mm * scale)
    a = measured_first_mm - b * (first_mm * scale + offset_mm)
    return round(-a / b, 2), round(1 / b, 4)


def ruler_page(paper: Paper, dpi: float, profile: PrinterProfile = NEUTRAL) -> bytes:
    """The test page as a PDF of one page, as this profile prints it: the same arguments, the same bytes.

    Raises ``LayoutError`` for an unknown resolution, ``ProfileError`` when a cross leaves the page.
    """
    if dpi not in PRINTER_DPI:
        raise LayoutError("độ phân giải", dpi, tuple(PRINTER_DPI))
    page = _RulerPage(paper, Fraction(str(PRINTER_DPI[dpi])) / Fraction("25.4"), profile)
    page.check()
    writer = PdfWriter()
    tree = PageTree(writer, b"/MediaBox%s/Resources<<>>" % page.media_box)
    tree.add(stream(b"", page.content(), deflate=True))
    tree.close()
    preferences = b"/ViewerPreferences<</PrintScaling/None/PickTrayByPDFSize true>>/Lang(vi)"
    catalog = writer.add(b"<</Type/Catalog/Pages %d 0 R%s>>" % (tree.root, preferences))
    info = writer.add(b"<</Title%s/Producer(Sogoc)>>" % text_string(TITLE))
    return writer.close(catalog, info)


class _RulerPage:
    """Draws in dots from the top left corner; every line is one dot wide and on the dots."""

    def __init__(self, paper: Paper, dots_per_mm: Fraction, profile: PrinterProfile) -> None:
        self._paper = paper
        self._dots_per_mm = dots_per_mm
        self._profile = profile
        self._dot_pt = PT_PER_MM / float(dots_per_mm)
        self._crosses = crosses(paper)
        self._height = whole_dots(paper.page_height_mm, dots_per_mm)

    @property
    def media_box(self) -> bytes:
        """The page in points."""
        return page_box(whole_dots(self._paper.page_width_mm, self._dots_per_mm), self._height, self._dot_pt)

    def check(self) -> None:
        """Raise ``ProfileError`` when a cross leaves the page."""
        found = self._crosses
        width = whole_dots(self._paper.page_width_mm, self._dots_per_mm)
        across = (self._x(found.left_mm), self._x(found.right_mm), width, "offset_x_mm")
        down = (self._y(found.top_mm), self._y(found.bottom_mm), self._height, "offset_y_mm")
        for first, last, page, field in (across, down):
            if first < 0 or last >= page:
                raise ProfileError("dấu + bị đẩy ra ngoài trang giấy. Hãy giảm độ dịch hoặc tỉ lệ", field)

    def content(self) -> bytes:
        """The page's operators: cells, a white field with words on it, scales, crosses."""
        lines = [*self._scale(across=True), *self._scale(across=False), *self._cross_lines()]
        drawn = [*map(self._line, self._cells()), *self._words(), *map(self._line, lines)]
        return b"\n".join([*drawn, *self._numbers()])

    def _x(self, length_mm: float) -> int:
        return self._dots(length_mm, self._profile.scale_x, self._profile.offset_x_mm)

    def _y(self, length_mm: float) -> int:
        return self._dots(length_mm, self._profile.scale_y, self._profile.offset_y_mm)

    def _dots(self, length_mm: float, scale: float, offset_mm: float) -> int:
        return round((exact(length_mm) * exact(scale) + exact(offset_mm)) * self._dots_per_mm)

    def _line(self, ends: tuple[int, int, int, int]) -> bytes:
        """A line from dot to dot, both of them black: filled, for strokes land beside the dots they mean."""
        x1, y1, x2, y2 = ends
        left, width = x1 + MASK_INSET_DOTS, x2 - x1 + 1 - 2 * MASK_INSET_DOTS
        bottom, height = self._height - y2 - 1 + MASK_INSET_DOTS, y2 - y1 + 1 - 2 * MASK_INSET_DOTS
        box = tuple(length * self._dot_pt for length in (left, bottom, width, height))
        return b"%.4f %.4f %.4f %.4f re f" % box

    def _cross_lines(self) -> Iterator[tuple[int, int, int, int]]:
        found = self._crosses
        for x_mm, y_mm in ((found.left_mm, found.top_mm), (found.right_mm, found.bottom_mm)):
            x, y = self._x(x_mm), self._y(y_mm)
            arm = round(_ARM_MM * self._dots_per_mm)
            yield x - arm, y, x + arm, y
            yield x, y - arm, x, y + arm

    def _scale(self, *, across: bool) -> Iterator[tuple[int, int, int, int]]:
        """A tick every millimetre from the first cross to as far as the second."""
        found = self._crosses
        for step_mm in range(1, (found.width_mm if across else found.height_mm) + 1):
            length_mm = next(length for every, length in _TICKS_MM.items() if step_mm % every == 0)
            length = round(length_mm * self._dots_per_mm)
            if across:
                x, y = self._x(found.left_mm + step_mm), self._y(found.top_mm)
                yield x, y, x, y + length
            else:
                x, y = self._x(found.left_mm), self._y(found.top_mm + step_mm)
                yield x, y, x + length, y

    def _cells(self) -> Iterator[tuple[int, int, int, int]]:
        """The cells' edges; on a roll, where they are the page's, a frame a little inside."""
        paper, profile = self._paper, self._profile
        inset = 0 if paper.kind == "sheet" else round(_ROLL_FRAME_MM * self._dots_per_mm)
        grid = lay_out(
            paper,
            (paper.cell_width_mm, paper.cell_height_mm),
            self._dots_per_mm,
            (profile.offset_x_mm, profile.offset_y_mm),
            (profile.scale_x, profile.scale_y),
        )
        for left, top in grid.origins:
            right, bottom = left + grid.label_width - 1 - inset, top + grid.label_height - 1 - inset
            x, y = left + inset, top + inset
            yield from (
                (x, y, right, y),
                (x, bottom, right, bottom),
                (x, y, x, bottom),
                (right, y, right, bottom),
            )

    def _numbers(self) -> Iterator[bytes]:
        """Centimetres beside their ticks, as millimetres from the first cross."""
        found, size_pt = self._crosses, 5.0
        for step_mm in range(10, found.width_mm + 1, 10):
            x_pt = self._x(found.left_mm + step_mm) * self._dot_pt - width_pt(str(step_mm), size_pt) / 2
            y_pt = (self._height - self._y(found.top_mm + 6)) * self._dot_pt
            yield outlined(str(step_mm), x_pt, y_pt, size_pt)
        for step_mm in range(10, found.height_mm + 1, 10):
            x_pt = self._x(found.left_mm + 5) * self._dot_pt
            y_pt = (self._height - self._y(found.top_mm + step_mm)) * self._dot_pt - size_pt / 3
            yield outlined(str(step_mm), x_pt, y_pt, size_pt)

    def _words(self) -> Iterator[bytes]:
        """What to do, on white, where the page has room for it."""
        if min(self._paper.page_width_mm, self._paper.page_height_mm) < LEAST_SHEET_MM:
            return
        lines = self._sentences()
        left_pt = (self._crosses.left_mm + 14) * PT_PER_MM
        top_pt = self._height * self._dot_pt - (self._crosses.top_mm + 14) * PT_PER_MM
        room_pt = (self._crosses.width_mm - 18) * PT_PER_MM
        widest_pt = max(width_pt(line, _TEXT_PT) for line in lines)
        size_pt = _TEXT_PT * min(1.0, room_pt / widest_pt)
        depth_pt = _LEADING_PT * (len(lines) + 1)
        yield b"1 g %.2f %.2f %.2f %.2f re f 0 g" % (
            left_pt - 6, top_pt - depth_pt, min(widest_pt, room_pt) + 12, depth_pt,
        )  # fmt: skip
        for number, line in enumerate(lines, start=1):
            weight = "Bold" if number == 1 else "Regular"
            yield outlined(line, left_pt, top_pt - number * _LEADING_PT, size_pt, weight)

    def _sentences(self) -> list[str]:
        found, profile = self._crosses, self._profile
        moved = f"dịch ngang {_comma(profile.offset_x_mm)} mm, dịch dọc {_comma(profile.offset_y_mm)} mm"
        scaled = f"tỉ lệ ngang {_comma(100 * profile.scale_x)} %, tỉ lệ dọc {_comma(100 * profile.scale_y)} %"
        return [
            TITLE,
            "In trang này đúng khổ 100 %, không chọn “vừa trang giấy”. Rồi lấy thước đo bốn số:",
            f"1. Từ mép trái tờ giấy đến dấu + phía trên bên trái. Đúng ra là {found.left_mm} mm.",
            f"2. Từ mép trên tờ giấy đến dấu + đó. Đúng ra là {found.top_mm} mm.",
            f"3. Theo chiều ngang, từ dấu + đó đến dấu + phía dưới bên phải. Đúng ra là {found.width_mm} mm.",
            f"4. Theo chiều dọc, giữa hai dấu + ấy. Đúng ra là {found.height_mm} mm.",
            "Ghi bốn số vào trang Máy in của Sổ Gốc: phần chỉnh được tính giúp bạn.",
            f"Trang này đã in với {moved}, {scaled}.",
            "Các khung mảnh là ô tem của khổ giấy này: đặt chồng lên tờ decal, soi ra sáng để so.",
        ]


def _comma(number: float) -> str:
    return f"{round(number, 2):g}".replace(".", ",")
