"""Paints labels and pages as PDF operators, in points: a form, an image mask, lines of text, a bar code.

References are to ISO 32000-1.
"""

from __future__ import annotations

from dataclasses import dataclass

from labels.barcodes import BarcodePainter
from labels.design import RenderedDesign
from labels.errors import (
    FieldMissingError,
    FieldTooLongError,
    MissingGlyphError,
    SecretSlotError,
    SlotOverflowError,
)
from labels.form import Typeset
from labels.layouts import Layout
from labels.pdf import literal
from labels.places import stretched, symbol_place
from labels.qr import CODE_CHARACTERS, SymbolEncoder
from labels.texts import CODE_LIMIT, SECRET_LIMIT, Stamp

MASK_INSET_DOTS = 0.03
"""Renderers round an image's box outwards; a box this much smaller still covers the same dots and no more."""

LEAST_TEXT_SCALE = 65
"""Narrowest horizontal scaling of a line, in per cent, before it is called too long."""

PT_PER_MM = 72 / 25.4

FONT_RESOURCES = {"code": b"C", "secret": b"X", "sheet": b"S"}
"""What pages call the font of each text slot."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """Sets one line of text: where (points), how wide at most, and centred or not; ``design`` is a title."""

    field: str
    design: str
    typeset: Typeset
    resource: bytes
    left_pt: float
    baseline_pt: float
    width_pt: float
    centred: bool

    def operators(self, text: str) -> bytes:
        """The text object (§9.4); its scaling outlives it (§9.3.1).

        Raises ``MissingGlyphError`` or ``SlotOverflowError``.
        """
        glyphs, advances = self.typeset.glyphs, self.typeset.advances
        try:
            string = b"".join([glyphs[character] for character in text])
        except KeyError as error:
            raise MissingGlyphError(self.field, error.args[0]) from None
        natural = sum([advances[character] for character in text]) * self.typeset.size_pt / 1000
        left, scale = self.left_pt, b""
        if natural > self.width_pt:
            percent = 100 * self.width_pt / natural
            if percent < LEAST_TEXT_SCALE:
                raise SlotOverflowError(self.field, text, self.design)
            scale = b"%.1f Tz " % percent
        elif self.centred:
            left += (self.width_pt - natural) / 2
        return b"BT/%s %.2f Tf %s%.2f %.2f Td(%s)Tj ET" % (
            self.resource, self.typeset.size_pt, scale, left, self.baseline_pt, literal(string),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Mask:
    """An encoder with the operators around its image, in the label's own coordinates."""

    encoder: SymbolEncoder
    before: bytes
    inverse: int
    image_bytes: int


class LabelPress:
    """Paints the labels of one job."""

    def __init__(self, layout: Layout, design: RenderedDesign) -> None:
        self._layout = layout
        self._design = design
        self._masks: dict[str, _Mask] = {}
        self._code = self._line("code")
        self._secret = self._line("secret") if "secret" in design.slots else None
        self._barcode = BarcodePainter(layout, design) if "barcode" in design.slots else None

    def label(self, stamp: Stamp) -> bytes:
        """What differs on a label: its texts and bars, then its symbol as an inline image mask (§8.9.7).

        The image's matrix stays in force, so nothing may follow it in the same graphics state. Raises
        ``LabelError``.
        """
        mask = self._masks.get(stamp.url[:-CODE_CHARACTERS]) or self._mask(stamp.url)
        try:
            image = mask.encoder.draw(stamp.url)
        except KeyError:
            mask = self._mask(stamp.url)
            image = mask.encoder.draw(stamp.url)
        bits = (image ^ mask.inverse).to_bytes(mask.image_bytes, "big")
        lines = self._code.operators(checked_line("code", stamp.printed_code, CODE_LIMIT))
        if self._secret is not None:
            secret = checked_line("secret", stamp.printed_secret, SECRET_LIMIT)
            lines += b" 100 Tz " + self._secret.operators(secret)
        elif stamp.secret:
            raise SecretSlotError(self._layout.design.title_vi)
        if self._barcode is not None:
            lines += b" " + self._barcode.operators(stamp.barcode)
        return b"%s %s%s\nEI" % (lines, mask.before, bits)

    def _line(self, slot: str) -> TextLine:
        """The line of a text slot, centred in it, from the label's bottom left corner."""
        layout, typeset = self._layout, self._design.painted.typesets[slot]
        box = stretched(self._design.slots[slot], layout.profile)
        bottom_mm = layout.grid.label_height / layout.dots_per_mm
        return TextLine(
            field=slot,
            design=layout.design.title_vi,
            typeset=typeset,
            resource=FONT_RESOURCES[slot],
            left_pt=box.left * PT_PER_MM,
            baseline_pt=(bottom_mm - typeset.baseline_mm * layout.profile.scale_y) * PT_PER_MM,
            width_pt=box.width * PT_PER_MM,
            centred=True,
        )

    def _mask(self, payload: str) -> _Mask:
        """Encoder and position for payloads like this one; raises what ``symbol_place`` raises."""
        layout = self._layout
        place = symbol_place(layout, self._design.slots["qr"], payload)
        tables, dot_pt = place.encoder.tables, PT_PER_MM / layout.dots_per_mm
        # The picture's bottom left corner, counted upwards from the label's bottom edge.
        corner = (place.left, layout.grid.label_height - place.top - place.side)
        box = (place.side - 2 * MASK_INSET_DOTS, corner[0] + MASK_INSET_DOTS, corner[1] + MASK_INSET_DOTS)
        width, x, y = (length * dot_pt for length in box)
        before = b"%.4f 0 0 %.4f %.4f %.4f cm BI/W %d/H %d/IM true/BPC 1 ID " % (
            width, width, x, y, tables.size, tables.size,
        )  # fmt: skip
        # In an image mask sample 0 paints (§8.9.6.2).
        mask = _Mask(place.encoder, before, (1 << 8 * tables.image_bytes) - 1, tables.image_bytes)
        self._masks[payload[:-CODE_CHARACTERS]] = mask
        return mask


def checked_line(field: str, code: str, limit: int) -> str:
    """The text of a slot, when there is one. Raises ``FieldMissingError`` or ``FieldTooLongError``."""
    if not code:
        raise FieldMissingError(field)
    if len(code) > limit:
        raise FieldTooLongError(field, len(code), limit)
    return code
