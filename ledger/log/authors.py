"""Who may sign what, and where: the rules for an entry's signatures and for a chain's keys. Pure.

A chain's keys are named ``<origin>/<chain id>`` (held by the server) and ``<origin>/<chain id>/<device id>``.

- Every signature of an entry is by a key valid at its index, and at least one is by a key of its own chain.
- ``KeyAdded`` makes a key of the chain valid from its own index on. The new key signs it, to show that its
  holder has it; so does a key that the chain had, except where the chain begins (seq 0).
- ``KeyRevoked`` is the last entry at which the key is valid, so the key may sign its own revocation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from ledger.log.entries import EventNote, Kind, check_chain_id
from ledger.log.errors import KeyStatementError, MalformedEntryError
from signing.errors import KeyNotValidError, MalformedKeyError
from signing.keys import VerifierKey

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
def chain_of(name: str, origin: str) -> str | None:
    """The chain whose key is called ``name`` in the log ``origin``; ``None`` for a name of another shape."""
    prefix = f"{origin}/"
    parts = name.removeprefix(prefix).split("/")
    if not name.startswith(prefix) or len(parts) > 2:
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
