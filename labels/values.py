"""What a print job is made of: plain frozen values, checked here and trusted below."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, replace
from typing import Literal

from labels.errors import FieldMissingError, FieldTooLongError, LayoutError, MissingGlyphError, UsedCellsError
from labels.sheets import Grid, a4_grid, roll_grid

STAMPS_A_JOB = 100_000
"""Most stamps in one job; over it ``TooManyStampsError``."""

PRINTER_DPI = {203.2: 203.2, 203.0: 203.2, 300.0: 300.0}
"""Resolutions that a layout may ask for, and the true one: "203 dpi" printers have 8 dots a millimetre."""

DESIGNS = {"stamp_50x30": (50.0, 30.0), "crate_100x70": (100.0, 70.0)}
"""Built-in designs (``labels/designs/<name>.html`` and ``.css``) with width and height in mm."""

KINDS = ("a4", "roll")
"""Paper: sheets of labels, or a roll with a label a page."""

TEXT_LIMITS = {
    "product_name": 80,
    "lot": 20,
    "packed_on": 24,
    "expires_on": 24,
    "organisation": 100,
    "weight": 24,
    "grade": 40,
    "sender": 160,
    "remark": 160,
}
"""Most characters of each field, after NFC; a shorter text may still not fit the design."""

CODE_LIMIT = 20
"""Most characters of a code as printed, group marks included."""

REQUIRED = ("product_name", "lot", "organisation")
"""Fields that no stamp goes without."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamp: ``url`` is the QR payload (capitals make it small), ``code`` is printed under it for typing.

    A code without ``-`` is printed in groups of four.
    """

    url: str
    code: str

    @property
    def printed_code(self) -> str:
        """The code as people read it: ``7K3M-9QX2-W4TD-1``."""
        if "-" in self.code:
            return self.code
        return "-".join([self.code[start : start + 4] for start in range(0, len(self.code), 4)])


@dataclass(frozen=True, slots=True)
class StampText:
    """What every stamp of a job says, already formatted for people: dates as 12/05/2026, weights as 1,5 kg.

    Empty fields are left out of the design together with their captions.
    """

    product_name: str
    lot: str
    organisation: str
    packed_on: str = ""
    expires_on: str = ""
    weight: str = ""
    grade: str = ""
    sender: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How to print: paper, design, printer resolution, and cells already used on the first sheet.

    Raises ``LayoutError`` when there is no such paper, design or resolution, ``UsedCellsError`` when no cell
    is left on the first sheet.
    """

    kind: Literal["a4", "roll"] = "a4"
    design: str = "stamp_50x30"
    dpi: float = 203.2
    used_cells: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise LayoutError("khổ giấy", self.kind, KINDS)
        if self.design not in DESIGNS:
            raise LayoutError("mẫu tem", self.design, tuple(DESIGNS))
        if self.dpi not in PRINTER_DPI:
            raise LayoutError("độ phân giải", self.dpi, tuple(PRINTER_DPI))
        if not 0 <= self.used_cells < self.labels_a_page:
            raise UsedCellsError(self.used_cells, self.labels_a_page)

    @property
    def dots_per_mm(self) -> float:
        """Printer dots a millimetre: 8 exactly at 203.2 dpi."""
        return PRINTER_DPI[self.dpi] / 25.4

    @property
    def grid(self) -> Grid:
        """The page and its cells."""
        make = a4_grid if self.kind == "a4" else roll_grid
        return make(*DESIGNS[self.design], self.dots_per_mm)

    @property
    def labels_a_page(self) -> int:
        """Labels that a page holds."""
        return len(self.grid.origins)


def check_text(text: StampText, printable: frozenset[str]) -> StampText:
    """The text in NFC without outer spaces, when every field is present, short and printable.

    Raises ``FieldMissingError``, ``FieldTooLongError`` or ``MissingGlyphError``.
    """
    clean = {
        field.name: unicodedata.normalize("NFC", getattr(text, field.name)).strip()
        for field in fields(StampText)
    }
    for name, value in clean.items():
        if not value and name in REQUIRED:
            raise FieldMissingError(name)
        if len(value) > TEXT_LIMITS[name]:
            raise FieldTooLongError(name, len(value), TEXT_LIMITS[name])
        for character in value:
            if character not in printable:
                raise MissingGlyphError(name, character)
    return replace(text, **clean)
