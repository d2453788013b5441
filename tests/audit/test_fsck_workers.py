"""fsck by several processes: the findings of the plain walk, in its order, whatever was done to the log."""

import os
import signal
import tracemalloc
import uuid
from multiprocessing import Pipe

import pytest
from sqlalchemy import delete, insert, select, update

from ledger.audit import certificates
from ledger.audit import fsck as fsck_room
from ledger.audit.fsck import Checked, fsck
from ledger.audit.workers import Workers, serve
from ledger.log.entries import Kind
from ledger.log.errors import WorkerError
from ledger.log.keys import replace_key, revoke_key
from ledger.log.log_rotation import revoke_log_key, rotate_log_key
from ledger.log.merkle import leaf_hash
from ledger.log.records import parse_record
from ledger.log.tables import LogChain, LogEntry, LogHead, LogIdentity, LogKey, LogTile
from signing.keys import NamedKey, PrivateKey
from tests.support.ledgers import CHAIN, LOG_KEY, ORIGIN, OTHER_CHAIN, new_ledger, record, record_many
from tests.support.tampering import entry_bytes, remove_entries, replace_entry, tamper


@pytest.fixture(scope="module")
def workers():
    """Processes are slow to start; they serve one walk after the other, each on a database of its own."""
    with Workers(2) as started:
        yield started


@pytest.fixture
def certify_range():
    """A worker's task, done in this process."""
    yield certificates.certify_range
    certificates.close_database()


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(fsck_room, "BATCH", 16)
    monkeypatch.setattr(certificates, "BATCH", 16)


@pytest.fixture
def ledger(database):
    """More entries than one tile, two chains, keys that come and go, also those of the log."""
    ledger = new_ledger(database)
    ledger.write(record_many, 150)
    old = ledger.write(lambda unit: unit.signer(CHAIN)).verifier_key
    ledger.write(replace_key, CHAIN)
    ledger.write(record_many, 60, OTHER_CHAIN)
    ledger.write(revoke_key, CHAIN, old)
    ledger.write(rotate_log_key)
    ledger.write(revoke_log_key, ledger.vkey)
    ledger.write(record_many, 70)
    return ledger


class Everything:
    """A projection check that remembers what it was shown."""

    rows_checked = 0

    def __init__(self):
        self.records = []

    def feed(self, found):
        self.records.append(found)

    def findings(self, _session):
        return ()


def walked(ledger, workers=None):
    """Findings, records and counts of one walk."""
    check, told = Everything(), []
    with ledger.database.reading() as session:
        findings = list(fsck(session, projection_checks=(check,), workers=workers, progress=told.append))
    return findings, check.records, told[-1] if told else None


def entry_row(database, index):
    with database.reading() as session:
        table = LogEntry.__table__
        return dict(session.execute(select(table).where(table.c.index == index)).one()._mapping)


def moved(ledger, index, /, **columns):
    """A copy of an entry's row, somewhere else."""
    row = entry_row(ledger.database, index) | {"idempotency_key": None} | columns
    return insert(LogEntry).values(row)


def another_key_row(ledger):
    """The attacker's key stands in the table, and under it a new entry's signature would hold."""
    forged = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.generate())
    values = {"public_key": forged.verifier_key.public_key, "key_id": forged.key_id}
    tamper(ledger.database, update(LogKey).where(LogKey.valid_from == 0).values(values))
    row = entry_row(ledger.database, 20)
    text = parse_record(20, row["entry"])
    note = _resigned(text, forged)
    head = row["entry"][: row["entry"].index(b"\n\n") + 2]
    replace_entry(ledger.database, 20, head + note)


def _resigned(found, key):
    from ledger.log.entries import format_event_text
    from signing.notes import sign_note

    return sign_note(format_event_text(Kind.EVENT, dict(found.body)), key)


def changed_column(ledger):
    statement = update(LogEntry).where(LogEntry.index.in_([3, 40, 200]))
    tamper(
        ledger.database,
        statement.values(recorded_at=None or parse_record(0, entry_bytes(ledger.database, 0)).recorded_at),
    )


def flipped_bytes(ledger):
    for index in (5, 17, 100, 255, 256, 280):
        data = bytearray(entry_bytes(ledger.database, index))
        data[150] ^= 1
        tamper(ledger.database, update(LogEntry).where(LogEntry.index == index).values(entry=bytes(data)))


