"""A lot in both directions, all levels: lots, what flowed between them, what was lost, who holds what now.

An organisation sees its own books, and of everybody else what their entries say in public. A quantity that
another organisation keeps to itself is not in its entries, so it is not here either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.holds.held_lots import held_since
from ledger.coop.tracing.came_from import CameFrom, came_from
from ledger.coop.tracing.flows import Flowed, PublicAmounts, read_flows, read_public_amounts
from ledger.coop.tracing.handed_on import AT_ONCE, HandedOn, handed_on
from ledger.trace.derived.registers import find_statements
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.errors import BalanceError
from ledger.trace.events.flows import MoveKind
from ledger.trace.events.statements import OrganisationRegistered, ProductRegistered
from ledger.trace.genealogy import Genealogy, trace_back, trace_forward
from ledger.trace.identifiers import lot_code_of
from ledger.trace.passports.balance import Consumption, shares
from ledger.trace.tables import LotKind, TraceMove, lot_key
from ledger.trace.units import local_day
from signing.vault import Vault

MAX_LOTS = 20_000
"""Lots that a page or a file tells of; of a larger trace those nearest to the lot."""


@dataclass(frozen=True, slots=True)
class TracedLot:
    """A lot on the way. ``level``: how many steps from the lot that was asked about, 0 for itself.

    ``quantity`` is what was made, ``left`` what the asking organisation has of it, both in ``uom``, ``None``
    where it is not told. ``share`` is the lot's part of what was asked about (on the way back). ``holders``
    are others who took some of it in, by their public entries.
    """

    lot: str
    level: int
    kind: LotKind
    product: str
    organisation: str
    organisation_name: str
    is_ours: bool
    made_on: date
    created_index: int
    quantity: Decimal | None
    uom: str | None
    left: Decimal | None
    is_sealed: bool
    is_recalled: bool
    is_held: bool
    share: Fraction | None = None
    holders: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)


@dataclass(frozen=True, slots=True)
class LotTrace:
    """Where a lot comes from and where it went. ``back`` and ``forward`` are by level, then by age.

    ``is_whole`` is false where more lots were found than are told.
    """

    lot: TracedLot
    back: tuple[TracedLot, ...]
    forward: tuple[TracedLot, ...]
    flows: tuple[Flowed, ...]
    came_from: tuple[CameFrom, ...]
    handed_on: tuple[HandedOn, ...]
    is_whole: bool

    @property
    def lots(self) -> tuple[TracedLot, ...]:
        """All of them, the lot itself between the two directions."""
        return (*self.back, self.lot, *self.forward)


def trace_lot(session: Session, vault: Vault, actor: Actor, lot: str) -> LotTrace:
    """The trace of a lot, as the actor's organisation may know it. Raises ``UnknownLotError``."""
    back, forward = trace_back(session, lot), trace_forward(session, lot)
    levels = _levels(back, forward)
    chosen = sorted(levels, key=lambda name: (abs(levels[name]), name))[:MAX_LOTS]
    rows = _read_rows(session, chosen)
    edges = [edge for edge in {*back.edges, *forward.edges} if edge.child in rows and edge.parent in rows]
    told = read_public_amounts(session, actor, rows, edges)
    books = _Books.read(session, actor, rows, told, _shares(lot, back, told))
    traced = {name: books.traced(rows[name], levels[name]) for name in rows}
    ours = [name for name, found in traced.items() if found.is_ours or found.left is not None]
    return LotTrace(
        lot=traced[lot],
        back=_ordered(traced[name] for name in rows if levels[name] < 0),
        forward=_ordered(traced[name] for name in rows if levels[name] > 0),
        flows=read_flows(session, actor, rows, edges, told),
        came_from=came_from(session, vault, actor, [name for name in ours if levels[name] <= 0]),
        handed_on=handed_on(session, vault, actor, [name for name in ours if levels[name] >= 0]),
        is_whole=len(chosen) == len(levels),
    )


def _levels(back: Genealogy, forward: Genealogy) -> dict[str, int]:
    """Steps from the lot: below zero what it is made of, above what is made of it, by the shortest way."""
    return {
        **{lot: -steps for lot, steps in _steps(back, here=0, there=1).items()},
        **_steps(forward, here=1, there=0),
    }


def _steps(found: Genealogy, *, here: int, there: int) -> dict[str, int]:
    onward: dict[str, list[str]] = {}
    for edge in found.edges:
        onward.setdefault(str(edge[here]), []).append(str(edge[there]))
    steps, waiting = {found.lot: 0}, [found.lot]
    # The list grows while it is gone through: breadth first.
    for lot in waiting:
        for other in onward.get(lot, ()):
            if other not in steps:
                steps[other] = steps[lot] + 1
                waiting.append(other)
    return steps


