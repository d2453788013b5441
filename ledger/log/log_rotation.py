"""Use cases for the keys of the log itself: add one, revoke one, in the log's own chain (docs/adr/0012).

While two keys are valid each checkpoint carries a line of both, so verifiers that hold either are content.
"""

import uuid

from ledger.log.authors import KEY_ADDED, KEY_REVOKED, LOG_CHAIN
from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import KeyStatementError, LastKeyError
from ledger.log.log_keys import find_valid_log_keys, move_first_seed, open_log_signer
from ledger.log.queries import Identity, read_head, read_identity
from ledger.log.unit import Receipt, Unit
from signing.errors import KeyNotValidError
from signing.keys import KeySigner, NamedKey, PrivateKey, VerifierKey
from signing.notes import Note, countersign, format_note


def rotate_log_key(unit: Unit, *, new: KeySigner | None = None) -> Receipt:
    """Add a key of the log, made here or ``new`` (one in a token); the newest key so far and it sign.

    From this entry on checkpoints carry its line as well; the earlier keys stay valid until they are revoked.
    Raises ``KeyStatementError`` for a key of another name or one that is valid already.
    """
    identity = read_identity(unit.session)
    if unit.chain_size(LOG_CHAIN) == 0:
        begin_log_chain(unit, identity)
    signer = new or NamedKey(identity.origin, PrivateKey.generate())
    if isinstance(signer, NamedKey):
        unit.hold_key(signer)
    valid = find_valid_log_keys(unit.session, identity)
    if signer.verifier_key in valid:
        raise KeyStatementError(f"{signer.verifier_key.format()} is valid already")
    current = open_log_signer(unit.session, unit.vault, valid[-1])
    return unit.append(LOG_CHAIN, _sign(_key_added(signer.verifier_key), current, signer))


def revoke_log_key(unit: Unit, key: VerifierKey, *, reason: str = "superseded") -> Receipt:
    """End the validity of a key of the log with this entry, and destroy its private half if it is held here.

    Another key of the log signs, so one that was lost can be revoked. Checkpoints that hold this entry do not
    carry its line. Raises ``KeyNotValidError``, ``KeyStatementError``, and ``LastKeyError`` where no other
    key is valid: nobody could sign a checkpoint any more.
    """
    identity = read_identity(unit.session)
    valid = find_valid_log_keys(unit.session, identity)
    if key not in valid:
        raise KeyNotValidError(key.name, key.key_id, read_head(unit.session).size)
    others = [other for other in valid if other != key]
    if not others:
        raise LastKeyError(key.format())
    signer = open_log_signer(unit.session, unit.vault, others[-1])
    body = {"type": KEY_REVOKED, "id": _new_id(), "key": key.format(), "reason": reason}
    return unit.append(LOG_CHAIN, _sign(body, signer))


def begin_log_chain(unit: Unit, identity: Identity) -> None:
    """Open the log's own chain with the ``KeyAdded`` of its first key, once."""
    first = move_first_seed(unit.session, unit.vault, identity)
    unit.hold_key(first)
    unit.append(LOG_CHAIN, unit.sign_as((first,), Kind.STATEMENT, _key_added(first.verifier_key)))


def _sign(body: dict[str, str], *signers: KeySigner) -> bytes:
    return format_note(countersign(Note(format_event_text(Kind.STATEMENT, body), ()), *signers))


def _key_added(key: VerifierKey) -> dict[str, str]:
    return {"type": KEY_ADDED, "id": _new_id(), "key": key.format()}


def _new_id() -> str:
    return f"urn:uuid:{uuid.uuid4()}"
