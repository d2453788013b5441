"""Whether what a passport shows is what the log holds: the steps of ``ledger.log.verify``, for a whole lot.

1. **parse** - every entry has its one valid form.
2. **signatures** - every signature is by a key valid at the entry's index, that of a device on the record
   note which the entry carries included; the key ring is rebuilt from the key statements among the entries.
3. **chain link** - not asked here: inclusion in the tree binds an entry's place more strongly. Bundles ask.
4. **leaf hash** and 5. **inclusion** - the entry's bytes hash to a leaf of the checkpoint's tree.
6. **checkpoint signature** - the checkpoint is the log's.
7. **witness policy** and 8. **freshness** - not asked here: the server itself shows the page.
9. **history** - the entries of the lot's history are those that its seal counted and digested.
10. **credential** - the credential is the one the seal names, signed by a key of its organisation.
11. **stamp** - not asked here: who answers a scan compares (``seals``).

Costs are paid once: what was verified of bytes stays verified, and is remembered by those bytes.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ledger.log.authors import Place, find_authors, key_change
from ledger.log.checkpoints import Checkpoint, open_checkpoint
from ledger.log.errors import LogError
from ledger.log.merkle import HashReader, Node, check_inclusion, prove_inclusion
from ledger.log.record_notes import carried_note, find_recorder
from ledger.log.verify import STEPS as LOG_STEPS
from ledger.trace.bundles.evidence import Evidence
from ledger.trace.bundles.history import digest_history
from ledger.trace.credentials.lot_credential import credential_digest
from ledger.trace.errors import TraceError
from ledger.trace.events.parsing import Parsed, parse
from ledger.trace.events.statements import LotSealed
from signing.data_integrity import check_proof, parse_multikey
from signing.errors import SigningError
from signing.keyring import KeyRing
from signing.keys import VerifierKey
from signing.notes import NoteSignature

STEPS = (*LOG_STEPS, ("history", "lịch sử của lô"), ("credential", "chứng thư của lô"), ("stamp", "tem"))
"""Names of the steps 1 to 11: for programs, and for people."""

REMEMBERED = 16_384


@dataclass(frozen=True, slots=True)
class Integrity:
    """Whether all steps held; else the first that failed, at which log index if at one, and why."""

    ok: bool
    step: int | None = None
    name: str | None = None
    index: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """The entries that hold on their own (steps 1, 2, 4, 5), in order, and whether everything held."""

    entries: tuple[Parsed, ...]
    integrity: Integrity


def check_evidence(evidence: Evidence, log_key: VerifierKey, tree: HashReader) -> Checked:
    """Check all that was gathered for a lot. Raises nothing of ours: what fails is in the answer.

    ``tree`` reads the hashes of the checkpoint's tree; they need not be trusted.
    """
    attempts, ring = _Attempts(), KeyRing()
    parsed: list[Parsed] = []
    signed: list[Parsed] = []
    included: list[Parsed] = []
    for index, data in evidence.entries:
        with attempts.step(1, index):
            parsed.append(parse(index, data))
    for item in parsed:
        with attempts.step(2, item.index):
            check_authors(item, ring, log_key.name)
            signed.append(item)
    with attempts.step(6):
        checkpoint = open_remembered(evidence.checkpoint, log_key)
        with attempts.step(5):
            _read_ahead(signed, checkpoint, tree)
        for item in signed:
            with attempts.step(5, item.index):
                _check_included(item, checkpoint, tree)
                included.append(item)
    seal = next((item for item in included if item.index == evidence.sealed_index), None)
    with attempts.step(9, evidence.sealed_index):
        if evidence.sealed_index is not None:
            check_history(seal, evidence.history, included)
    with attempts.step(10, evidence.sealed_index):
        if seal is not None:
            check_credential(seal, evidence.credential, ring, log_key.name)
    return Checked(tuple(included), attempts.integrity())


def check_authors(item: Parsed, ring: KeyRing, origin: str) -> None:
    """Step 2 for one entry, in index order: check who signed, then let a key statement change ``ring``.

    What a device signed of it (``ledger.log.record_notes``) is checked as well. Raises ``KeyNotValidError``,
    ``BadSignatureError``, ``MalformedRecordNoteError``, ``KeyStatementError``, ``KeyRingError``.
    """
    record = item.record
    place = Place(origin, record.chain_id, record.seq, item.index)
    authors = find_authors(item.note, ring, place)
    _check_remembered(item.note.text, item.note.signatures, authors)
    carried = carried_note(record.body)
    if carried is not None:
        _check_remembered(carried.text, (carried.signature,), (find_recorder(carried, ring, place),))
    change_keys(item, ring)


def change_keys(item: Parsed, ring: KeyRing) -> None:
    """Let a key statement that was found in order change ``ring``; other entries change nothing.

    Raises ``KeyRingError``.
    """
    change = key_change(item.note)
    if change is None:
        return
    if change.revoked:
        ring.revoke(change.key.name, change.key.key_id, item.index + 1)
    else:
        ring.add(change.key, item.index)


def check_history(seal: Parsed | None, history: Sequence[int], entries: Sequence[Parsed]) -> None:
    """Step 9: the entries at ``history`` are those the seal counted. Raises ``TraceError``."""
    statement = None if seal is None else seal.statement
    if seal is None or not isinstance(statement, LotSealed):
        raise TraceError("the seal itself does not hold")
    leaves = {item.index: item.record.leaf_hash for item in entries}
    missing = [index for index in history if index not in leaves]
    if missing:
        raise TraceError(f"entries of the history do not hold: {missing}")
    if list(history) != sorted({index for index in history if index < seal.index}):
        raise TraceError("the history is not in the order of indexes, or not before the seal")
    found = digest_history(leaves[index] for index in history)
    if found != statement.history:
        raise TraceError(f"the seal counted {statement.history}, found {found}")


def check_credential(seal: Parsed, credential: dict[str, Any] | None, ring: KeyRing, origin: str) -> None:
    """Step 10: the credential is the one the seal names, by a key of its organisation valid at the seal.

    Raises ``TraceError``, ``BadSignatureError``, ``MalformedProofError``, ``MalformedKeyError``.
    """
    named = seal.record.body.get("credential")
    if named is None and credential is None:
        return
    if credential is None or named is None or credential_digest(credential) != named:
        raise TraceError(f"the seal names the credential {named}, and this is another or none")
    method = str(credential.get("proof", {}).get("verificationMethod", ""))
    did, _, fragment = method.partition("#")
    public_key = parse_multikey(fragment)
    if did != credential.get("issuer", {}).get("id"):
        raise TraceError(f"{method} is no key of the issuer")
    issuer = f"{origin}/{seal.record.chain_id}"
    if public_key not in {key.public_key for key in ring.keys_at(seal.index) if key.name == issuer}:
        raise TraceError(f"{method} was no key of {seal.record.chain_id} at index {seal.index}")
    check_proof(credential, public_key)
    if credential.get("credentialSubject", {}).get("id") != seal.record.body["lot"]:
        raise TraceError("the credential is about another lot")


class _Attempts:
    """Goes on after a failure, and keeps the first of the earliest step."""

    def __init__(self) -> None:
        self._first: Integrity | None = None

    @contextmanager
    def step(self, number: int, index: int | None = None) -> Iterator[None]:
        try:
            yield
        except (LogError, SigningError, TraceError) as error:
            if self._first is None or number < (self._first.step or 0):
                name = STEPS[number - 1][0]
                self._first = Integrity(ok=False, step=number, name=name, index=index, message=str(error))

    def integrity(self) -> Integrity:
        return self._first or Integrity(ok=True)


@lru_cache(maxsize=REMEMBERED)
def _check_remembered(
    text: bytes, signatures: tuple[NoteSignature, ...], authors: tuple[VerifierKey, ...]
) -> None:
    # An exception is not remembered: what fails is asked again each time.
    for signature, author in zip(signatures, authors, strict=True):
        author.check(text, signature.signature)


@lru_cache(maxsize=64)
def open_remembered(checkpoint: bytes, log_key: VerifierKey) -> Checkpoint:
    """``open_checkpoint``, remembered: one checkpoint stands behind many pages."""
    return open_checkpoint(checkpoint, log_key)


class _Included:
    """Leaves that a proof led to a root hash: true for ever, so asked once. Forgets the oldest."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int, bytes, bytes], None] = OrderedDict()

    def knows(self, place: tuple[int, int, bytes, bytes]) -> bool:
        return place in self._known

    def add(self, place: tuple[int, int, bytes, bytes]) -> None:
        self._known[place] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


_INCLUDED = _Included()


def _place(item: Parsed, checkpoint: Checkpoint) -> tuple[int, int, bytes, bytes]:
    return item.index, checkpoint.size, item.record.leaf_hash, checkpoint.root


def _read_ahead(entries: Sequence[Parsed], checkpoint: Checkpoint, tree: HashReader) -> None:
    """Have the tiles of all leaves read at once."""
    fresh = [item.index for item in entries if not _INCLUDED.knows(_place(item, checkpoint))]
    if fresh:
        tree.read_hashes([Node(0, index) for index in fresh])


def _check_included(item: Parsed, checkpoint: Checkpoint, tree: HashReader) -> None:
    place = _place(item, checkpoint)
    if _INCLUDED.knows(place):
        return
    proof = prove_inclusion(item.index, checkpoint.size, tree)
    check_inclusion(item.index, checkpoint.size, item.record.leaf_hash, proof, checkpoint.root)
    _INCLUDED.add(place)
