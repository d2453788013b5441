"""Who may sign what, and where: the rules for an entry's signatures and for a chain's keys. Pure.

A chain's keys are named ``<origin>/<chain id>`` (held by the server) and ``<origin>/<chain id>/<device id>``.
The keys that sign checkpoints are named ``<origin>``; they are the keys of the log's own chain, ``log``,
which begins when the first of them is replaced (docs/adr/0012).

- Every signature of an entry is by a key valid at its index, and at least one is by a key of its own chain.
- ``KeyAdded`` makes a key of the chain valid from its own index on. The new key signs it, to show that its
  holder has it; so does a key that the chain had, except where the chain begins (seq 0).
- ``KeyRevoked`` is the last entry at which the key is valid, so the key may sign its own revocation.
- The log's own chain holds statements about its keys, ``LogRecovered``, and nothing else, and its keys sign
  in no other chain.
- A checkpoint is signed by every key of the log that its entries have added and not revoked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from ledger.log.entries import EventNote, Kind, check_chain_id
from ledger.log.errors import KeyStatementError, MalformedEntryError
from ledger.log.recoveries import is_recovery, parse_recovery
from signing.errors import KeyNotValidError, MalformedKeyError, UnknownSignerError
from signing.keyring import HeldKey
from signing.keys import VerifierKey
from signing.notes import Note

LOG_CHAIN = "log"
"""The id of the log's own chain: no organisation has it, and no key of a chain is named for it."""

KEY_ADDED = "KeyAdded"
KEY_REVOKED = "KeyRevoked"
REVOCATION_REASONS = ("superseded", "lost", "compromised", "retired")


class KeyLookup(Protocol):
    """Which key was valid where: ``KeyRing``, or whatever reads one piece by piece."""

    def key_for(self, name: str, key_id: bytes, index: int, /) -> VerifierKey:
        """The key valid at ``index``. Raises ``KeyNotValidError``."""


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What an entry does to the key ring: ``key`` is added, or ``revoked``."""

    key: VerifierKey
    revoked: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event note stands in the log, or is about to."""

    origin: str
    chain_id: str
    seq: int
    index: int


@lru_cache(maxsize=4096)
@lru_cache(maxsize=4096)  # asked twice for every entry
def chain_of(name: str, origin: str) -> str | None:
    """The chain whose key is called ``name`` in the log ``origin``; ``None`` for a name of another shape."""
    if name == origin:
        return LOG_CHAIN
    prefix = f"{origin}/"
    parts = name.removeprefix(prefix).split("/")
    if not name.startswith(prefix) or len(parts) > 2 or parts[0] == LOG_CHAIN:
        return None
    try:
        for part in parts:
            check_chain_id(part)
    except MalformedEntryError:
        return None
    return parts[0]


def key_change(note: EventNote) -> KeyChange | None:
    """What the note does to the key ring; ``None`` when it is no key statement.

    Raises ``KeyStatementError`` for a key statement that is not exactly ``type``, ``id``, ``key`` and, when a
    key is revoked, optionally ``reason``.
    """
    statement = note.body.get("type")
    if note.kind is not Kind.STATEMENT or statement not in (KEY_ADDED, KEY_REVOKED):
        return None
    revoked = statement == KEY_REVOKED
    _check_members(note.body, revoked=revoked)
    try:
        return KeyChange(VerifierKey.parse(note.body["key"]), revoked)
    except MalformedKeyError as error:
        raise KeyStatementError(f"{statement}: {error}") from error


def find_authors(note: EventNote, keys: KeyLookup, place: Place) -> tuple[VerifierKey, ...]:
    """The key behind each signature, in the note's order, after checking that these may sign this here.

    The signatures themselves are not checked: see ``check_signatures``. Raises ``KeyNotValidError`` for a
    signature by a key that is unknown or not valid at the index (other chains' included), and
    ``KeyStatementError`` for a key statement that may not stand here.
    """
    change = key_change(note)
    if change is not None and chain_of(change.key.name, place.origin) != place.chain_id:
        raise KeyStatementError(f"{change.key.name} is no key name of chain {place.chain_id}")
    _check_log_chain(note, change, place)
    added = change.key if change is not None and not change.revoked else None
    authors = tuple(
        added
        if added is not None and (signature.name, signature.key_id) == (added.name, added.key_id)
        else keys.key_for(signature.name, signature.key_id, place.index)
        for signature in note.signatures
    )
    own = [key for key in authors if chain_of(key.name, place.origin) == place.chain_id]
    if not own:
        first = note.signatures[0]
        raise KeyNotValidError(first.name, first.key_id, place.index)
    if change is not None:
        _check_change(change, own, keys, place)
    return authors


