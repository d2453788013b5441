"""Entries taken apart for those who read them: where they stand, who signed, what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.log.entries import Entry, EventNote, Kind, parse_entry, parse_event_note
from ledger.log.merkle import leaf_hash
from ledger.log.queries import read_entries, read_entry


@dataclass(frozen=True, slots=True)
class Record:
    """One entry. ``body`` is only to be read; ``signers`` are key names as in the note; hashes: 32 bytes."""

    index: int
    chain_id: str
    seq: int
    prev: bytes
    recorded_at: datetime
    kind: Kind
    body: dict[str, Any]
    signers: tuple[str, ...]
    entry: bytes
    leaf_hash: bytes


def parse_record(index: int, data: bytes) -> Record:
    """The record of the entry ``data`` at ``index``. Checks form only.

    Raises ``MalformedEntryError`` and ``MalformedEventNoteError``.
    """
    entry = parse_entry(data)
    return make_record(index, data, entry, parse_event_note(entry.note), leaf_hash(data))


def make_record(index: int, data: bytes, entry: Entry, note: EventNote, leaf: bytes) -> Record:
    """The record of what was parsed and hashed already."""
    return Record(
        index=index,
        chain_id=entry.chain_id,
        seq=entry.seq,
        prev=entry.prev,
        recorded_at=entry.recorded_at,
        kind=note.kind,
        body=note.body,
        signers=tuple(signature.name for signature in note.signatures),
        entry=data,
        leaf_hash=leaf,
    )


def read_record(session: Session, index: int) -> Record:
    """The record at ``index``. Raises ``NoSuchEntryError``."""
    return parse_record(index, read_entry(session, index).entry)


def read_records(session: Session, indexes: Sequence[int]) -> tuple[Record, ...]:
    """The records at ``indexes``, in their order, by one query. Raises ``NoSuchEntryError``."""
    return tuple(parse_record(stored.index, stored.entry) for stored in read_entries(session, indexes))
