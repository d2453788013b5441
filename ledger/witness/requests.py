"""The ``add-checkpoint`` request and its answer (C2SP tlog-witness, "add-checkpoint"). Pure.

The request's body is the text form of a consistency proof (``ledger.log.consistency``), the answer's are
signature lines as they stand under a note, or after a conflict the latest size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note
from ledger.log.consistency import Consistency, format_consistency, parse_consistency
from ledger.log.entries import parse_decimal
from ledger.log.errors import MalformedCheckpointError, MalformedProofFileError
from ledger.witness.errors import MalformedRequestError
from signing.errors import MalformedNoteError
from signing.notes import Note, NoteSignature, format_note, parse_note

MAX_REQUEST_BYTES = 64 * 1024
"""A proof of 63 lines takes 2,835 bytes, sixteen ML-DSA-44 signatures some 53,000."""
MAX_ANSWER_BYTES = 64 * 1024
SIZE_TYPE = "text/x.tlog.size"
_SIZE_BYTES = 20


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: ``proof`` leads from the tree of ``old_size`` to that of ``checkpoint``, in ``note``."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: Note


def format_request(old_size: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of a request. Raises ``MalformedRequestError`` for one that ``parse_request`` would refuse."""
    try:
        return format_consistency(Consistency(old_size, tuple(proof), note))
    except MalformedProofFileError as error:
        raise MalformedRequestError(str(error)) from error


def parse_request(data: bytes) -> AddCheckpoint:
    """The request whose body is exactly ``data``. Checks no signature and no proof.

    Raises ``MalformedRequestError``, also when the old size is larger than the checkpoint's.
    """
    if len(data) > MAX_REQUEST_BYTES:
        raise MalformedRequestError(f"a request has at most {MAX_REQUEST_BYTES} bytes")
    try:
        parsed = parse_consistency(data)
        checkpoint, note = parse_checkpoint_note(parsed.checkpoint)
    except (MalformedProofFileError, MalformedCheckpointError) as error:
        raise MalformedRequestError(str(error)) from error
    return AddCheckpoint(parsed.old_size, parsed.hashes, checkpoint, note)


def parse_answer(data: bytes, text: bytes) -> tuple[NoteSignature, ...]:
    """The signature lines of an answer about the checkpoint ``text``. Raises ``MalformedRequestError``."""
    if len(data) > MAX_ANSWER_BYTES:
        raise MalformedRequestError(f"an answer has at most {MAX_ANSWER_BYTES} bytes")
    try:
        note = parse_note(text + b"\n" + data)
    except MalformedNoteError as error:
        raise MalformedRequestError(f"not signature lines: {error}") from error
    if note.text != text:
        raise MalformedRequestError("an answer is signature lines only")
    return note.signatures


def format_answer(note: Note, *signatures: NoteSignature) -> bytes:
    """Signature lines as they stand under ``note``."""
    whole = format_note(Note(note.text, signatures))
    return whole[len(note.text) + 1 :]


def parse_size(data: bytes) -> int:
    """The size in the body of a 409. Raises ``MalformedRequestError``."""
    line, newline, rest = data[:_SIZE_BYTES].partition(b"\n")
    try:
        size = parse_decimal(line.decode("ascii"))
    except ValueError as error:
        raise MalformedRequestError(f"not a size: {error}") from error
    if not newline or rest or len(data) > _SIZE_BYTES:
        raise MalformedRequestError("a size is one line")
    return size
