"""Consistency proofs as text: a checkpoint's tree begins with an earlier one's (C2SP tlog-witness). Pure.

The text is the body of a witness's ``add-checkpoint`` request: ``old <size>``, a line of base64 for each hash
of the proof (RFC 6962 §2.1.2), a blank line, and the newer checkpoint verbatim.
"""

from dataclasses import dataclass

from ledger.log.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint_note
from ledger.log.entries import parse_decimal
from ledger.log.errors import ConsistencyError, MalformedCheckpointError, MalformedProofFileError
from ledger.log.merkle import HASH_BYTES, HashReader, check_consistency, prove_consistency
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error
from signing.notes import NoteVerifier

MAX_CONSISTENCY_HASHES = 63
"""C2SP tlog-witness: a request has at most 63 lines of proof."""
_OLD = "old "


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the tree of ``checkpoint`` begins with the tree of ``old_size``.

    ``hashes`` (32 bytes each) are the proof in its order; ``checkpoint`` is a signed note, verbatim.
    """

    old_size: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes


def prove_extension(old_size: int, checkpoint: bytes, reader: HashReader) -> Consistency:
    """The proof that the tree of the note ``checkpoint`` begins with that of ``old_size``.

    ``reader`` holds that tree or a larger one. Raises ``ConsistencyError`` when the old tree is the larger.
    """
    size = parse_checkpoint_note(checkpoint)[0].size
    return Consistency(old_size, prove_consistency(old_size, size, reader), checkpoint)


def check_extension(proof: Consistency, earlier: Checkpoint, log_key: NoteVerifier) -> Checkpoint:
    """The newer checkpoint, after its signature and its consistency with ``earlier`` were checked.

    ``earlier`` is a checkpoint whose signature the caller checked when it was new. Raises what
    ``open_checkpoint`` raises, and ``ConsistencyError``, also for a proof from another size or another log.
    """
    newer = open_checkpoint(proof.checkpoint, log_key)
    if (earlier.origin, earlier.size) != (newer.origin, proof.old_size):
        found = f"a proof of {newer.origin} from size {proof.old_size}"
        raise ConsistencyError(
            f"{found}, not of {earlier.origin}", old_size=earlier.size, new_size=newer.size
        )
    check_consistency(earlier.size, earlier.root, newer.size, newer.root, proof.hashes)
    return newer


def format_consistency(proof: Consistency) -> bytes:
    """The text; the inverse of ``parse_consistency``. Raises ``MalformedProofFileError``."""
    lines = (f"{_OLD}{proof.old_size}", *map(format_base64, proof.hashes), "", "")
    data = "\n".join(lines).encode() + proof.checkpoint
    parse_consistency(data)
    return data


def parse_consistency(data: bytes) -> Consistency:
    """The proof whose text is exactly ``data``. Checks neither hashes nor signatures.

    Raises ``MalformedProofFileError``, also when what follows the blank line is no checkpoint, or the old
    size is the larger. Hashes where none belong (equal sizes, from size 0) are left to ``check_extension``.
    """
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        old, *hashes = head.decode("ascii").split("\n")
        proof = Consistency(_parse_old(old), tuple(map(parse_base64, hashes)), checkpoint)
        size = parse_checkpoint_note(checkpoint)[0].size
    except (ValueError, MalformedBase64Error, MalformedCheckpointError) as error:
        raise MalformedProofFileError(f"not a consistency proof: {error}") from error
    if not blank or any(len(hashed) != HASH_BYTES for hashed in proof.hashes):
        raise MalformedProofFileError("no blank line, or a hash not of 32 bytes")
    if len(proof.hashes) > MAX_CONSISTENCY_HASHES:
        raise MalformedProofFileError(f"a consistency proof has at most {MAX_CONSISTENCY_HASHES} hashes")
    if proof.old_size > size:
        raise MalformedProofFileError(f"the old size {proof.old_size} is larger than {size}")
    return proof


def _parse_old(line: str) -> int:
    if not line.startswith(_OLD):
        raise ValueError(f"not a line of the old size: {line!r}")
    return parse_decimal(line.removeprefix(_OLD))
