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


def _built_in(name: str, title_vi: str, width_mm: float, height_mm: float) -> Design:
    html, css = ((DESIGN_FOLDER / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
    return Design(name, title_vi, width_mm, height_mm, html, css)


BUILT_IN: Mapping[str, Design] = MappingProxyType(
    {
        design.name: design
        for design in (
            _built_in("stamp_50x30", "Tem lẻ 50 × 30 mm", 50, 30),
            _built_in("food_70x50", "Nhãn thực phẩm 70 × 50 mm", 70, 50),
            _built_in("scratch_50x40", "Tem có mã cào 50 × 40 mm", 50, 40),
            _built_in("crate_100x70", "Tem sọt hàng 100 × 70 mm", 100, 70),
            _built_in("carton_100x70", "Tem thùng 100 × 70 mm", 100, 70),
            _built_in("pallet_148x105", "Tem pa-lét 148 × 105 mm", 148, 105),
        )
    }
)
"""Designs that come with the program, by name."""

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
