"""A design once: HTML and CSS with this job's text, rendered by WeasyPrint, with slots for what differs.

In a design

* ``<a class="slot-qr" href="slot:qr"></a>``, ``<a class="slot-code" href="slot:code"></a>`` and, on designs
  for scratch codes or GS1-128 bar codes, ``<a class="slot-secret" href="slot:secret"></a>`` or
  ``<a class="slot-barcode" href="slot:barcode"></a>`` are empty boxes that each label fills; a symbol with
  its quiet zone stays inside its box;
* ``$product_name`` and the other fields of ``StampText`` become ``<a class="field fitN" href="field:NAME">``
  around an inline block; the link's rectangle is the room, the block's is what the text needs. While it needs
  more, N grows from 0 to ``FIT_STEPS - 1`` and the CSS makes the type smaller; after that
  ``FieldOverflowError``.

A text slot's type is read from a seed: a page of its own where the same box holds every character that the
slot may ever need, so that WeasyPrint embeds their glyphs.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from html import escape
from typing import Any

from fontTools.ttLib import TTFont

from labels.design_files import FONT_FOLDER, Design
from labels.errors import DesignError, FieldOverflowError
from labels.form import PX_TO_MM, SPILLED, FormError, PaintedDesign, paint
from labels.plain_form import SlotType, paint_plain
from labels.rendering import lay_out, typesetting
from labels.texts import StampText

FIT_STEPS = 5
"""Type sizes that a field may try, largest first."""

ROUNDS_LIMIT = 24
"""Most layouts of one design while its fields are fitted; each field that shrinks may push another."""

CODE_CHARACTERS = string.digits + string.ascii_uppercase + "-()"
"""What a printed code may hold, and the space between its words."""

SHEET_CHARACTERS = CODE_CHARACTERS + "–·ôờTL"
"""What the line at the foot of a sheet needs besides the job's own text."""

LONGEST_ENDING = 12
"""Characters of the last two words that stay on one line, so that no line holds a lone syllable."""

SLOTS = ("qr", "code")
"""Slots that every design has."""

PICTURE_SLOTS = ("qr", "barcode")
"""Slots that hold no text."""

OWN_FITS = "".join(
    f".fit{step} > span {{ font-size: {1 - 0.08 * step:.2f}em }} " for step in range(1, FIT_STEPS)
)
"""In an own design fields shrink by themselves; a built-in design says how."""

_ROUNDING_MM = 0.01
_SLOT = re.compile(r'<a (?=[^>]*href="slot:(?P<slot>\w+)")[^>]*>(?=</a>)')


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
    """A design with a job's text: size, slots (``qr``, ``code``, maybe ``secret``, ``barcode``) and PDF."""

    size: Box
    slots: Mapping[str, Box]
    painted: PaintedDesign


@lru_cache(maxsize=1)
def printable_characters() -> frozenset[str]:
    """Characters that all weights of the bundled typeface have, combining marks and controls left out."""
    characters = map(chr, set.intersection(*map(_code_points, FONT_FOLDER.glob("*.ttf"))))
    return frozenset(each for each in characters if each.isprintable() and not unicodedata.combining(each))


def _code_points(path: Any) -> set[int]:
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())


@lru_cache(maxsize=32)
def render_design(design: Design, text: StampText) -> RenderedDesign:
    """Render a design with checked text; about 70 ms the first time, then remembered.

    Where WeasyPrint writes its pages in a way that ``labels.form`` does not know, the design is drawn as a
    picture and its slots are set from the font files: slower and larger, and the same on paper.

    Raises ``FieldOverflowError`` for a text that does not fit, ``DesignError`` for a design that breaks its
    rules.
    """
    tags = _slot_tags(design)
    seeds = _seeds(tags, text)
    size = Box(0, 0, design.width_mm, design.height_mm)
    with typesetting, _faults_of(design):
        document, boxes = _fitted(design, text, seeds)
        slots = _slots(design.name, size, boxes)
        _check_seeds(design.name, slots, document)
        try:
            painted = paint(document, design.name, seeds)
        except FormError:
            types = [_slot_type(design, slot, tags[slot], characters) for slot, characters in seeds.items()]
            painted = paint_plain(_only_page(design, text), size.width, size.height, types)
    return RenderedDesign(size, slots, painted)


