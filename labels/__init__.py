"""Paper: stamps with QR symbols as PDF, ZPL, PNG and SVG. Plain values in, bytes out; no lot, no database."""

from labels.design_check import check_sharp
from labels.design_files import BUILT_IN, Design, own_design
from labels.errors import (
    CopiesError,
    DesignError,
    DesignTooLargeError,
    FieldError,
    FieldMissingError,
    FieldOverflowError,
    FieldTooLongError,
    LabelError,
    LayoutError,
    MissingGlyphError,
    NoStampsError,
    PaperError,
    PayloadCharacterError,
    PayloadTooLongError,
    ProfileError,
    SecretSlotError,
    TooManyLinesError,
    TooManyStampsError,
    UsedCellsError,
)
from labels.files import save_pdf
from labels.layouts import PRINTER_DPI, STAMP_LEVELS, STAMPS_A_JOB, Layout, PrinterProfile
from labels.papers import STOCKS, Paper, Stock, cut_sheet, own_grid, roll
from labels.pictures import design_png, stamp_png, stamp_svg
from labels.ruler import Crosses, Measured, crosses, mend_profile, ruler_page
from labels.slips import Slip, SlipLine, slip_pdf
from labels.stamps import print_stamps
from labels.texts import CODE_LIMIT, TEXT_LIMITS, Stamp, StampText
from labels.zpl import ZPL_DPI, print_zpl

__all__ = [
    "BUILT_IN",
    "CODE_LIMIT",
    "PRINTER_DPI",
    "STAMPS_A_JOB",
    "STAMP_LEVELS",
    "STOCKS",
    "TEXT_LIMITS",
    "ZPL_DPI",
    "CopiesError",
    "Crosses",
    "Design",
    "DesignError",
    "DesignTooLargeError",
    "FieldError",
    "FieldMissingError",
    "FieldOverflowError",
    "FieldTooLongError",
    "LabelError",
    "Layout",
    "LayoutError",
    "Measured",
    "MissingGlyphError",
    "NoStampsError",
    "Paper",
    "PaperError",
    "PayloadCharacterError",
    "PayloadTooLongError",
    "PrinterProfile",
    "ProfileError",
    "SecretSlotError",
    "Slip",
    "SlipLine",
    "Stamp",
    "StampText",
    "Stock",
    "TooManyLinesError",
    "TooManyStampsError",
    "UsedCellsError",
    "check_sharp",
    "crosses",
    "cut_sheet",
    "design_png",
    "mend_profile",
    "own_design",
    "own_grid",
    "print_stamps",
    "print_zpl",
    "roll",
    "ruler_page",
    "save_pdf",
    "slip_pdf",
    "stamp_png",
    "stamp_svg",
]
