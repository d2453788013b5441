"""Whatever is changed in the stored log, fsck says where, and says no more than it must."""

import pytest
from sqlalchemy import delete, insert, select, update

from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.log.entries import parse_entry
from ledger.log.errors import RolledBackError
from ledger.log.ledger import Ledger
from ledger.log.merkle import leaf_hash, root_hash
from ledger.log.queries import StoredTiles, read_head, read_tile
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
from tests.support.ledgers import (
    CHAIN,
    LOG_KEY,
    ORIGIN,
    OTHER_CHAIN,
    VAULT,
    check_ledger,
    new_ledger,
    record,
    record_many,
)
from tests.support.tampering import (
    entry_bytes,
    findings_of,
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


def _head_at(ledger, size):
    """The columns of the head as they were at ``size``, with the checkpoint signed then."""
    with ledger.database.reading() as session:
        root = root_hash(size, TileReader(StoredTiles(session)))
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root), NamedKey(ORIGIN, LOG_KEY))
    return {"size": size, "root": root, "checkpoint": note}


def _row_of(database, index):
    with database.reading() as session:
        table = LogEntry.__table__
        return dict(session.execute(select(table).where(table.c.index == index)).one()._mapping)


def test_entry_and_every_hash_rewritten(ledger):
    """The attacker computes everything anew, as far as he can without the log's key."""
    data = entry_bytes(ledger.database, 9)
    changed = data.replace(b"2026-09-01", b"2026-08-01")
    leaf = leaf_hash(changed)
    hashes = ledger.read(read_tile, 0, 0, 10)[:-32] + leaf
    replace_entry(ledger.database, 9, changed)
    tamper(
        ledger.database,
        update(LogEntry).where(LogEntry.index == 9).values(recorded_at=parse_entry(changed).recorded_at),
        update(LogTile).where(LogTile.level == 0).values(hashes=hashes),
        update(LogChain).where(LogChain.chain_id == CHAIN).values(last_leaf_hash=leaf),
    )
    assert places_of(ledger) == {("log_head", None, "root hash")}


def test_truncated_tail_with_tiles_and_head_cut_to_match(ledger):
    """Everything is set back together: only one who saw more can tell, and the log's own machine did."""
    head_before = _head_at(ledger, 7)
    hashes = ledger.read(read_tile, 0, 0, 7)
    last = leaf_hash(entry_bytes(ledger.database, 6))
    remove_entries(ledger.database, 7, 9)
    tamper(
        ledger.database,
        update(LogTile).values(hashes=hashes),
        update(LogChain).where(LogChain.chain_id == CHAIN).values(size=6, last_leaf_hash=last),
        update(LogHead).values(**head_before),
    )
    assert places_of(ledger) == set()
    with pytest.raises(RolledBackError) as caught:
        ledger.write(record)
    assert (caught.value.recorded_size, caught.value.size) == (10, 7)


def test_checkpoint_rolled_back_before_a_restart(database, tmp_path):
    kept = HeadRecord(tmp_path / "head")
    ledger = new_ledger(database, head_record=kept)
    ledger.write(record_many, 8)
    tamper(database, update(LogHead).values(**_head_at(ledger, 6)))
    forgetful = Ledger.open(database, VAULT, head_record=HeadRecord(tmp_path / "head"))
    with pytest.raises(RolledBackError) as caught:
        forgetful.write(record)
    assert (caught.value.recorded_size, caught.value.size) == (10, 6)


def test_head_replaced_by_one_nobody_signed(ledger):
    tamper(ledger.database, update(LogHead).values(checkpoint=b"no note"))
    assert places_of(ledger) == {("log_head", None, "checkpoint")}


def test_checkpoint_signed_by_another_key(ledger):
    head = ledger.read(read_head)
    other = NamedKey(ORIGIN, PrivateKey.generate())
    note = sign_checkpoint(Checkpoint(ORIGIN, head.size, head.root), other)
    tamper(ledger.database, update(LogHead).values(checkpoint=note))
    assert places_of(ledger) == {("log_head", None, "checkpoint")}


def test_tile_of_an_upper_level_flipped(ledger):
    ledger.write(record_many, 300)
    tamper(ledger.database, update(LogTile).where(LogTile.level == 1).values(hashes=bytes(32)))
    assert places_of(ledger) == {("log_tile", 0, "hash 0 of tile 1, 0")}


