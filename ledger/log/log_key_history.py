"""The history of a log's own keys, one file: how who knows an old key gets to know the new one. Pure.

docs/spec/log-keys.md. Steps, numbered as in ``ledger.log.verify``:

1. **parse** - the file, its entries and its checkpoint each have their one valid form; the entries are the
   log's own chain from ``seq`` 0 on, without a gap.
2. **signatures** - each key statement is signed by whom it must be: a new key by itself and an earlier one.
3. **chain link**, 4. **leaf hash**, 5. **inclusion** - each entry is in the tree, behind the one before it.
6. **checkpoint signature** - by every key of the log that the entries leave valid, beginning with the one
   that the file calls the first; and one of these keys is one that the verifier brought along, or follows
   from such a key: it was added while that was valid, and signed by it.

Any failure raises ``VerificationError`` with the step's number, name and evidence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.log.authors import (
    LOG_CHAIN,
    Place,
    check_log_signatures,
    find_authors,
    key_change,
    log_keys_at,
)
from ledger.log.canonical import format_canonical, parse_canonical
from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note
from ledger.log.entries import EventNote, parse_entry, parse_event_note
from ledger.log.errors import MalformedProofFileError
from ledger.log.proven_entries import (
    ProvenEntry,
    apply_key_change,
    format_proven,
    parse_proven,
    verify_proven,
)
from ledger.log.verify import Trust, verification_step
from signing.errors import UnknownSignerError
from signing.keyring import HeldKey, KeyRing
from signing.keys import VerifierKey
from signing.notes import Note

HISTORY_TYPE = "sogoc/log-keys/v1"
MAX_HISTORY_BYTES = 4 * 1024 * 1024

_MEMBERS = frozenset({"type", "first", "checkpoint", "entries"})


@dataclass(frozen=True, slots=True)
class LogKeyHistory:
    """A file taken apart: the log's ``first`` key, a checkpoint (signed note), the log's own chain."""

    first: VerifierKey
    checkpoint: bytes
    entries: tuple[ProvenEntry, ...]


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The keys of a log as of ``checkpoint``, with the log indexes of their statements; verified."""

    checkpoint: Checkpoint
    first: VerifierKey
    held: tuple[HeldKey, ...]

    def at(self, size: int) -> tuple[VerifierKey, ...]:
        """The keys that sign the checkpoint of ``size``, oldest to newest."""
        return log_keys_at(self.held, self.first, size)

    @property
    def current(self) -> tuple[VerifierKey, ...]:
        """The keys that signed this checkpoint, oldest to newest."""
        return self.at(self.checkpoint.size)


def format_history(history: LogKeyHistory) -> bytes:
    """The file: canonical JSON and a newline; the inverse of ``parse_history``."""
    body = {
        "type": HISTORY_TYPE,
        "first": history.first.format(),
        "checkpoint": history.checkpoint.decode(),
        "entries": format_proven(history.entries),
    }
    return format_canonical(body) + b"\n"


def parse_history(data: bytes) -> LogKeyHistory:
    """The history whose file is exactly ``data``. Checks form only. Raises ``MalformedError`` and its kin."""
    if len(data) > MAX_HISTORY_BYTES or not data.endswith(b"\n"):
        raise MalformedProofFileError(
            f"a history ends with a newline and has at most {MAX_HISTORY_BYTES} bytes"
        )
    body = parse_canonical(data[:-1])
    if not isinstance(body, dict) or body.keys() != _MEMBERS or body["type"] != HISTORY_TYPE:
        raise MalformedProofFileError(f"not the members of {HISTORY_TYPE}")
    if not isinstance(body["first"], str) or not isinstance(body["checkpoint"], str):
        raise MalformedProofFileError("first and checkpoint are texts")
    return LogKeyHistory(
        VerifierKey.parse(body["first"]), body["checkpoint"].encode(), parse_proven(body["entries"])
    )


def follow_log_keys(data: bytes, pinned: Iterable[VerifierKey]) -> LogKeys:
    """The keys of the log, for who trusts one of ``pinned``: the steps of this module, in order."""
    trusted = set(pinned)
    with verification_step(1):
        history = parse_history(data)
        checkpoint, note = parse_checkpoint_note(history.checkpoint)
        notes = _read_chain(history)
    ring = _follow(history, notes, trusted)
    with verification_step(6, first=history.first.format()):
        newest = log_keys_at(ring, history.first, checkpoint.size)[-1]
    verify_proven(history.entries, history.checkpoint, Trust(newest), KeyRing())
    _check_checkpoint(note, tuple(ring), history.first, checkpoint, trusted)
    return LogKeys(checkpoint, history.first, tuple(ring))


def _read_chain(history: LogKeyHistory) -> tuple[EventNote, ...]:
    notes = []
    for seq, proven in enumerate(history.entries):
        entry = parse_entry(proven.entry)
        if (entry.chain_id, entry.seq) != (LOG_CHAIN, seq):
            raise MalformedProofFileError(f"seq {entry.seq} of {entry.chain_id}, not {seq} of {LOG_CHAIN}")
        notes.append(parse_event_note(entry.note))
    return tuple(notes)


def _follow(history: LogKeyHistory, notes: Sequence[EventNote], trusted: set[VerifierKey]) -> KeyRing:
    """The ring that the statements lead to; ``trusted`` gains the keys that follow from those in it.

    Signatures are looked up here and checked with each entry afterwards: all of it holds, or nothing counts.
    """
    ring = KeyRing()
    for proven, note in zip(history.entries, notes, strict=True):
        with verification_step(2, index=proven.index):
            place = Place(history.first.name, LOG_CHAIN, parse_entry(proven.entry).seq, proven.index)
            authors = find_authors(note, ring, place)
            change = key_change(note)
            if change is not None and not change.revoked and not trusted.isdisjoint(authors):
                trusted.add(change.key)
            apply_key_change(note, proven.index, ring)
    return ring


def _check_checkpoint(
    note: Note, held: Sequence[HeldKey], first: VerifierKey, checkpoint: Checkpoint, trusted: set[VerifierKey]
) -> None:
    keys = log_keys_at(held, first, checkpoint.size)
    with verification_step(6, keys=[key.format() for key in keys]):
        check_log_signatures(note, held, first, checkpoint.size)
        if trusted.isdisjoint(keys):
            raise UnknownSignerError(tuple(f"{key.name}+{key.key_id.hex()}" for key in keys))