def _read_rows(session: Session, lots: Sequence[str]) -> dict[str, LotRow]:
    found: dict[str, LotRow] = {}
    for start in range(0, len(lots), AT_ONCE):
        found |= read_lots(session, lots[start : start + AT_ONCE])
    return found


def _shares(lot: str, back: Genealogy, told: PublicAmounts) -> Mapping[str, Fraction]:
    consumed = [
        Consumption(edge.child, edge.parent, amount, edge.uom)
        for edge in back.edges
        if (amount := told.of(edge)) is not None
    ]
    return shares(lot, consumed).parts if consumed else {}


def _ordered(lots: Iterable[TracedLot]) -> tuple[TracedLot, ...]:
    return tuple(sorted(lots, key=lambda found: (found.level, found.created_index, found.lot)))


@dataclass(frozen=True, slots=True)
class _Books:
    """What was read beside the lots, to tell of each of them."""

    actor: Actor
    products: Mapping[str, str]
    organisations: Mapping[str, str]
    left: Mapping[str, Decimal | None]
    held: Mapping[str, date]
    receivers: Mapping[int, Sequence[str]]
    told: PublicAmounts
    shares: Mapping[str, Fraction]

    @classmethod
    def read(
        cls,
        session: Session,
        actor: Actor,
        rows: Mapping[str, LotRow],
        told: PublicAmounts,
        parts: Mapping[str, Fraction],
    ) -> "_Books":
        receivers = _receivers(session, rows)
        chains = {row.chain_id for row in rows.values()}.union(*receivers.values())
        products = {row.product for row in rows.values() if row.product is not None}
        return cls(
            actor=actor,
            products={
                uri: filed.statement.name
                for uri, filed in find_statements(session, ProductRegistered, products).items()
            },
            organisations={
                code: filed.statement.name
                for code, filed in find_statements(session, OrganisationRegistered, chains).items()
            },
            left=_left(session, actor, rows),
            held=held_since(session, actor.organisation, rows),
            receivers=receivers,
            told=told,
            shares=parts,
        )

    def traced(self, row: LotRow, level: int) -> TracedLot:
        is_ours = row.chain_id == self.actor.organisation
        others = {*self.receivers.get(lot_key(row.lot), ())} - {self.actor.organisation}
        return TracedLot(
            lot=row.lot,
            level=level,
            kind=LotKind(row.kind),
            product=self.products.get(row.product or "", ""),
            organisation=row.chain_id,
            organisation_name=self.organisations.get(row.chain_id, row.chain_id),
            is_ours=is_ours,
            made_on=local_day(row.created_at),
            created_index=row.created_index,
            quantity=row.quantity if is_ours else self.told.made(row.lot),
            uom=row.uom,
            left=self.left.get(row.lot),
            is_sealed=row.sealed_index is not None,
            is_recalled=row.recalled_index is not None,
            is_held=row.lot in self.held,
            share=self.shares.get(row.lot),
            holders=tuple(sorted(self.organisations.get(chain, chain) for chain in others)),
        )


def _left(session: Session, actor: Actor, rows: Mapping[str, LotRow]) -> dict[str, Decimal | None]:
    """What the organisation has of the lots that it made or took in; of others nothing is asked."""
    names = sorted(rows)
    found: dict[str, Decimal | None] = {}
    for start in range(0, len(names), AT_ONCE):
        some = [rows[name] for name in names[start : start + AT_ONCE]]
        for lot, holding in read_holdings(session, actor.organisation, some).items():
            if holding.is_counted:
                try:
                    found[lot] = holding.quantity
                except BalanceError:
                    found[lot] = None
    return found


def _receivers(session: Session, rows: Mapping[str, LotRow]) -> dict[int, list[str]]:
    """By the keys of lots: the organisations whose entries say that they took some of it in."""
    keys = [lot_key(name) for name in rows]
    found: dict[int, list[str]] = {}
    for start in range(0, len(keys), AT_ONCE):
        came = (
            select(TraceMove.lot, TraceMove.chain_id)
            .where(TraceMove.lot.in_(keys[start : start + AT_ONCE]), TraceMove.kind == MoveKind.RECEIVED)
            .distinct()
        )
        for key, chain in session.execute(came):
            found.setdefault(key, []).append(chain)
    return found
