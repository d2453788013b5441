"""fsck of a log that people made, beside the bare hashes and signatures it cannot do without.

The log holds diaries, harvests, packs, seals and stamps, written by the use cases. fsck derives everything
again from the entries' bytes: chains, key ring, tree, tiles, checkpoint, and every row of the tracing room,
sealed values opened against their commitments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from benchmarks._cooperative import Cooperative, cooperative
from benchmarks._rounds import alternately, row
from ledger.coop.activation import Activate, activate_stamps
from ledger.coop.stamps import Reserve, reserve_stamps
from ledger.log.canonical import format_canonical
from ledger.log.entries import parse_entry, parse_event_note
from ledger.log.fsck import ProjectionCheck, fsck
from ledger.log.keys import key_ring
from ledger.log.queries import read_entries, read_head
from ledger.trace.disclosures import read_all_disclosures
from ledger.trace.fsck import TraceCheck
from signing.keys import is_signature

WITHIN = 1.5
PACKS = 120
UNIT_STEPS = 100


def run(steps: int = 2_000, lots: int = 40) -> list[dict[str, Any]]:
    """Check a log of ``steps`` diary steps and ``lots`` lots harvested, packed, sealed and stamped."""
    with cooperative() as coop:
        keep_books(coop, steps, lots)
        with coop.ledger.database.reading() as session:
            return measure(coop, session)


def measure(coop: Cooperative, session: Session) -> list[dict[str, Any]]:
    size = read_head(session).size
    seconds = alternately(
        lambda: check(session, TraceCheck(session, coop.ledger.vault)),
        lambda: check(session),
        primitives(coop, session, size),
    )
    whole, log_alone, bare = (size / taken for taken in seconds)
    return [
        row(
            "fsck", name, rate, "entries/s", against=("bare SHA-256 and Ed25519", bare),
            aim=f"≥ 1 / {WITHIN} of it", met=rate * WITHIN >= bare,
        )
        for name, rate in ((f"{size:,} entries, log and tracing tables", whole), ("log alone", log_alone))
    ]  # fmt: skip


def keep_books(coop: Cooperative, steps: int, lots: int) -> None:
    for first in range(0, steps, UNIT_STEPS):
        coop.record_many(first, min(UNIT_STEPS, steps - first))
    for _ in range(lots):
        lot = coop.sealed_lot(PACKS)
        job = coop.run(reserve_stamps, Reserve(count=PACKS, layout="a4", lot=lot))
        coop.run(activate_stamps, Activate(lot, job=job.id))


def check(session: Session, *projection_checks: ProjectionCheck) -> None:
    for finding in fsck(session, projection_checks=projection_checks):
        raise AssertionError(finding)


def primitives(coop: Cooperative, session: Session, size: int) -> Callable[[], None]:
    """Every hash and every verification that fsck needs, once, over bytes ready in memory.

    A leaf and, on average, one inner node for each entry; each signature; each commitment that was disclosed.
    """
    ring = key_ring(session)
    stored = read_entries(session, range(size))
    opened = read_all_disclosures(session, coop.ledger.vault, range(size))
    hashed = [b"\x00" + found.entry for found in stored]
    hashed += [b"\x01" + bytes(64)] * (size - 1)
    hashed += [
        b"sogoc/sealed/v1\x00" + item.salt + format_canonical(item.value)
        for items in opened.values()
        for item in items
    ]
    signed = [
        (ring.key_for(signature.name, signature.key_id, found.index), note.text, signature.signature)
        for found in stored
        for note in (parse_event_note(parse_entry(found.entry).note),)
        for signature in note.signatures
    ]

    def work() -> None:
        for data in hashed:
            hashlib.sha256(data).digest()
        if not all(is_signature(key.public_key, text, signature) for key, text, signature in signed):
            raise AssertionError("a signature of the log does not hold")

    return work
