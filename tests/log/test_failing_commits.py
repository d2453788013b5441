"""A commit that fails is not one that did not happen: stop, look, and only then say what became of it."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from ledger.database import DatabaseUnavailableError
from ledger.log.anti_rollback import HeadRecord
from ledger.log.errors import CommitUnknownError
from ledger.log.keys import open_chain
from ledger.log.ledger import Ledger
from ledger.log.queries import read_head
from ledger.log.records import read_record
from ledger.log.tables import LogHead
from tests.support.failing import FailingCommits
from tests.support.ledgers import VAULT, check_ledger, new_ledger, record, record_many
from tests.support.tampering import tamper


@pytest.fixture
def ledger(database, tmp_path):
    ledger = new_ledger(database, head_record=HeadRecord(tmp_path / "head"))
    ledger.write(record_many, 3)
    return ledger


def fail_next_commit(ledger, **how):
    ledger.database = FailingCommits(ledger.database, **how)


def another_writer(ledger):
    """Another process on the same database."""
    other = Ledger.open(ledger.database, VAULT)
    return lambda: other.write(record, step="other:step")


def test_a_commit_that_failed_and_persisted_is_answered(ledger):
    fail_next_commit(ledger, persisted=True)
    receipt = ledger.write(record)
    assert receipt.index == 5
    assert ledger.read(read_record, 5).entry == receipt.entry
    assert ledger.write(record).index == 6
    check_ledger(ledger)


def test_a_commit_that_failed_and_did_not_persist_is_an_error(ledger):
    before = ledger.checkpoint()
    fail_next_commit(ledger, persisted=False)
    with pytest.raises(OperationalError):
        ledger.write(record)
    assert ledger.checkpoint() == before
    assert ledger.write(record).index == 5
    check_ledger(ledger)


@pytest.mark.parametrize("count", [1, 300])
@pytest.mark.parametrize("persisted", [True, False])
def test_the_right_answer_although_others_appended_meanwhile(ledger, persisted, count):
    other = another_writer(ledger)
    fail_next_commit(ledger, persisted=persisted, meanwhile=other)
    if persisted:
        assert ledger.write(record_many, count)[-1].index == 4 + count
        assert ledger.read(read_head).size == 6 + count
    else:
        with pytest.raises(OperationalError):
            ledger.write(record_many, count)
        assert ledger.read(read_record, 5).body["bizStep"] == "other:step"
        assert ledger.read(read_head).size == 6
    ledger.write(record)
    check_ledger(ledger)


@pytest.mark.parametrize("persisted", [True, False])
def test_a_database_that_does_not_answer_leaves_it_unknown(ledger, persisted, monkeypatch):
    def unplug():
        def refuse():
            raise DatabaseUnavailableError("gone")

        monkeypatch.setattr(real, "writing", refuse)

    real = ledger.database
    fail_next_commit(ledger, persisted=persisted, meanwhile=unplug)
    with pytest.raises(CommitUnknownError) as caught:
        ledger.write(record)
    assert caught.value.size == 6
    monkeypatch.undo()
    assert ledger.write(record).index == (6 if persisted else 5)
    check_ledger(ledger)


def test_a_head_that_is_neither_leaves_it_unknown(ledger):
    def roll_back():
        tamper(ledger.database._database, update(LogHead).values(size=1, root=bytes(32)))

    fail_next_commit(ledger, persisted=False, meanwhile=roll_back)
    with pytest.raises(CommitUnknownError):
        ledger.write(record)


@pytest.mark.parametrize("persisted", [True, False])
def test_keys_opened_in_a_failing_commit_are_there_or_not(ledger, persisted):
    fail_next_commit(ledger, persisted=persisted)
    if persisted:
        ledger.write(open_chain, "HTX2")
    else:
        with pytest.raises(OperationalError):
            ledger.write(open_chain, "HTX2")
        ledger.write(open_chain, "HTX2")
    assert ledger.write(record, "HTX2").seq == 1
    check_ledger(ledger)


def test_a_failing_commit_without_appends_is_an_error(ledger):
    fail_next_commit(ledger, persisted=True)
    with pytest.raises(OperationalError):
        ledger.write(lambda _unit: None)
    assert ledger.write(record).index == 5
    check_ledger(ledger)
