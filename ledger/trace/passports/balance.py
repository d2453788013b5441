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
    into: dict[str, list[Consumption]] = defaultdict(list)
    for consumption in consumptions:
        into[consumption.child].append(consumption)
    weights: dict[str, Fraction] = defaultdict(Fraction, {lot: Fraction(1)})
    measured = True
    roots: dict[str, Fraction] = {}
    for child in _children_first(lot, into):
        weight = weights.pop(child)
        if child not in into:
            roots[child] = weight
            continue
        parts, exact = _parts(into[child])
        measured = measured and exact
        for parent, part in parts.items():
            weights[parent] += weight * part
    return Shares(roots, measured)


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
