"""A store that fails at any step, having done it or not: every waiter is told the truth, and nobody's loss.

The truth: who is given a receipt finds the entry there, under a proof; who is told of an error finds nothing,
or is told that nothing is known. Whoever tries again by the same key gets one entry, never two.
"""

import itertools

import pytest

from ledger.database import DatabaseUnavailableError
from ledger.log.errors import CommitUnknownError, LogError
from ledger.log.ledger import Ledger
from ledger.log.queries import find_entry_by_key, read_head
from tests.support.busy_writer import Acknowledged, append_acknowledged, append_keyed, chain_of_key
from tests.support.failing import FailingCommits, FailingRecord, FailingStatements, write_as_one_group
from tests.support.ledgers import CHAIN, VAULT, check_ledger, new_ledger, record, record_many

WAITERS = ("one-a", "two-a", "three-b", "four-a")


@pytest.fixture
def record_file(tmp_path):
    return FailingRecord(tmp_path / "head")


@pytest.fixture
def ledger(database, record_file):
    ledger = new_ledger(database, head_record=record_file)
    ledger.write(record_many, 3)
    return ledger


def append_all(ledger, arm=None, keys=WAITERS):
    jobs = [lambda key=key: append_acknowledged(ledger, key) for key in keys]
    return write_as_one_group(ledger, jobs, arm)


def check_told(ledger, told, keys=WAITERS):
    """What each was told is true, and trying again gives each one entry."""
    for key, answer in zip(keys, told, strict=True):
        if isinstance(answer, Acknowledged):
            answer.check_kept(ledger)
        elif not isinstance(answer, CommitUnknownError):
            assert ledger.read(find_entry_by_key, chain_of_key(key), key) is None, f"{key}: {answer!r}"
    first = [append_acknowledged(ledger, key) for key in keys]
    for answer, told_first in zip(first, told, strict=True):
        answer.check_repeated(ledger)
        if isinstance(told_first, Acknowledged):
            assert (answer.index, answer.leaf) == (told_first.index, told_first.leaf)
    assert len({answer.index for answer in first}) == len(keys)
    check_ledger(ledger)


@pytest.mark.parametrize("executed", [False, True])
@pytest.mark.parametrize("waiters", [1, len(WAITERS)])
def test_a_statement_fails(ledger, executed, waiters):
    """The first statement of the transaction, the second, … until it has no more of them."""
    for number in itertools.count(1):
        keys = tuple(f"{number}-{key}" for key in WAITERS[:waiters])
        failing = FailingStatements(ledger.database, number, executed=executed)
        told = append_all(ledger, failing.start, keys)
        failing.stop()
        check_told(ledger, told, keys)
        if failing.happened is None:
            break
    assert number > 5


@pytest.mark.parametrize("persisted", [True, False])
def test_the_commit_fails(ledger, persisted):
    real = ledger.database

    def arm():
        ledger.database = FailingCommits(real, persisted=persisted)

    told = append_all(ledger, arm)
    ledger.database = real
    assert {isinstance(answer, Acknowledged) for answer in told} == {persisted}
    check_told(ledger, told)


@pytest.mark.parametrize("persisted", [True, False])
@pytest.mark.parametrize("count", [1, 300])
def test_the_commit_fails_and_others_append_before_anybody_can_look(ledger, persisted, count):
    real, other = ledger.database, Ledger.open(ledger.database, VAULT)

    def arm():
        ledger.database = FailingCommits(
            real, persisted=persisted, meanwhile=lambda: other.write(record_many, count)
        )

    told = append_all(ledger, arm)
    ledger.database = real
    assert {isinstance(answer, Acknowledged) for answer in told} == {persisted}
    check_told(ledger, told)


@pytest.mark.parametrize("persisted", [True, False])
def test_the_commit_fails_and_the_database_does_not_answer(ledger, persisted, monkeypatch):
    """Everyone is told that nothing is known; trying again finds out."""
    real = ledger.database

    def unplug():
        def refuse():
            raise DatabaseUnavailableError("gone")

        monkeypatch.setattr(real, "writing", refuse)

    def arm():
        ledger.database = FailingCommits(real, persisted=persisted, meanwhile=unplug)

    told = append_all(ledger, arm)
    assert {type(answer) for answer in told} == {CommitUnknownError}
    monkeypatch.undo()
    ledger.database = real
    check_told(ledger, told)


@pytest.mark.parametrize("persisted", [True, False])
def test_the_record_of_the_head_fails(ledger, record_file, persisted):
    """The entries are durable by then, and all are told so; the record lags, and the next commit mends it."""
    record_file.fail_next(persisted=persisted)
    told = append_all(ledger)
    assert all(isinstance(answer, Acknowledged) for answer in told)
    check_told(ledger, told)
    ledger.write(record)
    assert record_file.read().root == ledger.read(read_head).root


def test_one_of_the_group_fails_by_itself_and_no_other_is_touched(ledger):
    def refuse():
        def use_case(unit):
            append_keyed(unit, "refused-a")
            raise LogError("changed its mind")

        return ledger.write(use_case)

    jobs = [lambda key=key: append_acknowledged(ledger, key) for key in WAITERS]
    for place in (0, 2, 4):
        told = write_as_one_group(ledger, [*jobs[:place], refuse, *jobs[place:]])
        assert isinstance(told.pop(place), LogError)
        assert all(isinstance(answer, Acknowledged) for answer in told)
        assert ledger.read(find_entry_by_key, CHAIN, "refused-a") is None
        check_told(ledger, told)
