"""A shortcut through the parsers for entries as almost all are: one pattern, then what a pattern cannot say.

``entries`` and ``canonical`` define what an entry is. Where this module gives an answer it is theirs, several
times sooner; where it gives none, nothing is said. It is for reading whole logs, where parsing would cost a
third of verifying. A test holds it against the parsers. Pure.
"""

import re
from binascii import a2b_base64
from datetime import datetime

from ledger.log.canonical import parse_canonical
from ledger.log.entries import (
    ENTRY_TYPE,
    FIRST_PREV,
    MAX_ENTRY_BYTES,
    MAX_EVENT_SIGNATURES,
    MAX_SEQ,
    Entry,
    EventNote,
    Kind,
)
from ledger.log.errors import NotCanonicalError
from signing.errors import MalformedKeyError
from signing.keys import KEY_ID_BYTES, check_name
from signing.notes import NoteSignature

# Canonical base64 of 32 bytes, and of key id and signature (68 bytes): the last character has two zero bits.
_LAST = rb"[AEIMQUYcgkosw048]="
_SOUND = re.compile(
    ENTRY_TYPE.encode() + rb"\n"
    rb"([0-9A-Za-z](?:[0-9A-Za-z._-]{0,62}[0-9A-Za-z])?) "
    rb"(0|[1-9][0-9]{0,15}) "
    rb"([0-9A-Za-z+/]{42}" + _LAST + rb") "
    rb"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)\n\n"
    rb"((sogoc/(?:event|statement)/v1)\n([^\n]+)\n)\n"
    rb"((?:\xe2\x80\x94 [^ \n]+ [0-9A-Za-z+/]{90}" + _LAST + rb"\n)+)"
)
_MARK_BYTES = 4
"""The em dash, three bytes in UTF-8, and a space."""
_KINDS = {kind.value.encode(): kind for kind in Kind}


def read_sound(data: bytes) -> tuple[Entry, EventNote] | None:
    """What ``parse_entry`` and ``parse_event_note`` say of ``data``; ``None`` leaves it to them."""
    match = _SOUND.fullmatch(data)
    if match is None or len(data) > MAX_ENTRY_BYTES:
        return None
    chain_id, seq_text, prev_text, time, text, kind, body_text, lines = match.groups()
    seq, prev = int(seq_text), a2b_base64(prev_text)
    if seq > MAX_SEQ or (seq == 0) != (prev == FIRST_PREV):
        return None
    try:
        recorded_at = datetime.fromisoformat(time.decode())
        body = parse_canonical(body_text)
        signatures = tuple(_read_line(line) for line in lines[:-1].split(b"\n"))
    except (ValueError, NotCanonicalError, MalformedKeyError):
        return None
    signers = {(line.name, line.key_id) for line in signatures}
    if type(body) is not dict or not len(signatures) == len(signers) <= MAX_EVENT_SIGNATURES:
        return None
    entry = Entry(chain_id.decode(), seq, prev, recorded_at, data[match.start(5) :])
    return entry, EventNote(_KINDS[kind], body, text, signatures)


def _read_line(line: bytes) -> NoteSignature:
    name, _, encoded = line[_MARK_BYTES:].partition(b" ")
    signer = name.decode()
    check_name(signer)
    blob = a2b_base64(encoded)
    return NoteSignature(signer, blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])
