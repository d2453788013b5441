"""What went from lot to lot and what was lost: own quantities from tables, others' from their entries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.tracing.handed_on import AT_ONCE
from ledger.log.queries import read_entries
from ledger.trace.derived.rows import LotRow
from ledger.trace.events.flows import EACH, KILOGRAM, MoveKind
from ledger.trace.events.parsing import parse_known
from ledger.trace.genealogy import Edge
from ledger.trace.tables import TraceEvent, TraceLot, TraceMove
from ledger.trace.units import normalise

MAX_READ = 2_000
"""Entries of other organisations that are read for what they say in public; of more no quantity is told."""


@dataclass(frozen=True, slots=True)
class Flowed:
    """The entry at ``index`` made ``outputs`` of ``inputs``; ``loss_kg`` where all of it is ours and weighed.

    Each side is (lot, quantity, unit), the quantity ``None`` where it is not told.
    """

    index: int
    step: str | None
    inputs: tuple[tuple[str, Decimal | None, str | None], ...]
    outputs: tuple[tuple[str, Decimal | None, str | None], ...]
    loss_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class PublicAmounts:
    """What may be told of quantities: all of the actor's own events, of others what the entry says."""

    own: frozenset[int]
    """The indexes of the actor's own events."""
    used: Mapping[tuple[int, str], Decimal]
    made_by: Mapping[str, Decimal]

    def of(self, edge: Edge) -> Decimal | None:
        """How much of its parent an edge took."""
        if edge.entry_index in self.own:
            return edge.quantity
        return self.used.get((edge.entry_index, edge.parent))

    def made(self, lot: str) -> Decimal | None:
        """How much was made of another organisation's lot."""
        return self.made_by.get(lot)


def read_public_amounts(
    session: Session, actor: Actor, rows: Mapping[str, LotRow], edges: Iterable[Edge]
) -> PublicAmounts:
    """What the entries of others say about these lots and edges."""
    indexes = {edge.entry_index for edge in edges} | {row.created_index for row in rows.values()}
    own = _own(session, actor, indexes)
    used: dict[tuple[int, str], Decimal] = {}
    made: dict[str, Decimal] = {}
    for item in parse_known(
        (stored.index, stored.entry)
        for stored in read_entries(session, sorted(indexes - own, reverse=True)[:MAX_READ])
    ):
        if item.flow is None or item.flow.is_error:
            continue
        for amount in item.flow.inputs:
            if amount.quantity is not None:
                used[item.index, amount.lot] = amount.quantity
        for amount in item.flow.outputs:
            row = rows.get(amount.lot)
            if amount.quantity is not None and row is not None and row.created_index == item.index:
                made[amount.lot] = amount.quantity
    return PublicAmounts(own, used, made)


def read_flows(
    session: Session, actor: Actor, rows: Mapping[str, LotRow], edges: Sequence[Edge], told: PublicAmounts
) -> tuple[Flowed, ...]:
    """Every event between these lots in the order of the log, with what it lost."""
    by_index: dict[int, list[Edge]] = {}
    for edge in edges:
        by_index.setdefault(edge.entry_index, []).append(edge)
    steps = _steps(session, by_index)
    lost = _losses(session, told.own.intersection(by_index))
    found = []
    for index in sorted(by_index):
        inputs = {edge.parent: (edge.parent, told.of(edge), edge.uom) for edge in by_index[index]}
        children = sorted({edge.child for edge in by_index[index]})
        outputs = tuple(_output(rows[lot], told, actor) for lot in children)
        found.append(Flowed(index, steps.get(index), tuple(inputs.values()), outputs, lost.get(index)))
    return tuple(found)


def _output(row: LotRow, told: PublicAmounts, actor: Actor) -> tuple[str, Decimal | None, str | None]:
    is_ours = row.chain_id == actor.organisation
    return row.lot, row.quantity if is_ours else told.made(row.lot), row.uom


def _losses(session: Session, indexes: Collection[int]) -> dict[int, Decimal]:
    """By own events: what went in and did not come out, in kg, of all that they made, on this trace or not.

    Left out is an event of which something has no weight: a season, goods counted in pieces.
    """
    ordered = sorted(indexes)
    balance: dict[int, list[tuple[str, Decimal | None]]] = {}
    for start in range(0, len(ordered), AT_ONCE):
        moves = session.execute(
            select(TraceMove.index, TraceMove.kind, TraceMove.uom, TraceMove.delta, TraceLot.net_g)
            .join(TraceLot, TraceLot.key == TraceMove.lot)
            .where(
                TraceMove.index.in_(ordered[start : start + AT_ONCE]),
                TraceMove.kind.in_((MoveKind.MADE, MoveKind.USED)),
            )
        )
        for index, kind, uom, delta, net_g in moves:
            balance.setdefault(index, []).append((kind, _weight_kg(delta, uom, net_g)))
    return {index: lost for index, parts in balance.items() if (lost := _lost(parts)) is not None}


def _lost(parts: Sequence[tuple[str, Decimal | None]]) -> Decimal | None:
    weights = [weight for _, weight in parts if weight is not None]
    if len(weights) < len(parts) or {kind for kind, _ in parts} != {MoveKind.MADE, MoveKind.USED}:
        return None
    return max(normalise(-sum(weights, Decimal(0))), Decimal(0))


def _weight_kg(quantity: Decimal, uom: str, net_g: Decimal | None) -> Decimal | None:
    if uom == KILOGRAM:
        return quantity
    return quantity * net_g / 1000 if uom == EACH and net_g is not None else None


def _own(session: Session, actor: Actor, indexes: Collection[int]) -> frozenset[int]:
    ordered, found = sorted(indexes), set[int]()
    for start in range(0, len(ordered), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        found.update(
            session.scalars(
                select(TraceEvent.index).where(
                    TraceEvent.index.in_(part), TraceEvent.chain_id == actor.organisation
                )
            )
        )
    return frozenset(found)


def _steps(session: Session, indexes: Collection[int]) -> dict[int, str | None]:
    ordered = sorted(indexes)
    found: dict[int, str | None] = {}
    for start in range(0, len(ordered), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        rows = session.execute(
            select(TraceEvent.index, TraceEvent.step, TraceEvent.biz_step).where(TraceEvent.index.in_(part))
        )
        found |= {index: step or biz_step for index, step, biz_step in rows}
    return found
