"""Designs as values: the built-in ones, read from ``labels/designs``, and the cooperatives' own, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType

from labels.design_css import check_css
from labels.design_html import clean_html
from labels.errors import DesignError
from labels.texts import StampText

DESIGN_FOLDER = Path(__file__).parent / "designs"
FONT_FOLDER = Path(__file__).parent / "fonts"


@dataclass(frozen=True, slots=True)
class Design:
    """A design: its name, what people call it, its size in mm, the inside of one label and its style."""

    name: str
    title_vi: str
    width_mm: float
    height_mm: float
    html: str
    css: str
    is_own: bool = False


_FILES = (
    ("stamp_50x30", "Tem lẻ 50 × 30 mm", "stamp", "stamp_50x30"),
    ("stamp_45x25", "Tem lẻ 45 × 25 mm", "stamp", "stamp_45x25"),
    ("stamp_40x30", "Tem lẻ 40 × 30 mm", "stamp", "stamp_40x30"),
    ("stamp_38x21", "Tem lẻ 38 × 21 mm", "stamp", "stamp_38x21"),
    ("food_70x50", "Nhãn thực phẩm 70 × 50 mm", "food_70x50", "food_70x50"),
    ("scratch_50x40", "Tem có mã cào 50 × 40 mm", "stamp scratch", "stamp_50x30 scratch_50x40"),
    ("crate_100x70", "Tem sọt hàng 100 × 70 mm", "crate_100x70", "large large_100x70 crate_100x70"),
    ("carton_100x70", "Tem thùng 100 × 70 mm", "carton_100x70", "large large_100x70 carton_100x70"),
    (
        "carton_sscc_100x70",
        "Tem thùng có mã vạch SSCC 100 × 70 mm",
        "carton_100x70 barcode",
        "large carton_sscc_100x70",
    ),
    ("pallet_148x105", "Tem pa-lét 148 × 105 mm", "pallet_148x105", "large pallet_148x105"),
    (
        "pallet_sscc_148x105",
        "Tem pa-lét có mã vạch SSCC 148 × 105 mm",
        "pallet_148x105 barcode",
        "large pallet_sscc_148x105",
    ),
)
"""Name with the size in mm, what people call it, files of its HTML, files of its CSS: shared ones first."""


def _built_in(name: str, title_vi: str, html: str, css: str) -> Design:
    width_mm, height_mm = map(float, name.rpartition("_")[2].split("x"))
    return Design(name, title_vi, width_mm, height_mm, _joined(html, "html"), _joined(f"parts {css}", "css"))


def _joined(names: str, kind: str) -> str:
    return "".join((DESIGN_FOLDER / f"{name}.{kind}").read_text(encoding="utf-8") for name in names.split())


BUILT_IN: Mapping[str, Design] = MappingProxyType({files[0]: _built_in(*files) for files in _FILES})
"""Designs that come with the program, by name."""

WITH_BARCODE: Mapping[str, Design] = MappingProxyType(
    {
        "carton_100x70": BUILT_IN["carton_sscc_100x70"],
        "pallet_148x105": BUILT_IN["pallet_sscc_148x105"],
    }
)
"""What stands for these designs where a label has an SSCC: the same words, and a place for its GS1-128."""

LEAST_WIDTH_MM, LEAST_HEIGHT_MM = 15.0, 15.0
MOST_WIDTH_MM, MOST_HEIGHT_MM = 210.0, 297.0
"""Sizes of an own design: from a symbol with its code to an A4 page."""

FIELDS = tuple(field.name for field in fields(StampText))
"""Names that a design may write after ``$``."""


def own_design(name: str, html: str, css: str, width_mm: float, height_mm: float) -> Design:
    """A cooperative's design, its HTML read strictly and written anew.

    What it may say is listed in ``labels.design_html`` and ``labels.design_css``. Raises ``DesignError`` with
    the reason for anything else; ``labels.design_check.check_sharp`` then says whether it prints sharply.
    """
    if not (LEAST_WIDTH_MM <= width_mm <= MOST_WIDTH_MM and LEAST_HEIGHT_MM <= height_mm <= MOST_HEIGHT_MM):
        raise DesignError(
            name,
            f"khổ tem phải rộng {LEAST_WIDTH_MM:g}–{MOST_WIDTH_MM:g} mm, "
            f"cao {LEAST_HEIGHT_MM:g}–{MOST_HEIGHT_MM:g} mm",
        )
    check_css(name, css)
    clean = clean_html(name, html, FIELDS)
    return Design(name, name, float(width_mm), float(height_mm), clean, css, is_own=True)