def no_entries(ledger):
    replace_entry(ledger.database, 33, b"no entry")
    replace_entry(
        ledger.database, 34, entry_bytes(ledger.database, 34).replace(b"sogoc/event/v1", b"sogoc/event/v2")
    )


def swapped(ledger):
    first, second = entry_bytes(ledger.database, 15), entry_bytes(ledger.database, 16)
    replace_entry(ledger.database, 15, second)
    replace_entry(ledger.database, 16, first)


def other_chain(ledger):
    data = entry_bytes(ledger.database, 60).replace(CHAIN.encode(), OTHER_CHAIN.encode(), 1)
    replace_entry(ledger.database, 60, data)


def key_statement_changed(ledger):
    data = entry_bytes(ledger.database, 152)
    replace_entry(ledger.database, 152, data.replace(b'"KeyAdded"', b'"KeyAddeb"'))


def statement(*statements):
    return lambda ledger: tamper(ledger.database, *statements)


TAMPERED = {
    "nothing": lambda _ledger: None,
    "flipped bytes": flipped_bytes,
    "no entries": no_entries,
    "swapped across a batch": swapped,
    "moved to another chain": other_chain,
    "column changed": changed_column,
    "key statement changed": key_statement_changed,
    "key row of the attacker": another_key_row,
    "key rows gone": statement(delete(LogKey)),
    "keys of other rows": statement(update(LogKey).values(public_key=LOG_KEY.public_key)),
    "keys that are none": statement(update(LogKey).values(public_key=b"short")),
    "a hole": lambda ledger: remove_entries(ledger.database, 30, 41),
    "a batch gone": lambda ledger: remove_entries(ledger.database, 48, 80),
    "the first gone": lambda ledger: remove_entries(ledger.database, 0, 0),
    "the tail gone": lambda ledger: remove_entries(ledger.database, 270, 1000),
    "all gone": lambda ledger: remove_entries(ledger.database, 0, 1000),
    "holes and no tiles": lambda ledger: (
        remove_entries(ledger.database, 100, 100),
        tamper(ledger.database, delete(LogTile)),
    ),
    "an entry far away": lambda ledger: tamper(ledger.database, moved(ledger, 9, index=10**12, seq=900)),
    "a head far away": statement(update(LogHead).values(size=10**15)),
    "both far away": lambda ledger: tamper(
        ledger.database, moved(ledger, 9, index=10**12, seq=900), update(LogHead).values(size=10**13)
    ),
    "an entry before the first": lambda ledger: tamper(ledger.database, moved(ledger, 9, index=-5, seq=900)),
    "a head rolled back": statement(update(LogHead).values(size=100)),
    "an empty head": statement(update(LogHead).values(size=0)),
    "chains and checkpoint": statement(delete(LogChain), update(LogHead).values(checkpoint=b"x")),
    "another identity": statement(update(LogIdentity).values(origin="la.example.vn")),
    "no identity": statement(delete(LogIdentity)),
}


@pytest.mark.parametrize("tampering", TAMPERED)
def test_processes_find_what_one_finds_in_the_same_order(ledger, workers, tampering):
    TAMPERED[tampering](ledger)
    alone = walked(ledger)
    assert walked(ledger, workers) == alone
    assert bool(alone[0]) == (tampering != "nothing")


def test_everything_is_counted(ledger, workers):
    _, records, told = walked(ledger, workers)
    size = len(records)
    # 2 + 150 + 1 + 60 + 1 + 3 + 70 entries; a key that replaces another is signed for by both.
    assert told == Checked(entries=287, signatures=289, tiles=3, chains=3, keys=5, projections=0)
    assert size == 287


def test_sound_entries_are_certified_and_only_key_statements_are_left(ledger, certify_range):
    url = ledger.database.url.render_as_string(hide_password=False)
    task = certificates.Range(url, "a walk", 0, 10**6, with_entries=False)
    _, found = certify_range(task)
    left = sorted({*range(287)} - {certificate.at_index for certificate in found})
    assert left == [0, 1, 152, 213, 214, 215, 216]
    assert {certificate.entry for certificate in found} == {None}
    assert found[0].leaf_hash == leaf_hash(entry_bytes(ledger.database, 2))


