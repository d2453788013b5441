"""Attacks by whoever owns the database. Triggers stand in the way; fsck tells what was done and where."""

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import RolledBackError
from ledger.log.merkle import root_hash
from ledger.log.queries import StoredTiles, read_tile
from ledger.log.tables import (
    LogChain,
    LogEntry,
    LogHead,
    LogIdentity,
    LogKey,
    LogTile,
)
from ledger.log.tiles import TileReader
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.ledgers import (
    CHAIN,
    LOG_KEY,
    ORIGIN,
    check_ledger,
    event_body,
    new_ledger,
    record,
    record_many,
)
from tests.support.tampering import (
    entry_bytes,
    places_of,
    remove_entries,
    replace_entry,
    tamper,
)


@pytest.fixture
def ledger(database):
    """Ten entries: 0 and 1 open the chains, 2 to 9 are of the first."""
    ledger = new_ledger(database)
    ledger.write(record_many, 8)
    check_ledger(ledger)
    return ledger


def test_entry_removed_from_middle(ledger):
    remove_entries(ledger.database, 5, 5)
    places = places_of(ledger)
    assert ("log_entry", 5, "entries are missing") in places
    assert ("log_entry", 6, f"seq in chain {CHAIN}") in places
    assert ("log_entry", 6, f"prev in chain {CHAIN}") in places
    # The tiles still hold its hash: the hole is told once, not for everything behind it.
    assert len(places) == 3


def test_entry_bytes_flipped(ledger):
    data = entry_bytes(ledger.database, 5)
    tamper(
        ledger.database,
        update(LogEntry)
        .where(LogEntry.index == 5)
        .values(entry=data.replace(b"sogoc:step-3", b"sogoc:step-4")),
    )
    places = places_of(ledger)
    assert ("log_entry", 5, "column leaf_hash") in places
    assert ("log_entry", 5, "signatures") in places
    assert ("log_entry", 6, f"prev in chain {CHAIN}") in places
    assert ("log_tile", 5, "hash 5 of tile 0, 0") in places
    assert ("log_head", None, "root hash") in places


def test_entries_swapped(ledger):
    fourth, seventh = entry_bytes(ledger.database, 4), entry_bytes(ledger.database, 7)
    replace_entry(ledger.database, 4, seventh)
    replace_entry(ledger.database, 7, fourth)
    places = places_of(ledger)
    for index in (4, 7):
        assert ("log_entry", index, f"seq in chain {CHAIN}") in places
        assert ("log_entry", index, f"prev in chain {CHAIN}") in places
        assert ("log_tile", index, f"hash {index} of tile 0, 0") in places
    assert ("log_head", None, "root hash") in places


def test_truncated_tail(ledger):
    remove_entries(ledger.database, 7, 9)
    places = places_of(ledger)
    assert ("log_entry", 7, "entries are missing") in places
    assert ("log_chain", None, f"end of chain {CHAIN}") in places


def _head_at(ledger, size):
    """The columns of the head as they were at ``size``, with the checkpoint signed then."""
    with ledger.database.reading() as session:
        root = root_hash(size, TileReader(StoredTiles(session)))
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root), NamedKey(ORIGIN, LOG_KEY))
    return {"size": size, "root": root, "checkpoint": note}


def test_checkpoint_rolled_back(ledger):
    """The head alone is rewritten to an older one, validly signed then."""
    tamper(ledger.database, update(LogHead).values(**_head_at(ledger, 6)))
    assert places_of(ledger) == {("log_head", None, "size")}
    with pytest.raises(RolledBackError):
        ledger.write(record)


def test_tile_hash_flipped(ledger):
    ledger.write(record_many, 300)
    hashes = ledger.read(read_tile, 0, 0)
    spoilt = hashes[: 100 * 32] + bytes(32) + hashes[101 * 32 :]
    tamper(
        ledger.database, update(LogTile).where(LogTile.level == 0, LogTile.number == 0).values(hashes=spoilt)
    )
    assert places_of(ledger) == {("log_tile", 100, "hash 100 of tile 0, 0")}


def _row_of(database, index):
    with database.reading() as session:
        table = LogEntry.__table__
        return dict(session.execute(select(table).where(table.c.index == index)).one()._mapping)


def test_replay_under_new_index(ledger):
    """A signed note sent again by whoever saw it adds nothing; its entry copied behind the last is seen."""
    key = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([1]) * 32))
    note = sign_note(format_event_text(Kind.EVENT, event_body("sogoc:sowing")), key)
    first = ledger.write(lambda unit: unit.append(CHAIN, note))
    again = ledger.write(lambda unit: unit.append(CHAIN, note))
    assert (again.index, again.repeated) == (first.index, True)
    check_ledger(ledger)
    row = _row_of(ledger.database, first.index) | {"index": 11, "seq": 99, "idempotency_key": None}
    tamper(ledger.database, insert(LogEntry).values(row))
    places = places_of(ledger)
    assert ("log_entry", 11, f"seq in chain {CHAIN}") in places
    assert ("log_entry", 11, f"prev in chain {CHAIN}") in places


@pytest.mark.parametrize(
    "statement",
    [
        update(LogEntry).values(recorded_at=None),
        update(LogEntry).where(LogEntry.index == 9).values(entry=b""),
        delete(LogEntry).where(LogEntry.index == 9),
        delete(LogEntry),
        update(LogIdentity).values(origin="la.example.vn"),
        delete(LogIdentity),
        update(LogHead).values(size=5),
        update(LogHead).values(checkpoint=b""),
        update(LogHead).values(id=2),
        delete(LogHead),
        update(LogTile).values(hashes=bytes(320)),
        update(LogTile).values(hashes=bytes(352)),
        update(LogTile).values(hashes=b""),
        update(LogTile).values(number=5),
        delete(LogTile),
        update(LogChain).values(size=1),
        update(LogChain).values(chain_id="ghost"),
        delete(LogChain),
        update(LogKey).values(public_key=bytes(32)),
        update(LogKey).values(valid_from=7),
        delete(LogKey),
    ],
    ids=str,
)
def test_update_and_delete_refused_by_triggers(ledger, statement):
    with pytest.raises(DBAPIError, match="append-only"), ledger.database.writing() as session:
        session.execute(statement)
    check_ledger(ledger)
