"""A design once: HTML and CSS with this job's text, rendered by WeasyPrint, with slots left for what differs.

A design is ``designs/<name>.html`` (the inside of one label) and ``<name>.css`` (``@page size`` is the
label). In it

* ``<a class="slot-qr" href="slot:qr"></a>`` and ``<a class="slot-code" href="slot:code"></a>`` are empty
  boxes that each label fills; the QR symbol with its quiet zone stays inside its box;
* ``$product_name`` and the other fields of ``StampText`` become ``<a class="field fitN" href="field:NAME">``
  around an inline block; the link's rectangle is the room, the block's is what the text needs. While it needs
  more, N grows from 0 to ``FIT_STEPS - 1`` and the CSS makes the type smaller; after that
  ``FieldOverflowError``.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

from fontTools.ttLib import TTFont
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from labels.errors import DesignError, FieldOverflowError
from labels.form import PX_TO_MM, PaintedDesign, paint
from labels.values import DESIGNS, StampText

DESIGN_FOLDER = Path(__file__).parent / "designs"
FONT_FOLDER = Path(__file__).parent / "fonts"

FIT_STEPS = 5
"""Type sizes that a field may try, largest first."""

CODE_CHARACTERS = string.digits + string.ascii_uppercase + "-"
"""What a printed code may hold."""

SHEET_CHARACTERS = CODE_CHARACTERS + "–·ôờTL"
"""What the line at the foot of a sheet needs besides the job's own text."""

LONGEST_ENDING = 12
"""Characters of the last two words that stay on one line, so that no line holds a lone syllable."""

_ROUNDING_MM = 0.01
_rendering = Lock()  # Pango's font maps are not for two threads at once


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the label in mm, from the top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge, from the label's left."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge, from the label's top."""
        return self.top + self.height

    def holds(self, other: Box) -> bool:
        """Whether ``other`` lies inside, to a hundredth of a millimetre."""
        return (
            other.left >= self.left - _ROUNDING_MM
            and other.top >= self.top - _ROUNDING_MM
            and other.right <= self.right + _ROUNDING_MM
            and other.bottom <= self.bottom + _ROUNDING_MM
        )

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            other.left < self.right - _ROUNDING_MM
            and self.left < other.right - _ROUNDING_MM
            and other.top < self.bottom - _ROUNDING_MM
            and self.top < other.bottom - _ROUNDING_MM
        )


@dataclass(frozen=True, slots=True)
class RenderedDesign:
    """A design with a job's text: its size, its slots (``qr``, ``code``) and its PDF."""

    size: Box
    slots: Mapping[str, Box]
    painted: PaintedDesign


@lru_cache(maxsize=1)
def printable_characters() -> frozenset[str]:
    """Characters that all weights of the bundled typeface have, combining marks and controls left out."""
    characters = map(chr, set.intersection(*map(_code_points, FONT_FOLDER.glob("*.ttf"))))
    return frozenset(each for each in characters if each.isprintable() and not unicodedata.combining(each))


def _code_points(path: Path) -> set[int]:
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())


@lru_cache(maxsize=32)
def render_design(name: str, text: StampText) -> RenderedDesign:
    """Render a built-in design with checked text; about 70 ms the first time, then remembered.

    Raises ``FieldOverflowError`` for a text that does not fit, ``DesignError`` for a design that breaks its
    rules.
    """
    seeds = {
        "code": "".join(sorted(set(CODE_CHARACTERS))),
        "sheet": "".join(sorted(set(SHEET_CHARACTERS + text.product_name + text.lot) - {" "})),
    }
    with _rendering:
        document, boxes = _fitted(name, text, seeds)
        painted = paint(document, name, seeds)
    page = document.pages[0]
    size = Box(0, 0, *DESIGNS[name])
    if (round(page.width * PX_TO_MM, 3), round(page.height * PX_TO_MM, 3)) != DESIGNS[name]:
        raise DesignError(name, "khổ tem trong tệp CSS khác khổ đã khai")
    slots = {
        link.removeprefix("slot:"): rooms[0] for link, rooms in boxes.items() if link.startswith("slot:")
    }
    _check_slots(name, size, slots, boxes)
    return RenderedDesign(size, slots, painted)


def _fitted(name: str, text: StampText, seeds: Mapping[str, str]) -> tuple[Any, dict[str, list[Box]]]:
    """The document in which every field fits its room, and its links' rectangles on the label."""
    steps = dict.fromkeys(asdict(text), 0)
    while True:
        document = _render(name, text, steps, seeds)
        boxes = _link_boxes(document.pages[0])
        tight = [field for field in steps if _overflows(boxes.get(f"field:{field}", []))]
        if not tight:
            return document, boxes
        for field in tight:
            steps[field] += 1
            if steps[field] == FIT_STEPS:
                raise FieldOverflowError(field, getattr(text, field))


def _overflows(rooms: list[Box]) -> bool:
    """Whether what a field holds (its later rectangles) leaves its room (the first one)."""
    return any(not rooms[0].holds(box) for box in rooms[1:])


def _link_boxes(page: Any) -> dict[str, list[Box]]:
    boxes: dict[str, list[Box]] = {}
    for _, target, (left, top, right, bottom), *_ in page.links:
        sides = [side * PX_TO_MM for side in (left, top, right - left, bottom - top)]
        boxes.setdefault(target, []).append(Box(*sides))
    return boxes


def _render(name: str, text: StampText, steps: Mapping[str, int], seeds: Mapping[str, str]) -> Any:
    source = (DESIGN_FOLDER / f"{name}.html").read_text(encoding="utf-8")
    for character in set(source) - printable_characters() - {"\n"}:
        raise DesignError(name, f"ký tự “{character}” không có trong phông chữ")
    values = {field: _field(field, value, steps[field]) for field, value in asdict(text).items()}
    pages = [string.Template(source).substitute(values)]
    pages += [
        f'<a class="slot-{slot}" href="slot:{slot}">{escape(" ".join(characters))}</a>'
        for slot, characters in seeds.items()
    ]
    body = "".join(f'<section class="label">{page}</section>' for page in pages)
    html = (
        '<!doctype html><html lang="vi"><meta charset="utf-8">'
        f'<link rel="stylesheet" href="base.css"><link rel="stylesheet" href="{name}.css">{body}'
    )
    fetcher = URLFetcher(allowed_protocols=("file",), fail_on_errors=True)
    return HTML(string=html, base_url=DESIGN_FOLDER.as_uri() + "/", url_fetcher=fetcher).render()


def _field(field: str, value: str, step: int) -> str:
    kind = f"field fit{step}" if value else "field empty"
    words = value.split(" ")
    ending = " ".join(words[-2:])
    inner = escape(value)
    if len(words) > 2 and len(ending) <= LONGEST_ENDING:
        inner = f"{escape(value[: -len(ending)])}<em>{escape(ending)}</em>"
    return f'<a class="{kind}" href="field:{field}"><span>{inner}</span></a>'


def _check_slots(name: str, size: Box, slots: Mapping[str, Box], boxes: Mapping[str, list[Box]]) -> None:
    """Slots are there, on the label, and nothing is drawn over them: the quiet zone stays white."""
    for link, rooms in boxes.items():
        if not size.holds(rooms[0]):
            raise DesignError(name, f"ô “{link}” nằm ngoài khổ tem")
    for slot in ("qr", "code"):
        if slot not in slots:
            raise DesignError(name, f"thiếu ô “{slot}”")
        for link, rooms in boxes.items():
            if link != f"slot:{slot}" and any(slots[slot].meets(room) for room in rooms):
                raise DesignError(name, f"ô “{slot}” bị “{link}” đè lên")
