"""How projections are written, and what the tables know of lots when the next entry comes.

Plain inserts of many rows at once, late: a unit of many entries costs one statement for all of them. Nothing
is deleted, and only three things are updated: a lot's state, and ``corrected_by`` of an event and its edges.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, event, insert, select, text, update
from sqlalchemy.orm import Session

from ledger.database import Base
from ledger.trace.errors import LotExistsError
from ledger.trace.projections import GTIN_REGISTER
from ledger.trace.rows import (
    EdgeRow,
    EntryRow,
    EventRow,
    LotRow,
    MoveRow,
    Projection,
    RegisterRow,
    StampsRow,
)
from ledger.trace.tables import (
    TraceEvent,
    TraceLot,
    TraceLotEdge,
    TraceLotEntry,
    TraceMove,
    TraceRegister,
    TraceStamps,
    lot_key,
)


def _core(table: type[Base]) -> Table:
    # Core tables: the ORM's bookkeeping for each row would cost more than the row.
    return cast("Table", table.__table__)


ROW_TABLES: Mapping[type, Table] = {
    EventRow: _core(TraceEvent),
    EdgeRow: _core(TraceLotEdge),
    EntryRow: _core(TraceLotEntry),
    MoveRow: _core(TraceMove),
    RegisterRow: _core(TraceRegister),
    StampsRow: _core(TraceStamps),
}
"""Where each kind of row that one entry adds is kept."""

NO_SIZE = 2**62
"""A size no log reaches."""

_WAITING = "ledger.trace waiting rows"
_LOT = _core(TraceLot)
_COLUMNS = {kind: tuple(item.name for item in fields(kind)) for kind in (*ROW_TABLES, LotRow)}
_INSERT_LOT = insert(_LOT)
_UPDATE_LOT = (
    update(_LOT)
    .where(_LOT.c.key == bindparam("at_key"))
    .values({name: bindparam(f"new_{name}") for name in _COLUMNS[LotRow]})
)
SELECT_LOTS = select(_LOT.c.key, *(_LOT.c[name] for name in _COLUMNS[LotRow]))
"""The key, then the columns of ``LotRow`` in its order."""
_LOTS_BY_KEY = SELECT_LOTS.where(_LOT.c.key.in_(bindparam("keys", expanding=True)))
_CORRECT = tuple(
    update(table).where(table.c.index == bindparam("at_index")).values(corrected_by=bindparam("correction"))
    for table in (ROW_TABLES[EventRow], ROW_TABLES[EdgeRow])
)
_MADE_OF = text("""
WITH RECURSIVE reached(lot) AS (
  SELECT CAST(:start AS BIGINT)
  UNION
  SELECT e.child FROM reached r JOIN trace_lot_edge e ON e.parent = r.lot
  WHERE e."index" < :size AND (e.corrected_by IS NULL OR e.corrected_by >= :size)
)
SELECT l.lot FROM reached r JOIN trace_lot l ON l.key = r.lot WHERE l.key <> :start
""")


def row_values(row: Any) -> dict[str, Any]:
    """The columns of a row and their values."""
    return {name: getattr(row, name) for name in _COLUMNS[type(row)]}


def rows_of(projection: Projection) -> Iterator[tuple[type, tuple[Any, ...]]]:
    """The rows that an entry adds, kind by kind; the states of lots are not among them."""
    yield EventRow, () if projection.event is None else (projection.event,)
    yield EdgeRow, projection.edges
    yield EntryRow, projection.entries
    yield MoveRow, projection.moves
    yield RegisterRow, projection.registers
    yield StampsRow, projection.stamps


class Waiting:
    """Rows of one unit of work that are not yet written, and the lots it has met.

    A unit is alone with the database, so what it read once stays true while it writes. Rows wait until any
    statement but our own inserts runs on the connection: whoever asks, asks after everything was written.
    """

    def __init__(self, connection: Connection) -> None:
        self.lots: dict[str, LotRow | None] = {}
        self._rows: dict[Table, list[dict[str, Any]]] = {}
        self._new: dict[str, LotRow] = {}
        self._changed: dict[str, LotRow] = {}
        self._connection = connection
        self._is_held_back = False
        event.listen(connection, "before_execute", self._before_execute)

    @classmethod
    def of(cls, session: Session) -> "Waiting":
        """That of the unit of work of ``session``."""
        found: Waiting | None = session.info.get(_WAITING)
        if found is None:
            found = session.info[_WAITING] = cls(session.connection())
        return found

    def add(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        """Have rows written."""
        self._rows.setdefault(table, []).extend(rows)

    def put(self, lot: LotRow) -> None:
        """Have a lot's new state written."""
        if self.lots.get(lot.lot) is None or lot.lot in self._new:
            self._new[lot.lot] = lot
        else:
            self._changed[lot.lot] = lot
        self.lots[lot.lot] = lot

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Inside, statements run without writing what waits: for those that it cannot concern."""
        self._is_held_back = True
        try:
            yield
        finally:
            self._is_held_back = False

    def _before_execute(self, *_: Any) -> None:
        if self._is_held_back:
            return
        rows, self._rows = self._rows, {}
        new, self._new = self._new, {}
        changed, self._changed = self._changed, {}
        # Each of these comes here again, and finds nothing waiting.
        for table, values in rows.items():
            self._connection.execute(insert(table), values)
        if new:
            self._connection.execute(_INSERT_LOT, [_lot_values(lot, "") for lot in new.values()])
        if changed:
            self._connection.execute(_UPDATE_LOT, [_lot_values(lot, "new_") for lot in changed.values()])


def write_projection(session: Session, projection: Projection) -> None:
    """Write everything that follows from one entry, at the latest when the unit of work ends."""
    waiting = Waiting.of(session)
    for kind, rows in rows_of(projection):
        if rows:
            waiting.add(ROW_TABLES[kind], [row_values(row) for row in rows])
    for lot in projection.lots:
        waiting.put(lot)
    if projection.corrects is not None and projection.event is not None:
        correction = {"at_index": projection.corrects, "correction": projection.event.index}
        for statement in _CORRECT:
            session.connection().execute(statement, correction)


def _lot_values(lot: LotRow, prefix: str) -> dict[str, Any]:
    values = {f"{prefix}{name}": value for name, value in row_values(lot).items()}
    return {"at_key" if prefix else "key": lot_key(lot.lot), **values}


def read_lots(session: Session, names: Iterable[str]) -> dict[str, LotRow]:
    """The lots of these names that are known. Raises ``LotExistsError`` where two names share one key."""
    keys = {lot_key(name): name for name in names}
    if not keys:
        return {}
    rows = session.connection().execute(_LOTS_BY_KEY, {"keys": list(keys)}).all()
    for row in rows:
        if keys[row[0]] != row[1]:
            raise LotExistsError(keys[row[0]])
    return {row[1]: LotRow(*row[1:]) for row in rows}


class StoredLots:
    """The ``Known`` of a unit of work, as things stand before its next entry. Reads each lot once."""

    __slots__ = ("_lots", "_session")

    def __init__(self, session: Session, names: Iterable[str]) -> None:
        self._session = session
        # The unit's own: what it writes is known to it at once.
        self._lots = Waiting.of(session).lots
        self._read([name for name in names if name not in self._lots])

    def lot(self, lot: str) -> LotRow | None:
        """The lot, if an earlier entry names it."""
        if lot not in self._lots:
            self._read((lot,))
        return self._lots[lot]

    def _read(self, names: Sequence[str]) -> None:
        if names:
            # Lots that wait to be written are known here already, so nothing need be written first.
            with Waiting.of(self._session).held_back():
                self._lots.update({**dict.fromkeys(names), **read_lots(self._session, names)})

    def product_of_gtin(self, chain_id: str, gtin: str) -> str | None:
        """The product that the organisation registered under a GTIN of 14 digits."""
        return find_product_of_gtin(self._session, chain_id, gtin)

    def made_of(self, lot: str) -> tuple[str, ...]:
        """Every lot made of ``lot``, directly or not."""
        return lots_made_of(self._session, lot, NO_SIZE)


def lots_made_of(session: Session, lot: str, size: int) -> tuple[str, ...]:
    """Every lot made of ``lot``, directly or not, by the events before index ``size``."""
    rows = session.connection().execute(_MADE_OF, {"start": lot_key(lot), "size": size})
    return tuple(row[0] for row in rows)


def find_product_of_gtin(session: Session, chain_id: str | None, gtin: str) -> str | None:
    """The product registered under a GTIN of 14 digits, by one organisation or (``None``) by any."""
    register = ROW_TABLES[RegisterRow]
    query = select(register.c.body).where(register.c.kind == GTIN_REGISTER, register.c.subject == gtin)
    if chain_id is not None:
        query = query.where(register.c.chain_id == chain_id)
    body = session.execute(query.order_by(register.c.index.desc()).limit(1)).scalar()
    return None if body is None else str(body["product"])
