"""Cards to sign in by, ten on an A4 sheet, large as bank cards: a QR symbol, a name, and a code to type."""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass
from html import escape

from labels.design import printable_characters
from labels.design_files import DESIGN_FOLDER
from labels.errors import (
    FieldMissingError,
    FieldTooLongError,
    MissingGlyphError,
    TooManyLinesError,
)
from labels.pictures import stamp_svg
from labels.rendering import lay_out, typesetting

CARDS_LIMIT = 500
"""Most cards of one file."""

CARD_LIMITS = {"organisation": 120, "name": 120, "code": 40, "typed": 60, "remark": 120}
"""Most characters of each field, after NFC."""

_REQUIRED = ("organisation", "name", "typed")
_STYLE = (DESIGN_FOLDER / "card.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class SignInCard:
    """One card: ``url`` is in the symbol, ``typed`` is for who cannot scan; ``remark`` is a last line."""

    url: str
    organisation: str
    name: str
    typed: str
    code: str = ""
    remark: str = ""

    def __repr__(self) -> str:
        return f"SignInCard(code={self.code!r})"


def cards_pdf(cards: tuple[SignInCard, ...]) -> bytes:
    """The cards as PDF, with lines to cut along; the same cards give the same bytes.

    Raises ``TooManyLinesError`` for none or over ``CARDS_LIMIT``, ``FieldError`` for a text that is missing,
    too long or not printable, ``PayloadTooLongError`` or ``PayloadCharacterError`` for an address.
    """
    if not 0 < len(cards) <= CARDS_LIMIT:
        raise TooManyLinesError(len(cards), CARDS_LIMIT)
    body = f"<body>{''.join(map(_card, cards))}</body>"
    with typesetting:
        written: bytes = lay_out(_STYLE, body).write_pdf(hinting=True)
        return written


def missing_letter(text: str) -> str | None:
    """The first character of ``text`` that the cards' typeface lacks; ``None`` where it has all."""
    letters = unicodedata.normalize("NFC", text).strip()
    return next((letter for letter in letters if letter not in printable_characters()), None)


def _card(card: SignInCard) -> str:
    said = {field: _check(field, getattr(card, field)) for field in CARD_LIMITS}
    symbol = base64.b64encode(stamp_svg(card.url).encode()).decode()
    code = f'<p class="member">{said["code"]}</p>' if said["code"] else ""
    remark = f'<p class="remark">{said["remark"]}</p>' if said["remark"] else ""
    return (
        f'<div class="card"><img src="data:image/svg+xml;base64,{symbol}">'
        f'<p class="organisation">{said["organisation"]}</p><p class="name">{said["name"]}</p>{code}'
        f'<p class="how">Quét để vào sổ</p>{remark}<p class="typed">{said["typed"]}</p></div>'
    )


def _check(field: str, value: str) -> str:
    text = unicodedata.normalize("NFC", value).strip()
    if not text and field in _REQUIRED:
        raise FieldMissingError(field)
    if len(text) > CARD_LIMITS[field]:
        raise FieldTooLongError(field, len(text), CARD_LIMITS[field])
    if (character := missing_letter(text)) is not None:
        raise MissingGlyphError(field, character)
    return escape(text)
