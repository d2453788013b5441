"""One commit for many writers: each gets its own answer, and only its own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, OperationalError

from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import open_checkpoint
from ledger.log.entries import Kind
from ledger.log.errors import IdempotencyConflictError, LogError, UnknownChainError
from ledger.log.groups import Expected, Job
from ledger.log.keys import open_chain, replace_key
from ledger.log.ledger import Ledger
from ledger.log.memory import Memory
from ledger.log.merkle import check_inclusion, leaf_hash
from ledger.log.queries import count_entries, find_entry_by_key, read_head
from ledger.log.records import read_record
from ledger.log.tables import LogEntry, LogKey
from signing.errors import BadSignatureError
from tests.support.failing import FailingCommits
from tests.support.groups import write_together
from tests.support.ledgers import CHAIN, VAULT, check_ledger, event_body, new_ledger, record, record_many
from tests.support.tampering import tamper


@pytest.fixture
def ledger(database, tmp_path):
    return new_ledger(database, head_record=HeadRecord(tmp_path / "head"))


def check_proofs(ledger, written, receipts):
    assert [proof.index for proof in written.proofs] == [receipt.index for receipt in receipts]
    for proof, receipt in zip(written.proofs, receipts, strict=True):
        checkpoint = open_checkpoint(proof.checkpoint, ledger.vkey)
        check_inclusion(proof.index, checkpoint.size, leaf_hash(receipt.entry), proof.hashes, checkpoint.root)


def test_an_append_is_answered_with_its_proof(ledger):
    written = ledger.write_proved(record)
    check_proofs(ledger, written, [written.result])
    assert written.proofs[0].checkpoint == ledger.checkpoint()


def test_every_entry_of_a_unit_is_proved(ledger):
    written = ledger.write_proved(record_many, 300)
    check_proofs(ledger, written, written.result)


def test_a_unit_without_entries_has_no_proofs(ledger):
    assert ledger.write_proved(lambda unit: unit.origin).proofs == ()


def test_those_who_wait_together_are_committed_together(ledger):
    answers = write_together(ledger, [record] * 9, proved=True)
    for written in answers:
        check_proofs(ledger, written, [written.result])
    assert len({written.proofs[0].checkpoint for written in answers}) == 1
    assert [written.result.index for written in answers] == list(range(2, 11))
    check_ledger(ledger)


def test_one_that_fails_is_undone_alone(ledger):
    def fail(unit):
        record_many(unit, 3)
        unit.flush()
        raise ZeroDivisionError

    answers = write_together(ledger, [record, fail, record, fail, record])
    assert [type(answer) for answer in answers[1::2]] == [ZeroDivisionError] * 2
    assert [answer.index for answer in answers[::2]] == [2, 3, 4]
    check_ledger(ledger)


def test_the_first_of_a_group_fails_and_the_others_do_not(ledger):
    def fail(unit):
        record(unit)
        unit.flush()
        raise ZeroDivisionError

    answers = write_together(ledger, [fail, fail, record, record])
    assert [type(answer) for answer in answers[:2]] == [ZeroDivisionError] * 2
    assert [answer.index for answer in answers[2:]] == [2, 3]
    check_ledger(ledger)


def test_a_failing_one_takes_back_the_keys_and_chains_it_made(ledger):
    def open_and_fail(unit):
        open_chain(unit, "HTX2")
        replace_key(unit, CHAIN)
        record(unit, "HTX2")
        raise ZeroDivisionError

    def open_second(unit):
        open_chain(unit, "HTX2")

    answers = write_together(ledger, [record, open_and_fail, open_second, lambda unit: record(unit, "HTX2")])
    assert isinstance(answers[1], ZeroDivisionError)
    assert answers[3].seq == 1
    ledger.write(record)
    check_ledger(ledger)


def test_rows_of_an_earlier_one_that_a_failing_one_flushed_are_kept(ledger):
    """A query inserts what waits, within the savepoint of its unit: going back must not lose the others'."""

    def look_and_fail(unit):
        assert count_entries(unit.session, CHAIN) == 2
        raise ZeroDivisionError

    answers = write_together(ledger, [record, look_and_fail, record])
    assert [answers[0].index, answers[2].index] == [2, 3]
    assert ledger.read(read_record, 2).entry == answers[0].entry
    check_ledger(ledger)


