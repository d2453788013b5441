"""The picture of how a lot came together: rows of lots, streams between them, the youngest below. Pure.

A lot's width is the part of the passport's lot that came through it, and the colours in it are those of the
origins that it holds: so the last bar is cut as the first row is. Drawn in a box of 320 units across.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ledger.trace.passports.sources import SourceFlow, SourceLot, Sources
from web.formats import format_date, format_quantity, format_share, format_weight_kg
from web.languages import _, translate

WIDTH = 320
TONES = 6
"""Colours at hand; origins beyond share the last one, and the list below tells them apart."""
MAX_ROWS = 7
MAX_ACROSS = 6
"""More lots side by side are drawn as one that says how many it stands for."""
_GAP, _FIRST, _BAR, _PITCH, _FOOT = 6, 80, 16, 112, 2
"""Between bars; down to the first; a bar's height; from one row to the next; what is left below."""
_CAPTION = 66
"""So far above its bars a row's caption begins."""
_CHARACTER = 6.7
_OTHERS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar, in the picture's units; ``tone`` is the number of its colour (1 to 6)."""

    x: str
    width: str
    tone: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A lot: where it is, its name and amount where there is room for them, its pieces by origin."""

    x: str
    y: int
    code: str
    amount: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Caption:
    """What was done between two rows: ``name`` and, below it, ``detail``."""

    y: int
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything drawn; ``ribbons`` are SVG paths, ``text`` says the same in sentences."""

    height: int
    bars: tuple[Bar, ...]
    ribbons: tuple[str, ...]
    captions: tuple[Caption, ...]
    text: str


@dataclass(slots=True)
class _Node:
    """A lot to be drawn, or several as one."""

    lots: list[SourceLot]
    level: int
    share: Fraction
    parts: dict[int, Fraction] = field(default_factory=dict)
    x: Fraction = Fraction(0)
    width: Fraction = Fraction(0)
    given: Fraction = Fraction(0)
    taken: Fraction = Fraction(0)


def draw_streams(sources: Sources, tones: Mapping[str, int]) -> Picture | None:
    """The picture; ``None`` where nothing that was weighed went into the lot. ``tones`` are the origins'."""
    if not sources.flows:
        return None
    return _Drawing(sources, tones).draw()


class _Drawing:
    """Holds what several parts of the picture need."""

    def __init__(self, sources: Sources, tones: Mapping[str, int]) -> None:
        self._flows = sources.flows
        self._levels = _levels(sources)
        self._rows = min(MAX_ROWS, 1 + max(self._levels.values()))
        parts = _parts(sources, tones)
        self._node_of: dict[str, _Node] = {}
        self._nodes = [self._row(sources.lots, level, parts) for level in range(self._rows)]

    def _row(
        self, lots: Sequence[SourceLot], level: int, parts: Mapping[str, Mapping[int, Fraction]]
    ) -> list[_Node]:
        """The lots of a level, greatest first; those for which there is no room are one."""
        here = sorted((lot for lot in lots if self._levels[lot.lot] == level), key=lambda lot: -lot.share)
        shown = len(here) if len(here) <= MAX_ACROSS else MAX_ACROSS - 1
        row: list[_Node] = []
        for place, lot in enumerate(here):
            if place <= shown:
                row.append(_Node([], level, Fraction(0)))
            node = row[-1]
            node.lots.append(lot)
            node.share += lot.share
            for tone, part in parts[lot.lot].items():
                node.parts[tone] = node.parts.get(tone, Fraction(0)) + part * lot.share
            self._node_of[lot.lot] = node
        return row

    def draw(self) -> Picture:
        """Place the rows from the youngest up, so that streams cross as little as can be."""
        for level, row in enumerate(self._nodes):
            if level:
                row.sort(key=self._pull)
            _place(row)
        bars = tuple(self._bar(node) for row in reversed(self._nodes) for node in row)
        ribbons = tuple(self._ribbons())
        captions = tuple(self._caption(level) for level in range(self._rows))
        height = self._y(0) + _BAR + _FOOT
        return Picture(height, bars, ribbons, captions, " ".join(self._sentences(captions)))

    def _pull(self, node: _Node) -> Fraction:
        """Where the lots that this one went into lie, on average."""
        ends = [
            self._node_of[flow.child].x
            for flow in self._flows
            if self._node_of.get(flow.parent) is node and flow.child in self._node_of
        ]
        return sum(ends, Fraction(0)) / max(1, len(ends))

    def _y(self, level: int) -> int:
        """The top of a row's bars."""
        return _FIRST + (self._rows - 1 - level) * _PITCH

    def _bar(self, node: _Node) -> Bar:
        at, pieces = node.x, []
        for tone, part in sorted(node.parts.items()):
            width = node.width * part / node.share if node.share else Fraction(0)
            pieces.append(Piece(_number(at), _number(width), tone))
            at += width
        code, amount = _label(node)
        room = float(node.width)
        shown = code if len(code) * _CHARACTER <= room else ""
        return Bar(
            _number(node.x),
            self._y(node.level),
            shown,
            amount if len(amount) * _CHARACTER <= room else "",
            tuple(pieces),
        )

    def _ribbons(self) -> list[str]:
        joined: dict[tuple[int, int], tuple[_Node, _Node, Fraction]] = {}
        for flow in self._flows:
            parent, child = self._node_of.get(flow.parent), self._node_of.get(flow.child)
            if parent is None or child is None:
                continue
            key = (id(parent), id(child))
            share = flow.share + (joined[key][2] if key in joined else 0)
            joined[key] = (parent, child, share)
        ordered = sorted(joined.values(), key=lambda one: (one[1].level, one[1].x, one[0].x))
        return [self._ribbon(*one) for one in ordered]

    def _ribbon(self, parent: _Node, child: _Node, share: Fraction) -> str:
        """A stream from the foot of one bar to the head of another: as wide above as below, by its share."""
        above = parent.width * share / parent.share if parent.share else Fraction(0)
        below = child.width * share / child.share if child.share else Fraction(0)
        left, start = parent.x + parent.given, child.x + child.taken
        parent.given += above
        child.taken += below
        top, foot = self._y(parent.level) + _BAR, self._y(child.level)
        x1, x2, x3, x4 = map(_number, (left, left + above, start, start + below))
        bend = (top + foot) // 2
        return f"M{x1} {top}C{x1} {bend} {x3} {bend} {x3} {foot}H{x4}C{x4} {bend} {x2} {bend} {x2} {top}z"

    def _caption(self, level: int) -> Caption:
        """What made the lots of a row, and what it cost them."""
        lots = [lot for node in self._nodes[level] for lot in node.lots]
        names = list(dict.fromkeys(translate(lot.step_vi) for lot in lots if lot.step_vi))
        name = ", ".join(names[:2]) + (_OTHERS if len(names) > 2 else "")
        days = sorted({lot.made_on for lot in lots if lot.made_on is not None})
        told = [] if not days else [" – ".join(format_date(day) for day in (days[0], days[-1])[: len(days)])]
        told += _losses(lots)
        return Caption(self._y(level) - _CAPTION, _short(name), " · ".join(told))

    def _sentences(self, captions: Sequence[Caption]) -> list[str]:
        """The rows in words, the oldest first."""
        said = []
        for level in reversed(range(self._rows)):
            names = ", ".join(" ".join(filter(None, _label(node))) for node in self._nodes[level])
            told = ", ".join(filter(None, (captions[level].name, captions[level].detail)))
            said.append(f"{told}: {names}." if told else f"{names}.")
        return said


