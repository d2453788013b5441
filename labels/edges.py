"""Whether a printer profile pushes anything printed off the page.

A label may lose a white edge: on a roll the page is the label, and half a millimetre to the left is what
profiles are for. What is printed on it, and the quiet zone, must stay.
"""

from __future__ import annotations

import math

from labels.design import Box, RenderedDesign
from labels.errors import ProfileError
from labels.glyphs import page_of
from labels.layouts import NEUTRAL, Layout
from labels.places import QUIET_MODULES, stretched, symbol_place
from labels.press import PT_PER_MM
from labels.raster import page_image

INK_DPI = 203.2
"""How finely the design's ink is looked at."""


def check_edges(layout: Layout, design: RenderedDesign, payload: str) -> None:
    """Raise ``ProfileError`` when ink, a text slot or the symbol's quiet zone leaves the page."""
    if layout.profile == NEUTRAL:
        return
    grid, kept = layout.grid, _kept(layout, design, payload)
    lefts, tops = ([origin[axis] for origin in grid.origins] for axis in (0, 1))
    for first, last, page, start, end, field in (
        (min(lefts), max(lefts), grid.page_width, kept.left, kept.right, "offset_x_mm"),
        (min(tops), max(tops), grid.page_height, kept.top, kept.bottom, "offset_y_mm"),
    ):
        if first + math.floor(start) < 0 or last + math.ceil(end) > page:
            raise ProfileError(
                "chữ hoặc viền trắng quanh mã QR bị đẩy ra ngoài trang giấy. Hãy giảm độ dịch hoặc tỉ lệ",
                field,
            )


def _kept(layout: Layout, design: RenderedDesign, payload: str) -> Box:
    """What must stay on the page: in dots from the label's top left corner."""
    place = symbol_place(layout, design.slots["qr"], payload)
    quiet = QUIET_MODULES * place.module_dots
    boxes = [_ink(design)] + [box for slot, box in design.slots.items() if slot != "qr"]
    sides = [_in_dots(stretched(box, layout.profile), layout.dots_per_mm) for box in boxes]
    sides.append(
        (
            place.left - quiet,
            place.top - quiet,
            place.left + place.side + quiet,
            place.top + place.side + quiet,
        )
    )
    left, top = (min(side[index] for side in sides) for index in (0, 1))
    right, bottom = (max(side[index] for side in sides) for index in (2, 3))
    return Box(left, top, right - left, bottom - top)


def _in_dots(box: Box, dots_per_mm: float) -> tuple[float, float, float, float]:
    # A tenth of a dot forgives the rounding of a box that was measured in pixels.
    left, top = (side * dots_per_mm + 0.1 for side in (box.left, box.top))
    right, bottom = (side * dots_per_mm - 0.1 for side in (box.right, box.bottom))
    return left, top, right, bottom


def _ink(design: RenderedDesign) -> Box:
    """The rectangle around everything black of a design whose slots are empty, in mm."""
    size_pt = (design.size.width * PT_PER_MM, design.size.height * PT_PER_MM)
    pdf = page_of(
        design.painted, design.painted.content, b"%d 0 R" % design.painted.resources_object, size_pt
    )
    picture = page_image(pdf, INK_DPI)
    found = picture.point(lambda level: 255 * (not level), mode="1").getbbox()
    if found is None:
        return Box(design.size.width / 2, design.size.height / 2, 0, 0)
    left, top, right, bottom = (side * 25.4 / INK_DPI for side in found)
    return Box(left, top, right - left, bottom - top)
