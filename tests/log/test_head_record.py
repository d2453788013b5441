"""The record of the last signed head: it keeps a restored backup from signing a fork."""

import os
import random
import shutil
import threading

import pytest

from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint, open_checkpoint
from ledger.log.errors import HeldError, MalformedCheckpointError, RolledBackError
from ledger.log.ledger import Ledger
from tests.support.ledgers import ORIGIN, VAULT, check_ledger, new_ledger, record, record_many


@pytest.fixture
def path(tmp_path):
    return tmp_path / "head"


def reopen(database, path):
    return Ledger.open(database, VAULT, head_record=HeadRecord(path))


def test_the_record_follows_every_commit(database, path):
    assert HeadRecord(path).read() is None
    ledger = new_ledger(database, head_record=HeadRecord(path))
    for _ in range(3):
        ledger.write(record)
        assert HeadRecord(path).read() == open_checkpoint(ledger.checkpoint(), ledger.vkey)
    reopen(database, path).write(record)
    check_ledger(ledger)


def test_a_restored_backup_refuses_to_sign(sqlite_database, path, tmp_path):
    ledger = new_ledger(sqlite_database, head_record=HeadRecord(path))
    ledger.write(record_many, 5)
    sqlite_database.close()
    backup = tmp_path / "backup.db"
    shutil.copyfile(sqlite_database.url.database, backup)
    ledger.write(record)

    restored = open_database(f"sqlite:///{backup}")
    old = reopen(restored, path)
    with pytest.raises(RolledBackError) as caught:
        old.write(record)
    assert (caught.value.recorded_size, caught.value.size) == (8, 7)
    check_ledger(old)
    restored.close()


def test_a_log_that_took_another_way_refuses_to_sign(database, path):
    ledger = new_ledger(database)
    ledger.write(record_many, 5)
    HeadRecord(path).write(Checkpoint(ORIGIN, 4, bytes(32)))
    with pytest.raises(RolledBackError):
        reopen(database, path).write(record)
    check_ledger(ledger)


def test_the_record_of_another_log_is_not_taken_for_ours(database, path):
    new_ledger(database)
    HeadRecord(path).write(Checkpoint("la.example.vn", 1, bytes(32)))
    with pytest.raises(RolledBackError):
        reopen(database, path).write(record)


def test_a_record_that_lags_behind_is_no_hindrance(database, path):
    ledger = new_ledger(database, head_record=HeadRecord(path))
    early = path.read_bytes()
    ledger.write(record_many, 400)
    path.write_bytes(early)
    again = reopen(database, path)
    assert again.write(record).index == 402
    check_ledger(again)


def test_a_spoilt_record_is_told_and_not_guessed(database, path):
    new_ledger(database)
    path.write_bytes(b"")
    with pytest.raises(MalformedCheckpointError):
        reopen(database, path).write(record)


def test_a_torn_write_leaves_the_record_before(path):
    kept = HeadRecord(path)
    first, second, third = (Checkpoint(ORIGIN, size, bytes([size]) * 32) for size in (1, 2, 3))
    for signed in (first, second, third):
        kept.write(signed)
    whole = path.read_bytes()
    assert (len(whole), kept.read()) == (1024, third)
    # The third took the place of the first; torn, it leaves the second, and is written over next.
    path.write_bytes(whole[:20] + bytes(20) + whole[40:])
    assert kept.read() == second
    kept.write(third)
    assert path.read_bytes() == whole


def test_a_file_cut_off_in_its_first_write_is_told(path):
    HeadRecord(path).write(Checkpoint(ORIGIN, 1, bytes(32)))
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(MalformedCheckpointError) as caught:
        HeadRecord(path).read()
    assert str(path) in caught.value.sentence


def test_the_longest_origin_fits(path):
    signed = Checkpoint("x" * 255, 2**53 - 1, bytes(32))
    HeadRecord(path).write(signed)
    assert HeadRecord(path).read() == signed


def test_a_smaller_size_never_replaces_a_larger_one(path):
    kept = HeadRecord(path)
    kept.write(Checkpoint(ORIGIN, 9, bytes(32)))
    kept.write(Checkpoint(ORIGIN, 8, bytes(range(32))))
    assert kept.read() == Checkpoint(ORIGIN, 9, bytes(32))


def test_a_held_log_does_not_sign_until_a_recovery(database, path):
    ledger = new_ledger(database)
    head = open_checkpoint(ledger.checkpoint(), ledger.vkey)
    HeadRecord(path).hold(head)
    assert HeadRecord(path).is_held
    with pytest.raises(HeldError) as caught:
        reopen(database, path).write(record)
    assert caught.value.size == 2
    HeadRecord(path).replace(head)
    assert reopen(database, path).write(record).index == 2


def test_a_recovery_replaces_a_larger_size(path):
    kept, small = HeadRecord(path), Checkpoint(ORIGIN, 3, bytes(range(32)))
    kept.replace(small)
    assert kept.read() == small
    for size in (8, 9):
        kept.write(Checkpoint(ORIGIN, size, bytes([size]) * 32))
    kept.replace(small)
    assert kept.read() == small
    path.write_bytes(b"spoilt")
    kept.replace(small)
    assert kept.read() == small


def test_a_power_cut_in_the_middle_of_a_replacement_leaves_what_was_there(path, monkeypatch):
    kept, large = HeadRecord(path), Checkpoint(ORIGIN, 9, bytes(32))
    kept.write(Checkpoint(ORIGIN, 8, bytes(32)))
    kept.write(large)
    real, calls = os.pwrite, []

    def cut_off(descriptor, data, offset):
        calls.append(offset)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", cut_off)
    with pytest.raises(KeyboardInterrupt):
        kept.replace(Checkpoint(ORIGIN, 3, bytes(32)))
    assert kept.read() == large


def test_writers_at_once_never_move_the_record_back(path):
    """Two processes write after their own commits, in no order: the larger size stays."""
    sizes = [*range(1, 60)]
    random.Random(1).shuffle(sizes)

    def write(mine):
        kept = HeadRecord(path)
        for size in mine:
            kept.write(Checkpoint(ORIGIN, size, bytes([size]) * 32))

    threads = [threading.Thread(target=write, args=(sizes[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert HeadRecord(path).read().size == 59


def test_a_disk_that_takes_half_a_slot_is_an_error(path, monkeypatch):
    monkeypatch.setattr(os, "pwrite", lambda _descriptor, data, _offset: len(data) // 2)
    with pytest.raises(OSError, match="cut off"):
        HeadRecord(path).write(Checkpoint(ORIGIN, 1, bytes(32)))
