"""Verifying one entry, trusting nothing but the log's key and the key ring. Pure: bytes in, an answer out.

1. **parse** - entry, event note, proof and checkpoint each have their one valid form.
2. **signatures** - every signature of the event note is by a key valid at the entry's index, at least one by
   a key of the entry's own chain; a key statement is signed by whom it must be; a record note that the entry
   carries is signed by a device of the chain whose key is valid there.
3. **chain link** - ``prev`` is zeros where ``seq`` is 0; otherwise, where a link is given, ``prev`` is the
   leaf hash at an earlier index of the tree, and the entry there, if given, is the chain's previous one.
4. **leaf hash** - SHA-256(0x00 ‖ entry); equal to the one the verifier expected, if it expected one.
5. **inclusion** - the proof leads from the leaf hash at its index to the checkpoint's root hash.
6. **checkpoint signature** - the checkpoint is signed by the log's key, which is named as its origin.
7. **witness policy** - enough of the verifier's witnesses cosigned the checkpoint.
8. **freshness** - the checkpoint is young enough, and extends the one the verifier saw before.

Any failure raises ``VerificationError`` with the step's number, name and evidence.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledger.log.authors import KeyLookup, Place, check_signatures, find_authors
from ledger.log.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint_note
from ledger.log.entries import Entry, parse_entry, parse_event_note
from ledger.log.errors import InclusionError, LogError, StaleCheckpointError, VerificationError
from ledger.log.merkle import check_consistency, check_inclusion, leaf_hash
from ledger.log.proofs import Proof, parse_proof
from ledger.log.record_notes import check_record
from ledger.log.records import Record, make_record
from ledger.log.witnesses import WitnessPolicy, check_witnesses
from signing.errors import SigningError
from signing.keys import VerifierKey

STEPS = (
    ("parse", "đọc đúng dạng"),
    ("signatures", "chữ ký người ghi"),
    ("chain link", "mắt xích trước"),
    ("leaf hash", "mã băm của dòng"),
    ("inclusion", "có trong sổ"),
    ("checkpoint signature", "chữ ký của sổ"),
    ("witness policy", "bên làm chứng"),
    ("freshness", "độ mới"),
)
"""Names of the steps 1 to 8: for programs, and for people."""

MAX_AHEAD = timedelta(minutes=10)
"""How far a witness's clock may be ahead of the verifier's."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where the chain's previous entry is: ``index``, its inclusion proof (leaf up), its bytes if at hand."""

    index: int
    hashes: tuple[bytes, ...]
    entry: bytes | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint the verifier saw before, and the consistency proof from there to the one at hand."""

    checkpoint: Checkpoint
    consistency: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier brings along. ``max_age`` asks for ``now``, and for witnesses, who tell the time."""

    log_key: VerifierKey
    witnesses: WitnessPolicy = field(default_factory=WitnessPolicy)
    seen: Seen | None = None
    max_age: timedelta | None = None
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """A verified entry under a verified checkpoint.

    ``is_linked``: step 3 had a link to follow, or seq is 0. ``witnessed_at``: when each witness of the policy
    cosigned.
    """

    record: Record
    checkpoint: Checkpoint
    is_linked: bool
    witnessed_at: dict[str, datetime]


