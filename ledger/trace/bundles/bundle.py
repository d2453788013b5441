"""Bundles: one JSON file with which anyone can check a lot's passport offline (docs/spec/bundle.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.log_keys import read_log_keys
from ledger.log.merkle import HashReader, prove_inclusion
from ledger.log.policies import TrustPolicy, format_policy
from ledger.log.publication import read_publication, read_timestamps
from ledger.log.queries import StoredTiles
from ledger.log.tables import LogEntry
from ledger.log.tiles import TileReader
from ledger.trace.bundles.bundle_verify import BUNDLE_TYPE, WITNESSED_BUNDLE_TYPE
from ledger.trace.bundles.evidence import MAX_ASKED, gather_evidence
from ledger.trace.events.parsing import parse
from signing.canonical_base64 import format_base64


def lot_bundle(session: Session, lot: str, policy: TrustPolicy | None = None) -> dict[str, Any]:
    """The bundle of a lot under the best published checkpoint that contains all of it, else the newest.

    ``policy`` names the log's witnesses, for readers who have no list of their own. Without one, and without
    timestamps, the bundle is of version 1.

    Raises ``UnknownLotError``, and ``LogError`` where the tables name entries that are not there.
    """
    evidence = gather_evidence(session, lot)
    checkpoint, _ = parse_checkpoint_note(evidence.checkpoint)
    proofs = _Proofs(checkpoint.size, TileReader(StoredTiles(session)))
    previous = _previous(session, evidence.entries)
    return {
        "lot": lot,
        "log": {"origin": checkpoint.origin, "vkey": read_log_keys(session, checkpoint.size)[0].format()},
        "checkpoint": evidence.checkpoint.decode(),
        "entries": [_entry(index, data, previous.get(index), proofs) for index, data in evidence.entries],
        "hashes": proofs.hashes(),
        "history": list(evidence.history),
        "credential": evidence.credential,
        **_outsiders(session, evidence.checkpoint, policy or TrustPolicy()),
    }


def _outsiders(session: Session, note: bytes, policy: TrustPolicy) -> dict[str, Any]:
    """What others said of the checkpoint, and the version that this makes the bundle."""
    checkpoint, _ = parse_checkpoint_note(note)
    published = read_publication(session, checkpoint.size)
    stamps = () if published is None or published.note != note else read_timestamps(session, checkpoint.size)
    if not policy.witnesses and not stamps:
        return {"type": BUNDLE_TYPE}
    witnesses = tuple(replace(witness, url=None) for witness in policy.witnesses)
    return {
        "type": WITNESSED_BUNDLE_TYPE,
        "policy": format_policy(replace(policy, logs=(), witnesses=witnesses)),
        "timestamps": [
            {"authority": stamp.authority, "token": format_base64(stamp.token)} for stamp in stamps
        ],
    }


class _Proofs:
    """Inclusion proofs as positions in one list of hashes: proofs of neighbours share most of them."""

    def __init__(self, size: int, tree: HashReader) -> None:
        self._size = size
        self._tree = tree
        self._positions: dict[bytes, int] = {}

    def prove(self, index: int) -> list[int]:
        """The positions of the proof's hashes, from the leaf up."""
        hashes = prove_inclusion(index, self._size, self._tree)
        return [self._positions.setdefault(hashed, len(self._positions)) for hashed in hashes]

    def hashes(self) -> list[str]:
        """Every hash asked for, base64."""
        return [format_base64(hashed) for hashed in self._positions]


def _entry(index: int, data: bytes, previous: int | None, proofs: _Proofs) -> dict[str, Any]:
    entry: dict[str, Any] = {"index": index, "entry": data.decode(), "proof": proofs.prove(index)}
    if previous is not None:
        entry["prev"] = {"index": previous, "proof": proofs.prove(previous)}
    return entry


def _previous(session: Session, entries: Iterable[tuple[int, bytes]]) -> Mapping[int, int]:
    """The index of the entry before each in its chain; none for a chain's first."""
    places = {}
    for index, data in entries:
        record = parse(index, data).record
        if record.seq:
            places[record.chain_id, record.seq - 1] = index
    found: dict[int, int] = {}
    wanted = list(places)
    for at in range(0, len(wanted), MAX_ASKED):
        rows = session.execute(
            select(LogEntry.index, LogEntry.chain_id, LogEntry.seq).where(
                tuple_(LogEntry.chain_id, LogEntry.seq).in_(wanted[at : at + MAX_ASKED])
            )
        )
        found.update((places[chain_id, seq], index) for index, chain_id, seq in rows)
    return found
