"""Whoever owns the database against fsck by several processes (more damage: tests/log/test_fsck_workers)."""

import os
import signal

import pytest
from sqlalchemy import update

from ledger.audit import fsck as fsck_room
from ledger.audit.fsck import fsck
from ledger.audit.workers import Workers
from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import WorkerError
from ledger.log.tables import LogEntry, LogKey
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.ledgers import CHAIN, ORIGIN, event_body, new_ledger, record_many
from tests.support.tampering import entry_bytes, findings_of, replace_entry, tamper


@pytest.fixture(scope="module")
def workers():
    with Workers(2) as started:
        yield started


@pytest.fixture
def ledger(database):
    ledger = new_ledger(database)
    ledger.write(record_many, 600)
    return ledger


def found_by(workers, ledger, **options):
    with ledger.database.reading() as session:
        return list(fsck(session, workers=workers, **options))


def test_key_table_prepared_for_the_workers(ledger, workers):
    """Under the attacker's key in ``log_key`` the forged signature holds; but no entry added that key."""
    forger = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.generate())
    head, blank, _ = entry_bytes(ledger.database, 300).partition(b"\n\n")
    note = sign_note(format_event_text(Kind.EVENT, event_body("sogoc:harvest")), forger)
    replace_entry(ledger.database, 300, head + blank + note)
    key = {"key_id": forger.key_id, "public_key": forger.verifier_key.public_key}
    tamper(ledger.database, update(LogKey).where(LogKey.valid_from == 0).values(key))
    found = found_by(workers, ledger)
    assert {(finding.where, finding.index, finding.what) for finding in found} >= {
        ("log_entry", 300, "signatures"),
        ("log_key", 0, "key"),
    }
    assert found == findings_of(ledger)


def test_tampering_spread_over_the_workers(ledger, workers):
    """At the edges of what each process is given, several at once, and one that only the columns show."""
    for index in (0, 1, 255, 256, 511, 512, 601):
        data = bytearray(entry_bytes(ledger.database, index))
        data[-20] ^= 1
        tamper(ledger.database, update(LogEntry).where(LogEntry.index == index).values(entry=bytes(data)))
    tamper(ledger.database, update(LogEntry).where(LogEntry.index == 400).values(seq=10_000))
    found = found_by(workers, ledger)
    assert {finding.index for finding in found} >= {0, 1, 255, 256, 400, 511, 512, 601}
    assert found == findings_of(ledger)


def test_worker_killed_during_fsck(ledger, monkeypatch):
    monkeypatch.setattr(fsck_room, "BATCH", 8)
    with Workers(2) as started:

        def kill(_checked):
            os.kill(started.pids[1], signal.SIGKILL)

        with pytest.raises(WorkerError):
            found_by(started, ledger, progress=kill)
