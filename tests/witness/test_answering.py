"""A witness cosigns what follows from what it cosigned, and remembers it before it tells."""

import contextlib
import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.witnesses import WitnessPolicy, check_witnesses
from ledger.witness.errors import (
    SizeConflictError,
    UnknownLogError,
    UntrustedCheckpointError,
    WitnessingError,
    WitnessStateError,
)
from ledger.witness.register import Register
from ledger.witness.requests import parse_answer
from signing.keys import NamedKey, PrivateKey
from signing.notes import Note, check_note, parse_note
from tests.support.forking_log import ForkingLog, entries
from tests.support.witnessing import NOW, SetClock, new_service, witness_signer

LOG = ForkingLog()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "witness.db"


@pytest.fixture
def service(path):
    service = new_service(path, LOG.vkey)
    yield service
    service.register.close()


def cosigned(service, request, leaves):
    """The note with the lines of the answer."""
    note = parse_note(LOG.checkpoint(leaves))
    lines = parse_answer(service.add_checkpoint(request), note.text)
    return Note(note.text, (*note.signatures, *lines))


def test_the_first_checkpoint_is_cosigned_from_size_0(service):
    note = cosigned(service, LOG.request(0, entries(7)), entries(7))
    assert check_witnesses(note, WitnessPolicy((service.key,), 1)) == {"w1.example": NOW}
    assert service.register.latest(LOG.vkey.name).size == 7


def test_a_log_that_grows_is_cosigned_again_and_again(service):
    size = 0
    for new_size in (0, 1, 2, 5, 5, 64, 65, 300):
        cosigned(service, LOG.request(size, entries(new_size)), entries(new_size))
        size = new_size
    assert service.register.latest(LOG.vkey.name).size == 300


def test_the_same_size_is_cosigned_again_at_a_later_time(path):
    clock = SetClock()
    service = new_service(path, LOG.vkey, clock=clock)
    cosigned(service, LOG.request(0, entries(7)), entries(7))
    clock.now += timedelta(days=1)
    note = cosigned(service, LOG.request(7, entries(7)), entries(7))
    assert check_witnesses(note, WitnessPolicy((service.key,), 1)) == {"w1.example": clock.now}


def test_asking_again_at_once_gives_the_same_answer_and_writes_nothing(path):
    clock = SetClock()
    service = new_service(path, LOG.vkey, clock=clock)
    first = service.add_checkpoint(LOG.request(0, entries(7)))
    before = path.read_bytes()
    clock.now += timedelta(seconds=9)
    assert service.add_checkpoint(LOG.request(7, entries(7))) == first
    assert path.read_bytes() == before
    clock.now += timedelta(seconds=1)
    assert service.add_checkpoint(LOG.request(7, entries(7))) != first
    # A clock that was set back makes nothing young.
    clock.now -= timedelta(hours=1)
    assert service.add_checkpoint(LOG.request(7, entries(7))) != first


def test_what_is_kept_is_the_checkpoint_with_log_s_and_witness_s_lines_only(service):
    stranger = NamedKey("khach.example", PrivateKey.from_seed(bytes([9]) * 32))
    service.add_checkpoint(LOG.request(0, entries(7), LOG.key, stranger))
    checkpoint, note = parse_checkpoint_note(service.register.latest(LOG.vkey.name).note)
    assert checkpoint.size == 7
    assert [line.name for line in note.signatures] == [LOG.vkey.name, "w1.example"]
    check_note(note, (LOG.vkey, service.key))


def test_another_size_than_the_latest_is_answered_with_the_latest(service):
    service.add_checkpoint(LOG.request(0, entries(7)))
    for old_size, new_size in ((0, 9), (6, 9), (8, 9), (0, 3)):
        with pytest.raises(SizeConflictError) as refused:
            service.add_checkpoint(LOG.request(old_size, entries(new_size)))
        assert (refused.value.size, refused.value.is_fork) == (7, False)
    with pytest.raises(SizeConflictError) as refused:
        new_service(service.register.path.with_name("new.db"), LOG.vkey).add_checkpoint(
            LOG.request(3, entries(9))
        )
    assert refused.value.size == 0


