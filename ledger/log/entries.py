"""Event notes (who says what) and entries (where the log put it), design §5. Pure.

Each is a text with one spelling; ``parse_*`` and ``format_*`` are strict inverses. See
``docs/spec/event-note.md`` and ``docs/spec/entry.md``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from ledger.log.canonical import format_canonical, parse_canonical
from ledger.log.errors import (
    EntryTooLargeError,
    MalformedEntryError,
    MalformedEventNoteError,
    NotCanonicalError,
)
from ledger.log.merkle import HASH_BYTES
from ledger.log.tiles import MAX_BUNDLED_ENTRY_BYTES
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error, MalformedNoteError
from signing.notes import Note, NoteSignature, parse_note

ENTRY_TYPE = "sogoc/entry/v1"
MAX_ENTRY_BYTES = MAX_BUNDLED_ENTRY_BYTES
"""What the format can hold (uint16 lengths in bundles)."""
POLICY_ENTRY_BYTES = 8 * 1024
"""What this log takes in: bigger things stay outside and appear as digests."""
MAX_EVENT_SIGNATURES = 16
MAX_SEQ = 2**53 - 1
FIRST_PREV = bytes(HASH_BYTES)
"""``prev`` of a chain's first entry."""

_CHAIN_ID = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z._-]{0,62}[0-9A-Za-z])?", re.ASCII)
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)
_HEADER = f"{ENTRY_TYPE}\n".encode()


class Kind(StrEnum):
    """The type line of an event note."""

    EVENT = "sogoc/event/v1"
    """The body is one EPCIS 2.0 event."""
    STATEMENT = "sogoc/statement/v1"
    """The body is master data or a fact about keys, lots or stamps."""


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """A chain of ``size`` entries. ``last_leaf_hash`` is that of the last one, else ``FIRST_PREV``."""

    size: int
    last_leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class EventNote:
    """A signed note about one event. ``text`` is signed, ``body`` is its JSON object, only to be read."""

    kind: Kind
    body: dict[str, Any]
    text: bytes
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the log put in order. ``prev`` is 32 bytes, ``recorded_at`` UTC in whole milliseconds."""

    chain_id: str
    seq: int
    prev: bytes
    recorded_at: datetime
    note: bytes


def format_event_text(kind: Kind, body: Mapping[str, Any]) -> bytes:
    """The text that authors sign: type line and canonical JSON line. Raises ``NotCanonicalError``."""
    return f"{Kind(kind)}\n".encode() + format_canonical(dict(body)) + b"\n"


def parse_event_note(data: bytes) -> EventNote:
    """The event note whose bytes are exactly ``data``. Checks no signature.

    Raises ``MalformedEventNoteError`` for anything but a type line, one line with a canonical JSON object, a
    blank line and 1 to 16 signature lines by different keys.
    """
    try:
        note = parse_note(data)
        kind, body = _parse_event_text(note)
    except (MalformedNoteError, NotCanonicalError) as error:
        raise MalformedEventNoteError(str(error), sentence=error.sentence) from error
    signers = {(signature.name, signature.key_id) for signature in note.signatures}
    if not len(note.signatures) == len(signers) <= MAX_EVENT_SIGNATURES:
        raise MalformedEventNoteError("an event note has 1 to 16 signatures, one for each key")
    return EventNote(kind, body, note.text, note.signatures)


def _parse_event_text(note: Note) -> tuple[Kind, dict[str, Any]]:
    type_line, newline, rest = note.text.partition(b"\n")
    try:
        kind = Kind(type_line.decode())
    except ValueError as error:
        raise MalformedEventNoteError(f"unknown type line {type_line!r}") from error
    # Canonical JSON has no newline in it, so a second line would not parse.
    if not newline or not rest.endswith(b"\n"):
        raise MalformedEventNoteError("no line of JSON behind the type line")
    body = parse_canonical(rest[:-1])
    if not isinstance(body, dict):
        raise MalformedEventNoteError("the JSON is not an object")
    return kind, body


def check_chain_id(chain_id: str) -> None:
    """Raise ``MalformedEntryError`` unless 1 to 64 ASCII letters, digits and inner ``.``, ``_``, ``-``."""
    if _CHAIN_ID.fullmatch(chain_id) is None:
        raise MalformedEntryError(f"not a chain id: {chain_id!r}")


def format_entry(entry: Entry) -> bytes:
    """The bytes of ``entry``; the inverse of ``parse_entry``, with the note taken as it is.

    Raises ``MalformedEntryError`` for values that have no place in an entry, ``EntryTooLargeError`` for more
    than 65,535 bytes.
    """
    check_chain_id(entry.chain_id)
    if not 0 <= entry.seq <= MAX_SEQ:
        raise MalformedEntryError(f"seq out of range: {entry.seq}")
    if len(entry.prev) != HASH_BYTES or (entry.seq == 0) != (entry.prev == FIRST_PREV):
        raise MalformedEntryError("prev is a leaf hash of 32 bytes, zeros only where seq is 0")
    line = f"{entry.chain_id} {entry.seq} {format_base64(entry.prev)} {format_time(entry.recorded_at)}\n\n"
    data = _HEADER + line.encode() + entry.note
    if len(data) > MAX_ENTRY_BYTES:
        raise EntryTooLargeError(len(data), MAX_ENTRY_BYTES)
    return data


def parse_entry(data: bytes) -> Entry:
    """The entry whose bytes are exactly ``data``. The note is not looked into: see ``parse_event_note``.

    Raises ``MalformedEntryError``, also for more than 65,535 bytes.
    """
    header, blank, note = data.partition(b"\n\n")
    if not blank or not header.startswith(_HEADER) or len(data) > MAX_ENTRY_BYTES:
        raise MalformedEntryError("not an entry of version 1, or longer than 65,535 bytes")
    try:
        chain_id, seq, prev, recorded_at = header[len(_HEADER) :].decode("ascii").split(" ")
        entry = Entry(chain_id, parse_decimal(seq), parse_base64(prev), parse_time(recorded_at), note)
    except (ValueError, MalformedBase64Error) as error:
        raise MalformedEntryError(f"the second line is not 'chain seq prev time': {error}") from error
    check_chain_id(entry.chain_id)
    if len(entry.prev) != HASH_BYTES or (entry.seq == 0) != (entry.prev == FIRST_PREV):
        raise MalformedEntryError("prev is a leaf hash of 32 bytes, zeros only where seq is 0")
    return entry


@lru_cache(maxsize=64)  # entries of one commit share their time
def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, ``2026-11-12T06:30:00.000Z``.

    Raises ``MalformedEntryError`` for a time without zone or with a fraction of a millisecond.
    """
    if moment.tzinfo is None or moment.microsecond % 1000:
        raise MalformedEntryError(f"not a time with zone in whole milliseconds: {moment!r}")
    try:
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    except OverflowError as error:
        raise MalformedEntryError(f"beyond the years 1 to 9999 in UTC: {moment!r}") from error


def parse_time(text: str) -> datetime:
    """The time whose ``format_time`` is ``text``, in UTC. Raises ``ValueError``."""
    if _TIME.fullmatch(text) is None:
        raise ValueError(f"not a time in UTC with milliseconds: {text!r}")
    return datetime.fromisoformat(text)


def parse_decimal(text: str) -> int:
    """The number, 0 to 2**53 - 1, of ASCII digits without a leading zero. Raises ``ValueError``."""
    if _DECIMAL.fullmatch(text) is None or int(text) > MAX_SEQ:
        raise ValueError(f"not a decimal number in its one spelling: {text!r}")
    return int(text)
