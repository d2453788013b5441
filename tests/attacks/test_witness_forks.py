"""Ways to make a witness sign a fork, each of which fails; and what it does not forget."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.log.merkle import prove_consistency
from ledger.log.witnesses import find_cosignatures
from ledger.witness.errors import (
    InconsistentError,
    MalformedRequestError,
    SizeConflictError,
    UnknownLogError,
    UntrustedCheckpointError,
)
from ledger.witness.requests import MAX_REQUEST_BYTES, format_request, parse_answer
from signing.canonical_base64 import format_base64
from signing.keys import NamedKey, PrivateKey
from signing.notes import Note, parse_note
from tests.support.forking_log import ForkingLog, Leaves, entries
from tests.support.witnessing import new_service

LOG = ForkingLog()
ROOT = Path(__file__).parents[2]


@pytest.fixture
def service(tmp_path):
    """A witness that cosigned seven entries."""
    service = new_service(tmp_path / "witness.db", LOG.vkey)
    service.add_checkpoint(LOG.request(0, entries(7)))
    yield service
    service.register.close()


def latest(service):
    return service.register.latest(LOG.vkey.name)


def refuse(service, request, error):
    """The request is refused, and the witness remembers what it remembered."""
    before = latest(service)
    with pytest.raises(error) as refused:
        service.add_checkpoint(request)
    assert latest(service) == before
    return refused.value


def test_witness_asked_to_sign_a_smaller_tree(service):
    assert refuse(service, LOG.request(0, entries(5)), SizeConflictError).size == 7
    refuse(service, LOG.request(5, entries(5)), SizeConflictError)
    # From its own size it would have to be the larger.
    smaller = LOG.request(5, entries(5)).replace(b"old 5", b"old 7")
    refuse(service, smaller, MalformedRequestError)


def test_witness_shown_another_face_of_the_log(service):
    fork = entries(9, "fork", since=3)
    refuse(service, LOG.request(7, fork), InconsistentError)
    refuse(service, LOG.request(0, fork), SizeConflictError)
    refuse(service, LOG.request(3, fork), SizeConflictError)
    # The proof between the honest trees does not fit the other root hash.
    honest = prove_consistency(7, 9, Leaves(entries(9)))
    refuse(service, format_request(7, honest, LOG.checkpoint(fork)), InconsistentError)
    refuse(service, format_request(7, (), LOG.checkpoint(fork)), InconsistentError)


def test_witness_shown_another_root_of_the_same_size(service):
    fork = LOG.request(7, entries(7, "fork", since=6))
    refused = refuse(service, fork, SizeConflictError)
    assert (refused.size, refused.is_fork) == (7, True)
    # Both were signed by the log: that is what convicts it, and it is kept.
    ((cosigned, request),) = service.register.evidence(LOG.vkey.name)
    assert (cosigned, request) == (latest(service).note, fork)


def test_two_forks_sent_to_a_witness_at_once(service):
    faces = [LOG.request(7, entries(20, face, since=7)) for face in ("a", "b", "c", "d")]
    answers, start = [], threading.Barrier(len(faces))

    def ask(request):
        start.wait()
        with contextlib.suppress(SizeConflictError, InconsistentError):
            answers.append(service.add_checkpoint(request))

    threads = [threading.Thread(target=ask, args=(face,)) for face in faces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 1
    text = parse_note(latest(service).note).text
    (line,) = parse_answer(answers[0], text)
    assert find_cosignatures(Note(text, (line,)), (service.key,))


def test_witness_killed_between_signing_and_answering(tmp_path):
    """What it may have told somebody it remembers: the process dies where the answer would leave."""
    program = (
        "import os, pathlib, signal, sys\n"
        "from tests.support.forking_log import ForkingLog, entries\n"
        "from tests.support.witnessing import new_service\n"
        "import ledger.witness.answering as answering\n"
        "answering.format_answer = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "log = ForkingLog()\n"
        "new_service(pathlib.Path(sys.argv[1]), log.vkey).add_checkpoint(log.request(0, entries(7)))\n"
    )
    path = tmp_path / "witness.db"
    done = subprocess.run(
        [sys.executable, "-c", program, path],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    service = new_service(path, LOG.vkey)
    assert latest(service).size == 7
    refuse(service, LOG.request(0, entries(7, "fork")), SizeConflictError)
    # The honest log asks again from the size that it is told, and gets its cosignature.
    assert service.add_checkpoint(LOG.request(7, entries(7)))


def test_witness_whose_disk_fails_says_nothing(service, monkeypatch):
    """No answer without a durable memory: the cosignature that was made is thrown away."""
    connection = service.register._connection

    class Failing:
        def __getattr__(self, name):
            return getattr(connection, name)

        def execute(self, statement, *values):
            if statement == "COMMIT":
                raise OSError("disk full")
            return connection.execute(statement, *values)

    monkeypatch.setattr(service.register, "_connection", Failing())
    with pytest.raises(OSError, match="disk full"):
        service.add_checkpoint(LOG.request(7, entries(9)))
    monkeypatch.undo()
    assert latest(service).size == 7
    service.add_checkpoint(LOG.request(7, entries(8)))


def test_witness_asked_by_a_log_it_does_not_watch(service):
    other = ForkingLog(NamedKey("khac.example/log", PrivateKey.from_seed(bytes([7]) * 32)))
    refuse(service, other.request(0, entries(3)), UnknownLogError)
    assert service.register.latest("khac.example/log") is None


def test_checkpoint_signed_by_a_key_that_the_witness_did_not_pin(service):
    stranger = NamedKey(LOG.vkey.name, PrivateKey.from_seed(bytes([66]) * 32))
    refuse(service, LOG.request(7, entries(9), stranger), UntrustedCheckpointError)
    # The pinned key's name and id over another signature, alone and beside a stranger's.
    genuine = LOG.request(7, entries(9))
    text, _, line = genuine.rpartition("— ".encode())
    name, _, blob = line.partition(b" ")
    forged = text + "— ".encode() + name + b" " + blob[:20] + b"A" * 8 + blob[28:]
    refuse(service, forged, UntrustedCheckpointError)
    moved = LOG.request(7, entries(10)).partition(b"\n\n")
    spliced = moved[0] + b"\n\n" + moved[2].rpartition("— ".encode())[0] + "— ".encode() + line
    refuse(service, spliced, UntrustedCheckpointError)


def test_lines_that_do_not_belong_in_a_witness_s_request(service):
    genuine = LOG.request(7, entries(9))
    for wrong in (
        b"old 7\n" + genuine,
        genuine.replace(b"old 7\n", b"old 7\n" + format_base64(bytes(32)).encode() + b"\n"),
        genuine.replace(b"old 7\n", b"old 7\n\n"),
        genuine + b"\n",
        genuine + b"more\n",
    ):
        refuse(service, wrong, (MalformedRequestError, InconsistentError))
    # Lines of the log's own behind the root hash do not hide a fork.
    talkative = replace(LOG, extensions=("seven", "7"))
    refuse(service, talkative.request(7, entries(7, "fork")), SizeConflictError)
    service.add_checkpoint(talkative.request(7, entries(9)))


def test_witness_s_request_in_another_spelling(service):
    genuine = LOG.request(7, entries(9))
    for wrong in (
        genuine.replace(b"old 7", b"old 07"),
        genuine.replace(b"old 7", b"old 7 "),
        genuine.replace(b"\n9\n", b"\n+9\n"),
        genuine.replace(b"\n9\n", b"\n9.0\n"),
        genuine.replace(b"=\n", b"\n", 1),
        genuine.replace(b"\n", b"\r\n"),
    ):
        refuse(service, wrong, MalformedRequestError)


def test_oversize_request_to_a_witness(service):
    genuine = LOG.request(7, entries(9))
    many = b"".join(f"— x{n}.example {format_base64(bytes(68))}\n".encode() for n in range(101))
    refuse(service, genuine + many, MalformedRequestError)
    refuse(service, genuine.ljust(MAX_REQUEST_BYTES + 1, b"\n"), MalformedRequestError)
    long_proof = b"old 7\n" + (format_base64(bytes(32)).encode() + b"\n") * 64
    refuse(service, long_proof + genuine[genuine.index(b"\n\n") + 1 :], MalformedRequestError)
