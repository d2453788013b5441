"""What a log believes of a witness's answer, and how long it waits for it."""

import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from ledger.log.checkpoints import parse_checkpoint
from ledger.log.merkle import prove_consistency
from ledger.witness.asking import ask_witness
from ledger.witness.errors import NotAnsweredError, SizeConflictError, WitnessingError
from ledger.witness.exchange import post
from ledger.witness.requests import format_answer
from signing.notes import countersign, parse_note
from tests.support.forking_log import ForkingLog, Leaves, entries
from tests.support.witnessing import NOW, answering, named, new_service
from tests.support.witnessing import witness_signer as signer_of
from web.witnessing.app import STATUS

LOG = ForkingLog()
LEAVES = entries(9)
NOTE = parse_note(LOG.checkpoint(LEAVES))


def prove(old_size, new_size):
    return prove_consistency(old_size, new_size, Leaves(LEAVES))


def ask(url, known_size=0, *, note=NOTE, seconds=5.0):
    return ask_witness(named(1, url), parse_checkpoint(note.text), note, known_size, prove, seconds=seconds)


@contextmanager
def served(service):
    """A real witness behind HTTP; yields its address and the requests it got."""
    asked = []

    def answer(path, body):
        asked.append((path, body.partition(b"\n")[0]))
        try:
            return 200, {}, service.add_checkpoint(body)
        except SizeConflictError as error:
            return 409, {"Content-Type": "text/x.tlog.size; charset=utf-8"}, b"%d\n" % error.size
        except WitnessingError as error:
            return int(STATUS[type(error)][:3]), {}, b"no\n"

    with answering(answer) as url:
        yield url, asked


@pytest.fixture
def service(tmp_path):
    service = new_service(tmp_path / "w.db", LOG.vkey)
    yield service
    service.register.close()


def test_a_cosignature_is_fetched(service):
    with served(service) as (url, asked):
        (line,) = ask(url)
    service.key.check(NOTE.text, line.signature)
    assert asked == [("/add-checkpoint", b"old 0")]


def test_a_prefix_is_kept(service):
    with served(service) as (url, asked):
        ask(f"{url}/w/one/")
    assert asked[0][0] == "/w/one/add-checkpoint"


def test_who_does_not_know_the_size_is_told_and_asks_again(service):
    service.add_checkpoint(LOG.request(0, entries(4)))
    with served(service) as (url, asked):
        ask(url, 0)
    assert [old for _, old in asked] == [b"old 0", b"old 4"]


def test_who_lost_an_answer_asks_again_from_the_same_size(service):
    service.add_checkpoint(LOG.request(0, LEAVES))
    with served(service) as (url, asked):
        ask(url, 3)
    assert [old for _, old in asked] == [b"old 3", b"old 9"]


def test_a_witness_that_knows_a_larger_log_is_an_alarm(service):
    service.add_checkpoint(LOG.request(0, entries(12)))
    with served(service) as (url, _), pytest.raises(NotAnsweredError, match="size 12") as refused:
        ask(url)
    assert (refused.value.is_alarm, refused.value.known_size) == (True, 12)


def test_a_witness_that_knows_another_tree_of_this_size_is_an_alarm(service):
    service.add_checkpoint(LOG.request(0, entries(9, "other")))
    with served(service) as (url, _), pytest.raises(NotAnsweredError, match="another tree") as refused:
        ask(url, 9)
    assert refused.value.is_alarm


def test_a_witness_that_cosigned_another_tree_before_is_an_alarm(service):
    service.add_checkpoint(LOG.request(0, entries(5, "other")))
    with (
        served(service) as (url, _),
        pytest.raises(NotAnsweredError, match="another tree of size 5") as refused,
    ):
        ask(url)
    assert refused.value.is_alarm


def test_a_witness_that_does_not_watch_this_log_is_no_alarm(tmp_path):
    with (
        served(new_service(tmp_path / "w.db")) as (url, _),
        pytest.raises(NotAnsweredError, match="404") as no,
    ):
        ask(url)
    assert not no.value.is_alarm


def cosignature(number=1, leaves=LEAVES, now=NOW):
    from ledger.log.witnesses import Witness

    note = parse_note(LOG.checkpoint(leaves))
    signer = signer_of(number)
    cosigned = countersign(note, Witness(signer.name, signer.private_key, now))
    return format_answer(note, cosigned.signatures[-1])


