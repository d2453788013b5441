"""What the stored log answers: its head, its tiles and its entries' bytes. Rows in, frozen dataclasses out.

Inside a unit of work these functions see the entries that the unit appended; head, tiles and bundles are
those of the last commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from ledger.log.errors import NoLogError, NoSuchEntryError, NoSuchTileError
from ledger.log.merkle import HASH_BYTES
from ledger.log.store import flush_entries
from ledger.log.tables import LogChain, LogEntry, LogHead, LogIdentity, LogTile
from ledger.log.tiles import TILE_WIDTH, Tile, format_entry_bundle, tile_width
from signing.keys import VerifierKey


@dataclass(frozen=True, slots=True)
class Identity:
    """Which log this is; never changes. ``verifier_key`` is the first that signed its checkpoints: the one
    that signs now is told by ``ledger.log.log_keys``.

    ``id_base`` is the base of the identifiers that upper rooms make: it stays what it was when the log began,
    wherever the server moves, or old identifiers would resolve no more.
    """

    origin: str
    verifier_key: VerifierKey
    id_base: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The newest checkpoint: a tree of ``size`` with the root hash ``root``, and the note that says so."""

    size: int
    root: bytes
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with the columns kept beside it."""

    index: int
    chain_id: str
    seq: int
    recorded_at: datetime
    leaf_hash: bytes
    entry: bytes


_BATCH = 500
_STORED = select(
    LogEntry.index, LogEntry.chain_id, LogEntry.seq, LogEntry.recorded_at, LogEntry.leaf_hash, LogEntry.entry
)


_BY_KEYS = _STORED.add_columns(LogEntry.idempotency_key).where(
    LogEntry.chain_id == bindparam("chain"), LogEntry.idempotency_key.in_(bindparam("keys", expanding=True))
)


_HEAD = select(LogHead.size, LogHead.root, LogHead.checkpoint)


def read_identity(session: Session) -> Identity:
    """Which log the database holds. Raises ``NoLogError`` when it holds none."""
    row = session.execute(
        select(LogIdentity.origin, LogIdentity.verifier_key, LogIdentity.id_base, LogIdentity.created_at)
    ).one_or_none()
    if row is None:
        raise NoLogError("the database holds no log")
    return Identity(row.origin, VerifierKey.parse(row.verifier_key), row.id_base, row.created_at)


def read_head(session: Session) -> Head:
    """The newest checkpoint. Raises ``NoLogError`` when the database holds no log."""
    row = session.connection().execute(_HEAD).one_or_none()
    if row is None:
        raise NoLogError("the log has no head")
    return Head(row.size, row.root, row.checkpoint)


def read_tile(session: Session, level: int, number: int, width: int = TILE_WIDTH) -> bytes:
    """The first ``width`` hashes of a tile: ``32 * width`` bytes.

    Raises ``NoSuchTileError`` when the tile of the newest checkpoint is not that wide, ``MalformedTileError``
    when no tile could be.
    """
    Tile(level, number, width)
    hashes = StoredTiles(session).read_tiles([(level, number)]).get((level, number), b"")
    if len(hashes) < width * HASH_BYTES:
        raise NoSuchTileError(f"tile {level}, {number} has {len(hashes) // HASH_BYTES} hashes, not {width}")
    return hashes[: width * HASH_BYTES]


def read_entry_bundle(session: Session, number: int, width: int = TILE_WIDTH) -> bytes:
    """The first ``width`` entries of a bundle, as C2SP tlog-tiles frames them. Raises like ``read_tile``."""
    Tile(None, number, width)
    available = tile_width(0, number, read_head(session).size)
    if available < width:
        raise NoSuchTileError(f"entry bundle {number} has {available} entries, not {width}")
    first = number * TILE_WIDTH
    entries = session.scalars(
        select(LogEntry.entry)
        .where(LogEntry.index.between(first, first + width - 1))
        .order_by(LogEntry.index)
    ).all()
    return format_entry_bundle(entries)


class StoredTiles:
    """The ``TileSource`` of the log in a session; reads each batch of tiles with one query."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def read_tiles(self, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """The tiles at ``(level, number)``, as wide as they are kept."""
        if not places:
            return {}
        rows = self._session.execute(
            select(LogTile.level, LogTile.number, LogTile.hashes).where(
                tuple_(LogTile.level, LogTile.number).in_(places)
            )
        )
        return {(row.level, row.number): row.hashes for row in rows}


def read_entry(session: Session, index: int) -> StoredEntry:
    """The entry at ``index``. Raises ``NoSuchEntryError``."""
    stored = _find(session, LogEntry.index == index)
    if stored is None:
        raise NoSuchEntryError(index)
    return stored


def read_entries(session: Session, indexes: Sequence[int]) -> tuple[StoredEntry, ...]:
    """The entries at ``indexes``, in their order. Raises ``NoSuchEntryError`` for the first missing one."""
    flush_entries(session)
    found: dict[int, StoredEntry] = {}
    for start in range(0, len(indexes), _BATCH):
        rows = session.execute(_STORED.where(LogEntry.index.in_(indexes[start : start + _BATCH])))
        stored = (StoredEntry(*row) for row in rows)
        found.update((entry.index, entry) for entry in stored)
    for index in indexes:
        if index not in found:
            raise NoSuchEntryError(index)
    return tuple(found[index] for index in indexes)


def find_entry(session: Session, chain_id: str, seq: int) -> StoredEntry | None:
    """The entry at ``seq`` of a chain, or ``None``."""
    return _find(session, LogEntry.chain_id == chain_id, LogEntry.seq == seq)


def find_entry_by_key(session: Session, chain_id: str, idempotency_key: str) -> StoredEntry | None:
    """The entry of a chain that was appended under ``idempotency_key``, or ``None``."""
    return _find(session, LogEntry.chain_id == chain_id, LogEntry.idempotency_key == idempotency_key)


def find_entries_by_keys(
    session: Session, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], StoredEntry]:
    """The entries under ``(chain id, idempotency key)``, those that there are; one query for 500 of a chain.

    Without those that still wait to be inserted.
    """
    found: dict[tuple[str, str], StoredEntry] = {}
    chains: dict[str, list[str]] = {}
    for chain_id, key in keys:
        chains.setdefault(chain_id, []).append(key)
    connection = session.connection()
    # Chain by chain: for a list of pairs SQLite does not use a partial index, and reads the whole chain.
    for chain_id, wanted in chains.items():
        for start in range(0, len(wanted), _BATCH):
            asked = {"chain": chain_id, "keys": wanted[start : start + _BATCH]}
            for *columns, key in connection.execute(_BY_KEYS, asked):
                found[chain_id, key] = StoredEntry(*columns)
    return found


def read_chain_ids(session: Session) -> tuple[str, ...]:
    """Every chain of the log, in order."""
    return tuple(session.scalars(select(LogChain.chain_id).order_by(LogChain.chain_id)))


def count_entries(session: Session, chain_id: str) -> int:
    """How many entries a chain has."""
    flush_entries(session)
    statement = select(func.count()).select_from(LogEntry).where(LogEntry.chain_id == chain_id)
    return session.execute(statement).scalar_one()


def _find(session: Session, *conditions: ColumnElement[bool]) -> StoredEntry | None:
    flush_entries(session)
    row = session.execute(_STORED.where(*conditions)).one_or_none()
    return None if row is None else StoredEntry(*row)
