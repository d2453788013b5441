"""What the units of work in one session know of the lots and are about to write about them.

They are alone with the database, so what one read stays true but for what is written since: both are kept
here, and no guard asks the database twice. Rows wait until somebody else's statement runs on the connection
or the units end, and then go together, one statement for each table: many events of one unit, or the one
event of each of many units that share a commit. When a unit fails, what waits goes with it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import bindparam, event, update
from sqlalchemy.orm import Session

from ledger.inserts import Insert, Values
from ledger.log.unit import Unit
from ledger.trace.derived.inserts import INSERT_LOT, INSERTS, LOT_COLUMNS, LOT_TABLE, VALUES_OF
from ledger.trace.derived.rows import EventRow, LotRow, MoveRow
from ledger.trace.tables import lot_key
from signing.vault import Vault

Moved: TypeAlias = dict[tuple[str, str], Decimal]
"""What came and went: the sum for each unit of measure and kind of move."""

LETS_WAIT = "ledger_trace_lets_wait"
"""Execution option of a statement that asks for nothing that may be waiting: it runs before it is written."""

_MEMORY = "ledger.trace lot memory"
_LOT = VALUES_OF[LotRow]
_UPDATE_LOT = (
    update(LOT_TABLE)
    .where(LOT_TABLE.c.key == bindparam("at_key"))
    .values({name: bindparam(f"new_{name}") for name in LOT_COLUMNS})
)


class LotMemory:
    """The memory of one session: see the module. ``of`` begins it, ``find`` looks whether there is one."""

    def __init__(self, session: Session) -> None:
        self.lots: dict[str, LotRow | None] = {}
        """Lots as they stand, of those that were asked for; ``None`` for one that no entry names."""
        self.products: dict[tuple[str, str], str | None] = {}
        """Products by organisation and GTIN, of those that were asked for."""
        self.data_keys: dict[tuple[str, str], tuple[int, Vault]] = {}
        """Data keys by organisation and subject, of those that were asked for: id, and what it opens."""
        self.moved_before: dict[tuple[str, int], Moved] = {}
        """What was moved before ``first_move``, by organisation and lot key; of lots that were asked for."""
        self.moved_since: dict[tuple[str, int], Moved] = {}
        """What was moved from ``first_move`` on, by organisation and lot key."""
        self.first_move: int | None = None
        """The log index from which on every move was counted in here."""
        self.events: dict[tuple[str, str], int | None] = {}
        """Where events stand, by organisation and event id, of those that were asked for or written here."""
        self._named_here: set[str] = set()
        self._rows: dict[Insert, list[Values]] = {}
        self._new: dict[str, LotRow] = {}
        self._changed: dict[str, LotRow] = {}
        self._session = session
        self._connection = session.connection()
        event.listen(self._connection, "before_execute", self._before_execute)
        event.listen(self._connection, "rollback_savepoint", self._undo)

    @classmethod
    def of(cls, unit: Unit) -> "LotMemory":
        """The memory of the session ``unit`` works in; what waits is written when its units end well."""
        session = unit.session
        found = cls.find(session)
        if found is None:
            found = session.info[_MEMORY] = cls(session)
            unit.at_end(found._end)
        return found

    @staticmethod
    def find(session: Session) -> "LotMemory | None":
        """The memory of ``session``; ``None`` before it began, and for readers."""
        found: LotMemory | None = session.info.get(_MEMORY)
        return found

    def add(self, insert: Insert, rows: Sequence[Values]) -> None:
        """Have rows inserted."""
        waiting = self._rows.get(insert)
        if waiting is None:
            waiting = self._rows[insert] = []
        waiting.extend(rows)

    def add_rows(self, kind: type, rows: Sequence[Any]) -> None:
        """Have rows of a kind in ``ROW_TABLES`` inserted; moves are counted in."""
        self.add(INSERTS[kind], [VALUES_OF[kind](row) for row in rows])
        if kind is MoveRow:
            for move in rows:
                self._count(move)
        elif kind is EventRow:
            self.events.update(((row.chain_id, row.event_id), row.index) for row in rows)

    def put(self, lot: LotRow) -> None:
        """Have the new state of a lot written that was asked for before."""
        name = lot.lot
        if self.lots[name] is None:
            self._named_here.add(name)
            self._new[name] = lot
        elif name in self._new:
            self._new[name] = lot
        else:
            self._changed[name] = lot
        self.lots[name] = lot

    def is_new(self, lot: str) -> bool:
        """Whether nothing was moved of the lot before ``first_move``: nothing had named it."""
        return lot in self._named_here

    def _count(self, move: MoveRow) -> None:
        if self.first_move is None:
            self.first_move = move.index
        moved = self.moved_since.setdefault((move.chain_id, move.lot), {})
        place = (move.uom, move.kind)
        moved[place] = moved.get(place, Decimal(0)) + move.delta

    def _before_execute(self, _: Any, __: Any, ___: Any, ____: Any, options: Mapping[str, Any]) -> None:
        # Whoever asks, asks after everything was written; a savepoint begins behind it.
        if LETS_WAIT in options:
            return
        if self._session.in_transaction():
            self._write()
        else:
            # The unit failed, and what waits goes with it. Others work on over the same connection.
            self._undo()

    def _write(self) -> None:
        rows, self._rows = self._rows, {}
        new, self._new = self._new, {}
        changed, self._changed = self._changed, {}
        for insert, values in rows.items():
            insert.run(self._connection, values)
        if new:
            INSERT_LOT.run(self._connection, [(lot_key(lot.lot), *_LOT(lot)) for lot in new.values()])
        if changed:
            # This comes to _before_execute, which finds nothing waiting.
            self._connection.execute(_UPDATE_LOT, [_changes(lot) for lot in changed.values()])

    def _undo(self, *_: Any) -> None:
        """Drop what waits, and read again what was known: the tables are going back to a savepoint."""
        self._rows, self._new, self._changed = {}, {}, {}
        self.lots.clear()
        self.products.clear()
        self.data_keys.clear()
        self.moved_before.clear()
        self.moved_since.clear()
        self.first_move = None
        self.events.clear()
        self._named_here.clear()

    def _end(self) -> None:
        self._write()
        self._session.info.pop(_MEMORY, None)
        event.remove(self._connection, "before_execute", self._before_execute)
        event.remove(self._connection, "rollback_savepoint", self._undo)


def _changes(lot: LotRow) -> dict[str, Any]:
    return {"at_key": lot_key(lot.lot), **{f"new_{name}": getattr(lot, name) for name in LOT_COLUMNS}}
