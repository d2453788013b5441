"""Arithmetic of lots, exact: what is left or lost, how many packs fit, whose harvest is inside. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from ledger.trace.errors import BalanceError, GenealogyCycleError

GRAMS_PER_KG = 1000


@dataclass(frozen=True, slots=True)
class Consumption:
    """``quantity`` of ``parent`` went into ``child``; ``None`` where nobody measured, as from a season."""

    child: str
    parent: str
    quantity: Decimal | None
    uom: str | None = "KGM"


@dataclass(frozen=True, slots=True)
class Streams:
    """How a lot came together: what passed through each lot on the way, and from which into which.

    ``through`` gives every ancestor, the lot itself included, children before their parents, with the part
    of the lot that came through it; ``flows`` gives ``(child, parent)`` the part that came that way. All are
    exact; those of the roots add up to 1. ``is_measured`` as in ``Shares``.
    """

    through: Mapping[str, Fraction]
    flows: Mapping[tuple[str, str], Fraction]
    is_measured: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Which part of a lot comes from which root; the parts add up to exactly 1.

    ``is_measured`` is false where some lot's inputs were not all measured in one unit: there each input
    counts alike.
    """

    parts: Mapping[str, Fraction]
    is_measured: bool


def available(moves: Iterable[Decimal]) -> Decimal:
    """What a lot holds after its signed moves: made and received +, used and shipped −."""
    return sum(moves, Decimal(0))


def check_available(lot: str, moves: Iterable[Decimal], uom: str | None = None) -> Decimal:
    """``available``, refusing less than nothing: raises ``BalanceError``."""
    left = available(moves)
    if left < 0:
        raise BalanceError(lot, left, uom)
    return left


def loss(inputs: Iterable[Decimal], outputs: Iterable[Decimal]) -> Decimal:
    """Input less output of one step; negative where water or other things were added."""
    return sum(inputs, Decimal(0)) - sum(outputs, Decimal(0))


def packs_possible(weight_kg: Decimal, net_g: Decimal) -> int:
    """How many packs of ``net_g`` grams a weight fills. Raises ``ValueError`` unless ``net_g`` is above 0."""
    if net_g <= 0:
        raise ValueError("a pack weighs something")
    return max(0, int((weight_kg * GRAMS_PER_KG / net_g).to_integral_value(ROUND_FLOOR)))


def shares(lot: str, consumptions: Iterable[Consumption]) -> Shares:
    """The share of every root (a lot nothing went into) in ``lot``; time linear in the consumptions.

    A parent's share in a child is its part of all that went into that child, whatever was lost on the way.
    Raises ``GenealogyCycleError`` when a lot would be its own ancestor.
    """
    found = streams(lot, consumptions)
    made = {child for child, _ in found.flows}
    roots = {root: part for root, part in found.through.items() if root not in made}
    return Shares(roots, found.is_measured)


def streams(lot: str, consumptions: Iterable[Consumption]) -> Streams:
    """What ``shares`` is the end of: every lot on the way. Raises ``GenealogyCycleError``."""
    into: dict[str, list[Consumption]] = defaultdict(list)
    for consumption in consumptions:
        into[consumption.child].append(consumption)
    weights: dict[str, Fraction] = defaultdict(Fraction, {lot: Fraction(1)})
    flows: dict[tuple[str, str], Fraction] = {}
    measured = True
    order = _children_first(lot, into)
    for child in order:
        if child not in into:
            continue
        parts, exact = _parts(into[child])
        measured = measured and exact
        for parent, part in parts.items():
            flows[child, parent] = weights[child] * part
            weights[parent] += flows[child, parent]
    return Streams({reached: weights[reached] for reached in order}, flows, measured)


def grouped(shared: Shares, group: Mapping[str, str]) -> Shares:
    """The shares by what ``group`` says of each root (household, plot, producer); others as they are."""
    parts: dict[str, Fraction] = defaultdict(Fraction)
    for root, part in shared.parts.items():
        parts[group.get(root, root)] += part
    return Shares(dict(parts), shared.is_measured)


def _parts(inputs: list[Consumption]) -> tuple[dict[str, Fraction], bool]:
    """Each parent's part of what went into one lot, and whether quantities decided it."""
    quantities = [item.quantity for item in inputs]
    total = sum((quantity for quantity in quantities if quantity is not None), Decimal(0))
    comparable = None not in quantities and len({item.uom for item in inputs}) == 1 and total > 0
    parts: dict[str, Fraction] = defaultdict(Fraction)
    if not comparable:
        # One unmeasured parent still gives all there is.
        parents = {item.parent for item in inputs}
        return {parent: Fraction(1, len(parents)) for parent in parents}, len(parents) == 1
    for item in inputs:
        parts[item.parent] += Fraction(item.quantity or 0) / Fraction(total)
    return dict(parts), True


def _children_first(lot: str, into: Mapping[str, list[Consumption]]) -> list[str]:
    """``lot`` and its ancestors, each before everything that went into it (Kahn's algorithm)."""
    reached, waiting = {lot}, [lot]
    uses: dict[str, int] = defaultdict(int)
    while waiting:
        for parent in {item.parent for item in into.get(waiting.pop(), ())}:
            uses[parent] += 1
            if parent not in reached:
                reached.add(parent)
                waiting.append(parent)
    order, ready = [], [lot] if not uses[lot] else []
    while ready:
        child = ready.pop()
        order.append(child)
        for parent in sorted({item.parent for item in into.get(child, ())}):
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)
    if len(order) < len(reached):
        raise GenealogyCycleError(min(reached.difference(order)))
    return order
