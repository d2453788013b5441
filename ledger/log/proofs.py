"""Proof files, ``.tlog-proof`` (C2SP tlog-proof): an entry's place in the log, checkable offline. Pure."""

from dataclasses import dataclass

from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.entries import parse_decimal
from ledger.log.errors import MalformedCheckpointError, MalformedProofFileError
from ledger.log.merkle import HASH_BYTES
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error

PROOF_TYPE = "c2sp.org/tlog-proof@v1"
MAX_PROOF_HASHES = 63
"""Height of the tallest tree (RFC 6962 sizes fit 63 bits)."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That the log had a given leaf hash at ``index``.

    ``hashes`` are the siblings (32 bytes each) from the leaf up; ``checkpoint`` is a signed note, verbatim;
    ``extra`` is data that nothing authenticates, ``None`` when the line is left out.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def format_proof(proof: Proof) -> bytes:
    """The proof file; the inverse of ``parse_proof``. Raises ``MalformedProofFileError``."""
    extra = () if proof.extra is None else (f"extra {format_base64(proof.extra)}",)
    lines = (PROOF_TYPE, *extra, f"index {proof.index}", *map(format_base64, proof.hashes), "", "")
    data = "\n".join(lines).encode() + proof.checkpoint
    parse_proof(data)
    return data


def parse_proof(data: bytes) -> Proof:
    """The proof whose file is exactly ``data``. Checks neither hashes nor signatures.

    Raises ``MalformedProofFileError``, also when what follows the blank line is no checkpoint.
    """
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
        extra = _take_extra(lines)
        proof_type, index, *hashes = lines
        proof = Proof(_parse_index(index), tuple(map(parse_base64, hashes)), checkpoint, extra)
        parse_checkpoint_note(checkpoint)
    except (ValueError, MalformedBase64Error, MalformedCheckpointError) as error:
        raise MalformedProofFileError(f"not a proof file: {error}") from error
    if proof_type != PROOF_TYPE or not blank or any(len(hashed) != HASH_BYTES for hashed in proof.hashes):
        raise MalformedProofFileError("another type line, no blank line, or a hash not of 32 bytes")
    if len(proof.hashes) > MAX_PROOF_HASHES:
        raise MalformedProofFileError(f"a proof has at most {MAX_PROOF_HASHES} hashes")
    return proof


def _take_extra(lines: list[str]) -> bytes | None:
    if len(lines) > 1 and lines[1].startswith("extra "):
        return parse_base64(lines.pop(1).removeprefix("extra "))
    return None


def _parse_index(line: str) -> int:
    if not line.startswith("index "):
        raise ValueError(f"not an index line: {line!r}")
    return parse_decimal(line.removeprefix("index "))
