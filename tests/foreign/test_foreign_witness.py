"""A witness of other people's making cosigns our checkpoints, and refuses what a witness must refuse."""

import json
import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.log.checkpoints import parse_checkpoint_note, sign_checkpoint
from ledger.log.consistency import format_consistency, prove_extension
from ledger.log.merkle import prove_consistency
from ledger.log.policies import NamedWitness
from ledger.log.queries import StoredTiles, read_head
from ledger.log.tiles import TileReader
from ledger.log.witnesses import WitnessKey, WitnessPolicy, check_witnesses
from ledger.witness.asking import ask_witness
from ledger.witness.errors import NotAnsweredError
from ledger.witness.exchange import post
from signing.notes import Note
from tests.support.ledgers import CHAIN, new_ledger, record_many
from tests.support.remote import LOG_SIGNER, Kept, grown_tiles, log_files, some_entries

NAME = "lien-minh.example/chung-kien"


@dataclass(frozen=True)
class ForeignWitness:
    """A running ``aics-witness``: where it is, and the key that it said is its own."""

    url: str
    key: WitnessKey
    config: Path
    command: tuple[str, ...]

    def run(self, *words: str) -> str:
        return run(self.command, *words, "--config", str(self.config))

    @property
    def named(self) -> NamedWitness:
        return NamedWitness("Lien_minh", self.key, self.url)


def run(command, *words):
    done = subprocess.run([*command, *words], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def running(command, config):
    """Serve on a port that the system chooses; the witness says which one it got."""
    words = [*command, "serve", "--config", str(config), "--listen", "127.0.0.1:0"]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environ)
    try:
        for line in process.stderr:
            found = re.search(r"listening on (\S+)", line)
            if found:
                break
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def witness(foreign_python, tmp_path):
    command = (str(foreign_python), "-m", "aics_witness")
    config = tmp_path / "witness.json"
    said = run(command, "init", "--config", str(config), "--name", NAME)
    key = WitnessKey.parse(next(line for line in said.splitlines() if line.startswith(f"{NAME}+")))
    vkey = LOG_SIGNER.verifier_key
    run(command, "add-log", "--config", str(config), "--origin", vkey.name, "--vkey", vkey.format())
    with running(command, config) as url:
        yield ForeignWitness(url, key, config, command)


@pytest.fixture
def ledger(sqlite_database):
    ledger = new_ledger(sqlite_database)
    ledger.write(record_many, 5, CHAIN)
    return ledger


def asked(ledger, witness, known_size):
    """Our client asks about our newest checkpoint; the note with what it got."""
    checkpoint, note = parse_checkpoint_note(ledger.checkpoint())

    def prove(old, new):
        with ledger.database.reading() as session:
            return prove_consistency(old, new, TileReader(StoredTiles(session)))

    lines = ask_witness(witness.named, checkpoint, note, known_size, prove)
    return Note(note.text, (*note.signatures, *lines))


def test_it_cosigns_what_our_client_shows_it_as_the_log_grows(witness, ledger):
    policy, sizes = WitnessPolicy((witness.key,), 1), []
    for known, more in ((0, 3), (10, 300), (310, 1)):
        ledger.write(record_many, more, CHAIN)
        cosigned = asked(ledger, witness, known)
        assert check_witnesses(cosigned, policy).keys() == {NAME}
        sizes.append(parse_checkpoint_note(ledger.checkpoint())[0].size)
    assert sizes == [10, 310, 311]
    (state,) = json.loads(witness.run("status", "--json"))["logs"]
    assert (state["size"], state["evidence"]) == (311, 0)


def test_our_client_finds_its_way_when_it_knows_another_size(witness, ledger):
    """What it cosigned is told in a 409; the second request has the proof from there."""
    asked(ledger, witness, 0)
    ledger.write(record_many, 20, CHAIN)
    for known in (0, 3, 27):
        assert check_witnesses(asked(ledger, witness, known), WitnessPolicy((witness.key,), 1))


def test_it_reads_the_text_that_we_serve_as_it_is(witness, ledger):
    """The body of a request is what docs/spec/consistency.md describes."""
    with ledger.database.reading() as session:
        head = read_head(session)
        body = format_consistency(prove_extension(0, head.checkpoint, TileReader(StoredTiles(session))))
    answer = post(f"{witness.url}/add-checkpoint", body, max_bytes=10_000)
    assert (answer.status, answer.body.decode().split(" ")[:2]) == (200, ["—", NAME])


def test_it_refuses_a_log_that_shows_it_another_past(witness, ledger):
    """A split view under one key: it keeps the log's own signature under it as evidence."""
    asked(ledger, witness, 0)
    others = some_entries(400, word="other")
    _, fork = log_files(others)
    tree = TileReader(Kept(grown_tiles(others)))
    note = sign_checkpoint(fork, LOG_SIGNER)
    body = format_consistency(prove_extension(7, note, tree))
    answer = post(f"{witness.url}/add-checkpoint", body, max_bytes=10_000)
    assert answer.status == 422
    _, small = log_files(others, 7)
    with pytest.raises(NotAnsweredError) as caught:
        ask_witness(
            witness.named,
            small,
            parse_checkpoint_note(sign_checkpoint(small, LOG_SIGNER))[1],
            7,
            lambda old, new: prove_consistency(old, new, tree),
        )
    assert caught.value.__class__ is NotAnsweredError
    evidence = json.loads(witness.run("evidence"))
    assert len(evidence) == 2
    assert note.decode() in evidence[0]["request"]
