"""Which lots are next to which, kept in memory for readers: a genealogy is then walked, not asked for.

An edge is never changed but for being taken back, and whatever adds or takes back one is an event with an
index; so what was read up to an index stays true, and a reader loads only what came since. Each reader sees
the edges of its own snapshot. Memory is bounded: a ledger with more than ``MAX_EDGES`` edges is walked by its
database (``reaching``), and so is every unit of work that writes, for it may fail.
"""

import sys
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from threading import Lock
from typing import Any, Final, Literal, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.database import Database, find_read_database
from ledger.trace.tables import lot_key

MAX_EDGES = 100_000
"""Edges of one ledger that a process remembers; some 500 bytes each with its lots."""

End: TypeAlias = Literal[0, 1]
CHILD: Final = 0
PARENT: Final = 1
"""The ends of an edge: its places in an ``Edge``."""

_SIZE = text("""
SELECT (SELECT max("index") FROM trace_event), (SELECT max("index") FROM trace_lot_edge)
""")
_NEWER = text("""
SELECT c.lot, p.lot, e."index", e.quantity, e.uom
FROM trace_lot_edge e JOIN trace_lot c ON c.key = e.child JOIN trace_lot p ON p.key = e.parent
WHERE e."index" >= :known AND e."index" < :size
""")
_COUNT = text("""
SELECT count(*) FROM (
  SELECT 1 FROM trace_lot_edge WHERE "index" >= :known AND "index" < :size LIMIT :room
) AS few
""")
_TAKEN_BACK = text("""
SELECT corrects, "index" FROM trace_event
WHERE "index" >= :known AND "index" < :size AND corrects IS NOT NULL
""")


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


make_edge = partial(tuple.__new__, Edge)
"""An ``Edge`` of its five values in a tuple, at C speed."""

_Neighbours: TypeAlias = dict[str, tuple[Edge, ...]]


class Walk(NamedTuple):
    """The keys of the lots reached, the first one's included, and every standing edge on the way."""

    keys: Sequence[int]
    edges: tuple[Edge, ...]


class Adjacency:
    """The edges of one ledger by both their ends; safe to share by threads."""

    def __init__(self, most: int = MAX_EDGES) -> None:
        self._most = most
        self._lock = Lock()
        self._known = 0
        """Every edge of an event before this index is here."""
        self._count = 0
        self._by_end: tuple[_Neighbours, _Neighbours] = ({}, {})
        self._keys: dict[str, int] = {}
        self._taken_back: dict[int, int] = {}
        """By the index of an event: that of the event that declared it an error."""
        self._is_full = False

    def walk(self, session: Session, start: str, *, here: End) -> Walk | None:
        """Every way from the lot ``start``, as ``session`` sees them.

        ``here`` is the end at which an edge is entered: ``CHILD`` to go back, ``PARENT`` to go forward.
        ``None`` when there are more edges than are remembered.
        """
        size = _read_size(session)
        if not self._learn(session, size):
            return None
        gone = {index for index, at in self._taken_back.copy().items() if at < size}
        neighbours = self._by_end[here]
        seen, waiting, found = {start}, [start], []
        # The list grows while it is gone through.
        for lot in waiting:
            for edge in neighbours.get(lot, ()):
                # Another thread, with a later snapshot, may have learned more than this one may know.
                if edge[2] >= size or edge[2] in gone:
                    continue
                found.append(edge)
                other = edge[PARENT] if here == CHILD else edge[CHILD]
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        keys = [self._keys[lot] for lot in waiting[1:]]
        return Walk([lot_key(start), *keys], tuple(found))

    def _learn(self, session: Session, size: int) -> bool:
        """Take in what came before index ``size``; whether everything is here."""
        with self._lock:
            if self._is_full or self._known >= size:
                return not self._is_full
            asked = {"known": self._known, "size": size}
            ((fresh_count,),) = fetch_plain(session, _COUNT, {**asked, "room": self._most - self._count + 1})
            self._count += fresh_count
            if self._count > self._most:
                self._is_full, self._by_end, self._keys, self._taken_back = True, ({}, {}), {}, {}
                return False
            edges = fetch_plain(session, _NEWER, asked)
            self._taken_back.update(fetch_plain(session, _TAKEN_BACK, asked))
            # A name is written once, however many edges lead to it.
            fresh = [Edge(sys.intern(edge[CHILD]), sys.intern(edge[PARENT]), *edge[2:]) for edge in edges]
            lots = {lot for edge in fresh for lot in edge[:2]}
            self._keys.update((lot, lot_key(lot)) for lot in lots.difference(self._keys))
            _add(self._by_end[CHILD], fresh, CHILD)
            _add(self._by_end[PARENT], fresh, PARENT)
            self._known = size
            return True


def _add(neighbours: _Neighbours, edges: Sequence[Edge], here: End) -> None:
    added: dict[str, list[Edge]] = {}
    for edge in edges:
        added.setdefault(edge[here], []).append(edge)
    for lot, fresh in added.items():
        # In one assignment, for somebody may be walking.
        neighbours[lot] = (*neighbours.get(lot, ()), *fresh)


_OF: WeakKeyDictionary[Database, Adjacency] = WeakKeyDictionary()


def walk_in_memory(session: Session, start: str, *, here: End) -> Walk | None:
    """``Adjacency.walk`` for a session that only reads; ``None`` for others and for large ledgers."""
    database = find_read_database(session)
    if database is None:
        return None
    return _OF.setdefault(database, Adjacency()).walk(session, start, here=here)


def fetch_plain(session: Session, statement: Any, values: dict[str, Any]) -> Sequence[Any]:
    """The rows as the driver gives them: plain tuples, for a third of what rows of SQLAlchemy cost."""
    result = session.connection().execute(statement, values)
    try:
        return [] if result.cursor is None else result.cursor.fetchall()
    finally:
        result.close()


def _read_size(session: Session) -> int:
    """One more than the index of the last event."""
    events, edges = session.connection().execute(_SIZE).one()
    return max(-1 if events is None else int(events), -1 if edges is None else int(edges)) + 1
