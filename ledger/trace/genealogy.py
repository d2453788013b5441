"""Which lots went into a lot, and which were made of it: one walk each way, no cap on depth.

A lot is made only of lots that existed before, so there are no cycles; the walks end even if there were.
Cost: about a microsecond for each edge and each lot where edges are remembered (``derived.adjacency``), else
one index look-up for each.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.trace.derived.adjacency import CHILD, PARENT, Edge, End, fetch_plain, make_edge, walk_in_memory
from ledger.trace.derived.reaching import Reaching
from ledger.trace.errors import UnknownLotError
from ledger.trace.tables import lot_key

__all__ = ["Edge", "Genealogy", "LotNode", "trace_back", "trace_forward"]


class LotNode(NamedTuple):
    """A lot of a genealogy. A tuple, because ten thousand of them are made in milliseconds."""

    lot: str
    kind: str
    chain_id: str
    created_index: int
    sealed_index: int | None
    recalled_index: int | None


class Genealogy(NamedTuple):
    """The lots reached from ``lot`` (itself included), oldest first, and every edge among them."""

    lot: str
    lots: tuple[LotNode, ...]
    edges: tuple[Edge, ...]


_EDGES = """
SELECT e.child, e.parent, e."index", e.quantity, e.uom
FROM reached r JOIN trace_lot_edge e ON e.{here} = r.lot AND e.corrected_by IS NULL
"""
_BACK = Reaching.back(_EDGES.format(here="child"))
_FORWARD = Reaching.forward(_EDGES.format(here="parent"))
_NODES = {
    dialect: text(
        f"""
        SELECT l.key, l.lot, l.kind, l.chain_id, l.created_index, l.sealed_index, l.recalled_index
        FROM {keys} JOIN trace_lot l ON l.key = k.value
        """  # noqa: S608 - our own words
    )
    for dialect, keys in {
        "sqlite": "json_each(:keys) k",
        "postgresql": "unnest(CAST(:keys AS BIGINT[])) AS k(value)",
    }.items()
}
"""Lots by many keys at once; each database has its own way to take a list."""


def trace_back(session: Session, lot: str) -> Genealogy:
    """``lot`` and all it is made of, however far back. Raises ``UnknownLotError``."""
    return _trace(session, lot, CHILD)


def trace_forward(session: Session, lot: str) -> Genealogy:
    """``lot`` and all that is made of it, however far on. Raises ``UnknownLotError``."""
    return _trace(session, lot, PARENT)


def _trace(session: Session, lot: str, here: End) -> Genealogy:
    """Walked in memory where it is there, else by the database; the lots as they stand are always read."""
    walk = walk_in_memory(session, lot, here=here)
    if walk is None:
        return _trace_by_query(session, lot, here)
    rows = _read_nodes(session, walk.keys)
    _check_known(rows, lot)
    return Genealogy(lot, _nodes(rows), walk.edges)


def _trace_by_query(session: Session, lot: str, here: End) -> Genealogy:
    edges = (_BACK if here == CHILD else _FORWARD).fetch(session, lot)
    there = PARENT if here == CHILD else CHILD
    rows = _read_nodes(session, {lot_key(lot), *(edge[there] for edge in edges)})
    _check_known(rows, lot)
    names: dict[int, str] = {row[0]: row[1] for row in rows}
    return Genealogy(lot, _nodes(rows), _edges(edges, names))


def _check_known(rows: Sequence[Any], lot: str) -> None:
    if all(row[1] != lot for row in rows):
        raise UnknownLotError(lot)


def _edges(rows: Sequence[Any], names: Mapping[int, str]) -> tuple[Edge, ...]:
    """The edges with their lots by name, column by column at C speed; a lot that no table has is left out."""
    known = [row for row in rows if row[CHILD] in names and row[PARENT] in names]
    if not known:
        return ()
    child, parent, *rest = zip(*known, strict=True)
    named = zip(map(names.__getitem__, child), map(names.__getitem__, parent), *rest, strict=True)
    return tuple(map(make_edge, named))


def _read_nodes(session: Session, keys: Collection[int]) -> Sequence[Any]:
    # In order: rows that lie side by side are found side by side.
    ordered = sorted(keys)
    dialect = session.connection().dialect.name
    return fetch_plain(
        session, _NODES[dialect], {"keys": json.dumps(ordered) if dialect == "sqlite" else ordered}
    )


def _nodes(rows: Sequence[Any]) -> tuple[LotNode, ...]:
    return tuple(sorted(map(partial(tuple.__new__, LotNode), (row[1:] for row in rows)), key=itemgetter(3)))
