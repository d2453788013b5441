"""A diary sheet to fill in by hand: large lines on A4, works by number, a QR symbol that opens the keying-in.

The lines come first, on as many pages as asked for; the last page says what goes in which box.
"""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass
from html import escape

from labels.design import printable_characters
from labels.design_files import DESIGN_FOLDER
from labels.errors import FieldMissingError, FieldTooLongError, LayoutError, TooManyLinesError
from labels.pictures import stamp_svg
from labels.rendering import lay_out, typesetting

LINES_A_PAGE = 12
MAX_PAGES = 20
MAX_STEPS = 40
MAX_PEOPLE = 60
MAX_TEXT = 400

_STYLE = (DESIGN_FOLDER / "diary_sheet.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class SheetStep:
    """A work: its number on the sheet, its name, and ``(box, what goes in it)`` for the boxes it uses."""

    number: int
    name: str
    boxes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DiarySheet:
    """A season's sheet. ``columns`` are the headings of the boxes behind day, work and person; ``people`` are
    ``(code, name)``; ``url`` is where the symbol leads.
    """

    organisation: str
    title: str
    place: str
    started_on: str
    url: str
    columns: tuple[str, ...]
    steps: tuple[SheetStep, ...]
    people: tuple[tuple[str, str], ...] = ()
    pages: int = 1


def diary_sheet_pdf(sheet: DiarySheet) -> bytes:
    """The sheet as PDF, A4 across; the same sheet gives the same bytes.

    Characters that our typeface does not have become a box to write in. Raises ``LayoutError`` for a number
    of pages out of range, ``TooManyLinesError`` for too many works or people, ``FieldError`` for a text that
    is missing or too long, ``PayloadTooLongError`` or ``PayloadCharacterError`` for the address.
    """
    if not 0 < sheet.pages <= MAX_PAGES:
        raise LayoutError("số tờ", str(sheet.pages), (f"1–{MAX_PAGES}",))
    for count, limit in ((len(sheet.steps), MAX_STEPS), (len(sheet.people), MAX_PEOPLE)):
        if count > limit:
            raise TooManyLinesError(count, limit)
    page = f'<section class="page">{_head(sheet)}{_short_list(sheet)}{_lines(sheet)}</section>'
    body = f"<body>{page * sheet.pages}{_explained(sheet)}</body>"
    with typesetting:
        written: bytes = lay_out(_STYLE, body).write_pdf(hinting=True)
        return written


def _head(sheet: DiarySheet) -> str:
    symbol = base64.b64encode(stamp_svg(sheet.url).encode()).decode()
    return (
        f'<div class="head"><img src="data:image/svg+xml;base64,{symbol}">'
        f"<h1>{_text('title', sheet.title)}</h1>"
        f"<p>{_text('organisation', sheet.organisation)} · {_text('place', sheet.place)} · "
        f"từ {_text('started_on', sheet.started_on)}</p>"
        '<p class="hint">Mỗi việc một dòng. Giống dòng trên thì ghi dấu &quot;. '
        "Quét mã bên phải để gõ phiếu này vào sổ.</p></div>"
    )


def _short_list(sheet: DiarySheet) -> str:
    works = " ".join(f"<span><b>{step.number}</b> {_text('step', step.name)}</span>" for step in sheet.steps)
    people = " ".join(
        f"<span><b>{_text('code', code)}</b> {_text('name', name)}</span>" for code, name in sheet.people
    )
    named = f'<p class="works"><i>Người</i> {people}</p>' if people else ""
    return f'<p class="works"><i>Việc</i> {works}</p>{named}'


def _lines(sheet: DiarySheet) -> str:
    headings = ("Ngày", "Việc (số)", "Người (mã)", *sheet.columns, "Ghi chú")
    cells = "".join(f'<th class="c{at}">{_text("column", name)}</th>' for at, name in enumerate(headings))
    blank = "<tr>" + "<td></td>" * len(headings) + "</tr>"
    return f"<table><thead><tr>{cells}</tr></thead>{blank * LINES_A_PAGE}</table>"


def _explained(sheet: DiarySheet) -> str:
    rows = "".join(
        f"<tr><td><b>{step.number}</b></td><td><b>{_text('step', step.name)}</b></td>"
        f"<td>{_boxes(step)}</td></tr>"
        for step in sheet.steps
    )
    return (
        '<section class="page explained"><h1>Ghi gì vào ô nào</h1>'
        f"<table><thead><tr><th>Số</th><th>Việc</th><th>Các ô</th></tr></thead>{rows}</table></section>"
    )


def _boxes(step: SheetStep) -> str:
    return (
        " · ".join(f"<i>{_text('column', box)}</i>: {_text('hint', what)}" for box, what in step.boxes)
        or "Chỉ ghi ngày, người, ghi chú"
    )


def _text(field: str, text: str) -> str:
    """The text in NFC and fit for HTML, a letter without a glyph as a box. Raises ``FieldError``."""
    tidy = unicodedata.normalize("NFC", text).strip()
    if not tidy:
        raise FieldMissingError(field)
    if len(tidy) > MAX_TEXT:
        raise FieldTooLongError(field, len(tidy), MAX_TEXT)
    known = printable_characters()
    return escape("".join(letter if letter in known else "□" for letter in tidy))
