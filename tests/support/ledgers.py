"""Small logs for tests, and the checker that ends every test that writes one."""

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.audit.fsck import ProjectionCheck, fsck
from ledger.database import Database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.entries import Kind
from ledger.log.keys import key_ring, open_chain
from ledger.log.ledger import Ledger
from ledger.log.merkle import prove_inclusion
from ledger.log.proofs import Proof
from ledger.log.queries import StoredTiles, find_entry, read_entry, read_head
from ledger.log.tiles import TileReader
from ledger.log.unit import Receipt, Unit
from ledger.log.verify import Link, Trust, verify_entry
from signing.keys import PrivateKey
from signing.vault import Vault

ORIGIN = "so.example.vn/goc"
CHAIN = "HTX7K3M9Q2"
OTHER_CHAIN = "HTX0B1C2D3"
START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
VAULT = Vault(bytes(range(32)))
LOG_KEY = PrivateKey.from_seed(bytes([7]) * 32)


class SteppingClock:
    """Every look at this clock is one second later than the last."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def new_ledger(database: Database, *, head_record: HeadRecord | None = None) -> Ledger:
    """A log with two chains, each with the ``KeyAdded`` of its first key: entries 0 and 1."""
    ledger = Ledger.create(
        database,
        VAULT,
        origin=ORIGIN,
        id_base="https://so.example.vn",
        clock=SteppingClock(),
        head_record=head_record,
        log_key=LOG_KEY,
    )
    for seed, chain_id in enumerate((CHAIN, OTHER_CHAIN), 1):
        ledger.write(open_chain, chain_id, private_key=PrivateKey.from_seed(bytes([seed]) * 32))
    return ledger


def event_body(step: str, **members: Any) -> dict[str, Any]:
    """A small event with a random id."""
    return {"type": "ObjectEvent", "eventID": f"urn:uuid:{uuid.uuid4()}", "bizStep": step, **members}


def record(unit: Unit, chain_id: str = CHAIN, step: str = "sogoc:sowing", **options: Any) -> Receipt:
    """A use case: append one event signed by the chain's own key."""
    return unit.append(chain_id, unit.sign(chain_id, Kind.EVENT, event_body(step)), **options)


def record_many(unit: Unit, count: int, chain_id: str = CHAIN) -> list[Receipt]:
    """A use case: append ``count`` events in one unit."""
    return [record(unit, chain_id, f"sogoc:step-{number}") for number in range(count)]


def check_ledger(ledger: Ledger, *projection_checks: ProjectionCheck) -> None:
    """Fail unless the stored log is whole, and every entry verifies on its own as a stranger would do it."""
    with ledger.database.reading() as session:
        findings = list(fsck(session, projection_checks=projection_checks))
        assert not findings, "\n".join(map(str, findings))
        ring, trust = key_ring(session), Trust(ledger.vkey)
        for entry, proof, link in proven_entries(session):
            verify_entry(entry, proof, key_ring=ring, trust=trust, link=link)


def proven_entries(session: Any) -> Iterator[tuple[bytes, Proof, Link | None]]:
    """Every entry with its proof under the newest checkpoint and the link to its chain's previous entry."""
    head, reader = read_head(session), TileReader(StoredTiles(session))
    for index in range(head.size):
        stored = read_entry(session, index)
        hashes = prove_inclusion(index, head.size, reader)
        link = None
        if stored.seq:
            previous = find_entry(session, stored.chain_id, stored.seq - 1)
            siblings = prove_inclusion(previous.index, head.size, reader)
            link = Link(previous.index, siblings, previous.entry)
        yield stored.entry, Proof(index, hashes, head.checkpoint), link


def read_vectors(path: Path) -> Sequence[dict[str, Any]]:
    """Every JSON file below ``path``, with its name, in a fixed order."""
    return [
        {"name": str(file.relative_to(path)), **json.loads(file.read_text())}
        for file in sorted(path.rglob("*.json"))
    ]
