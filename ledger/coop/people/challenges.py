"""Challenges for passkeys: made without a row, and answered once.

A challenge is ``16 random bytes ‖ seconds since 1970 (8, big-endian) ‖ HMAC-SHA-256 (16 of 32 bytes)`` over
purpose and both, under a key of the vault. So asking costs the books nothing; only an answer is written down.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ledger.coop.errors import PasskeyLoginError
from ledger.coop.people.people_tables import UsedChallengeRow
from signing.vault import Vault

CHALLENGE_LIFE = timedelta(minutes=5)
_RANDOM, _SECONDS, _TAG = 16, 8, 16


def new_challenge(vault: Vault, purpose: str, now: datetime) -> bytes:
    """40 bytes for one answer, good for five minutes. ``purpose`` says what for and by whom."""
    body = secrets.token_bytes(_RANDOM) + int(now.timestamp()).to_bytes(_SECONDS, "big")
    return body + _tag(vault, purpose, body)


def use_challenge(session: Session, vault: Vault, purpose: str, challenge: bytes, now: datetime) -> None:
    """Check that it was made here for this purpose, within five minutes, and is answered for the first time.

    Raises ``PasskeyLoginError``.
    """
    body, tag = challenge[:-_TAG], challenge[-_TAG:]
    if len(body) != _RANDOM + _SECONDS or not hmac.compare_digest(tag, _tag(vault, purpose, body)):
        raise PasskeyLoginError("a challenge that was not made here for this")
    made_at = datetime.fromtimestamp(int.from_bytes(body[_RANDOM:], "big"), UTC)
    if not made_at <= now + timedelta(seconds=1) or now - made_at > CHALLENGE_LIFE:
        raise PasskeyLoginError("a challenge of another time")
    session.execute(delete(UsedChallengeRow).where(UsedChallengeRow.used_at <= now - 2 * CHALLENGE_LIFE))
    digest = hashlib.sha256(challenge).digest()
    if session.get(UsedChallengeRow, digest) is not None:
        raise PasskeyLoginError("a challenge that was answered before")
    session.add(UsedChallengeRow(digest=digest, used_at=now))
    session.flush()


def _tag(vault: Vault, purpose: str, body: bytes) -> bytes:
    return hmac.digest(_key(vault), purpose.encode() + b"\x00" + body, hashlib.sha256)[:_TAG]


@lru_cache(maxsize=8)
def _key(vault: Vault) -> bytes:
    return vault.derive("ledger.coop/passkey-challenge")