def test_several_logs_do_not_know_of_each_other(path):
    other = ForkingLog(NamedKey("khac.example/log", PrivateKey.from_seed(bytes([8]) * 32)))
    service = new_service(path, LOG.vkey, other.vkey)
    service.add_checkpoint(LOG.request(0, entries(7)))
    service.add_checkpoint(other.request(0, entries(3, "x")))
    service.add_checkpoint(LOG.request(7, entries(8)))
    assert [(x.origin, x.size) for x in service.register.all_latest()] == [
        ("khac.example/log", 3),
        ("so.example.vn/goc", 8),
    ]
    assert service.origins == (LOG.vkey.name, other.vkey.name)


def test_a_log_may_have_two_keys_while_it_replaces_one(path):
    new_key = NamedKey(LOG.vkey.name, PrivateKey.from_seed(bytes([70]) * 32))
    service = new_service(path, LOG.vkey, new_key.verifier_key)
    service.add_checkpoint(LOG.request(0, entries(1), LOG.key))
    service.add_checkpoint(LOG.request(1, entries(2), LOG.key, new_key))
    service.add_checkpoint(LOG.request(2, entries(3), new_key))
    with pytest.raises(UntrustedCheckpointError):
        service.add_checkpoint(LOG.request(3, entries(4), witness_signer(3)))


def test_a_witness_goes_on_where_it_was_after_a_restart(path):
    first = new_service(path, LOG.vkey)
    first.add_checkpoint(LOG.request(0, entries(7)))
    first.register.close()
    again = new_service(path, LOG.vkey)
    with pytest.raises(SizeConflictError):
        again.add_checkpoint(LOG.request(0, entries(7, "fork")))
    again.add_checkpoint(LOG.request(7, entries(9)))


def test_a_log_that_is_not_watched_any_more_is_unknown(path):
    new_service(path, LOG.vkey).add_checkpoint(LOG.request(0, entries(7)))
    with pytest.raises(UnknownLogError):
        new_service(path).add_checkpoint(LOG.request(7, entries(8)))


def test_many_requests_at_once_end_in_one_line_of_growth(service):
    """Whoever comes too late is told the size, as a log that publishes from two processes would be."""
    answers, start = [], threading.Barrier(8)

    def ask(size):
        start.wait()
        try:
            answers.append(service.add_checkpoint(LOG.request(0, entries(size))))
        except SizeConflictError as error:
            answers.append(error.size)

    threads = [threading.Thread(target=ask, args=(size,)) for size in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(answer, bytes) for answer in answers) == 1
    latest = service.register.latest(LOG.vkey.name)
    assert {answer for answer in answers if isinstance(answer, int)} == {latest.size}


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans(), st.booleans()), max_size=12))
def test_whatever_is_asked_only_one_line_of_growth_is_ever_cosigned(tmp_path_factory, asked):
    """Two faces of a log, which part at entry 4, in any order of requests, with right and wrong proofs."""
    service = new_service(tmp_path_factory.mktemp("w") / "w.db", LOG.vkey)
    signed = []
    for old_size, new_size, is_fork, is_forged in asked:
        leaves = entries(new_size, "fork" if is_fork else "", since=4)
        if old_size > new_size:
            continue
        request = LOG.request(old_size, leaves)
        if is_forged:
            request = request.replace(b"=\n", b"=\n" + request.split(b"\n")[1][:43] + b"=\n", 1)
        with contextlib.suppress(WitnessingError):
            service.add_checkpoint(request)
            signed.append((new_size, is_fork and new_size > 4))
    assert [size for size, _ in signed] == sorted(size for size, _ in signed)
    assert len({face for size, face in signed if size > 4}) <= 1
    service.register.close()


def test_a_file_of_another_version_or_none_of_ours_is_refused(path, tmp_path):
    register = Register(path)
    register.begin("w1.example", b"sealed")
    with pytest.raises(WitnessStateError):
        register.begin("w2.example", b"sealed")
    register._connection.execute("PRAGMA user_version = 9")
    register.close()
    with pytest.raises(WitnessStateError, match="version"):
        Register(path)
    (tmp_path / "text.db").write_text("this is no database, but a long enough text" * 40)
    with pytest.raises(WitnessStateError):
        Register(tmp_path / "text.db")
