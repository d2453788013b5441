"""The part of a walk over the log that needs no order, done by workers: they certify entries that are sound.

A certificate says that an entry's bytes parse, agree with the columns beside them, say nothing about keys,
and that each signature holds under a key named in the certificate. Whether that key was valid there, whether
the chain goes on and where the leaf stands in the tree is for whoever walks in order. What a worker does not
certify is no finding yet: the walk looks at it by itself, from its bytes. So certificates only save work.

Which public key belongs to a name is read from ``log_key``, which the walk does not trust. It need not: a
certificate under another key than the one that the entries lead to is put aside.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.audit.lineage import Signer
from ledger.audit.sound_entries import read_sound
from ledger.database import Database, open_database
from ledger.log.authors import key_change
from ledger.log.entries import Entry, EventNote, Kind, parse_entry, parse_event_note, parse_time
from ledger.log.errors import MalformedError
from ledger.log.merkle import leaf_hash
from ledger.log.queries import StoredEntry
from ledger.log.record_notes import carried_note
from ledger.log.records import Record
from ledger.log.tables import LogEntry, LogKey
from signing.errors import SigningError
from signing.keys import is_signature
from signing.notes import NoteSignature

BATCH = 512
"""Entries read at once: at most 4 MiB under the policy's 8 KiB for each."""

Hints = Mapping[tuple[str, bytes], tuple[bytes, ...]]
"""Which public keys go by a name and key id."""


class Certificate(NamedTuple):
    """A sound entry. ``entry`` is its bytes where the walk asked for them."""

    at_index: int
    leaf_hash: bytes
    chain_id: str
    seq: int
    prev: bytes
    signers: tuple[Signer, ...]
    recorder: Signer | None
    """Under which device's key the record note holds that the entry carries; ``None`` where it has none."""
    entry: bytes | None


class Range(NamedTuple):
    """The entries with ``start <= index < end`` of the log in the database at ``url``, for one walk."""

    url: str
    walk: str
    start: int
    end: int
    with_entries: bool


def certify_range(task: Range) -> tuple[Range, list[Certificate]]:
    """The range, and certificates for its sound entries in index order. What a worker does."""
    with _DESK.reading(task) as (session, hints):
        found = [
            certify(stored, hints, with_entry=task.with_entries)
            for stored in read_stored(session, task.start, task.end)
        ]
    return task, [certificate for certificate in found if certificate is not None]


def certify(stored: StoredEntry, hints: Hints, *, with_entry: bool) -> Certificate | None:
    """The certificate of an entry, ``None`` when the walk must look at it by itself."""
    try:
        entry, note = read_sound(stored.entry) or _parse(stored.entry)
        if key_change(note) is not None:
            return None
        signers = _signers(note.text, note.signatures, hints)
        carried = carried_note(note.body)
        recorders = () if carried is None else _signers(carried.text, (carried.signature,), hints)
    except (MalformedError, SigningError):
        return None
    leaf = leaf_hash(stored.entry)
    if signers is None or recorders is None or next(differing_columns(stored, entry, leaf), None) is not None:
        return None
    data = stored.entry if with_entry else None
    recorder = recorders[0] if recorders else None
    return Certificate(stored.index, leaf, entry.chain_id, entry.seq, entry.prev, signers, recorder, data)


def differing_columns(stored: StoredEntry, entry: Entry, leaf: bytes) -> Iterator[tuple[str, object, object]]:
    """Name, derived value and stored value of each column that says otherwise than the entry's bytes."""
    derived = (leaf, entry.chain_id, entry.seq, entry.recorded_at)
    columns = (stored.leaf_hash, stored.chain_id, stored.seq, stored.recorded_at)
    if derived == columns:
        return
    names = ("leaf_hash", "chain_id", "seq", "recorded_at")
    for name, expected, found in zip(names, derived, columns, strict=True):
        if expected != found:
            yield name, expected, found


def read_stored(session: Session, start: int | None, end: int | None) -> Iterator[StoredEntry]:
    """The stored entries with ``start <= index < end`` in index order, whatever their indexes are.

    Read by key in batches: memory stays flat on both databases.
    """
    statement = select(
        LogEntry.index,
        LogEntry.chain_id,
        LogEntry.seq,
        LogEntry.recorded_at,
        LogEntry.leaf_hash,
        LogEntry.entry,
    ).order_by(LogEntry.index)
    if end is not None:
        statement = statement.where(LogEntry.index < end)
    first = statement if start is None else statement.where(LogEntry.index >= start)
    batch = [StoredEntry(*row) for row in session.execute(first.limit(BATCH))]
    while batch:
        yield from batch
        if len(batch) < BATCH:
            return
        behind = statement.where(LogEntry.index > batch[-1].index).limit(BATCH)
        batch = [StoredEntry(*row) for row in session.execute(behind)]


def _parse(data: bytes) -> tuple[Entry, EventNote]:
    entry = parse_entry(data)
    return entry, parse_event_note(entry.note)


def _signers(text: bytes, lines: Iterable[NoteSignature], hints: Hints) -> tuple[Signer, ...] | None:
    """The key under which each signature of ``text`` holds, in order; ``None`` when one holds under none."""
    signers = []
    for line in lines:
        for public_key in hints.get((line.name, line.key_id), ()):
            if is_signature(public_key, text, line.signature):
                signers.append((line.name, line.key_id, public_key))
                break
        else:
            return None
    return tuple(signers)


class _Desk:
    """What a worker has open between two tasks: one database, and the keys as one walk found them stored."""

    def __init__(self) -> None:
        self._url = self._walk = ""
        self._database: Database | None = None
        self._hints: Hints = {}

    @contextmanager
    def reading(self, task: Range) -> Iterator[tuple[Session, Hints]]:
        """A session for a task, and its walk's hints."""
        if self._database is None or self._url != task.url:
            self.close()
            self._url, self._database = task.url, open_database(task.url)
        with self._database.reading() as session:
            if self._walk != task.walk:
                self._walk, self._hints = task.walk, _read_hints(session)
            yield session, self._hints

    def close(self) -> None:
        """Close the database."""
        if self._database is not None:
            self._database.close()
        self._database, self._walk = None, ""


_DESK = _Desk()


def close_database() -> None:
    """Close what ``certify_range`` keeps open in this process for its next task."""
    _DESK.close()


def _read_hints(session: Session) -> Hints:
    columns = select(LogKey.name, LogKey.key_id, LogKey.public_key)
    found: dict[tuple[str, bytes], tuple[bytes, ...]] = {}
    for name, key_id, public_key in session.execute(columns.order_by(LogKey.valid_from)):
        known = found.get((name, key_id), ())
        if public_key not in known:
            found[name, key_id] = (*known, public_key)
    return found


__all__ = [
    "BATCH",
    "Certificate",
    "Range",
    "certify",
    "certify_range",
    "close_database",
    "differing_columns",
    "read_stored",
]


def certified_record(certificate: Certificate) -> Record:
    """The record of an entry whose form a worker certified, with its bytes."""
    data = certificate.entry
    if data is None:
        raise ValueError("a certificate without the entry's bytes")
    header, _, note = data.partition(b"\n\n")
    kind, body, _ = note.split(b"\n", 2)
    return Record(
        index=certificate.at_index,
        chain_id=certificate.chain_id,
        seq=certificate.seq,
        prev=certificate.prev,
        recorded_at=parse_time(header.rpartition(b" ")[2].decode()),
        kind=Kind(kind.decode()),
        body=orjson.loads(body),
        signers=tuple(name for name, _, _ in certificate.signers),
        entry=data,
        leaf_hash=certificate.leaf_hash,
    )
