"""Use cases for the keys of chains: open a chain, add or replace a key, revoke one.

Every change is a statement in the log (see ``authors``); the table ``log_key`` follows from the statements.
"""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.authors import KEY_ADDED, KEY_REVOKED
from ledger.log.entries import Kind, check_chain_id, format_event_text, parse_event_note
from ledger.log.errors import ChainExistsError, KeyStatementError, LastKeyError
from ledger.log.memory import read_key_ring
from ledger.log.tables import LogKey
from ledger.log.unit import Receipt, Unit
from signing.keyring import KeyRing
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import Note, countersign, format_note

CLOSING_REASON = "retired"
"""The only reason for which a chain's last key is revoked: the organisation writes no more."""


def open_chain(unit: Unit, chain_id: str, *, private_key: PrivateKey | None = None) -> Receipt:
    """Begin a chain: a new server-held key (or ``private_key``) and its ``KeyAdded``, signed by itself.

    Raises ``ChainExistsError``, and ``MalformedEntryError`` for what is no chain id.
    """
    check_chain_id(chain_id)
    if unit.chain_size(chain_id):
        raise ChainExistsError(chain_id)
    key = NamedKey(f"{unit.origin}/{chain_id}", private_key or PrivateKey.generate())
    unit.hold_key(key)
    return unit.append(chain_id, unit.sign_as((key,), Kind.STATEMENT, _key_added(key.verifier_key)))


def replace_key(unit: Unit, chain_id: str, *, private_key: PrivateKey | None = None) -> Receipt:
    """Add a new server-held key, signed by it and by the current one; from then on the chain signs with it.

    The current key stays valid until ``revoke_key``. Raises ``UnknownChainError``.
    """
    current = unit.signer(chain_id)
    key = NamedKey(f"{unit.origin}/{chain_id}", private_key or PrivateKey.generate())
    unit.hold_key(key)
    return unit.append(chain_id, unit.sign_as((current, key), Kind.STATEMENT, _key_added(key.verifier_key)))


def key_added_text(key: VerifierKey) -> bytes:
    """The statement that the holder of a device's key signs before ``add_device_key``."""
    return format_event_text(Kind.STATEMENT, _key_added(key))


def add_device_key(unit: Unit, chain_id: str, note: bytes) -> Receipt:
    """Take in a key held elsewhere: ``note`` is its ``KeyAdded``, signed by the new key.

    The chain's current server-held key signs too. Raises ``UnknownChainError``, ``MalformedEventNoteError``,
    ``KeyStatementError`` and ``BadSignatureError``.
    """
    statement = parse_event_note(note)
    if statement.body.get("type") != KEY_ADDED:
        raise KeyStatementError("the note adds no key")
    signed = countersign(Note(statement.text, statement.signatures), unit.signer(chain_id))
    return unit.append(chain_id, format_note(signed))


def revoke_key(unit: Unit, chain_id: str, key: VerifierKey, *, reason: str = "superseded") -> Receipt:
    """End the validity of ``key`` with this entry and destroy its private half if it is held here.

    ``reason`` is one of ``REVOCATION_REASONS``. The chain's current key signs, which may be the revoked one.
    The last key that this server holds is revoked only as ``retired``, which closes the chain; for every
    other reason a successor is added first, in the same unit if need be. Raises ``LastKeyError``,
    ``UnknownChainError``, ``KeyNotValidError`` when the key is not valid now, ``KeyStatementError``.
    """
    if reason != CLOSING_REASON and unit.signer(chain_id).verifier_key == key and not _has_other(unit, key):
        raise LastKeyError(key.format())
    body = {"type": KEY_REVOKED, "id": _new_id(), "key": key.format(), "reason": reason}
    return unit.append(chain_id, unit.sign(chain_id, Kind.STATEMENT, body))


def key_ring(session: Session) -> KeyRing:
    """Every key of the log with the indexes for which it is valid. Linear in the number of keys."""
    return read_key_ring(session)


def chain_keys(session: Session, chain_id: str) -> KeyRing:
    """The keys of one chain with the indexes for which each is valid."""
    return read_key_ring(session, chain_id)


def _has_other(unit: Unit, key: VerifierKey) -> bool:
    """Whether this server holds another valid key of the same name."""
    held = select(LogKey.key_id).where(
        LogKey.name == key.name,
        LogKey.key_id != key.key_id,
        LogKey.valid_until.is_(None),
        LogKey.sealed_seed.is_not(None),
    )
    return unit.session.scalar(held.limit(1)) is not None


def _key_added(key: VerifierKey) -> dict[str, str]:
    return {"type": KEY_ADDED, "id": _new_id(), "key": key.format()}


def _new_id() -> str:
    return f"urn:uuid:{uuid.uuid4()}"
