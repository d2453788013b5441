"""How a lot came together, lot by lot: what went into what, how much of it, and what was lost. Pure."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ledger.trace.derived.projections import event_time
from ledger.trace.events.flows import EACH, KILOGRAM, Amount
from ledger.trace.events.parsing import Parsed
from ledger.trace.identifiers import lot_code_of
from ledger.trace.passports.balance import Streams, loss
from ledger.trace.passports.journey import step_names
from ledger.trace.passports.story import Story
from ledger.trace.sectors.field_values import read_net_g
from ledger.trace.units import local_day

_PER_KG = 1000


@dataclass(frozen=True, slots=True)
class SourceLot:
    """A lot on the way to the passport's own, itself included.

    ``share`` is the part of the passport's lot that came through this one. ``step_vi``, ``step_en`` name what
    made it, on ``made_on``. ``used_kg`` is what went into that and ``lost_kg`` what of it is neither in
    this lot nor in another that was made at once; ``None`` where not everything was weighed, negative where
    something was added.
    """

    lot: str
    lot_code: str
    index: int | None
    step_vi: str
    step_en: str
    made_on: date | None
    quantity: Decimal | None
    uom: str | None
    share: Fraction
    used_kg: Decimal | None
    lost_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class SourceFlow:
    """So much of ``parent`` went into ``child``: ``share`` of the passport's lot came that way."""

    child: str
    parent: str
    quantity: Decimal | None
    uom: str | None
    share: Fraction


@dataclass(frozen=True, slots=True)
class Sources:
    """The lots, children before their parents, and what went from one into another."""

    lots: tuple[SourceLot, ...]
    flows: tuple[SourceFlow, ...]


def tell_sources(story: Story) -> Sources:
    """The way to the story's lot; only itself where nothing that was weighed went into it."""
    streams = story.streams()
    lots = tuple(_lot(story, lot, share) for lot, share in streams.through.items())
    return Sources(lots, _flows(story, streams))


def _flows(story: Story, streams: Streams) -> tuple[SourceFlow, ...]:
    used: dict[tuple[str, str], list[Amount]] = defaultdict(list)
    for lot in streams.through:
        for maker in story.makers.get(lot, ()):
            for amount in () if maker.flow is None else maker.flow.inputs:
                used[lot, amount.lot].append(amount)
    return tuple(
        SourceFlow(child, parent, *_sum(used[child, parent]), share)
        for (child, parent), share in streams.flows.items()
    )


def _sum(amounts: list[Amount]) -> tuple[Decimal | None, str | None]:
    units = {amount.uom for amount in amounts}
    quantities = [amount.quantity for amount in amounts if amount.quantity is not None]
    if len(units) != 1 or not quantities:
        return None, None
    return sum(quantities, Decimal(0)), units.pop()


def _lot(story: Story, lot: str, share: Fraction) -> SourceLot:
    makers = story.makers.get(lot, ())
    made = [amount for maker in makers if maker.flow for amount in maker.flow.outputs if amount.lot == lot]
    maker = makers[-1] if makers else None
    used_kg, lost_kg = _balance(makers)
    vi, en = ("", "") if maker is None else step_names(maker.record.body)
    return SourceLot(
        lot,
        lot_code_of(lot),
        None if maker is None else maker.index,
        vi,
        en,
        None if maker is None else local_day(event_time(maker.record.body)),
        *_sum(made),
        share,
        used_kg,
        lost_kg,
    )


def _balance(makers: tuple[Parsed, ...]) -> tuple[Decimal | None, Decimal | None]:
    """Kilograms used and lost by what made a lot, all that was made beside it counted; all of it weighed."""
    used, made = Decimal(0), Decimal(0)
    for maker in makers:
        flow = maker.flow
        if flow is None or not flow.inputs:
            return None, None
        inputs = [amount.quantity for amount in flow.inputs if amount.uom == KILOGRAM]
        outputs = [_weight_kg(maker, amount) for amount in flow.outputs]
        if None in inputs or len(inputs) < len(flow.inputs) or None in outputs:
            return None, None
        used += sum((quantity for quantity in inputs if quantity is not None), Decimal(0))
        made += sum((quantity for quantity in outputs if quantity is not None), Decimal(0))
    return (used, loss([used], [made])) if makers else (None, None)


def _weight_kg(maker: Parsed, amount: Amount) -> Decimal | None:
    """What was made, in kilograms; packs of a stated net weight are weighed by it."""
    if amount.uom == KILOGRAM:
        return amount.quantity
    net_g = read_net_g(maker.record.body)
    if amount.uom != EACH or amount.quantity is None or net_g is None:
        return None
    return amount.quantity * net_g / _PER_KG