def test_lines_of_strangers_beside_its_own_are_passed_over():
    with answering(lambda *_: (200, {}, cosignature(2) + cosignature(1) + cosignature(3))) as url:
        (line,) = ask(url)
    assert line.name == "w1.example"


SIZE = {"Content-Type": "text/x.tlog.size"}


@pytest.mark.parametrize(
    "lie",
    [
        (200, {}, b""),
        (200, {}, b"ok"),
        (200, {}, "— w1.example AAAA\n".encode()),
        (200, {}, cosignature(2)),
        (200, {}, cosignature(1, entries(9, "other"))),
        (200, {}, cosignature(1, entries(8))),
        (200, {}, cosignature(1)[:-9] + b"AAAAAA==\n"),
        (200, {}, cosignature(1) + "— w1.example ".encode() + cosignature(1)[-40:]),
        (200, {}, b"text\n\n" + cosignature(1)),
        (200, {}, b"\xff" * 100),
        (200, {}, b"x" * 70_000),
        (200, {"Content-Length": "5000"}, cosignature(1)),
        (301, {"Location": "http://127.0.0.1:1/"}, cosignature(1)),
        (307, {"Location": "/elsewhere"}, b""),
        (204, {}, b""),
        (403, {}, b"no\n"),
        (404, {}, b"no\n"),
        (422, {}, b"no\n"),
        (500, {}, b"no\n"),
        (409, {}, b"9\n"),
        (409, SIZE, b"nine\n"),
        (409, SIZE, b""),
        (409, SIZE, b"0\n"),
        (409, SIZE, b"9" * 5000),
        (409, SIZE, b"-3\n"),
    ],
    ids=str,
)
def test_no_lie_is_kept(lie):
    with answering(lambda *_: lie) as url, pytest.raises(NotAnsweredError):
        ask(url, seconds=1.5)


def test_a_witness_that_names_ever_new_sizes_is_left(service):
    sizes = iter(b"12345678")
    with (
        answering(lambda *_: (409, SIZE, b"%c\n" % next(sizes))) as url,
        pytest.raises(NotAnsweredError, match="keeps naming"),
    ):
        ask(url)


def test_nobody_there():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(NotAnsweredError):
        ask(f"http://127.0.0.1:{port}")
    with pytest.raises(NotAnsweredError):
        ask("http://khong-co.invalid")


@contextmanager
def listening(serve):
    """A raw server: ``serve(connection)`` does with a connection what it likes."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        thread = threading.Thread(target=lambda: serve(server.accept()[0]), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"]
)
def test_a_witness_that_sends_a_byte_now_and_then_is_cut_off(start):
    """Each byte comes in time for the socket; all of them together do not."""

    def dribble(connection):
        with connection:
            connection.recv(100_000)
            connection.sendall(start)
            try:
                for _ in range(200):
                    connection.sendall(b"x")
                    time.sleep(0.05)
            except OSError:
                return

    with listening(dribble) as url:
        began = time.monotonic()
        with pytest.raises(NotAnsweredError):
            post(url, b"body", max_bytes=1000, seconds=0.4)
        assert time.monotonic() - began < 3


def test_an_endless_answer_is_not_read_to_its_end():
    def flood(connection):
        with connection:
            connection.recv(100_000)
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while True:
                    connection.sendall(bytes(65_536))
            except OSError:
                return

    with listening(flood) as url, pytest.raises(NotAnsweredError, match="more than 1000"):
        post(url, b"body", max_bytes=1000, seconds=5)


def test_an_answer_is_what_was_sent():
    headers = {"Content-Type": "Text/X.Tlog.Size; charset=utf-8"}
    with answering(lambda path, body: (200, headers, path.encode() + body)) as url:
        answer = post(f"{url}/a?b=c", b"body", max_bytes=100)
    assert (answer.status, answer.content_type, answer.body) == (200, "text/x.tlog.size", b"/a?b=cbody")


def test_a_clock_that_is_wrong_is_the_verifier_s_business(service):
    """What the witness says of the time is kept as it is; who verifies decides (step 8)."""
    with answering(lambda *_: (200, {}, cosignature(now=NOW + timedelta(days=900)))) as url:
        assert ask(url)
