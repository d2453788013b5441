"""Whether a design prints sharply on a printer that knows black and white only: rendered to find out."""

from __future__ import annotations

import math
from collections.abc import Iterable

from labels.design import RenderedDesign, design_pdf, printable_characters, render_design
from labels.design_files import Design
from labels.errors import BarcodeSlotError, DesignError, PayloadTooLongError, SlotOverflowError
from labels.layouts import PRINTER_DPI, Layout
from labels.page_objects import PageObject, page_objects
from labels.papers import roll
from labels.places import LEAST_MODULE_MM, barcode_place, symbol_place
from labels.press import LabelPress
from labels.qr_tables import Level
from labels.raster import ink_box, page_grey
from labels.texts import Stamp, StampText, check_text

LEAST_TEXT_PT = 4.5
"""Smallest type of which a 203 dpi printer still makes letters with all their marks: 8 dots for an ``x``."""

WIDEST_CODE, WIDEST_SECRET = "W" * 13, "W" * 8
"""A stamp's code and what is under the foil, of the widest character that they may hold."""

WIDEST_SSCC, SSCC_DIGITS = f"(00) 4 4444444 {'4' * 9} 4", "00" + "4" * 18
"""What stands in the slots ``code`` and ``barcode`` of a carton that has an SSCC: 4 is the widest digit."""

PT_PER_MM = 72 / 25.4
TYPEFACE = "Be-Vietnam-Pro"

_BLACK, _WHITE = (0, 0, 0, 255), (255, 255, 255, 255)
_THIN_TOLERANCE = 0.98
_DOT_TOLERANCE = 0.05
_EDGE_MM = 0.15  # what a letter's ink may stand out of its box
_COVERED_SHARE = 0.35
_INK_BELOW = 250


def check_sharp(design: Design, text: StampText, dpi: float, level: Level, payload: str) -> None:
    """Render the design with this text and look at what a printer of ``dpi`` would get.

    ``payload`` is an address as the QR symbol will hold it; of ``level`` is its error correction. Raises
    ``DesignError`` with the reason, ``FieldError`` for a text that does not fit, ``LayoutError`` for a
    resolution or level that there is not.
    """
    clean = check_text(text, printable_characters())
    layout = Layout(roll(design.width_mm, design.height_mm), design, dpi, level)
    rendered = render_design(design, clean)
    pdf = design_pdf(design, clean)
    try:
        objects = page_objects(pdf)
    except ValueError:
        raise DesignError(design.name, "mẫu có quá nhiều nét vẽ") from None
    _check_symbol(design, layout, rendered, payload)
    _check_barcode(design, layout, rendered)
    _check_lines(design, layout, rendered, payload)
    _check_slots_white(design, rendered, pdf)
    for each in objects:
        _check_object(design, each, layout.dots_per_mm)
    _check_text_apart(design, [each for each in objects if each.kind == "text" and each.text.strip()])


def _check_symbol(design: Design, layout: Layout, rendered: RenderedDesign, payload: str) -> None:
    try:
        symbol_place(layout, rendered.slots["qr"], payload)
    except PayloadTooLongError:
        least = math.ceil(LEAST_MODULE_MM * layout.dots_per_mm) / layout.dots_per_mm
        place = rendered.slots["qr"]
        raise DesignError(
            design.name,
            f"ô “qr” rộng {_mm(min(place.width, place.height))} là quá nhỏ cho địa chỉ dài {len(payload)} "
            f"ký tự ở {PRINTER_DPI[layout.dpi]:.0f} dpi: mỗi ô vuông phải từ {_mm(least)}",
        ) from None


def _check_lines(design: Design, layout: Layout, rendered: RenderedDesign, payload: str) -> None:
    """Every code fits its slot: which codes a job has is known when its numbers are given, too late."""
    secret = WIDEST_SECRET if "secret" in rendered.slots else ""
    codes = [WIDEST_CODE, WIDEST_SSCC] if "barcode" in rendered.slots else [WIDEST_CODE]
    press = LabelPress(layout, rendered)
    try:
        for code in codes:
            press.label(Stamp(payload, code, secret))
    except SlotOverflowError as error:
        characters = len(error.text.replace("-", ""))
        raise DesignError(
            design.name,
            f"ô “{error.field}” rộng {_mm(rendered.slots[error.field].width)} là quá hẹp cho mã {characters} "
            "ký tự; hãy nới rộng ô hoặc để cỡ chữ nhỏ hơn",
        ) from None


def _check_barcode(design: Design, layout: Layout, rendered: RenderedDesign) -> None:
    place = rendered.slots.get("barcode")
    if place is None:
        return
    try:
        barcode_place(layout, place, SSCC_DIGITS)
    except BarcodeSlotError as error:
        (width, height), (least_width, least_height) = error.size_mm, error.least_mm
        raise DesignError(
            design.name,
            f"ô “barcode” khổ {_mm(width)} × {_mm(height)} là quá nhỏ cho mã vạch SSCC ở "
            f"{PRINTER_DPI[layout.dpi]:.0f} dpi; ít nhất {_mm(least_width)} × {_mm(least_height)}",
        ) from None


