"""How projections are written, and what is known of lots when the next entry comes.

Plain inserts of many rows at once, late: a unit of many entries costs one statement for each table. Nothing
is deleted, and only three things are updated: a lot's state, and ``corrected_by`` of an event and its edges.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from ledger.log.unit import Unit
from ledger.trace.derived.inserts import LOT_COLUMNS, LOT_TABLE, ROW_TABLES
from ledger.trace.derived.lot_memory import LETS_WAIT, LotMemory
from ledger.trace.derived.projections import GTIN_REGISTER
from ledger.trace.derived.reaching import Reaching
from ledger.trace.derived.rows import (
    EdgeRow,
    EntryRow,
    EventRow,
    LotRow,
    MoveRow,
    Projection,
    RegisterRow,
    StampsRow,
)
from ledger.trace.errors import LotExistsError
from ledger.trace.tables import lot_key

NO_SIZE = 2**62
"""A size no log reaches."""
LOTS_AT_ONCE = 500

SELECT_LOTS = select(LOT_TABLE.c.key, *(LOT_TABLE.c[name] for name in LOT_COLUMNS))
"""The key, then the columns of ``LotRow`` in its order."""

# Built once: a statement costs more to put together than these to run. Lots that wait to be written are known
# to the unit already, so nothing need be written before it asks for others.
_ASKING_LOTS = SELECT_LOTS.execution_options(**{LETS_WAIT: True})
_LOT_BY_KEY = _ASKING_LOTS.where(LOT_TABLE.c.key == bindparam("at_key"))
_LOTS_BY_KEY = _ASKING_LOTS.where(LOT_TABLE.c.key.in_(bindparam("keys", expanding=True)))
_REGISTER = ROW_TABLES[RegisterRow]
_BY_GTIN = (
    select(_REGISTER.c.body)
    .where(_REGISTER.c.kind == GTIN_REGISTER, _REGISTER.c.subject == bindparam("gtin"))
    .order_by(_REGISTER.c.index.desc())
    .limit(1)
)
_OWN_BY_GTIN = _BY_GTIN.where(_REGISTER.c.chain_id == bindparam("chain"))
_CORRECT = tuple(
    update(table).where(table.c.index == bindparam("at_index")).values(corrected_by=bindparam("correction"))
    for table in (ROW_TABLES[EventRow], ROW_TABLES[EdgeRow])
)
_MADE_OF = Reaching.forward(
    "SELECT l.lot FROM reached r JOIN trace_lot l ON l.key = r.lot WHERE l.key <> :start",
    standing='e."index" < :size AND (e.corrected_by IS NULL OR e.corrected_by >= :size)',
)


def rows_of(projection: Projection) -> Iterator[tuple[type, tuple[Any, ...]]]:
    """The rows that an entry adds, kind by kind; the states of lots are not among them."""
    yield EventRow, () if projection.event is None else (projection.event,)
    yield EdgeRow, projection.edges
    yield EntryRow, projection.entries
    yield MoveRow, projection.moves
    yield RegisterRow, projection.registers
    yield StampsRow, projection.stamps


def write_projection(unit: Unit, projection: Projection) -> None:
    """Write everything that follows from one entry, at the latest when the use case ends."""
    memory = LotMemory.of(unit)
    for kind, rows in rows_of(projection):
        if rows:
            memory.add_rows(kind, rows)
    for lot in projection.lots:
        memory.put(lot)
    if projection.registers:
        memory.products.clear()
    if projection.corrects is not None and projection.event is not None:
        correction = {"at_index": projection.corrects, "correction": projection.event.index}
        for statement in _CORRECT:
            unit.session.connection().execute(statement, correction)


def read_lots(session: Session, names: Iterable[str]) -> dict[str, LotRow]:
    """The lots of these names that are known, what the unit of work did to them included.

    Raises ``LotExistsError`` where two names share one key.
    """
    names = tuple(names)
    memory = LotMemory.find(session)
    if memory is None:
        return _select_lots(session, names)
    remember_lots(session, memory, names)
    return {name: lot for name in names if (lot := memory.lots[name]) is not None}


def remember_lots(session: Session, memory: LotMemory, names: Iterable[str]) -> None:
    """Read those of these lots that the unit does not know yet, many with one query."""
    missing = [name for name in dict.fromkeys(names) if name not in memory.lots]
    for start in range(0, len(missing), LOTS_AT_ONCE):
        asked = missing[start : start + LOTS_AT_ONCE]
        memory.lots.update({**dict.fromkeys(asked), **_select_lots(session, asked)})


def _select_lots(session: Session, names: Sequence[str]) -> dict[str, LotRow]:
    if not names:
        return {}
    keys = {lot_key(name): name for name in names}
    if len(keys) == 1:
        rows = session.connection().execute(_LOT_BY_KEY, {"at_key": next(iter(keys))}).all()
    else:
        rows = session.connection().execute(_LOTS_BY_KEY, {"keys": list(keys)}).all()
    for row in rows:
        if keys[row[0]] != row[1]:
            raise LotExistsError(keys[row[0]])
    return {row[1]: LotRow(*row[1:]) for row in rows}


class StoredLots:
    """The ``Known`` of a unit of work, as things stand before its next entry.

    The lots called ``names`` are read with one query, others one by one when they are asked for.
    """

    __slots__ = ("_memory", "_session")

    def __init__(self, unit: Unit, names: Iterable[str] = ()) -> None:
        self._session = unit.session
        self._memory = LotMemory.of(unit)
        remember_lots(self._session, self._memory, names)

    def lot(self, lot: str) -> LotRow | None:
        """The lot, if an earlier entry names it."""
        if lot not in self._memory.lots:
            remember_lots(self._session, self._memory, (lot,))
        return self._memory.lots[lot]

    def product_of_gtin(self, chain_id: str, gtin: str) -> str | None:
        """The product that the organisation registered under a GTIN of 14 digits."""
        products = self._memory.products
        if (chain_id, gtin) not in products:
            products[chain_id, gtin] = find_product_of_gtin(self._session, chain_id, gtin)
        return products[chain_id, gtin]

    def made_of(self, lot: str) -> tuple[str, ...]:
        """Every lot made of ``lot``, directly or not."""
        return lots_made_of(self._session, lot, NO_SIZE)


def lots_made_of(session: Session, lot: str, size: int) -> tuple[str, ...]:
    """Every lot made of ``lot``, directly or not, by the events before index ``size``."""
    return tuple(row[0] for row in _MADE_OF.run(session, lot, size=size))


def find_product_of_gtin(session: Session, chain_id: str | None, gtin: str) -> str | None:
    """The product registered under a GTIN of 14 digits, by one organisation or (``None``) by any."""
    statement, asked = (_BY_GTIN, {}) if chain_id is None else (_OWN_BY_GTIN, {"chain": chain_id})
    body: Any = session.connection().execute(statement, {"gtin": gtin, **asked}).scalar()
    return None if body is None else str(body["product"])