def test_a_broken_constraint_is_its_unit_s_own_error(ledger):
    def break_one(unit):
        key = LogKey(valid_from=0, chain_id=CHAIN, name="x", key_id=bytes(4), public_key=bytes(32))
        unit.session.add(key)
        unit.session.flush()

    answers = write_together(ledger, [record, break_one, record])
    assert isinstance(answers[1], IntegrityError)
    assert [answers[0].index, answers[2].index] == [2, 3]
    check_ledger(ledger)


def test_units_of_a_group_see_what_those_before_them_wrote(ledger):
    def count(unit):
        return count_entries(unit.session, CHAIN)

    def two(unit):
        return record_many(unit, 2)

    assert write_together(ledger, [count, record, count, two, count])[::2] == [1, 2, 4]


def once(unit):
    body = event_body("sogoc:sowing", eventID="urn:uuid:00000000-0000-4000-8000-000000000001")
    return unit.append(CHAIN, unit.sign(CHAIN, Kind.EVENT, body), idempotency_key="k")


def test_the_same_key_twice_in_one_group_is_appended_once(ledger):
    first, second, third = write_together(ledger, [once, once, once])
    assert (first.repeated, second.repeated, third.repeated) == (False, True, True)
    assert first.index == second.index == third.index
    check_ledger(ledger)


def test_a_key_of_one_that_failed_is_free_again(ledger):
    def once_and_fail(unit):
        once(unit)
        raise ZeroDivisionError

    answers = write_together(ledger, [record, once_and_fail, once])
    assert not answers[2].repeated
    check_ledger(ledger)


def test_a_use_case_sees_the_context_of_its_caller(ledger):
    name = ContextVar("name")

    def whose(unit):
        return name.get()

    def write(caller):
        name.set(caller)
        return ledger.write(whose)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(write, range(100))) == list(range(100))


def test_writing_inside_a_use_case_is_an_error_and_not_a_deadlock(ledger):
    with pytest.raises(LogError, match="not write"):
        ledger.write(lambda _unit: ledger.write(record))
    ledger.write(record)


@pytest.mark.parametrize("persisted", [True, False])
def test_a_commit_that_fails_is_told_to_everyone_in_it(ledger, persisted):
    def fail(unit):
        raise ZeroDivisionError

    def arm():
        ledger.database = FailingCommits(ledger.database, persisted=persisted)

    answers = write_together(ledger, [record, fail, record], before=arm)
    assert isinstance(answers[1], ZeroDivisionError)
    if persisted:
        assert [answers[0].index, answers[2].index] == [2, 3]
    else:
        assert isinstance(answers[0], OperationalError)
        assert isinstance(answers[2], OperationalError)
        assert ledger.read(read_head).size == 2
    ledger.write(record)
    check_ledger(ledger)


def test_eight_threads_and_two_processes_worth_of_ledgers(ledger):
    """Two ledgers on one database stand for two processes: each follows what the other appended."""
    other = Ledger.open(ledger.database, VAULT)
    ledgers = [ledger, other] * 40
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda one: one.write_proved(record), ledgers))
    for written in answers:
        check_proofs(ledger, written, [written.result])
    assert sorted(written.result.index for written in answers) == list(range(2, 82))
    check_ledger(ledger)


def test_a_process_follows_the_keys_that_another_one_changed(ledger):
    other = Ledger.open(ledger.database, VAULT)
    other.write(record)
    ledger.write(replace_key, CHAIN)
    ledger.write(open_chain, "HTX2")
    assert other.write(record, "HTX2").seq == 1
    receipt = other.write(record)
    assert receipt.index == ledger.read(read_head).size - 1
    check_ledger(ledger)


def signed_note(ledger, **members):
    body = event_body("sogoc:sowing", **members)
    return ledger.write(lambda unit: unit.sign(CHAIN, Kind.EVENT, body))


def test_a_signed_note_is_appended_and_proved(ledger):
    note = signed_note(ledger)
    written = ledger.append(CHAIN, note)
    check_proofs(ledger, written, [written.result])
    again = ledger.append(CHAIN, note)
    assert again.result.repeated
    assert again.result.entry == written.result.entry
    check_proofs(ledger, again, [again.result])
    check_ledger(ledger)


def test_a_note_with_another_signature_is_refused_before_it_queues(ledger):
    note = signed_note(ledger)
    ledger.append(CHAIN, note)
    other = signed_note(ledger, **{"sogoc:fields": {"amount": "2"}})
    text, blank, _ = other.rpartition(b"\n\n")
    forged = text + blank + note.rpartition(b"\n\n")[2]
    with pytest.raises(BadSignatureError):
        ledger.append(CHAIN, forged)
    assert ledger.read(read_head).size == 3


