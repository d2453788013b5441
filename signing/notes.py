"""Signed notes (C2SP signed-note): a text that people can read, and signatures that programs can check.

::

    <text, every line ended by a newline>
    <blank line>
    — <name> <base64(key id ‖ signature)>

Framing only: what the text says is the business of upper rooms, and the primitive is in ``signing.keys``.
A signature of an unknown type or by an unknown key is carried along and never an error by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import (
    MalformedBase64Error,
    MalformedKeyError,
    MalformedNoteError,
    UnknownSignerError,
)
from signing.keys import KEY_ID_BYTES, check_name

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100

_CONTROL_CHARACTERS = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_SEPARATOR = b"\n\n"
_SIGNATURE_MARK = "— "


class NoteSigner(Protocol):
    """What can sign a note: ``NamedKey`` and every other kind of signer."""

    @property
    def name(self) -> str:
        """The name in front of the signature."""

    @property
    def key_id(self) -> bytes:
        """The 4 bytes in front of the signature."""

    def sign(self, message: bytes, /) -> bytes:
        """The signature of a note's text."""


class NoteVerifier(Protocol):
    """What can check a note's signature: ``VerifierKey`` and every other kind of verifier."""

    @property
    def name(self) -> str:
        """The name in front of the signatures it checks."""

    @property
    def key_id(self) -> bytes:
        """The 4 bytes in front of the signatures it checks."""

    def check(self, message: bytes, signature: bytes, /) -> None:
        """Raise ``BadSignatureError`` unless ``signature`` is of ``message``."""


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line. ``key_id`` is 4 bytes; ``signature`` is 64 bytes for Ed25519."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart. ``text`` ends with a newline and is what the signatures sign."""

    text: bytes
    signatures: tuple[NoteSignature, ...]


def parse_note(data: bytes) -> Note:
    """The note whose bytes are exactly ``data``; the inverse of ``format_note``. Checks no signature.

    Raises ``MalformedNoteError`` for more than 1,000,000 bytes or 100 signatures, text that is not UTF-8 or
    has control characters other than newline, and any other spelling than the one of the module docstring.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedNoteError(f"a note has at most {MAX_NOTE_BYTES} bytes, not {len(data)}")
    # The text may hold blank lines itself, so the last one separates.
    end_of_text = data.rfind(_SEPARATOR)
    if end_of_text < 0:
        raise MalformedNoteError("no blank line between text and signatures")
    text, block = data[: end_of_text + 1], data[end_of_text + 2 :]
    _check_characters(text)
    if not block.endswith(b"\n"):
        raise MalformedNoteError("the last signature line is missing or has no newline")
    lines = _decode(block)[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedNoteError(f"a note has at most {MAX_SIGNATURES} signatures, not {len(lines)}")
    return Note(text, tuple(_parse_signature_line(line) for line in lines))


def format_note(note: Note) -> bytes:
    """The bytes of ``note``. Raises ``MalformedNoteError`` for a note that ``parse_note`` would refuse."""
    _check_text(note.text)
    if not 1 <= len(note.signatures) <= MAX_SIGNATURES:
        raise MalformedNoteError(f"a note has 1 to {MAX_SIGNATURES} signatures, not {len(note.signatures)}")
    lines = "".join(_format_signature_line(signature) for signature in note.signatures)
    data = b"%b\n%b" % (note.text, lines.encode())
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedNoteError(f"a note has at most {MAX_NOTE_BYTES} bytes, not {len(data)}")
    return data


def sign_note(text: bytes, *signers: NoteSigner) -> bytes:
    """The note of ``text`` (UTF-8, ended by a newline) signed by one or more ``signers``, in their order."""
    _check_text(text)
    return format_note(Note(text, tuple(_sign(text, signer) for signer in signers)))


def countersign(note: Note, *signers: NoteSigner) -> Note:
    """``note`` with the signatures of ``signers`` behind those it has. Does not check those it has."""
    return Note(note.text, (*note.signatures, *(_sign(note.text, signer) for signer in signers)))


def check_note(note: Note, verifier_keys: Iterable[NoteVerifier]) -> tuple[str, ...]:
    """The names whose signatures verified, in the note's order, each once.

    Signatures by unknown keys are passed over. Raises ``BadSignatureError`` when one by a known key fails,
    even if others hold; ``UnknownSignerError`` when no signature is by a known key; ``MalformedKeyError``
    when two different keys share name and key id. Cost: one verification for each known signature.
    """
    known = _index_by_identity(verifier_keys)
    verified: dict[str, None] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            key.check(note.text, signature.signature)
            verified[signature.name] = None
    if not verified:
        raise UnknownSignerError(tuple(signature.name for signature in note.signatures))
    return tuple(verified)


def _index_by_identity(keys: Iterable[NoteVerifier]) -> dict[tuple[str, bytes], NoteVerifier]:
    known: dict[tuple[str, bytes], NoteVerifier] = {}
    for key in keys:
        # 32-bit key ids can be made to collide; then a name would mean two keys.
        if known.setdefault((key.name, key.key_id), key) != key:
            raise MalformedKeyError(f"two keys share the identity {key.name}+{key.key_id.hex()}")
    return known


def _sign(text: bytes, signer: NoteSigner) -> NoteSignature:
    return NoteSignature(signer.name, signer.key_id, signer.sign(text))


def _check_text(text: bytes) -> None:
    if not text.endswith(b"\n"):
        raise MalformedNoteError("the text of a note ends with a newline")
    _check_characters(text)


def _check_characters(text: bytes) -> None:
    _decode(text)
    control = _CONTROL_CHARACTERS.search(text)
    if control is not None:
        raise MalformedNoteError(f"control character 0x{control[0].hex()} at byte {control.start()}")


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedNoteError(f"not UTF-8 at byte {error.start}") from error


def _parse_signature_line(line: str) -> NoteSignature:
    if not line.startswith(_SIGNATURE_MARK):
        raise MalformedNoteError(f"a signature line begins with an em dash and a space: {line!r}")
    name, separator, encoded = line.removeprefix(_SIGNATURE_MARK).partition(" ")
    if not separator:
        raise MalformedNoteError(f"a signature line has a name and a signature: {line!r}")
    try:
        check_name(name)
        blob = parse_base64(encoded)
    except (MalformedKeyError, MalformedBase64Error) as error:
        raise MalformedNoteError(f"signature line of {name!r}: {error}") from error
    if len(blob) <= KEY_ID_BYTES:
        raise MalformedNoteError(f"the signature of {name} is empty")
    return NoteSignature(name, blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])


def _format_signature_line(signature: NoteSignature) -> str:
    try:
        check_name(signature.name)
    except MalformedKeyError as error:
        raise MalformedNoteError(str(error)) from error
    if len(signature.key_id) != KEY_ID_BYTES or not signature.signature:
        raise MalformedNoteError(
            f"signature of {signature.name}: a key id is 4 bytes and a signature not empty"
        )
    return f"{_SIGNATURE_MARK}{signature.name} {format_base64(signature.key_id + signature.signature)}\n"
