"""The trace as a picture: a row of lots for each level, what flowed between them as lines. Pure.

It is drawn on the server without a script. Whoever cannot see it has the same in the lists beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.coop.tracing.lot_trace import LotTrace, TracedLot
from web.formats import format_quantity

MAX_LOTS = 60
"""Of more lots there is no picture: nobody could read it."""
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 152, 62, 14, 46, 6
_MAX_NAME = 21


@dataclass(frozen=True, slots=True)
class Box:
    """A lot at its place; ``state`` names how it looks: asked, ours, others, held or recalled."""

    lot: TracedLot
    x: int
    y: int
    state: str
    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class Line:
    """A way from a lot down to one that was made of it, as an SVG path."""

    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole, in units of one pixel at a phone's size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(trace: LotTrace) -> Picture | None:
    """The picture; ``None`` for a lot without others, and for too many."""
    lots = trace.lots
    if not 1 < len(lots) <= MAX_LOTS:
        return None
    rows: dict[int, list[TracedLot]] = {}
    for lot in lots:
        rows.setdefault(lot.level, []).append(lot)
    widest = max(map(len, rows.values()))
    width = MARGIN * 2 + widest * WIDTH + (widest - 1) * GAP_X
    boxes: dict[str, Box] = {}
    for number, level in enumerate(sorted(rows)):
        for box in _row(rows[level], number, width):
            boxes[box.lot.lot] = box
    height = MARGIN * 2 + len(rows) * HEIGHT + (len(rows) - 1) * GAP_Y
    return Picture(width, height, tuple(boxes.values()), _lines(trace, boxes))


def _row(lots: Sequence[TracedLot], number: int, width: int) -> list[Box]:
    used = len(lots) * WIDTH + (len(lots) - 1) * GAP_X
    left = (width - used) // 2
    y = MARGIN + number * (HEIGHT + GAP_Y)
    return [
        Box(
            lot=lot,
            x=left + place * (WIDTH + GAP_X),
            y=y,
            state=_state(lot),
            name=_shortened(lot.product or lot.organisation_name),
            amount="" if lot.quantity is None else format_quantity(lot.quantity, lot.uom),
        )
        for place, lot in enumerate(lots)
    ]


def _state(lot: TracedLot) -> str:
    if lot.is_recalled:
        return "recalled"
    if lot.is_held:
        return "held"
    if lot.level == 0:
        return "asked"
    return "ours" if lot.is_ours else "others"


def _lines(trace: LotTrace, boxes: Mapping[str, Box]) -> tuple[Line, ...]:
    ways = {
        (used, made)
        for flow in trace.flows
        for used, _, _ in flow.inputs
        for made, _, _ in flow.outputs
        if used in boxes and made in boxes
    }
    return tuple(Line(_path(boxes[used], boxes[made])) for used, made in sorted(ways))


def _path(upper: Box, lower: Box) -> str:
    x1, y1 = upper.x + WIDTH // 2, upper.y + HEIGHT
    x2, y2 = lower.x + WIDTH // 2, lower.y
    if y2 < y1:
        # Both on one level, or the shortest way up is longer than the one down.
        return f"M{x1} {y1 - HEIGHT // 2}L{x2} {y2 + HEIGHT // 2}"
    middle = (y1 + y2) // 2
    return f"M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}"


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_NAME else text[: _MAX_NAME - 1].rstrip() + "…"
