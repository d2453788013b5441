"""The keys that sign the log's own checkpoints: where they are kept, and which of them sign (docs/adr/0012).

The first key is made with the log and named in ``log_identity``; its seed lies in ``log_secret``. When it is
replaced for the first time, the log's own chain begins (``ledger.log.log_rotation``), and from then on these
keys are rows of ``log_key`` like any other. A key without a sealed seed lies in a token outside (PKCS#11);
the vault knows how to reach it.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ledger.log.authors import LOG_CHAIN, check_log_signatures, log_keys_at
from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note
from ledger.log.errors import KeyStatementError, MalformedCheckpointError, NoLogError
from ledger.log.memory import read_key_ring, seed_purpose
from ledger.log.queries import Identity, read_head, read_identity
from ledger.log.sealed_secrets import find_secret, keep_secret
from ledger.log.tables import LogKey, LogSecret
from signing.keys import KeySigner, NamedKey, PrivateKey, VerifierKey
from signing.vault import Vault

LOG_KEY_PURPOSE = "log key"


def keep_log_key(session: Session, vault: Vault, key: PrivateKey) -> None:
    """Keep the private half of the first key, sealed."""
    keep_secret(session, vault, LOG_KEY_PURPOSE, key.seed)


def open_log_signers(session: Session, vault: Vault, identity: Identity) -> tuple[KeySigner, ...]:
    """Who signs the next checkpoint, in the order of their lines: oldest key first, at least one.

    What it answers changes exactly when the log's own chain grows. So whoever remembers it, remembers beside
    it the ``ChainEnd`` of ``LOG_CHAIN`` and asks again when that is another (its leaf hash commits to all of
    the chain; its size alone does not, when a unit was undone). Call it after the transaction's last append.
    Cost: one query, and opening each seed. Raises ``NoLogError``, ``VaultError``, ``TokenError``, and
    ``KeyStatementError`` when the log's own chain does not begin with the first key.
    """
    return tuple(open_log_signer(session, vault, key) for key in find_valid_log_keys(session, identity))


def open_log_signer(session: Session, vault: Vault, key: VerifierKey) -> KeySigner:
    """The holder of one valid key of the log. Raises like ``open_log_signers``."""
    rows = select(LogKey.sealed_seed).where(
        LogKey.chain_id == LOG_CHAIN, LogKey.key_id == key.key_id, LogKey.valid_until.is_(None)
    )
    row = session.execute(rows).one_or_none()
    if row is None:
        seed = find_secret(session, vault, LOG_KEY_PURPOSE)
        if seed is None:
            raise NoLogError("the database holds no key of the log")
    elif row.sealed_seed is None:
        return vault.token_signer(key)
    else:
        seed = vault.open(row.sealed_seed, seed_purpose(key))
    return NamedKey(key.name, PrivateKey.from_seed(seed))


def find_valid_log_keys(session: Session, identity: Identity) -> tuple[VerifierKey, ...]:
    """The keys that may sign now, oldest to newest, what the unit at work appended included."""
    held = tuple(read_key_ring(session, LOG_CHAIN))
    if held and held[0].key != identity.verifier_key:
        raise KeyStatementError(
            f"the log's own chain begins with {held[0].key.format()}, not with its first key"
        )
    valid = tuple(item.key for item in held if item.valid_until is None) if held else (identity.verifier_key,)
    if not valid:
        raise NoLogError("no key of the log is valid any more")
    return valid


def read_log_keys(session: Session, size: int | None = None) -> tuple[VerifierKey, ...]:
    """The keys that sign the checkpoint of ``size`` (the newest one if not given), oldest to newest.

    While several are valid the oldest verifies the most: every checkpoint that is still in use.
    """
    at = read_head(session).size if size is None else size
    return log_keys_at(read_key_ring(session, LOG_CHAIN), read_identity(session).verifier_key, at)


def format_log_keys(session: Session) -> bytes:
    """What ``/log/vkey`` says: the keys that sign the newest checkpoint, a line each, the oldest first."""
    return "".join(f"{key.format()}\n" for key in read_log_keys(session)).encode()


def open_own_checkpoint(session: Session, data: bytes) -> Checkpoint:
    """The checkpoint in a note, signed by all the keys of this log that its size asks for, and by no other.

    Raises ``MalformedCheckpointError``, and what ``check_log_signatures`` raises.
    """
    checkpoint, note = parse_checkpoint_note(data)
    identity = read_identity(session)
    if checkpoint.origin != identity.origin:
        raise MalformedCheckpointError(f"origin {checkpoint.origin!r}, not {identity.origin!r}")
    ring = read_key_ring(session, LOG_CHAIN)
    check_log_signatures(note, ring, identity.verifier_key, checkpoint.size)
    return checkpoint


def move_first_seed(session: Session, vault: Vault, identity: Identity) -> NamedKey:
    """Take the first key's seed out of ``log_secret``: its row in ``log_key`` is going to hold it."""
    seed = find_secret(session, vault, LOG_KEY_PURPOSE)
    if seed is None:
        raise NoLogError("the database holds no key of the log")
    session.execute(delete(LogSecret).where(LogSecret.purpose == LOG_KEY_PURPOSE))
    return NamedKey(identity.origin, PrivateKey.from_seed(seed))
