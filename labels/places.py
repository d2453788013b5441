"""Where a symbol or a bar code stands on its label: whole dots, a quiet zone, no module too fine to read.

Pure geometry.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from labels import code128
from labels.design import Box
from labels.errors import BarcodeSlotError, PayloadTooLongError
from labels.layouts import Layout, PrinterProfile
from labels.qr import SymbolEncoder, stamp_encoder
from labels.sheets import module_dots

LEAST_MODULE_MM = 0.33
"""Finest module that a phone reads from a 1-bit print: 3 dots at 203.2 dpi, 4 at 300, 8 at 600."""

QUIET_MODULES = 4
"""Quiet zone on each side (ISO/IEC 18004 §5.3.8)."""


LEAST_BAR_MM = 0.25
"""Finest module of a bar code (GS1 General Specifications §5.4): 2 dots at 203.2 dpi, 3 at 300, 6 at 600."""

LEAST_BARS_MM = 10.0
"""Lowest bar code that a hand scanner finds in one sweep."""

LONGEST_BARCODE_MM = 165.1
"""Longest GS1-128 symbol, quiet zones counted (GS1 General Specifications §5.4.4.3)."""

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class SymbolPlace:
    """A symbol on a label: its encoder, dots a module, its top left corner in dots from the label's."""

    encoder: SymbolEncoder
    module_dots: int
    left: int
    top: int

    @property
    def side(self) -> int:
        """Dots a side, without the quiet zone."""
        return self.encoder.tables.size * self.module_dots


def symbol_place(layout: Layout, slot: Box, payload: str) -> SymbolPlace:
    """The place of a payload's symbol, centred in its slot (mm on the design).

    Its encoder draws every payload that differs in its last 13 characters only. Raises
    ``PayloadCharacterError``, and ``PayloadTooLongError`` where a module would be finer than 0.33 mm.
    """
    encoder = stamp_encoder(payload, layout.level)
    room, size = stretched(slot, layout.profile), encoder.tables.size
    dots = module_dots(min(room.width, room.height), size, layout.dots_per_mm)
    if dots / layout.dots_per_mm < LEAST_MODULE_MM:
        raise PayloadTooLongError(len(payload))
    half = size * dots / 2
    return SymbolPlace(
        encoder=encoder,
        module_dots=dots,
        left=round((room.left + room.width / 2) * layout.dots_per_mm - half),
        top=round((room.top + room.height / 2) * layout.dots_per_mm - half),
    )


def stretched(box: Box, profile: PrinterProfile) -> Box:
    """A box of the design in mm as the label of a scaled page has it."""
    return Box(
        box.left * profile.scale_x,
        box.top * profile.scale_y,
        box.width * profile.scale_x,
        box.height * profile.scale_y,
    )


@dataclass(frozen=True, slots=True)
class BarcodePlace:
    """A bar code on a label without its quiet zones: dots a module, its box in dots from the top left."""

    module_dots: int
    left: int
    top: int
    width: int
    height: int


def barcode_place(layout: Layout, slot: Box, digits: str) -> BarcodePlace:
    """The place of a bar code of so many digits: as wide as its slot (mm on the design) allows, centred.

    Raises ``BarcodeSlotError`` where a module would be finer than ``LEAST_BAR_MM`` or the bars lower than
    ``LEAST_BARS_MM``.
    """
    room, per_mm = stretched(slot, layout.profile), layout.dots_per_mm
    modules = code128.modules_of(digits)
    whole = modules + 2 * code128.QUIET_MODULES
    # As in ``module_dots``: the slot was measured on a rendered page.
    dots = math.floor(min(room.width, LONGEST_BARCODE_MM) * per_mm + 0.01) // whole
    height = math.floor(room.height * per_mm + 0.01)
    least = math.ceil(LEAST_BAR_MM * per_mm - _ROUNDING)
    if dots < least or height < LEAST_BARS_MM * per_mm - _ROUNDING:
        sizes = (slot.width, slot.height), (least * whole / per_mm, LEAST_BARS_MM)
        raise BarcodeSlotError(layout.design.title_vi, *sizes, layout.dpi)
    return BarcodePlace(
        module_dots=dots,
        left=round((room.left + room.width / 2) * per_mm - modules * dots / 2),
        top=round(room.top * per_mm),
        width=modules * dots,
        height=height,
    )
