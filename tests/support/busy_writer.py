"""A process whose threads append until it is killed: ``python -m tests.support.busy_writer URL RECORD NAME``.

Each line of its output acknowledges one entry, after the answer: a JSON list of idempotency key, index, leaf
hash in hex and proof file. ``Acknowledged`` reads such a line, and checks that the promise was kept.
"""

import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ledger.database import DatabaseUnavailableError, open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import open_checkpoint
from ledger.log.entries import Kind
from ledger.log.errors import CommitUnknownError
from ledger.log.ledger import Ledger
from ledger.log.merkle import check_inclusion, leaf_hash, root_hash
from ledger.log.proofs import format_proof, parse_proof
from ledger.log.queries import StoredTiles, read_entry
from ledger.log.tiles import TileReader
from ledger.log.unit import Receipt, Unit
from signing.keys import VerifierKey
from tests.support.ledgers import CHAIN, OTHER_CHAIN, VAULT

ROOT = Path(__file__).parents[2]
THREADS = 6


def append_keyed(unit: Unit, key: str, chain_id: str = CHAIN) -> Receipt:
    """A use case: append the one event that stands for ``key``; every try makes the same bytes."""
    event_id = uuid.uuid5(uuid.NAMESPACE_OID, key)
    body = {"type": "ObjectEvent", "eventID": f"urn:uuid:{event_id}", "bizStep": "sogoc:sowing", "key": key}
    return unit.append(chain_id, unit.sign(chain_id, Kind.EVENT, body), idempotency_key=key)


@dataclass(frozen=True)
class Acknowledged:
    """What a writer was answered for ``key``."""

    key: str
    index: int
    leaf: bytes
    proof: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        key, index, leaf, proof = json.loads(line)
        return cls(key, index, bytes.fromhex(leaf), proof.encode())

    def format(self) -> str:
        return json.dumps([self.key, self.index, self.leaf.hex(), self.proof.decode()])

    def check_kept(self, ledger: Ledger) -> None:
        """Fail unless the entry is there, its proof holds, and the log still begins with the proven tree."""
        with ledger.database.reading() as session:
            entry = read_entry(session, self.index).entry
            assert leaf_hash(entry) == self.leaf
            checkpoint = self.check_proof(ledger.vkey)
            assert root_hash(checkpoint.size, TileReader(StoredTiles(session))) == checkpoint.root

    def check_proof(self, vkey: VerifierKey):
        """Fail unless the proof leads to a checkpoint signed by the log. The checkpoint."""
        proof = parse_proof(self.proof)
        checkpoint = open_checkpoint(proof.checkpoint, vkey)
        assert proof.index == self.index
        check_inclusion(self.index, checkpoint.size, self.leaf, proof.hashes, checkpoint.root)
        return checkpoint

    def check_repeated(self, ledger: Ledger) -> None:
        """Fail unless a retry is given the first receipt."""
        again = ledger.write(append_keyed, self.key, chain_of_key(self.key))
        assert (again.index, again.leaf_hash, again.repeated) == (self.index, self.leaf, True)


def chain_of_key(key: str) -> str:
    """Keys ending in "a" go into the first chain."""
    return CHAIN if key.endswith("a") else OTHER_CHAIN


def append_acknowledged(ledger: Ledger, key: str) -> Acknowledged:
    """Append under ``key`` and return what was answered."""
    written = ledger.write_proved(append_keyed, key, chain_of_key(key))
    receipt = written.result
    proof = written.proofs[0] if written.proofs else ledger.prove(receipt.index)
    return Acknowledged(key, receipt.index, receipt.leaf_hash, format_proof(proof))


@contextmanager
def busy_writer(url: str, record: Path, name: str) -> Iterator["subprocess.Popen[str]"]:
    """A running writer; killed at the end if it still runs. Names must differ for keys to differ."""
    arguments = [sys.executable, "-m", "tests.support.busy_writer", url, str(record), name]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read_acknowledged(process: "subprocess.Popen[str]", count: int) -> list[Acknowledged]:
    """The next ``count`` acknowledgements."""
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(count)]
    assert all(lines), "the writer ended by itself"
    return [Acknowledged.parse(line) for line in lines]


def read_rest(process: "subprocess.Popen[str]") -> list[Acknowledged]:
    """What a killed writer had acknowledged beyond that; a line cut in half was never read by anybody."""
    assert process.stdout is not None
    return [Acknowledged.parse(line) for line in process.stdout if line.endswith("\n")]


def main(url: str, record_path: str, name: str) -> None:
    """``THREADS`` threads, for ever. A database out of reach, or an unknown outcome, is tried again."""
    ledger = Ledger.open(open_database(url), VAULT, head_record=HeadRecord(Path(record_path)))
    threads = [threading.Thread(target=_work, args=(ledger, f"{name}-{n}")) for n in range(THREADS)]
    for thread in threads:
        thread.start()


def _work(ledger: Ledger, name: str) -> None:
    count = 0
    while True:
        count += 1
        key = f"{name}-{count}-{'ab'[count % 2]}"
        answer = _append_until_known(ledger, key)
        # One call for the whole line: threads and a kill must not tear it apart.
        os.write(sys.stdout.fileno(), f"{answer.format()}\n".encode())


def _append_until_known(ledger: Ledger, key: str) -> Acknowledged:
    while True:
        try:
            return append_acknowledged(ledger, key)
        except (DatabaseUnavailableError, CommitUnknownError):
            continue


if __name__ == "__main__":
    main(*sys.argv[1:])
