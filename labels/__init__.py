"""Paper: stamps with QR symbols as PDF, PNG and SVG. Plain values in, bytes out; no lot, no database."""

from labels.errors import (
    DesignError,
    FieldError,
    FieldMissingError,
    FieldOverflowError,
    FieldTooLongError,
    LabelError,
    LayoutError,
    MissingGlyphError,
    NoStampsError,
    PayloadCharacterError,
    PayloadTooLongError,
    TooManyStampsError,
    UsedCellsError,
)
from labels.files import save_pdf
from labels.pictures import stamp_png, stamp_svg
from labels.stamps import print_stamps
from labels.values import (
    CODE_LIMIT,
    DESIGNS,
    KINDS,
    PRINTER_DPI,
    STAMPS_A_JOB,
    TEXT_LIMITS,
    Layout,
    Stamp,
    StampText,
)

__all__ = [
    "CODE_LIMIT",
    "DESIGNS",
    "KINDS",
    "PRINTER_DPI",
    "STAMPS_A_JOB",
    "TEXT_LIMITS",
    "DesignError",
    "FieldError",
    "FieldMissingError",
    "FieldOverflowError",
    "FieldTooLongError",
    "LabelError",
    "Layout",
    "LayoutError",
    "MissingGlyphError",
    "NoStampsError",
    "PayloadCharacterError",
    "PayloadTooLongError",
    "Stamp",
    "StampText",
    "TooManyStampsError",
    "UsedCellsError",
    "print_stamps",
    "save_pdf",
    "stamp_png",
    "stamp_svg",
]