def _levels(sources: Sources) -> dict[str, int]:
    """How many steps lie between each lot and the passport's own, by the longest way."""
    levels: dict[str, int] = defaultdict(int)
    into: dict[str, list[SourceFlow]] = defaultdict(list)
    for flow in sources.flows:
        into[flow.child].append(flow)
    for lot in sources.lots:  # children come before their parents
        for flow in into[lot.lot]:
            levels[flow.parent] = max(levels[flow.parent], levels[lot.lot] + 1)
    return {lot.lot: levels[lot.lot] for lot in sources.lots}


def _parts(sources: Sources, tones: Mapping[str, int]) -> dict[str, dict[int, Fraction]]:
    """For each lot the part of it that each colour has; 1 in all."""
    whole = {lot.lot: lot.share for lot in sources.lots}
    into: dict[str, list[SourceFlow]] = defaultdict(list)
    for flow in sources.flows:
        into[flow.child].append(flow)
    found: dict[str, dict[int, Fraction]] = {}
    for lot in reversed(sources.lots):
        parts: dict[int, Fraction] = defaultdict(Fraction)
        for flow in into[lot.lot]:
            for tone, part in found[flow.parent].items():
                parts[tone] += part * flow.share / (whole[lot.lot] or 1)
        found[lot.lot] = dict(parts) or {tones.get(lot.lot, TONES): Fraction(1)}
    return found


def _place(row: list[_Node]) -> None:
    """Side by side from the left; widths by share, with a gap between."""
    room = Fraction(WIDTH - _GAP * (len(row) - 1))
    total = sum((node.share for node in row), Fraction(0)) or Fraction(1)
    # A row that holds only a part of the lot is as much narrower.
    scale = room * min(Fraction(1), total) / total
    at = Fraction(0)
    for node in row:
        node.x, node.width = at, node.share * scale
        at += node.width + _GAP


def _label(node: _Node) -> tuple[str, str]:
    if len(node.lots) > 1:
        return str(_("%(count)s lô khác", count=len(node.lots))), format_share(node.share)
    lot = node.lots[0]
    return lot.lot_code, "" if lot.quantity is None else format_quantity(lot.quantity, lot.uom)


def _losses(lots: Sequence[SourceLot]) -> list[str]:
    """What all lots of a row took and lost together, where all of it was weighed."""
    steps = {lot.index: (lot.used_kg, lot.lost_kg) for lot in lots}
    weighed = [one for one in steps.values() if one[0] is not None]
    if len(weighed) < len(steps) or not weighed:
        return []
    total = sum((used for used, _lost in weighed if used is not None), Decimal(0))
    lost = sum((gone for _used, gone in weighed if gone is not None), Decimal(0))
    told = [str(_("dùng %(weight)s", weight=format_weight_kg(total)))]
    if lost > 0:
        told.append(str(_("hao %(weight)s", weight=format_weight_kg(lost))))
    return told


def _short(name: str) -> str:
    return name if len(name) <= 46 else f"{name[:45].rstrip(' ,')}{_OTHERS}"


def _number(value: Fraction) -> str:
    return f"{float(value):.1f}".rstrip("0").rstrip(".")