def design_pdf(design: Design, text: StampText) -> bytes:
    """One page as WeasyPrint writes it: the design with checked text, its slots empty.

    Raises what ``render_design`` raises.
    """
    _slot_tags(design)
    with typesetting, _faults_of(design):
        return _only_page(design, text)


@contextmanager
def _faults_of(design: Design) -> Iterator[None]:
    """What WeasyPrint makes of numbers that no one tried is the own design's fault, not the server's."""
    try:
        yield
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ):
        if not design.is_own:
            raise
        raise DesignError(design.name, "không vẽ được mẫu này; hãy xem lại các con số và hình") from None


def _slot_tags(design: Design) -> dict[str, str]:
    """The opening tag of each slot, in the design's order, and of the line at the foot of a sheet."""
    for character in set(design.html) - printable_characters() - {"\n"}:
        raise DesignError(design.name, f"ký tự “{character}” không có trong phông chữ")
    tags = {match["slot"]: match.group() for match in _SLOT.finditer(design.html)}
    for slot in SLOTS:
        if slot not in tags:
            raise DesignError(design.name, f"thiếu ô “{slot}”")
    return tags | {"sheet": '<a class="slot-sheet" href="slot:sheet">'}


def _seeds(tags: Mapping[str, str], text: StampText) -> dict[str, str]:
    """Each text slot with the characters that it may need, in the order in which its seed spells them."""
    sheet = set(SHEET_CHARACTERS + text.product_name + text.lot) - {" "}
    return {
        slot: "".join(sorted(sheet if slot == "sheet" else set(CODE_CHARACTERS)))
        for slot in tags
        if slot not in PICTURE_SLOTS
    }


def _fitted(design: Design, text: StampText, seeds: Mapping[str, str]) -> tuple[Any, dict[str, list[Box]]]:
    """The document in which every field fits its room, and its links' rectangles on the label."""
    names = {field.name for field in fields(text)} & set(string.Template(design.html).get_identifiers())
    steps = dict.fromkeys(sorted(names), 0)
    for _ in range(ROUNDS_LIMIT):
        document = _laid_out(design, _pages(design, text, steps, seeds))
        boxes = _link_boxes(document.pages[0])
        texts = {field: boxes.get(f"field:{field}", []) for field in steps}
        tight = [field for field in steps if _overflows(texts[field])]
        # Who leaves its own room is at fault before those that it runs into.
        tight = tight or [field for field in steps if _crowds(field, texts)]
        if not tight:
            return document, boxes
        for field in tight:
            steps[field] += 1
            if steps[field] == FIT_STEPS:
                raise FieldOverflowError(field, getattr(text, field))
    raise DesignError(design.name, "các ô chữ đẩy nhau mãi không yên chỗ")


def _overflows(rooms: list[Box]) -> bool:
    """Whether what a field holds (its later rectangles) leaves its room (the first one)."""
    return any(not rooms[0].holds(box) for box in rooms[1:])


def _crowds(field: str, texts: Mapping[str, list[Box]]) -> bool:
    """Whether what a field holds lies over what another one holds."""
    return any(
        own.meets(box)
        for other, boxes in texts.items()
        if other != field
        for box in boxes[1:]
        for own in texts[field][1:]
    )


def _link_boxes(page: Any) -> dict[str, list[Box]]:
    boxes: dict[str, list[Box]] = {}
    for _, target, (left, top, right, bottom), *_ in page.links:
        sides = [side * PX_TO_MM for side in (left, top, right - left, bottom - top)]
        boxes.setdefault(target, []).append(Box(*sides))
    return boxes