def test_a_note_under_a_key_that_was_replaced_meanwhile_is_checked_again(ledger):
    note = signed_note(ledger)
    ledger.append(CHAIN, signed_note(ledger, **{"sogoc:fields": {"amount": "3"}}))
    ledger.write(replace_key, CHAIN)
    # The old key stays valid until it is revoked.
    assert ledger.append(CHAIN, note).result.seq > 0
    check_ledger(ledger)


def test_the_key_of_a_note_stands_for_its_text(ledger):
    ledger.append(CHAIN, signed_note(ledger), idempotency_key="k")
    other = signed_note(ledger, **{"sogoc:fields": {"amount": "2"}})
    with pytest.raises(IdempotencyConflictError):
        ledger.append(CHAIN, other, idempotency_key="k")
    assert ledger.read(find_entry_by_key, CHAIN, "k") is not None


def test_work_put_off_to_the_end_of_a_unit_runs_before_the_commit(ledger):
    seen = []

    def use_case(unit):
        unit.at_end(lambda: seen.append(unit.chain_size(CHAIN)))
        return record(unit)

    ledger.write(use_case)
    assert seen == [2]


def test_work_at_the_end_that_fails_fails_its_unit(ledger):
    def use_case(unit):
        record(unit)
        unit.at_end(lambda: unit.signer("NOBODY"))

    answers = write_together(ledger, [record, use_case, record])
    assert isinstance(answers[1], UnknownChainError)
    assert [answers[0].index, answers[2].index] == [2, 3]
    check_ledger(ledger)


def test_many_threads_each_get_their_own(ledger):
    barrier = threading.Barrier(16)

    def write(number):
        barrier.wait()
        return [ledger.write_proved(record, step=f"sogoc:step{number}").result for _ in range(10)]

    with ThreadPoolExecutor(16) as threads:
        receipts = [receipt for found in threads.map(write, range(16)) for receipt in found]
    assert sorted(receipt.index for receipt in receipts) == list(range(2, 162))
    check_ledger(ledger)


def test_what_another_process_appends_is_followed_without_reading_the_tree(ledger, monkeypatch):
    other = Ledger.open(ledger.database, VAULT)
    other.write(record)
    ledger.write(record_many, 300)
    read = []
    monkeypatch.setattr(Memory, "read", lambda *args: read.append(args))
    written = other.write_proved(record)
    check_proofs(other, written, [written.result])
    assert not read
    check_ledger(ledger)


def test_far_behind_the_tree_is_read_anew(ledger, monkeypatch):
    monkeypatch.setattr("ledger.log.memory.CATCH_UP_LIMIT", 10)
    other = Ledger.open(ledger.database, VAULT)
    other.write(record)
    ledger.write(record_many, 300)
    written = other.write_proved(record)
    check_proofs(other, written, [written.result])
    check_ledger(ledger)


def test_a_head_that_does_not_follow_from_what_is_remembered_is_not_followed(ledger):
    """Leaf hashes in the tables that do not give the head's root: somebody has been at them."""
    other = Ledger.open(ledger.database, VAULT)
    other.write(record)
    ledger.write(record_many, 3)
    tamper(ledger.database, update(LogEntry).where(LogEntry.index == 4).values(leaf_hash=bytes(32)))
    # Read anew from the tiles, which still give the root: the append is sound, and fsck tells the rest.
    written = other.write_proved(record)
    check_proofs(other, written, [written.result])


def test_what_is_asked_for_is_looked_up_once_for_all_who_wait(ledger):
    asked = []

    def look_up(unit, whats):
        asked.append(list(whats))

    jobs = [Job(record, expected=Expected(look_up, number)) for number in range(3)]
    run_together(ledger, jobs)
    assert asked == [[0, 1, 2]]
    assert [job.answer().result.index for job in jobs] == [2, 3, 4]
    check_ledger(ledger)


def test_a_look_up_that_fails_is_nobody_s_error(ledger):
    """It may be anybody's question: each asks again for itself, and only its own use case can fail it."""

    def look_up(unit, whats):
        raise ZeroDivisionError

    jobs = [Job(record, expected=Expected(look_up, number)) for number in range(3)]
    run_together(ledger, jobs)
    assert [job.answer().result.index for job in jobs] == [2, 3, 4]
    check_ledger(ledger)


def run_together(ledger, jobs):
    """Hand jobs to the ledger's leader as one group."""
    ledger._lead(jobs[0], iter([jobs[1:], (), (), ()]).__next__)
