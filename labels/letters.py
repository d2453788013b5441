"""Letters to customers: one document for all, each letter on a page of its own, with a slip to send back."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from labels.design import printable_characters
from labels.design_files import DESIGN_FOLDER
from labels.errors import FieldMissingError, FieldTooLongError, TooManyLinesError
from labels.rendering import lay_out, typesetting

LETTERS_LIMIT = 500
"""Most letters of one document."""
LINES_LIMIT = 200
"""Most lines of goods in one letter."""
MAX_TEXT = 800

_STYLE = (DESIGN_FOLDER / "letter.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class LetterLine:
    """Some goods: what, of which lot, how much, when they were delivered under which number."""

    product: str
    lot: str
    quantity: str
    sent_on: str
    shipment: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of an organisation: title, what it is about, to whom, paragraphs, what to do, which goods.

    ``slip`` are the lines that the receiver fills in and sends back; none leaves the slip out.
    """

    organisation: str
    address: str
    phone: str
    place_and_day: str
    title: str
    about: str
    recipient: str
    paragraphs: tuple[str, ...]
    to_do: tuple[str, ...]
    lines: tuple[LetterLine, ...]
    signed_by: str
    slip: tuple[str, ...] = ()


def letters_pdf(letters: Sequence[Letter]) -> bytes:
    """The letters as one PDF on A4; the same letters give the same bytes.

    Characters that our typeface does not have become a box. Raises ``TooManyLinesError`` for none or too many
    letters or lines, ``FieldError`` for a text that is missing or too long.
    """
    if not 0 < len(letters) <= LETTERS_LIMIT:
        raise TooManyLinesError(len(letters), LETTERS_LIMIT)
    bodies = [f"<body>{_letter(letter)}</body>" for letter in letters]
    with typesetting:
        # Laid out one by one, so that each counts its own pages.
        laid_out = [lay_out(_STYLE, body) for body in bodies]
        pages = [page for document in laid_out for page in document.pages]
        written: bytes = laid_out[0].copy(pages).write_pdf(hinting=True)
        return written


def _letter(letter: Letter) -> str:
    if len(letter.lines) > LINES_LIMIT:
        raise TooManyLinesError(len(letter.lines), LINES_LIMIT)
    paragraphs = "".join(f"<p>{_text('paragraph', text)}</p>" for text in letter.paragraphs)
    to_do = "".join(f"<p>{_text('to_do', text)}</p>" for text in letter.to_do)
    return (
        f"<section>{_top(letter)}<h1>{_text('title', letter.title)}</h1>"
        f'<p class="about">{_text("about", letter.about)}</p>'
        f'<p class="to"><b>Kính gửi: {_text("recipient", letter.recipient)}</b></p>'
        f'<div class="text">{paragraphs}</div>{_goods(letter.lines)}'
        f'<div class="do"><h2>Đề nghị quý đơn vị làm ngay</h2>{to_do}</div>'
        f'<div class="signed"><p>{_text("signed_by", letter.signed_by)}</p></div>{_slip(letter)}</section>'
    )


def _top(letter: Letter) -> str:
    contact = "".join(
        f"<small>{_text('contact', text)}</small>" for text in (letter.address, letter.phone) if text
    )
    return (
        f'<table class="top"><tr><td><b>{_text("organisation", letter.organisation)}</b>{contact}</td>'
        "<td><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><b>Độc lập – Tự do – Hạnh phúc</b>"
        f'<p class="when">{_text("place_and_day", letter.place_and_day)}</p></td></tr></table>'
    )


def _goods(lines: Sequence[LetterLine]) -> str:
    if not lines:
        return ""
    rows = "".join(
        f'<tr><td class="number">{number}</td><td>{_text("product", line.product)}</td>'
        f'<td>{_text("lot", line.lot)}</td><td class="amount">{_text("quantity", line.quantity)}</td>'
        f"<td>{_text('sent_on', line.sent_on)}</td><td>{_text('shipment', line.shipment)}</td></tr>"
        for number, line in enumerate(lines, start=1)
    )
    heads = ("STT", "Sản phẩm", "Số lô", "Đã giao", "Ngày giao", "Mã chuyến")
    head = "".join(f"<th>{name}</th>" for name in heads)
    return f'<table class="goods"><thead><tr>{head}</tr></thead>{rows}</table>'


def _slip(letter: Letter) -> str:
    if not letter.slip:
        return ""
    lines = "".join(f"<p>{_text('slip', text)}</p>" for text in letter.slip)
    sender, receiver = _text("organisation", letter.organisation), _text("recipient", letter.recipient)
    head = f"<h2>Phiếu trả lời: gửi lại {sender}</h2><p>Nơi trả lời: {receiver}</p>"
    return f'<div class="slip">{head}{lines}</div>'


def _text(field: str, text: str) -> str:
    """The text in NFC and fit for HTML. Raises ``FieldError``."""
    tidy = unicodedata.normalize("NFC", text).strip()
    if not tidy:
        raise FieldMissingError(field)
    if len(tidy) > MAX_TEXT:
        raise FieldTooLongError(field, len(tidy), MAX_TEXT)
    known = printable_characters()
    return escape("".join(letter if letter in known else "□" for letter in tidy))
