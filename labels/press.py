"""Paints labels and pages as PDF operators, in points: one form, one image mask and one line of text a label.

References are to ISO 32000-1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labels.design import RenderedDesign
from labels.errors import (
    FieldMissingError,
    FieldOverflowError,
    FieldTooLongError,
    MissingGlyphError,
    PayloadTooLongError,
)
from labels.form import Typeset
from labels.pdf import literal
from labels.qr import SymbolEncoder, job_encoder
from labels.sheets import Grid, module_dots
from labels.values import CODE_LIMIT, Stamp

LEAST_MODULE_MM = 0.33
"""Finest module that a phone reads from a 1-bit print: 3 dots at 203.2 dpi, 4 at 300."""

MASK_INSET_DOTS = 0.03
"""Renderers round an image's box outwards; a box this much smaller still covers the same dots and no more."""

LEAST_TEXT_SCALE = 65
"""Narrowest horizontal scaling of a line, in per cent, before it is called too long."""

PT_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class TextLine:
    """Sets one line of text: where (points), how wide at most, and centred or not."""

    field: str
    typeset: Typeset
    resource: bytes
    left_pt: float
    baseline_pt: float
    width_pt: float
    centred: bool

    def operators(self, text: str) -> bytes:
        """The text object (§9.4). Raises ``MissingGlyphError`` or ``FieldOverflowError``."""
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
                raise FieldOverflowError(self.field, text)
            scale = b"%.1f Tz " % percent
        elif self.centred:
            left += (self.width_pt - natural) / 2
        return b"BT/%s %.2f Tf %s%.2f %.2f Td(%s)Tj ET" % (
            self.resource, self.typeset.size_pt, scale, left, self.baseline_pt, literal(string),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _SymbolPlace:
    """An encoder with the operators around its image, in the label's own coordinates."""

    encoder: SymbolEncoder
    before: bytes
    inverse: int
    image_bytes: int


class LabelPress:
    """Paints the labels of one job. ``samples`` are payloads that decide the mask."""

    def __init__(
        self, design: RenderedDesign, grid: Grid, dots_per_mm: float, samples: Sequence[str]
    ) -> None:
        self._slot = design.slots["qr"]
        self._grid = grid
        self._dots_per_mm = dots_per_mm
        self._dot_pt = PT_PER_MM / dots_per_mm
        self._samples = samples
        self._places: dict[int, _SymbolPlace] = {}
        code, typeset = design.slots["code"], design.painted.typesets["code"]
        self._code = TextLine(
            field="code",
            typeset=typeset,
            resource=b"C",
            left_pt=code.left * PT_PER_MM,
            baseline_pt=grid.label_height * self._dot_pt - typeset.baseline_mm * PT_PER_MM,
            width_pt=code.width * PT_PER_MM,
            centred=True,
        )

    def label(self, stamp: Stamp) -> bytes:
        """What differs on a label: its code, then its symbol as an inline image mask (§8.9.7).

        The image's matrix stays in force, so nothing may follow it in the same graphics state.
        """
        place = self._places.get(len(stamp.url)) or self._place(stamp.url)
        try:
            image = place.encoder.draw(stamp.url)
        except KeyError:
            place = self._place(stamp.url)
            image = place.encoder.draw(stamp.url)
        bits = (image ^ place.inverse).to_bytes(place.image_bytes, "big")
        return b"%s %s%s\nEI" % (self._code_line(stamp.printed_code), place.before, bits)

    def _code_line(self, code: str) -> bytes:
        if not code:
            raise FieldMissingError("code")
        if len(code) > CODE_LIMIT:
            raise FieldTooLongError("code", len(code), CODE_LIMIT)
        return self._code.operators(code)

    def _place(self, payload: str) -> _SymbolPlace:
        """Encoder and position for payloads cut like this one; raises ``PayloadTooLongError``."""
        encoder = job_encoder(payload, self._samples)
        size = encoder.tables.size
        dots = module_dots(min(self._slot.width, self._slot.height), size, self._dots_per_mm)
        if dots / self._dots_per_mm < LEAST_MODULE_MM:
            raise PayloadTooLongError(len(payload))
        side = size * dots
        left = round((self._slot.left + self._slot.width / 2) * self._dots_per_mm - side / 2)
        top = round((self._slot.top + self._slot.height / 2) * self._dots_per_mm - side / 2)
        # The picture's bottom left corner, counted upwards from the label's bottom edge.
        corner = (left, self._grid.label_height - top - side)
        box = (side - 2 * MASK_INSET_DOTS, corner[0] + MASK_INSET_DOTS, corner[1] + MASK_INSET_DOTS)
        width, x, y = (length * self._dot_pt for length in box)
        before = b"%.4f 0 0 %.4f %.4f %.4f cm BI/W %d/H %d/IM true/BPC 1 ID " % (
            width,
            width,
            x,
            y,
            size,
            size,
        )
        image_bytes = encoder.tables.image_bytes
        # In an image mask sample 0 paints (§8.9.6.2).
        place = _SymbolPlace(encoder, before, (1 << 8 * image_bytes) - 1, image_bytes)
        self._places[len(payload)] = place
        return place
