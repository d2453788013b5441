"""The walk itself: checks of upper rooms, findings in order, flat memory. Attacks are under tests/attacks."""

import tracemalloc

import pytest
from sqlalchemy import delete, update

from ledger.audit import certificates
from ledger.audit.fsck import Finding, fsck
from ledger.log.keys import replace_key, revoke_key
from ledger.log.ledger import Ledger
from ledger.log.tables import LogChain, LogHead
from tests.support.ledgers import CHAIN, VAULT, check_ledger, new_ledger, record, record_many
from tests.support.tampering import findings_of, places_of, remove_entries, tamper


class CountSteps:
    """A projection check as an upper room has it: how often each step was recorded."""

    def __init__(self, stored):
        self.stored = stored
        self.derived = {}
        self.rows_checked = 0
        self.indexes = []

    def feed(self, found):
        self.indexes.append(found.index)
        step = found.body.get("bizStep", found.body["type"])
        self.derived[step] = self.derived.get(step, 0) + 1

    def findings(self, session):
        assert session.info is not None
        for step in sorted(self.derived.keys() | self.stored.keys()):
            if self.derived.get(step) != self.stored.get(step):
                yield Finding("step_count", None, step, self.derived.get(step), self.stored.get(step))


@pytest.fixture
def ledger(database):
    ledger = new_ledger(database)
    ledger.write(record_many, 3)
    return ledger


def run(ledger, *checks):
    with ledger.database.reading() as session:
        return list(fsck(session, projection_checks=checks))


RIGHT = {"KeyAdded": 2, "sogoc:step-0": 1, "sogoc:step-1": 1, "sogoc:step-2": 1}


def test_a_check_of_an_upper_room_sees_every_record_in_order(ledger):
    check = CountSteps(RIGHT)
    assert run(ledger, check) == []
    assert check.indexes == [0, 1, 2, 3, 4]
    check_ledger(ledger, CountSteps(RIGHT))


def test_a_check_of_an_upper_room_adds_its_findings(ledger):
    wrong = RIGHT | {"sogoc:step-1": 2, "ghost": 1}
    assert run(ledger, CountSteps(wrong), CountSteps(RIGHT)) == [
        Finding("step_count", None, "ghost", None, 1),
        Finding("step_count", None, "sogoc:step-1", 1, 2),
    ]


def test_the_walk_goes_on_behind_every_finding(ledger):
    ledger.write(record_many, 20)
    remove_entries(ledger.database, 5, 6)
    remove_entries(ledger.database, 15, 15)
    tamper(ledger.database, delete(LogChain), update(LogHead).values(checkpoint=b"x"))
    check = CountSteps({})
    found = run(ledger, check)
    assert [finding.index for finding in found if finding.what == "entries are missing"] == [5, 15]
    assert {finding.where for finding in found} == {"log_entry", "log_chain", "log_head", "step_count"}
    assert check.indexes == [*range(5), *range(7, 15), *range(16, 25)]


def test_a_database_without_a_log_is_told(database):
    with database.reading() as session:
        found = list(fsck(session))
    assert [(finding.where, finding.what) for finding in found] == [("log_identity", "identity and head")]


def test_more_entries_than_one_batch(ledger, monkeypatch):
    monkeypatch.setattr(certificates, "BATCH", 7)
    ledger.write(record_many, 40)
    ledger.write(replace_key, CHAIN)
    ledger.write(record)
    check_ledger(ledger)
    remove_entries(ledger.database, 6, 7)
    assert ("log_entry", 6, "entries are missing") in places_of(ledger)


def test_keys_of_every_age_are_followed(ledger):
    for _ in range(3):
        old = ledger.write(lambda unit: unit.signer(CHAIN)).verifier_key
        ledger.write(replace_key, CHAIN)
        ledger.write(record)
        ledger.write(revoke_key, CHAIN, old)
    assert findings_of(Ledger.open(ledger.database, VAULT)) == []


def test_memory_stays_flat(sqlite_database, monkeypatch):
    monkeypatch.setattr(certificates, "BATCH", 50)
    ledger = new_ledger(sqlite_database)

    def peak():
        with ledger.database.reading() as session:
            tracemalloc.start()
            assert list(fsck(session)) == []
            _, high = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return high

    ledger.write(record_many, 300)
    peak()
    few = peak()
    ledger.write(record_many, 1500)
    assert peak() < few * 1.5