def _pages(
    design: Design, text: StampText, steps: Mapping[str, int], seeds: Mapping[str, str]
) -> Iterator[str]:
    """The inside of the design's page, then of each seed's."""
    values = {field: _field(field, getattr(text, field), step) for field, step in steps.items()}
    yield string.Template(design.html).substitute(values)
    tags = _slot_tags(design)
    for slot, characters in seeds.items():
        yield f"{tags[slot]}{escape(' '.join(characters))}</a>"


def _laid_out(design: Design, pages: Iterable[str]) -> Any:
    width, height = f"{design.width_mm:g}mm", f"{design.height_mm:g}mm"
    size = f"@page {{ size: {width} {height} }} .label {{ width: {width}; height: {height} }}"
    body = "".join(f'<section class="label">{page}</section>' for page in pages)
    return lay_out(f"{size}{OWN_FITS if design.is_own else ''}\n{design.css}", body)


def _field(field: str, value: str, step: int) -> str:
    kind = f"field fit{step}" if value else "field empty"
    words = value.split(" ")
    ending = " ".join(words[-2:])
    inner = escape(value)
    if len(words) > 2 and len(ending) <= LONGEST_ENDING:
        inner = f"{escape(value[: -len(ending)])}<em>{escape(ending)}</em>"
    return f'<a class="{kind}" href="field:{field}"><span>{inner}</span></a>'


def _slots(name: str, size: Box, boxes: Mapping[str, list[Box]]) -> dict[str, Box]:
    """The slots, when each is once on the label and no field or slot lies over another slot."""
    for link, rooms in boxes.items():
        if not size.holds(rooms[0]):
            raise DesignError(name, f"ô “{link}” nằm ngoài khổ tem")
    slots = {
        link.removeprefix("slot:"): rooms[0] for link, rooms in boxes.items() if link.startswith("slot:")
    }
    for slot in SLOTS:
        if slot not in slots:
            raise DesignError(name, f"thiếu ô “{slot}”")
    for slot, place in slots.items():
        for link, rooms in boxes.items():
            if link != f"slot:{slot}" and any(place.meets(room) for room in rooms):
                raise DesignError(name, f"ô “{slot}” bị “{link}” đè lên")
    return slots


def _check_seeds(name: str, slots: Mapping[str, Box], document: Any) -> None:
    """A slot looks the same on its seed's page, or its type there would not be the one on the label."""
    for page in document.pages[1:]:
        for link, rooms in _link_boxes(page).items():
            place = slots.get(link.removeprefix("slot:"))
            if place is not None and not (place.holds(rooms[0]) and rooms[0].holds(place)):
                raise DesignError(name, f"ô “{link}” phải đứng một mình, có vị trí và kích thước cố định")


def _slot_type(design: Design, slot: str, tag: str, characters: str) -> SlotType:
    """Size, baseline and width of a slot's text, measured with empty boxes instead of read from a PDF."""
    box = tag.replace("<a ", "<div ").replace(f'href="slot:{slot}"', "")
    marks = (
        '<a href="mark:size" style="display: inline-block; width: 1em; height: 0"></a>'
        f'<a href="mark:text" style="display: inline-block">{escape(characters)}</a>'
    )
    boxes = _link_boxes(_laid_out(design, [f"{box}{marks}</div>"]).pages[0])
    size, text = boxes["mark:size"][0], boxes["mark:text"][0]
    return SlotType(slot, characters, size.width, size.bottom, text.width)


def _only_page(design: Design, text: StampText) -> bytes:
    document, boxes = _fitted(design, text, {})
    _slots(design.name, Box(0, 0, design.width_mm, design.height_mm), boxes)
    if len(document.pages) != 1:
        raise DesignError(design.name, SPILLED)
    written: bytes = document.write_pdf(hinting=True)
    return written