def check_signatures(note: EventNote, authors: Sequence[VerifierKey]) -> None:
    """Raise ``BadSignatureError`` unless each signature is by the author at its position."""
    for signature, author in zip(note.signatures, authors, strict=True):
        author.check(note.text, signature.signature)


def log_keys_at(ring: Iterable[HeldKey], first_log_key: VerifierKey, size: int) -> tuple[VerifierKey, ...]:
    """Who signs the checkpoint of ``size``, oldest to newest; at least one.

    ``ring`` are the keys of the log (others are passed over) as its entries tell, e.g. ``KeyRing``;
    ``first_log_key`` is the one that the log was created with; it signs alone until the log's chain begins.
    Raises ``KeyStatementError`` when the chain begins with another key, or none is left. Linear in the ring.
    """
    own = [held for held in ring if held.key.name == first_log_key.name]
    if own and own[0].key != first_log_key:
        raise KeyStatementError(f"the log began with {first_log_key.format()}, not {own[0].key.format()}")
    if not own or own[0].valid_from >= size:
        return (first_log_key,)
    # At index ``size`` a key is valid that the entry there will add, or revoke: only what lies before counts.
    valid = tuple(held.key for held in own if held.valid_from < size and held.is_valid_at(size))
    if not valid:
        raise KeyStatementError(f"no key of the log is left that could sign size {size}")
    return valid


def check_log_signatures(
    checkpoint: Note, ring: Iterable[HeldKey], first_log_key: VerifierKey, size: int
) -> None:
    """Check that ``log_keys_at`` all signed the checkpoint of ``size``, and no other key of the log did.

    Lines by others (witnesses, other kinds of signature) are passed over. Raises ``UnknownSignerError`` for a
    missing line, ``BadSignatureError``, ``KeyNotValidError`` for a line by a key not yet or no longer valid,
    and ``KeyStatementError`` as ``log_keys_at``.
    """
    held_keys = tuple(ring)
    wanted = {key.key_id: key for key in log_keys_at(held_keys, first_log_key, size)}
    others = {held.key.key_id for held in held_keys if held.key.name == first_log_key.name} - wanted.keys()
    missing = dict(wanted)
    for line in checkpoint.signatures:
        if line.name != first_log_key.name:
            continue
        if line.key_id in others:
            raise KeyNotValidError(line.name, line.key_id, size)
        if line.key_id in wanted:
            wanted[line.key_id].check(checkpoint.text, line.signature)
            missing.pop(line.key_id, None)
    if missing:
        raise UnknownSignerError(tuple(f"{line.name}+{line.key_id.hex()}" for line in checkpoint.signatures))


def _check_log_chain(note: EventNote, change: KeyChange | None, place: Place) -> None:
    """Keep the log's own chain and all others apart, so that a key of one says nothing in the other."""
    if place.chain_id == LOG_CHAIN:
        if is_recovery(note.body):
            parse_recovery(note.body)
        elif change is None:
            raise KeyStatementError("the log's own chain holds statements about the log only")
        strangers = [line for line in note.signatures if line.name != place.origin]
    else:
        if is_recovery(note.body):
            raise KeyStatementError("only the log's own chain says LogRecovered")
        strangers = [line for line in note.signatures if line.name == place.origin]
    for line in strangers:
        raise KeyNotValidError(line.name, line.key_id, place.index)


def _check_members(body: dict[str, Any], *, revoked: bool) -> None:
    members = {"type", "id", "key"} | ({"reason"} & body.keys() if revoked else set())
    if body.keys() != members or not all(isinstance(value, str) for value in body.values()):
        raise KeyStatementError(f"a key statement has exactly {sorted(members)}, all strings")
    if body.get("reason", "lost") not in REVOCATION_REASONS:
        raise KeyStatementError(f"a key is revoked for one of {REVOCATION_REASONS}")


def _check_change(change: KeyChange, own: list[VerifierKey], keys: KeyLookup, place: Place) -> None:
    if change.revoked:
        keys.key_for(change.key.name, change.key.key_id, place.index)
    elif change.key not in own:
        raise KeyStatementError(f"{change.key.name} did not sign that it was added")
    elif place.seq > 0 and own == [change.key]:
        raise KeyStatementError(f"no earlier key of chain {place.chain_id} signed that a key was added")
    # At its own index it is valid already for who looks back with the whole ring.
    elif _is_valid(change.key, keys, place.index - 1):
        raise KeyStatementError(f"{change.key.format()} is valid already")


def _is_valid(key: VerifierKey, keys: KeyLookup, index: int) -> bool:
    try:
        keys.key_for(key.name, key.key_id, index)
    except KeyNotValidError:
        return False
    return True
