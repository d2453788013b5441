"""How the log is written: plain inserts of many rows, and one guarded update of the head.

Entries wait in the session until they are needed or the unit ends, so that a unit of many appends costs one
statement for all of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, insert, update
from sqlalchemy.orm import Session

from ledger.log.errors import HeadMovedError
from ledger.log.right_edge import GrownTile
from ledger.log.tables import SINGLE_ROW, LogChain, LogEntry, LogHead, LogTile

_WAITING = "ledger.log waiting entries"

# Core tables: the ORM's bookkeeping for each row would cost more than the row.
_ENTRY, _CHAIN, _TILE, _HEAD = (
    cast("Table", room.__table__) for room in (LogEntry, LogChain, LogTile, LogHead)
)
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


def insert_entry_later(session: Session, row: Mapping[str, Any]) -> None:
    """Keep a row of ``log_entry`` until ``flush_entries``."""
    session.info.setdefault(_WAITING, []).append(row)


def flush_entries(session: Session) -> None:
    """Insert the entries that wait. Every query on entries calls this first; it is free when none do."""
    waiting = session.info.get(_WAITING)
    if waiting:
        session.connection().execute(insert(_ENTRY), waiting)
        waiting.clear()


def write_chains(
    session: Session, new: Mapping[str, tuple[int, bytes]], grown: Mapping[str, tuple[int, bytes]]
) -> None:
    """Write the ends of chains, ``chain id → (size, last leaf hash)``: ``new`` ones and ``grown`` ones."""
    connection = session.connection()
    if new:
        rows = [{"chain_id": c, "size": size, "last_leaf_hash": leaf} for c, (size, leaf) in new.items()]
        connection.execute(insert(_CHAIN), rows)
    if grown:
        rows = [{"chain": c, "new_size": size, "leaf": leaf} for c, (size, leaf) in grown.items()]
        connection.execute(_GROW_CHAIN, rows)


def write_tiles(session: Session, tiles: Sequence[GrownTile]) -> None:
    """Write the tiles that are new and extend those that were there."""
    connection = session.connection()
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