def test_tile_removed_or_added(ledger):
    ledger.write(record_many, 300)
    tamper(
        ledger.database,
        delete(LogTile).where(LogTile.level == 0, LogTile.number == 0),
        insert(LogTile).values(level=3, number=0, hashes=bytes(32)),
    )
    places = places_of(ledger)
    assert ("log_tile", 255, "hash 255 of tile 0, 0") in places
    assert ("log_tile", None, "tiles of level 3") in places
    assert len(places) == 257


def test_entry_slipped_in_behind_the_head(ledger):
    data = entry_bytes(ledger.database, 9)
    tamper(ledger.database, insert(LogEntry).values(_row_of(ledger.database, 9) | {"index": 10, "seq": 99}))
    places = places_of(ledger)
    assert ("log_entry", 10, f"seq in chain {CHAIN}") in places
    assert ("log_head", None, "size") in places
    assert data == entry_bytes(ledger.database, 10)


def test_entry_moved_to_another_chain(ledger):
    data = entry_bytes(ledger.database, 5).replace(CHAIN.encode(), OTHER_CHAIN.encode(), 1)
    replace_entry(ledger.database, 5, data)
    places = places_of(ledger)
    assert ("log_entry", 5, "signatures") in places
    assert ("log_entry", 5, "column chain_id") in places
    assert ("log_entry", 5, f"seq in chain {OTHER_CHAIN}") in places


def test_entry_that_is_none(ledger):
    replace_entry(ledger.database, 5, b"no entry")
    replace_entry(
        ledger.database, 7, entry_bytes(ledger.database, 7).replace(b"sogoc/event/v1", b"sogoc/event/v2")
    )
    places = places_of(ledger)
    assert ("log_entry", 5, "entry") in places
    assert ("log_entry", 7, "event note") in places
    assert ("log_entry", 7, f"seq in chain {CHAIN}") not in places


def test_columns_beside_the_entry_changed(ledger):
    other = parse_entry(entry_bytes(ledger.database, 1)).recorded_at
    tamper(
        ledger.database,
        update(LogEntry).where(LogEntry.index == 5).values(seq=77, recorded_at=other, leaf_hash=bytes(32)),
    )
    assert places_of(ledger) == {
        ("log_entry", 5, "column seq"),
        ("log_entry", 5, "column recorded_at"),
        ("log_entry", 5, "column leaf_hash"),
    }


def test_chain_ends_and_keys_changed(ledger):
    tamper(
        ledger.database,
        update(LogChain).where(LogChain.chain_id == CHAIN).values(size=4),
        insert(LogChain).values(chain_id="ghost", size=1, last_leaf_hash=bytes(32)),
        update(LogKey).where(LogKey.valid_from == 0).values(public_key=LOG_KEY.public_key),
        delete(LogKey).where(LogKey.valid_from == 1),
    )
    assert places_of(ledger) == {
        ("log_chain", None, f"end of chain {CHAIN}"),
        ("log_chain", None, "end of chain ghost"),
        ("log_key", 0, "key"),
        ("log_key", 1, "key"),
    }


def test_indexes_shifted(ledger):
    tamper(ledger.database, update(LogEntry).where(LogEntry.index == 9).values(index=10**12))
    places = places_of(ledger)
    assert ("log_entry", 9, "entries are missing") in places
    tamper(ledger.database, update(LogEntry).where(LogEntry.index == 0).values(index=-1))
    assert ("log_entry", -1, "index") in places_of(ledger)


def test_hole_that_no_tile_bridges(ledger):
    remove_entries(ledger.database, 5, 5)
    tamper(ledger.database, delete(LogTile))
    places = places_of(ledger)
    assert ("log_entry", 5, "entries are missing") in places
    assert ("log_head", None, "size") in places
    assert ("log_head", None, "root hash") in places


def test_identity_of_another_log(ledger):
    tamper(ledger.database, update(LogIdentity).values(origin="la.example.vn"))
    places = places_of(ledger)
    assert ("log_identity", None, "name of the key") in places
    tamper(ledger.database, delete(LogHead))
    assert places_of(ledger) == {("log_identity", None, "identity and head")}
    tamper(ledger.database, delete(LogIdentity))
    assert places_of(ledger) == {("log_identity", None, "identity and head")}


def test_findings_are_sentences_with_evidence(ledger):
    tamper(ledger.database, update(LogTile).values(hashes=bytes(320)))
    finding = findings_of(ledger)[0]
    assert str(finding).startswith("log_tile at index 0: hash 0 of tile 0, 0: expected ")
    assert str(finding).endswith(f"found {'00' * 32}")
