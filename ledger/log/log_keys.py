"""The keys that sign the log's own checkpoints."""

from sqlalchemy.orm import Session

from ledger.log.errors import NoLogError
from ledger.log.queries import Identity
from ledger.log.sealed_secrets import find_secret, keep_secret
from signing.keys import NamedKey, PrivateKey
from signing.notes import NoteSigner
from signing.vault import Vault

LOG_KEY_PURPOSE = "log key"


def keep_log_key(session: Session, vault: Vault, key: PrivateKey) -> None:
    """Keep the log's private key, sealed."""
    keep_secret(session, vault, LOG_KEY_PURPOSE, key.seed)


def open_log_signers(session: Session, vault: Vault, identity: Identity) -> tuple[NoteSigner, ...]:
    """Who signs the next checkpoint, in the order of their lines. Raises ``NoLogError``, ``VaultError``."""
    seed = find_secret(session, vault, LOG_KEY_PURPOSE)
    if seed is None:
        raise NoLogError("the database holds no key of the log")
    return (NamedKey(identity.origin, PrivateKey.from_seed(seed)),)
