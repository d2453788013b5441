"""The sheet of a check of codes: how many are well, lot by lot, and every code that is not."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape

from labels.design import printable_characters
from labels.design_files import DESIGN_FOLDER
from labels.errors import TooManyLinesError
from labels.rendering import lay_out, typesetting

LINES_LIMIT = 500
"""Most lots, and most codes, of one sheet; the file of the check has all."""
_MAX_TEXT = 160
_STYLE = (DESIGN_FOLDER / "check_sheet.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class SheetCount:
    """A number of codes and what is to be done with them."""

    label: str
    count: str


@dataclass(frozen=True, slots=True)
class SheetLot:
    """A lot: ``good`` of ``codes`` codes are well, for so many packs."""

    product: str
    lot: str
    expires_on: str
    codes: str
    good: str
    packs: str


@dataclass(frozen=True, slots=True)
class SheetCode:
    """A code that is not well, and why."""

    code: str
    verdict: str
    product: str


@dataclass(frozen=True, slots=True)
class CheckSheet:
    """A check, as people read it. ``more`` codes that are not well are in the file only."""

    organisation: str
    checked_at: str
    counts: tuple[SheetCount, ...]
    lots: tuple[SheetLot, ...]
    codes: tuple[SheetCode, ...]
    proof: str
    more: int = 0


def check_sheet_pdf(sheet: CheckSheet) -> bytes:
    """The sheet as PDF, A4; the same sheet gives the same bytes.

    What cannot be printed is shown as “?”: a code that is none may be anything. Raises ``TooManyLinesError``
    over ``LINES_LIMIT`` lots or codes.
    """
    for lines in (sheet.lots, sheet.codes):
        if len(lines) > LINES_LIMIT:
            raise TooManyLinesError(len(lines), LINES_LIMIT)
    with typesetting:
        written: bytes = lay_out(
            _STYLE, f"<body>{_head(sheet)}{_lots(sheet)}{_codes(sheet)}{_SIGNED}</body>"
        ).write_pdf(hinting=True)
        return written


_SIGNED = '<div class="signed"><p>Người kiểm</p><p>Bên giao</p></div>'


def _head(sheet: CheckSheet) -> str:
    counts = "".join(f"<p><b>{_text(one.count)}</b>{_text(one.label)}</p>" for one in sheet.counts)
    return (
        f"<h1>Phiếu kiểm tem</h1><p><b>Bên kiểm:</b> {_text(sheet.organisation)}</p>"
        f'<p><b>Lúc:</b> <span class="code">{_text(sheet.checked_at)}</span></p>'
        f'<div class="counts">{counts}</div><p class="hint">{_text(sheet.proof)}</p>'
    )


def _lots(sheet: CheckSheet) -> str:
    if not sheet.lots:
        return ""
    rows = "".join(
        f"<tr><td><b>{_text(one.product)}</b></td><td>{_text(one.lot)}</td><td>{_text(one.expires_on)}</td>"
        f'<td class="right">{_text(one.codes)}</td><td class="right">{_text(one.good)}</td>'
        f'<td class="right">{_text(one.packs)}</td></tr>'
        for one in sheet.lots
    )
    return (
        "<h2>Theo lô</h2><table><thead><tr><th>Sản phẩm</th><th>Lô</th><th>Hạn dùng</th>"
        '<th class="right">Số mã</th><th class="right">Nhận được</th><th class="right">Số gói</th></tr>'
        f"</thead>{rows}</table>"
    )


def _codes(sheet: CheckSheet) -> str:
    if not sheet.codes:
        return ""
    rows = "".join(
        f'<tr><td class="mono">{_text(one.code)}</td><td>{_text(one.verdict)}</td>'
        f"<td>{_text(one.product)}</td></tr>"
        for one in sheet.codes
    )
    more = f'<p class="hint">Và {sheet.more} mã nữa, xem tệp kết quả.</p>' if sheet.more else ""
    return (
        "<h2>Mã phải xem lại hoặc không nhận</h2><table><thead><tr><th>Mã</th><th>Kết quả</th>"
        f"<th>Sản phẩm, lô</th></tr></thead>{rows}</table>{more}"
    )


def _text(text: str) -> str:
    """Fit for HTML and for our typeface, at most 160 characters."""
    known = printable_characters()
    composed = unicodedata.normalize("NFC", text)[:_MAX_TEXT]
    return escape("".join(char if char in known else "?" for char in composed))
