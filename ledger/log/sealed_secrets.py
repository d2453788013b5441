"""Secrets kept beside the log, each sealed by the vault for its purpose."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.log.tables import LogSecret
from signing.vault import Vault

_PREFIX = "ledger.log/secret/"


def find_secret(session: Session, vault: Vault, purpose: str) -> bytes | None:
    """The secret kept for ``purpose``, or ``None``. Raises ``VaultError`` under another master key."""
    sealed = session.scalar(select(LogSecret.sealed).where(LogSecret.purpose == purpose))
    return None if sealed is None else vault.open(sealed, _PREFIX + purpose)


def keep_secret(session: Session, vault: Vault, purpose: str, secret: bytes) -> None:
    """Keep ``secret`` for ``purpose``, which has one secret for ever (else ``IntegrityError``)."""
    session.execute(insert(LogSecret).values(purpose=purpose, sealed=vault.seal(secret, _PREFIX + purpose)))
