"""The log on both databases: appended, proved, read back, refused."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from ledger.log.checkpoints import Checkpoint, open_checkpoint
from ledger.log.entries import POLICY_ENTRY_BYTES, Kind, parse_entry
from ledger.log.errors import (
    EntryTooLargeError,
    HeadMovedError,
    InclusionError,
    LogError,
    LogExistsError,
    MalformedTileError,
    NoLogError,
    NoSuchEntryError,
    NoSuchTileError,
    NotCanonicalError,
    UnknownChainError,
)
from ledger.log.keys import open_chain
from ledger.log.ledger import TRIES, Ledger
from ledger.log.merkle import EMPTY_ROOT, check_consistency, check_inclusion, leaf_hash, prove_consistency
from ledger.log.proofs import format_proof, parse_proof
from ledger.log.queries import (
    StoredTiles,
    count_entries,
    find_entry,
    read_entries,
    read_entry,
    read_entry_bundle,
    read_head,
    read_identity,
    read_tile,
)
from ledger.log.records import read_record, read_records
from ledger.log.sealed_secrets import find_secret, keep_secret
from ledger.log.tables import LogEntry, LogHead, LogSecret
from ledger.log.tiles import TileReader, parse_entry_bundle
from signing.errors import VaultError
from signing.vault import Vault
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


@pytest.fixture
def ledger(database):
    return new_ledger(database)


def size_of(ledger):
    return ledger.read(read_head).size


def test_a_new_log_has_a_signed_checkpoint_of_nothing(database):
    ledger = Ledger.create(database, VAULT, origin=ORIGIN, id_base="https://so.example.vn")
    assert open_checkpoint(ledger.checkpoint(), ledger.vkey) == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    check_ledger(ledger)


def test_a_log_is_created_on_purpose_and_once(database):
    with pytest.raises(NoLogError):
        Ledger.open(database, VAULT)
    ledger = new_ledger(database)
    with pytest.raises(LogExistsError):
        new_ledger(database)
    again = Ledger.open(database, VAULT)
    assert (again.vkey, again.origin) == (ledger.vkey, ORIGIN)
    assert ledger.read(read_identity).verifier_key == ledger.vkey
    check_ledger(again)


def test_the_log_key_is_not_opened_by_another_master_key(database):
    new_ledger(database)
    stranger = Ledger.open(database, Vault(bytes(32)))
    with pytest.raises(VaultError):
        stranger.write(record)
    check_ledger(stranger)


def test_a_log_that_lost_its_key_signs_nothing(ledger):
    with ledger.database.writing() as session:
        session.execute(delete(LogSecret))
    with pytest.raises(NoLogError):
        Ledger.open(ledger.database, VAULT).write(record)
    check_ledger(ledger)


def test_an_entry_says_where_it_stands(ledger):
    first, second = ledger.write(record), ledger.write(record)
    other = ledger.write(record, OTHER_CHAIN)
    assert [(r.index, r.chain_id, r.seq) for r in (first, second, other)] == [
        (2, CHAIN, 1),
        (3, CHAIN, 2),
        (4, OTHER_CHAIN, 1),
    ]
    entry = parse_entry(second.entry)
    assert (entry.chain_id, entry.seq, entry.prev) == (CHAIN, 2, first.leaf_hash)
    assert entry.recorded_at == second.recorded_at > first.recorded_at
    assert second.leaf_hash == leaf_hash(second.entry)
    assert not second.repeated
    check_ledger(ledger)


def test_the_recorded_time_is_cut_to_milliseconds(database):
    ledger = new_ledger(database)
    ledger._clock = lambda: datetime(2026, 11, 12, 6, 30, 0, 123999, tzinfo=UTC)
    receipt = ledger.write(record)
    assert receipt.recorded_at == datetime(2026, 11, 12, 6, 30, 0, 123000, tzinfo=UTC)
    assert ledger.read(read_record, receipt.index).recorded_at == receipt.recorded_at
    check_ledger(ledger)


def test_the_checkpoint_contains_the_entry_as_soon_as_write_returns(ledger):
    receipt = ledger.write(record)
    proof = ledger.prove(receipt.index)
    assert parse_proof(format_proof(proof)) == proof
    checkpoint = open_checkpoint(proof.checkpoint, ledger.vkey)
    check_inclusion(receipt.index, checkpoint.size, receipt.leaf_hash, proof.hashes, checkpoint.root)
    assert proof.checkpoint == ledger.checkpoint()
    check_ledger(ledger)


def test_many_appends_share_one_checkpoint(ledger):
    receipts = ledger.write(record_many, 64)
    assert [receipt.index for receipt in receipts] == list(range(2, 66))
    assert [receipt.seq for receipt in receipts] == list(range(1, 65))
    proofs = ledger.prove_all([receipt.index for receipt in receipts])
    assert {proof.checkpoint for proof in proofs} == {ledger.checkpoint()}
    check_ledger(ledger)


def test_the_log_grows_across_tiles_in_steps_of_every_kind(ledger):
    heads = [ledger.read(read_head)]
    for count in (1, 252, 1, 1, 1, 300, 7):
        ledger.write(record_many, count)
        heads.append(ledger.read(read_head))
    with ledger.database.reading() as session:
        reader = TileReader(StoredTiles(session))
        for old in heads:
            for new in heads[heads.index(old) :]:
                proof = prove_consistency(old.size, new.size, reader)
                check_consistency(old.size, old.root, new.size, new.root, proof)
    check_ledger(ledger)


def test_a_reopened_log_goes_on_where_it_stopped(ledger):
    ledger.write(record_many, 300)
    again = Ledger.open(ledger.database, VAULT)
    assert again.write(record).index == 302
    assert ledger.write(record).index == 303, "the first process sees that the head has moved"
    assert again.write(record_many, 3)[-1].index == 306
    check_ledger(ledger)


def test_writers_in_many_threads_take_turns(ledger):
    barrier = threading.Barrier(8)

    def append(number):
        barrier.wait()
        return [ledger.write(record, CHAIN if number % 2 else OTHER_CHAIN).index for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        indexes = [index for found in pool.map(append, range(8)) for index in found]
    assert sorted(indexes) == list(range(2, 42))
    check_ledger(ledger)


def test_two_processes_take_turns(ledger):
    other = Ledger.open(ledger.database, VAULT)
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda log: [log.write(record).index for _ in range(10)], (ledger, other))
        assert sorted(index for indexes in found for index in indexes) == list(range(2, 22))
    check_ledger(ledger)


def test_a_unit_that_raises_leaves_nothing(ledger):
    before = ledger.checkpoint()

    def fail(unit):
        record(unit)
        open_chain(unit, "HTX2")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.write(fail)
    assert ledger.checkpoint() == before
    assert ledger.write(record).index == 2
    with pytest.raises(UnknownChainError):
        ledger.write(record, "HTX2")
    check_ledger(ledger)


def test_a_unit_within_a_unit_is_an_error_and_no_deadlock(ledger):
    with pytest.raises(LogError, match="unit"):
        ledger.write(lambda _unit: ledger.write(record))
    assert ledger.write(record).index == 2
    check_ledger(ledger)


def test_a_unit_without_appends_signs_nothing(ledger):
    before = ledger.checkpoint()
    assert ledger.write(lambda unit: unit.chain_size(CHAIN)) == 1
    assert ledger.checkpoint() == before
    assert ledger.write(record).index == 2
    check_ledger(ledger)


def test_rows_of_other_rooms_are_written_in_the_same_transaction(ledger):
    def fail(unit):
        keep_secret(unit.session, unit.vault, "tem", b"secret")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.write(fail)
    assert ledger.read(find_secret, VAULT, "tem") is None
    ledger.write(lambda unit: keep_secret(unit.session, unit.vault, "tem", b"secret"))
    assert ledger.read(find_secret, VAULT, "tem") == b"secret"
    with pytest.raises(VaultError):
        ledger.read(find_secret, Vault(bytes(32)), "tem")


def test_a_unit_reads_what_it_appended(ledger):
    def append_and_read(unit):
        receipt = record(unit, step="sogoc:harvesting")
        assert read_record(unit.session, receipt.index).body["bizStep"] == "sogoc:harvesting"
        assert count_entries(unit.session, CHAIN) == 2
        second = record(unit)
        unit.flush()
        assert unit.session.scalar(select(func.max(LogEntry.index))) == second.index

    ledger.write(append_and_read)
    check_ledger(ledger)


def test_an_entry_has_8_kib_and_no_more(ledger):
    def append(unit, filler):
        return unit.append(
            CHAIN, unit.sign(CHAIN, Kind.EVENT, {"type": "ObjectEvent", "filler": "x" * filler})
        )

    room = POLICY_ENTRY_BYTES - len(ledger.write(append, 0).entry)
    assert len(ledger.write(append, room).entry) == POLICY_ENTRY_BYTES
    with pytest.raises(EntryTooLargeError) as caught:
        ledger.write(append, room + 1)
    assert caught.value.size_bytes == POLICY_ENTRY_BYTES + 1
    assert size_of(ledger) == 4
    check_ledger(ledger)


def test_a_body_without_canonical_json_is_not_signed(ledger):
    with pytest.raises(NotCanonicalError):
        ledger.write(lambda unit: unit.sign(CHAIN, Kind.EVENT, {"weight": 2**60}))
    check_ledger(ledger)


def test_nothing_is_appended_to_a_chain_that_was_not_opened(ledger):
    with pytest.raises(UnknownChainError):
        ledger.write(record, "HTX2")
    check_ledger(ledger)


def test_entries_are_read_by_index_and_by_seq(ledger):
    receipts = ledger.write(record_many, 3)
    indexes = [receipt.index for receipt in reversed(receipts)]
    assert [stored.index for stored in ledger.read(read_entries, indexes)] == indexes
    assert [found.entry for found in ledger.read(read_records, indexes)] == [
        receipt.entry for receipt in reversed(receipts)
    ]
    assert ledger.read(read_entry, 3).entry == receipts[1].entry
    assert ledger.read(find_entry, CHAIN, 2).index == receipts[1].index
    assert ledger.read(find_entry, CHAIN, 9) is None
    for read, wanted in [(read_entry, 9), (read_record, 9), (read_entries, [0, 9]), (read_records, [9])]:
        with pytest.raises(NoSuchEntryError) as caught:
            ledger.read(read, wanted)
        assert caught.value.index == 9


def test_a_record_is_the_entry_taken_apart(ledger):
    receipt = ledger.write(record, step="sogoc:harvesting")
    found = ledger.read(read_record, receipt.index)
    assert (found.kind, found.body["bizStep"]) == (Kind.EVENT, "sogoc:harvesting")
    assert (found.signers, found.seq, found.chain_id) == ((f"{ORIGIN}/{CHAIN}",), 1, CHAIN)
    assert (found.entry, found.leaf_hash) == (receipt.entry, receipt.leaf_hash)


def test_more_entries_are_read_than_one_query_takes(ledger):
    ledger.write(record_many, 600)
    found = ledger.read(read_records, list(range(602)))
    assert [entry.index for entry in found] == list(range(602))


def test_tiles_and_bundles_are_served_as_wide_as_asked(ledger):
    ledger.write(record_many, 298)
    assert len(ledger.read(read_tile, 0, 0)) == 256 * 32
    assert (
        ledger.read(read_tile, 0, 1, 44)
        == ledger.read(read_tile, 0, 1, 40) + ledger.read(read_tile, 0, 1, 44)[-128:]
    )
    bundle = parse_entry_bundle(ledger.read(read_entry_bundle, 1, 44))
    assert [leaf_hash(entry) for entry in bundle] == [
        ledger.read(read_tile, 0, 1, 44)[at : at + 32] for at in range(0, 44 * 32, 32)
    ]
    for read, place in [(read_tile, (0, 1, 45)), (read_tile, (2, 0, 1)), (read_entry_bundle, (1, 45))]:
        with pytest.raises(NoSuchTileError):
            ledger.read(read, *place)
    for read, place in [(read_tile, (64, 0, 1)), (read_tile, (0, 0, 0)), (read_entry_bundle, (0, 257))]:
        with pytest.raises(MalformedTileError):
            ledger.read(read, *place)


def test_an_entry_that_is_not_there_has_no_proof(ledger):
    with pytest.raises(InclusionError):
        ledger.prove(2)


def test_a_unit_is_tried_again_when_the_head_has_moved(ledger):
    tries = []

    def race(unit):
        tries.append(unit.now)
        receipt = record(unit)
        if len(tries) < TRIES:
            # What another writer would do that does not wait for its turn.
            unit._transaction.memory.head = replace(unit._transaction.memory.head, root=bytes(32))
        return receipt

    assert ledger.write(race).index == 2
    assert len(tries) == TRIES
    check_ledger(ledger)


def test_a_head_that_keeps_moving_is_an_error(ledger):
    def race(unit):
        record(unit)
        unit._transaction.memory.head = replace(unit._transaction.memory.head, root=bytes(32))

    with pytest.raises(HeadMovedError) as caught:
        ledger.write(race)
    assert caught.value.size == 2
    check_ledger(ledger)


def test_the_head_does_not_move_for_one_who_saw_another(ledger):
    with ledger.database.writing() as session:
        head = read_head(session)
        result = session.execute(
            update(LogHead).where(LogHead.size == head.size, LogHead.root == bytes(32)).values(size=99)
        )
        assert result.rowcount == 0
    check_ledger(ledger)


def test_ten_chains_in_one_unit(ledger):
    names = [f"HTX{number}" for number in range(10)]

    def open_all(unit):
        for name in names:
            open_chain(unit, name)
        return [record(unit, name) for name in names for _ in range(2)]

    receipts = ledger.write(open_all)
    assert [receipt.seq for receipt in receipts] == [1, 2] * 10
    assert ledger.write(record, "HTX3").seq == 3
    check_ledger(ledger)


def test_the_key_of_the_log_can_be_given(ledger):
    assert ledger.vkey.public_key == LOG_KEY.public_key
    assert timedelta(0) < ledger.identity.created_at - datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
