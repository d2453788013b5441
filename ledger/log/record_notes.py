"""Record notes: what a person told a device to record, signed by the device before the server saw it. Pure.

A record note (docs/spec/record-note.md) is a signed note whose text is a type line and one line of canonical
JSON: the salted digest of the answers, and when the device took them in. The answers stay in the books; every
entry that the server made of them carries the note openly, as ``sogoc:record``. So anyone can check that this
device signed, and whoever is shown answers and salt, what it signed.

The signer is a device of the entry's own chain, with a key valid at the entry's index.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.log.authors import KeyLookup, Place, chain_of
from ledger.log.canonical import format_canonical, parse_canonical
from ledger.log.errors import MalformedRecordNoteError, NotCanonicalError
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import SigningError
from signing.keys import KEY_ID_BYTES, VerifierKey, check_name
from signing.notes import Note, NoteSignature, parse_note

RECORD_TYPE = "sogoc/record/v1"
MEMBER = "sogoc:record"
"""The member of an event or statement that holds the record note taken apart."""
MAX_NOTE_BYTES = 2048

_MEMBERS = frozenset({"digest", "recordedAt", "signature", "signer"})
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)
_DIGEST_BYTES, _SIGNATURE_BYTES = 32, 64


@dataclass(frozen=True, slots=True)
class RecordNote:
    """A record note taken apart. ``digest`` is 32 bytes; ``recorded_at`` the device's own clock, UTC."""

    digest: bytes
    recorded_at: str
    signature: NoteSignature

    @property
    def text(self) -> bytes:
        """What the device signed."""
        body = {"digest": format_base64(self.digest), "recordedAt": self.recorded_at}
        return RECORD_TYPE.encode() + b"\n" + format_canonical(body) + b"\n"

    def member(self) -> dict[str, str]:
        """The value of ``sogoc:record``; ``carried_note`` is its inverse."""
        blob = self.signature.key_id + self.signature.signature
        return {
            "digest": format_base64(self.digest),
            "recordedAt": self.recorded_at,
            "signature": format_base64(blob),
            "signer": self.signature.name,
        }


def parse_record_note(data: bytes) -> RecordNote:
    """The record note in ``data``, signed once. Raises ``MalformedRecordNoteError``."""
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedRecordNoteError(f"longer than {MAX_NOTE_BYTES} bytes")
    try:
        note: Note = parse_note(data)
        kind, body_text, *rest = note.text.split(b"\n")
        body = parse_canonical(body_text)
    except (SigningError, NotCanonicalError, ValueError) as error:
        raise MalformedRecordNoteError(str(error)) from error
    if kind != RECORD_TYPE.encode() or rest != [b""] or len(note.signatures) != 1:
        raise MalformedRecordNoteError("no record note with one signature")
    if not isinstance(body, dict) or body.keys() != {"digest", "recordedAt"}:
        raise MalformedRecordNoteError("a record note says digest and recordedAt")
    (signature,) = note.signatures
    blob = format_base64(signature.key_id + signature.signature)
    return _read({**body, "signer": signature.name, "signature": blob})


def carried_note(body: Mapping[str, Any]) -> RecordNote | None:
    """The record note that an entry's body carries; ``None`` for none.

    Raises ``MalformedRecordNoteError`` for a ``sogoc:record`` that is none.
    """
    carried = body.get(MEMBER)
    if carried is None and MEMBER not in body:
        return None
    if not isinstance(carried, dict) or carried.keys() != _MEMBERS:
        raise MalformedRecordNoteError(f"{MEMBER} has exactly {sorted(_MEMBERS)}")
    return _read(carried)


def find_recorder(note: RecordNote, keys: KeyLookup, place: Place) -> VerifierKey:
    """The key of the device that should have signed; the signature is not checked.

    Raises ``MalformedRecordNoteError`` for a signer that is no device of the chain, ``KeyNotValidError``.
    """
    name = note.signature.name
    if chain_of(name, place.origin) != place.chain_id or name == f"{place.origin}/{place.chain_id}":
        raise MalformedRecordNoteError(f"{name} is no device of chain {place.chain_id}")
    return keys.key_for(name, note.signature.key_id, place.index)


def check_record(body: Mapping[str, Any], keys: KeyLookup, place: Place) -> bool:
    """Check the record note that the body at ``place`` carries; whether it carries one.

    Raises as ``carried_note`` and ``find_recorder``, and ``BadSignatureError``.
    """
    note = carried_note(body)
    if note is None:
        return False
    find_recorder(note, keys, place).check(note.text, note.signature.signature)
    return True


def _read(members: Mapping[str, Any]) -> RecordNote:
    if not all(isinstance(value, str) for value in members.values()):
        raise MalformedRecordNoteError("a record note holds texts")
    try:
        digest, blob = parse_base64(members["digest"]), parse_base64(members["signature"])
        check_name(members["signer"])
        datetime.fromisoformat(members["recordedAt"])
    except (SigningError, ValueError) as error:
        raise MalformedRecordNoteError(str(error)) from error
    if len(digest) != _DIGEST_BYTES or len(blob) != KEY_ID_BYTES + _SIGNATURE_BYTES:
        raise MalformedRecordNoteError("digest or signature has another length")
    if _TIME.fullmatch(members["recordedAt"]) is None:
        raise MalformedRecordNoteError("recordedAt is UTC with milliseconds")
    signature = NoteSignature(members["signer"], blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])
    return RecordNote(digest, members["recordedAt"], signature)
