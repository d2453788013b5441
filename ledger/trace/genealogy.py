"""Which lots went into a lot, and which were made of it: one recursive query each way, no cap on depth.

A lot is made only of lots that existed before, so there are no cycles; the queries end even if there were.
Cost: one index look-up for each lot and each edge.
"""

from collections.abc import Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ledger.trace.derived.reaching import Reaching
from ledger.trace.errors import UnknownLotError
from ledger.trace.tables import lot_key


class LotNode(NamedTuple):
    """A lot of a genealogy. A tuple, because ten thousand of them are made in milliseconds."""

    lot: str
    kind: str
    chain_id: str
    created_index: int
    sealed_index: int | None
    recalled_index: int | None


class Edge(NamedTuple):
    """The event at log index ``entry_index`` used some of the lot ``parent`` to make the lot ``child``."""

    child: str
    parent: str
    entry_index: int
    thousandths: int | None
    uom: str | None

    @property
    def quantity(self) -> Decimal | None:
        """How much of ``parent`` the event used for all that it made, in ``uom``; ``None`` if not stated."""
        return None if self.thousandths is None else Decimal(self.thousandths).scaleb(-3)


class Genealogy(NamedTuple):
    """The lots reached from ``lot`` (itself included), oldest first, and every edge among them."""

    lot: str
    lots: tuple[LotNode, ...]
    edges: tuple[Edge, ...]


_NODES_WITH_EDGES = """
SELECT l.key, l.lot, l.kind, l.chain_id, l.created_index, l.sealed_index, l.recalled_index,
       e.{there}, e."index", e.quantity, e.uom
FROM reached r JOIN trace_lot l ON l.key = r.lot
LEFT JOIN trace_lot_edge e ON e.{here} = r.lot AND e.corrected_by IS NULL
"""
_BACK = Reaching.back(_NODES_WITH_EDGES.format(here="child", there="parent"))
_FORWARD = Reaching.forward(_NODES_WITH_EDGES.format(here="parent", there="child"))


def trace_back(session: Session, lot: str) -> Genealogy:
    """``lot`` and all it is made of, however far back. Raises ``UnknownLotError``."""
    rows, names = _reach(session, _BACK, lot)
    edges = tuple(
        Edge(lot, names[other], index, quantity, uom)
        for _, lot, _, _, _, _, _, other, index, quantity, uom in rows
        if other in names
    )
    return Genealogy(lot, _nodes(rows), edges)


def trace_forward(session: Session, lot: str) -> Genealogy:
    """``lot`` and all that is made of it, however far on. Raises ``UnknownLotError``."""
    rows, names = _reach(session, _FORWARD, lot)
    edges = tuple(
        Edge(names[other], lot, index, quantity, uom)
        for _, lot, _, _, _, _, _, other, index, quantity, uom in rows
        if other in names
    )
    return Genealogy(lot, _nodes(rows), edges)


def _reach(session: Session, query: Reaching, lot: str) -> tuple[Sequence[Any], dict[int, str]]:
    """A row for each lot and edge, and the names of the lots by their keys."""
    rows = query.run(session, lot)
    names = {row[0]: row[1] for row in rows}
    if names.get(lot_key(lot)) != lot:
        raise UnknownLotError(lot)
    return rows, names


def _nodes(rows: Sequence[Any]) -> tuple[LotNode, ...]:
    # A lot with several edges comes in several rows.
    single = {row[0]: row for row in rows}
    return tuple(sorted((LotNode(*row[1:7]) for row in single.values()), key=itemgetter(3)))
