"""How the log is written: plain inserts of many rows, and one guarded update of the head.

Entries wait in the session until they are needed or the unit ends, so that a unit of many appends costs one
statement for all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, bindparam, insert, update
from sqlalchemy.orm import Session

from ledger.inserts import Insert, Values, core_table
from ledger.log.entries import ChainEnd
from ledger.log.errors import HeadMovedError
from ledger.log.right_edge import GrownTile
from ledger.log.tables import SINGLE_ROW, LogChain, LogEntry, LogHead, LogTile

_WAITING = "ledger.log waiting entries"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of ``log_entry``."""

    index: int
    chain_id: str
    seq: int
    recorded_at: datetime
    leaf_hash: bytes
    entry: bytes
    idempotency_key: str | None


_CHAIN, _TILE, _HEAD = (core_table(room) for room in (LogChain, LogTile, LogHead))
_INSERT_ENTRY = Insert(core_table(LogEntry), *EntryRow.__slots__)
_VALUES: Callable[[EntryRow], Values] = attrgetter(*EntryRow.__slots__)
_GROW_CHAIN = (
    update(_CHAIN)
    .where(_CHAIN.c.chain_id == bindparam("chain"))
    .values(size=bindparam("new_size"), last_leaf_hash=bindparam("leaf"))
)
_GROW_TILE = (
    update(_TILE)
    .where(_TILE.c.level == bindparam("at_level"), _TILE.c.number == bindparam("at_number"))
    .values(hashes=bindparam("grown"))
)
# The security condition is in the statement: whoever saw another head changes nothing.
_MOVE_HEAD = (
    update(_HEAD)
    .where(
        _HEAD.c.id == SINGLE_ROW, _HEAD.c.size == bindparam("old_size"), _HEAD.c.root == bindparam("old_root")
    )
    .values(size=bindparam("new_size"), root=bindparam("new_root"), checkpoint=bindparam("note"))
)


class WaitingEntries:
    """The rows of ``log_entry`` of one transaction. They are inserted together, before anybody reads them."""

    __slots__ = ("_by_key", "_inserted", "_rows")

    def __init__(self) -> None:
        self._rows: list[EntryRow] = []
        self._inserted = 0
        self._by_key: dict[tuple[str, str], EntryRow] = {}

    def attach(self, session: Session) -> None:
        """Let queries in ``session`` see to it that the rows are inserted first."""
        session.info[_WAITING] = self

    def add(self, row: EntryRow) -> None:
        """Keep a row until ``flush``."""
        self._rows.append(row)
        if row.idempotency_key is not None:
            self._by_key[row.chain_id, row.idempotency_key] = row

    def find(self, chain_id: str, idempotency_key: str) -> EntryRow | None:
        """The row of this transaction with the key, inserted or not."""
        return self._by_key.get((chain_id, idempotency_key))

    def flush(self, connection: Connection) -> None:
        """Insert what was not inserted yet; free when there is nothing."""
        if self._inserted < len(self._rows):
            _INSERT_ENTRY.run(connection, [_VALUES(row) for row in self._rows[self._inserted :]])
            self._inserted = len(self._rows)

    def mark(self) -> tuple[int, int]:
        """Where a savepoint begins, for ``undo``."""
        return len(self._rows), self._inserted

    def undo(self, mark: tuple[int, int]) -> None:
        """Forget the rows since ``mark``. Older ones that were inserted since then wait again."""
        count, self._inserted = mark
        for row in self._rows[count:]:
            if row.idempotency_key is not None:
                self._by_key.pop((row.chain_id, row.idempotency_key), None)
        del self._rows[count:]


def flush_entries(session: Session) -> None:
    """Insert the entries that wait. Every query on entries calls this first; it is free when none do."""
    waiting: WaitingEntries | None = session.info.get(_WAITING)
    if waiting is not None:
        waiting.flush(session.connection())


def write_chains(
    connection: Connection, before: Mapping[str, ChainEnd], after: Mapping[str, ChainEnd]
) -> None:
    """Write the ends of the chains in ``after`` that are not as they were ``before``."""
    new, grown = [], []
    for chain_id, end in after.items():
        if before[chain_id].size == 0 < end.size:
            new.append({"chain_id": chain_id, "size": end.size, "last_leaf_hash": end.last_leaf_hash})
        elif before[chain_id] != end:
            grown.append({"chain": chain_id, "new_size": end.size, "leaf": end.last_leaf_hash})
    if new:
        connection.execute(insert(_CHAIN), new)
    if grown:
        connection.execute(_GROW_CHAIN, grown)


def write_tiles(connection: Connection, tiles: Sequence[GrownTile]) -> None:
    """Write the tiles that are new and extend those that were there."""
    new = [
        {"level": tile.level, "number": tile.number, "hashes": tile.hashes}
        for tile in tiles
        if not tile.old_width
    ]
    grown = [
        {"at_level": tile.level, "at_number": tile.number, "grown": tile.hashes}
        for tile in tiles
        if tile.old_width
    ]
    if new:
        connection.execute(insert(_TILE), new)
    if grown:
        connection.execute(_GROW_TILE, grown)


def move_head(session: Session, old: tuple[int, bytes], new: tuple[int, bytes], checkpoint: bytes) -> None:
    """Compare and set, ``(size, root hash)`` each. Raises ``HeadMovedError`` when the head is not ``old``."""
    result = session.connection().execute(
        _MOVE_HEAD,
        {"old_size": old[0], "old_root": old[1], "new_size": new[0], "new_root": new[1], "note": checkpoint},
    )
    if cast("CursorResult[Any]", result).rowcount != 1:
        raise HeadMovedError(old[0])