def verify_entry(
    entry: bytes,
    proof: bytes | Proof,
    *,
    key_ring: KeyLookup,
    trust: Trust,
    link: Link | None = None,
    expected_leaf: bytes | None = None,
) -> Verified:
    """The verified entry, or ``VerificationError``: the eight steps of this module, in order.

    Cost: one Ed25519 verification for each signature, and one hash for each hash of the proofs.
    """
    with verification_step(1, entry=entry, proof=proof):
        parsed = parse_entry(entry)
        event_note = parse_event_note(parsed.note)
        proof = parse_proof(proof) if isinstance(proof, bytes) else proof
        checkpoint, checkpoint_note = parse_checkpoint_note(proof.checkpoint)
    with verification_step(2, index=proof.index, signatures=event_note.signatures):
        place = Place(checkpoint.origin, parsed.chain_id, parsed.seq, proof.index)
        check_signatures(event_note, find_authors(event_note, key_ring, place))
        check_record(event_note.body, key_ring, place)
    with verification_step(3, prev=parsed.prev, seq=parsed.seq, link=link):
        if link is not None:
            _check_link(parsed, proof.index, link, checkpoint)
    leaf = leaf_hash(entry)
    with verification_step(4, expected=expected_leaf, found=leaf):
        if expected_leaf not in (None, leaf):
            raise LogError(f"leaf hash {leaf.hex()} is not the expected one")
    with verification_step(5, index=proof.index, size=checkpoint.size, leaf_hash=leaf, root=checkpoint.root):
        check_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root)
    with verification_step(6, checkpoint=proof.checkpoint, log_key=trust.log_key.format()):
        open_checkpoint(proof.checkpoint, trust.log_key)
    with verification_step(7, policy=trust.witnesses, signatures=checkpoint_note.signatures):
        witnessed_at = check_witnesses(checkpoint_note, trust.witnesses)
    with verification_step(8, checkpoint=checkpoint, witnessed_at=witnessed_at, seen=trust.seen):
        check_freshness(checkpoint, witnessed_at, trust)
    record = make_record(proof.index, entry, parsed, event_note, leaf)
    return Verified(record, checkpoint, link is not None or parsed.seq == 0, witnessed_at)


@contextmanager
def verification_step(number: int, **evidence: object) -> Iterator[None]:
    """Whatever of ours fails inside fails as the step ``number``, with ``evidence``."""
    try:
        yield
    except VerificationError:
        raise
    except (LogError, SigningError) as error:
        name, name_vi = STEPS[number - 1]
        sentence = f"Kiểm tra không đạt ở bước {number} ({name_vi}). {error.sentence}"
        raise VerificationError(number, name, str(error), evidence, sentence=sentence) from error


def _check_link(entry: Entry, index: int, link: Link, checkpoint: Checkpoint) -> None:
    if entry.seq == 0 or link.index >= index:
        message = "the first entry has none, and others are linked backwards"
        raise InclusionError(message, index=link.index, size=checkpoint.size)
    check_inclusion(link.index, checkpoint.size, entry.prev, link.hashes, checkpoint.root)
    if link.entry is None:
        return
    previous = parse_entry(link.entry)
    is_previous = (previous.chain_id, previous.seq + 1) == (entry.chain_id, entry.seq)
    if leaf_hash(link.entry) != entry.prev or not is_previous:
        message = f"holds seq {previous.seq} of {previous.chain_id}, not the entry before"
        raise InclusionError(message, index=link.index, size=checkpoint.size)


def check_freshness(checkpoint: Checkpoint, witnessed_at: Mapping[str, datetime], trust: Trust) -> None:
    """Step 8. Raises ``StaleCheckpointError``, ``ConsistencyError``.

    A time too far ahead of the verifier's (``MAX_AHEAD``) is no time.
    """
    if trust.seen is not None:
        seen = trust.seen.checkpoint
        if seen.origin != checkpoint.origin:
            raise StaleCheckpointError(f"the checkpoint seen before is of another log: {seen.origin}")
        check_consistency(seen.size, seen.root, checkpoint.size, checkpoint.root, trust.seen.consistency)
    if trust.max_age is not None:
        newest = max(witnessed_at.values(), default=None)
        if newest is None or trust.now is None:
            raise StaleCheckpointError("no witness tells how old the checkpoint is")
        if newest - trust.now > MAX_AHEAD:
            raise StaleCheckpointError(f"witnessed at {newest.isoformat()}, which is still to come")
        if trust.now - newest > trust.max_age:
            raise StaleCheckpointError(f"last witnessed at {newest.isoformat()}")
