"""The picking slip of an order: what to fetch, from where, a box to tick, the order's QR symbol to scan."""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass, fields
from html import escape, unescape
from typing import Any, Literal

from labels.design import printable_characters
from labels.design_files import DESIGN_FOLDER
from labels.errors import (
    FieldMissingError,
    FieldTooLongError,
    LayoutError,
    MissingGlyphError,
    TooManyLinesError,
)
from labels.pictures import stamp_svg
from labels.rendering import lay_out, typesetting

LINES_LIMIT = 500
"""Most lines of one slip."""

SLIP_LIMITS = {
    "code": 40,
    "url": 200,
    "organisation": 120,
    "recipient": 160,
    "sent_on": 24,
    "remark": 400,
    "product_name": 120,
    "lot": 40,
    "quantity": 40,
    "place": 80,
    "packing": 60,
    "expires_on": 24,
    "payload": 300,
    "amount": 40,
    "account": 200,
    "purpose": 40,
}
"""Most characters of each field, after NFC."""

PAGES = {"a4": "210mm 297mm", "a5": "148mm 210mm"}
_REQUIRED = ("code", "url", "organisation", "product_name", "lot", "quantity", "payload", "account")
_STYLE = (DESIGN_FOLDER / "slip.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class SlipLine:
    """So much of one lot, as people read it: ``quantity`` "120 gói", ``packing`` "5 thùng × 24 gói"."""

    product_name: str
    lot: str
    quantity: str
    place: str = ""
    packing: str = ""
    expires_on: str = ""


@dataclass(frozen=True, slots=True)
class SlipPayment:
    """How to pay: ``payload`` is what the symbol says to a bank's app, the rest what people read."""

    payload: str
    account: str
    amount: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """A picking slip on ``page`` a4 or a5; ``url`` is the address of the delivery, ``code`` its name.

    With ``payment`` it ends with a symbol by which the receiver pays.
    """

    code: str
    url: str
    organisation: str
    lines: tuple[SlipLine, ...]
    recipient: str = ""
    sent_on: str = ""
    remark: str = ""
    page: Literal["a4", "a5"] = "a4"
    payment: SlipPayment | None = None


def slip_pdf(slip: Slip) -> bytes:
    """The slip as PDF, its head repeated on every page; the same slip gives the same bytes.

    Raises ``LayoutError`` for a page that there is not, ``FieldError`` for a text that is missing, too
    long or not printable, ``TooManyLinesError`` for none or over ``LINES_LIMIT``, ``PayloadTooLongError`` or
    ``PayloadCharacterError`` for the address.
    """
    if slip.page not in PAGES:
        raise LayoutError("khổ giấy", slip.page, tuple(PAGES))
    if not 0 < len(slip.lines) <= LINES_LIMIT:
        raise TooManyLinesError(len(slip.lines), LINES_LIMIT)
    head = _checked(slip)
    rows = "".join(_row(number, _checked(line)) for number, line in enumerate(slip.lines, start=1))
    pay = "" if slip.payment is None else _payment(_checked(slip.payment))
    table = f"<table>{_COLUMNS}{rows}</table>"
    body = f'<body class="{slip.page}">{_head(head)}{table}{pay}{_SIGNED}</body>'
    css = f"@page {{ size: {PAGES[slip.page]} }} {_STYLE}"
    with typesetting:
        written: bytes = lay_out(css, body).write_pdf(hinting=True)
        return written


_COLUMNS = (
    '<thead><tr><th class="tick"></th><th class="number">STT</th><th>Sản phẩm, lô</th>'
    '<th class="quantity">Số lượng</th><th>Lấy ở</th><th class="taken">Thực lấy</th></tr></thead>'
)
_SIGNED = '<div class="signed"><p>Người soạn hàng</p><p>Người nhận hàng</p></div>'


def _payment(said: dict[str, str]) -> str:
    facts = (("Số tiền", "amount"), ("Nội dung", "purpose"), ("Tài khoản", "account"))
    lines = "".join(f"<p><b>{caption}:</b> {said[field]}</p>" for caption, field in facts if said[field])
    title = "Quét để chuyển khoản (VietQR)"
    return f'<div class="pay"><img src="{_symbol(said["payload"])}"><h2>{title}</h2>{lines}</div>'


def _symbol(payload: str) -> str:
    drawn = base64.b64encode(stamp_svg(unescape(payload)).encode()).decode()
    return f"data:image/svg+xml;base64,{drawn}"


def _head(said: dict[str, str]) -> str:
    facts = (
        ("Nơi giao", "organisation"),
        ("Nơi nhận", "recipient"),
        ("Ngày giao", "sent_on"),
        ("Ghi chú", "remark"),
    )
    lines = "".join(f"<p><b>{caption}:</b> {said[field]}</p>" for caption, field in facts if said[field])
    return (
        f'<div class="head"><img src="{_symbol(said["url"])}"><h1>Phiếu soạn hàng</h1>'
        f'<p class="code">{said["code"]}</p>{lines}</div>'
    )


def _row(number: int, said: dict[str, str]) -> str:
    until = f"<small>Hạn dùng {said['expires_on']}</small>" if said["expires_on"] else ""
    packing = f"<small>{said['packing']}</small>" if said["packing"] else ""
    return (
        f'<tr><td class="tick"><i></i></td><td class="number">{number}</td>'
        f"<td><b>{said['product_name']}</b><small>Lô {said['lot']}</small>{until}</td>"
        f'<td class="quantity"><b>{said["quantity"]}</b>{packing}</td><td>{said["place"]}</td><td></td></tr>'
    )


def _checked(part: Slip | SlipLine | SlipPayment) -> dict[str, str]:
    """The part's texts in NFC and fit for HTML. Raises ``FieldError``."""
    return {
        field.name: escape(_check(field.name, getattr(part, field.name)))
        for field in fields(part)
        if field.name in SLIP_LIMITS
    }


def _check(field: str, value: Any) -> str:
    text = unicodedata.normalize("NFC", str(value)).strip()
    if not text and field in _REQUIRED:
        raise FieldMissingError(field)
    if len(text) > SLIP_LIMITS[field]:
        raise FieldTooLongError(field, len(text), SLIP_LIMITS[field])
    for character in text:
        if character not in printable_characters():
            raise MissingGlyphError(field, character)
    return text
