"""Checkpoints: what the log signs about itself (C2SP tlog-checkpoint). Pure.

The text is ``origin``, ``size`` and base64 of the root hash, a line each. The key's name is the origin.
"""

from dataclasses import dataclass

from ledger.log.entries import parse_decimal
from ledger.log.errors import MalformedCheckpointError
from ledger.log.merkle import EMPTY_ROOT, HASH_BYTES
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error, MalformedKeyError, MalformedNoteError
from signing.keys import check_name
from signing.notes import Note, NoteSigner, NoteVerifier, check_note, parse_note, sign_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log ``origin`` has ``size`` entries and the root hash ``root`` (32 bytes).

    ``extensions`` are the opaque further lines that other logs may write; this log writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def format_checkpoint(checkpoint: Checkpoint) -> bytes:
    """The text to sign; the inverse of ``parse_checkpoint``. Raises ``MalformedCheckpointError``."""
    lines = (checkpoint.origin, str(checkpoint.size), format_base64(checkpoint.root), *checkpoint.extensions)
    text = "".join(f"{line}\n" for line in lines).encode()
    if parse_checkpoint(text) != checkpoint:
        raise MalformedCheckpointError(f"no text says {checkpoint}")
    return text


def parse_checkpoint(text: bytes) -> Checkpoint:
    """The checkpoint whose text is exactly ``text``. Raises ``MalformedCheckpointError``."""
    try:
        # The last line ends with a newline as well, hence the empty piece.
        origin, size, root, *extensions, end = text.decode().split("\n")
        check_name(origin)
        checkpoint = Checkpoint(origin, parse_decimal(size), parse_base64(root), tuple(extensions))
    except (ValueError, MalformedBase64Error, MalformedKeyError) as error:
        raise MalformedCheckpointError(f"not 'origin, size, root hash': {error}") from error
    if end or "" in extensions or len(checkpoint.root) != HASH_BYTES:
        raise MalformedCheckpointError("an empty line, a missing newline, or a root hash not of 32 bytes")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise MalformedCheckpointError("the empty tree has another root hash")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, *signers: NoteSigner) -> bytes:
    """The signed note of ``checkpoint``."""
    return sign_note(format_checkpoint(checkpoint), *signers)


def parse_checkpoint_note(data: bytes) -> tuple[Checkpoint, Note]:
    """The checkpoint in a signed note, and the note. Checks no signature."""
    try:
        note = parse_note(data)
    except MalformedNoteError as error:
        raise MalformedCheckpointError(str(error)) from error
    return parse_checkpoint(note.text), note


def open_checkpoint(data: bytes, log_key: NoteVerifier) -> Checkpoint:
    """The checkpoint in a note that ``log_key`` signed.

    Raises ``MalformedCheckpointError`` (also for another log's origin), ``BadSignatureError`` and
    ``UnknownSignerError``. Cosignatures of others are passed over.
    """
    checkpoint, note = parse_checkpoint_note(data)
    check_note(note, (log_key,))
    if checkpoint.origin != log_key.name:
        raise MalformedCheckpointError(f"origin {checkpoint.origin!r}, but the key is of {log_key.name!r}")
    return checkpoint