@pytest.mark.parametrize(
    ("tampering", "left"),
    [
        (flipped_bytes, {5, 17, 100, 255, 256, 280}),
        (no_entries, {33, 34}),
        (other_chain, {60}),
        (changed_column, {3, 40, 200}),
        (another_key_row, set(range(2, 152)) | {20}),
    ],
)
def test_what_is_not_sound_is_not_certified(ledger, certify_range, tampering, left):
    tampering(ledger)
    url = ledger.database.url.render_as_string(hide_password=False)
    task = certificates.Range(url, uuid.uuid4().hex, 0, 10**6, with_entries=True)
    _, found = certify_range(task)
    certified = {certificate.at_index for certificate in found}
    assert {*range(287)} - certified - {0, 1, 152, 213, 214, 215, 216} == left - (
        {20} if tampering is another_key_row else set()
    )


def test_signers_that_do_not_fit_into_memory_are_asked_about_again(ledger, workers, monkeypatch):
    monkeypatch.setattr("ledger.audit.lineage.MAX_ACCEPTED", 1)
    ledger.write(record, OTHER_CHAIN)
    ledger.write(record)
    assert walked(ledger, workers) == walked(ledger)


def test_memory_of_the_walk_stays_flat(sqlite_database, workers):
    """The log is several megabytes; what lies between processes at once is a few batches."""
    ledger = new_ledger(sqlite_database)
    ledger.write(record_many, 3000)
    check = Everything()
    check.feed = lambda _record: None
    with ledger.database.reading() as session:
        tracemalloc.start()
        assert list(fsck(session, projection_checks=(check,), workers=workers)) == []
        _, high = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert high < 1_000_000


def test_entries_appended_meanwhile_are_of_no_concern(ledger, workers):
    with ledger.database.reading() as session:
        walk = fsck(session, workers=workers, progress=lambda _: ledger.write(record))
        assert list(walk) == []


def test_a_walk_given_up_leaves_the_workers_fit_for_the_next(ledger, workers):
    flipped_bytes(ledger)
    with ledger.database.reading() as session:
        assert next(fsck(session, workers=workers)).index == 5
    assert walked(ledger, workers) == walked(ledger)


# -- what can happen to a process --------------------------------------------------------------------------


def test_a_process_that_dies_ends_the_walk_with_an_error(ledger):
    with Workers(2) as started, ledger.database.reading() as session:

        def kill(_):
            for pid in started.pids:
                os.kill(pid, signal.SIGKILL)

        with pytest.raises(WorkerError, match="died with exit code -9"):
            list(fsck(session, workers=started, progress=kill))


def test_a_process_that_is_dead_before_the_walk_is_told_too(ledger):
    with Workers(1) as started, ledger.database.reading() as session:
        os.kill(started.pids[0], signal.SIGKILL)
        with pytest.raises(WorkerError):
            list(fsck(session, workers=started))


def test_a_task_that_fails_is_an_error_and_no_result(workers):
    with pytest.raises(WorkerError, match="invalid literal"):
        list(workers.map(int, ["1", "x", "3"]))


def test_answers_come_in_the_order_of_the_tasks_and_tasks_are_not_taken_ahead(workers):
    taken = []

    def tasks():
        for number in range(200):
            taken.append(number)
            yield str(number)

    answers = workers.map(int, tasks())
    assert next(answers) == 0
    assert len(taken) <= 2 * 6 + 1
    assert list(answers) == [*range(1, 200)]


def _answer_and_hang_up(_task):
    OVERHEARD.extend((OURS[0].recv(), OURS[0].recv()))
    OURS[0].close()


OURS, OVERHEARD = [], []


def test_a_worker_answers_until_its_master_hangs_up(monkeypatch):
    monkeypatch.setattr("ledger.audit.workers.signal.signal", lambda *_: None)
    monkeypatch.setattr("ledger.audit.workers.gc.set_threshold", lambda *_: None)
    ours, theirs = Pipe()
    OURS.append(ours)
    for number, (work, task) in enumerate([(int, "5"), (int, "x"), (_answer_and_hang_up, None)]):
        ours.send((number, work, task))
    serve(theirs)
    theirs.close()
    assert OVERHEARD[0] == (0, None, 5)
    assert OVERHEARD[1][:2] == (1, "ValueError: invalid literal for int() with base 10: 'x'")


def test_no_process_is_no_pool():
    with pytest.raises(ValueError, match="at least one"):
        Workers(0)


def test_closed_workers_are_gone(ledger):
    with Workers(2) as started:
        pids = started.pids
        assert walked(ledger, started)[0] == []
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