def _check_slots_white(design: Design, rendered: RenderedDesign, pdf: bytes) -> None:
    """Nothing is drawn where a symbol with its quiet zone, a code or a secret will stand."""
    dots_per_mm = PRINTER_DPI[203.2] / 25.4
    page = page_grey(pdf, PRINTER_DPI[203.2]).point(lambda level: 255 * (level >= _INK_BELOW), mode="1")
    for slot, place in rendered.slots.items():
        corners = (place.left, place.top, place.right, place.bottom)
        left, top, right, bottom = (side * dots_per_mm for side in corners)
        inside = (
            math.ceil(left - 0.1),
            math.ceil(top - 0.1),
            math.floor(right + 0.1),
            math.floor(bottom + 0.1),
        )
        if ink_box(page.crop(inside)) is not None:
            what = "vùng trắng quanh mã QR" if slot == "qr" else f"ô “{slot}”"
            raise DesignError(design.name, f"có nét hoặc nền in đè lên {what}; chỗ đó phải để trắng")


def _check_object(design: Design, each: PageObject, dots_per_mm: float) -> None:
    if each.kind == "other":
        raise DesignError(design.name, "có màu chuyển dần, máy in tem chỉ in được đen trắng")
    for ink in each.inks:
        if ink not in (_BLACK, _WHITE):
            raise DesignError(
                design.name,
                f"{_what(each)} có màu hoặc nét xám ({_colour(ink)}), máy in tem chỉ in được đen trắng; "
                "hãy dùng #000",
            )
    if each.kind == "text" and each.text.strip():
        _check_letters(design, each)
    if each.kind == "shape" and each.thin_mm * dots_per_mm < _THIN_TOLERANCE:
        raise DesignError(
            design.name,
            f"có nét dày {_mm(each.thin_mm)}, mảnh hơn một chấm của máy in ({_mm(1 / dots_per_mm)})",
        )
    if each.kind == "picture":
        _check_picture(design, each, dots_per_mm)


def _check_letters(design: Design, each: PageObject) -> None:
    size_pt = each.size_mm * PT_PER_MM
    if size_pt < LEAST_TEXT_PT - 0.01:
        sizes = f"cỡ {size_pt:.1f} pt, nhỏ quá không đọc được; ít nhất {LEAST_TEXT_PT:g} pt"
        raise DesignError(design.name, f"{_what(each)} {sizes.replace('.', ',')}")
    if TYPEFACE not in each.font:
        raise DesignError(design.name, f"{_what(each)} không thuộc phông Be Vietnam Pro")
    if (
        min(each.left, each.top) < -_EDGE_MM
        or each.right > design.width_mm + _EDGE_MM
        or each.bottom > design.height_mm + _EDGE_MM
    ):
        raise DesignError(design.name, f"{_what(each)} tràn ra ngoài khổ tem")


def _check_picture(design: Design, each: PageObject, dots_per_mm: float) -> None:
    """Each pixel is printed as the same whole number of dots, from a whole dot on."""
    sides = (each.right - each.left, each.bottom - each.top)
    for side, pixels, start in zip(sides, each.pixels, (each.left, each.top), strict=True):
        dots = side * dots_per_mm / pixels
        whole = max(1, round(dots))
        if abs(dots - whole) * pixels > _DOT_TOLERANCE * 4:
            wide, high = (_mm(whole * number / dots_per_mm) for number in each.pixels)
            raise DesignError(
                design.name,
                f"hình {each.pixels[0]} × {each.pixels[1]} điểm không khớp chấm của máy in; "
                f"hãy đặt rộng {wide}, cao {high}",
            )
        if abs(start * dots_per_mm - round(start * dots_per_mm)) > _DOT_TOLERANCE:
            better = round(start * dots_per_mm) / dots_per_mm
            raise DesignError(
                design.name,
                f"hình bắt đầu ở {_mm(start)}, lệch chấm của máy in; hãy dời về {_mm(better)}",
            )


def _check_text_apart(design: Design, texts: Iterable[PageObject]) -> None:
    """No text is printed over another."""
    seen: list[PageObject] = []
    for each in texts:
        for other in seen:
            width = min(each.right, other.right) - max(each.left, other.left)
            height = min(each.bottom, other.bottom) - max(each.top, other.top)
            if width > 0 and height > 0 and width * height > _COVERED_SHARE * min(_area(each), _area(other)):
                raise DesignError(design.name, f"{_what(each)} in đè lên {_what(other)}")
        seen.append(each)


def _area(each: PageObject) -> float:
    return (each.right - each.left) * (each.bottom - each.top)


def _what(each: PageObject) -> str:
    if each.kind == "text":
        shown = each.text.strip()
        return f"chữ “{shown[:40]}{'…' if len(shown) > 40 else ''}”"
    return "nét vẽ"


def _colour(ink: tuple[int, int, int, int]) -> str:
    red, green, blue, _ = ink
    return f"#{red:02x}{green:02x}{blue:02x}"


def _mm(length: float) -> str:
    return f"{length:.3f}".rstrip("0").rstrip(".").replace(".", ",") + " mm"
