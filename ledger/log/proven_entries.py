"""Entries with their proofs, as files carry them for others to check offline. Pure.

In a file they are a JSON array, by ascending index: ``index``, ``entry`` (its text), ``proof`` (base64 hashes
from the leaf up) and, behind a chain's first entry, ``prev``: ``index`` and ``proof`` of the entry before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.log.authors import key_change
from ledger.log.entries import EventNote, parse_entry, parse_event_note
from ledger.log.errors import InclusionError, MalformedProofFileError
from ledger.log.merkle import HASH_BYTES
from ledger.log.proofs import MAX_PROOF_HASHES, Proof
from ledger.log.verify import Link, Trust, Verified, verification_step, verify_entry
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error
from signing.keyring import KeyRing

MAX_PROVEN_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """The entry at ``index``, its inclusion proof, and the link to the entry before it in its chain."""

    index: int
    entry: bytes
    hashes: tuple[bytes, ...]
    link: Link | None


def format_proven(entries: Iterable[ProvenEntry]) -> list[dict[str, Any]]:
    """The JSON array of ``entries``; the inverse of ``parse_proven``."""
    return [_format(entry) for entry in entries]


def parse_proven(value: Any) -> tuple[ProvenEntry, ...]:
    """The entries of a JSON array. Checks form only: no hash and no signature.

    Raises ``MalformedProofFileError`` for anything that ``format_proven`` would not have written.
    """
    try:
        entries = tuple(_parse(item) for item in value)
    except (LookupError, TypeError, ValueError, AttributeError, MalformedBase64Error) as error:
        raise MalformedProofFileError(f"not entries with proofs: {error}") from error
    indexes = [entry.index for entry in entries]
    if indexes != sorted(set(indexes)) or len(entries) > MAX_PROVEN_ENTRIES:
        raise MalformedProofFileError(f"entries stand once each, by index, at most {MAX_PROVEN_ENTRIES}")
    return entries


def verify_proven(
    entries: Sequence[ProvenEntry], checkpoint: bytes, trust: Trust, ring: KeyRing
) -> tuple[Verified, ...]:
    """Steps 1 to 8 of ``ledger.log.verify`` for each entry, in order; ``ring`` learns from key statements.

    Every entry behind its chain's first needs its link. Raises ``VerificationError``.
    """
    known = {entry.index: entry.entry for entry in entries}
    return tuple(_verify(entry, known, checkpoint, trust, ring) for entry in entries)


def _verify(
    proven: ProvenEntry, known: Mapping[int, bytes], checkpoint: bytes, trust: Trust, ring: KeyRing
) -> Verified:
    proof = Proof(proven.index, proven.hashes, checkpoint)
    link = proven.link
    if link is not None:
        link = Link(link.index, link.hashes, known.get(link.index))
    verified = verify_entry(proven.entry, proof, key_ring=ring, trust=trust, link=link)
    with verification_step(3, index=proven.index):
        if not verified.is_linked:
            raise InclusionError("has no prev", index=proven.index, size=verified.checkpoint.size)
    with verification_step(2, index=proven.index):
        apply_key_change(parse_event_note(parse_entry(proven.entry).note), proven.index, ring)
    return verified


def apply_key_change(note: EventNote, index: int, ring: KeyRing) -> None:
    """Let a key statement at ``index``, found to be in order, change ``ring``. Raises ``KeyRingError``."""
    change = key_change(note)
    if change is not None and change.revoked:
        ring.revoke(change.key.name, change.key.key_id, index + 1)
    elif change is not None:
        ring.add(change.key, index)


def _format(proven: ProvenEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "index": proven.index,
        "entry": proven.entry.decode(),
        "proof": [format_base64(hashed) for hashed in proven.hashes],
    }
    if proven.link is not None:
        hashes = [format_base64(hashed) for hashed in proven.link.hashes]
        item["prev"] = {"index": proven.link.index, "proof": hashes}
    return item


def _parse(item: Mapping[str, Any]) -> ProvenEntry:
    if item.keys() - {"prev"} != {"index", "entry", "proof"}:
        raise ValueError("an entry has index, entry, proof and, behind a chain's first, prev")
    link = None
    if "prev" in item:
        if item["prev"].keys() != {"index", "proof"}:
            raise ValueError("prev has index and proof")
        link = Link(_parse_index(item["prev"]["index"]), _parse_hashes(item["prev"]["proof"]))
    return ProvenEntry(
        _parse_index(item["index"]), item["entry"].encode(), _parse_hashes(item["proof"]), link
    )


def _parse_index(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"not an index: {value!r}")
    return value


def _parse_hashes(value: Any) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > MAX_PROOF_HASHES:
        raise ValueError(f"a proof has at most {MAX_PROOF_HASHES} hashes")
    hashes = tuple(parse_base64(text) for text in value)
    if any(len(hashed) != HASH_BYTES for hashed in hashes):
        raise ValueError("a hash not of 32 bytes")
    return hashes
