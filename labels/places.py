"""Where a symbol stands on its label: whole dots, a quiet zone, no module too fine to read. Pure geometry."""

from __future__ import annotations

from dataclasses import dataclass

from labels.design import Box
from labels.errors import PayloadTooLongError
from labels.layouts import Layout, PrinterProfile
from labels.qr import SymbolEncoder, stamp_encoder
from labels.sheets import module_dots

LEAST_MODULE_MM = 0.33
"""Finest module that a phone reads from a 1-bit print: 3 dots at 203.2 dpi, 4 at 300, 8 at 600."""

QUIET_MODULES = 4
"""Quiet zone on each side (ISO/IEC 18004 §5.3.8)."""


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
