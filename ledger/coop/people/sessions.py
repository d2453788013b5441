"""Signed-in browsers. A token is 32 random bytes; the books keep its SHA-256, which signs nobody in.

A session lives 30 days, and ends earlier after 12 hours without use.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import SessionEndedError
from ledger.coop.people.accounts import actor_from
from ledger.coop.tables import AccountRow, SessionRow
from ledger.log.unit import Unit

IDLE_LIFE = timedelta(hours=12)
ABSOLUTE_LIFE = timedelta(days=30)
TOUCH_AFTER = timedelta(minutes=10)
"""Use is noted this finely, so that reading a page seldom costs a write."""


def open_session(unit: Unit, actor: Actor) -> str:
    """A new session for an actor whom ``check_login`` returned; its token (43 characters of base64url)."""
    token = secrets.token_urlsafe(32)
    unit.session.execute(delete(SessionRow).where(SessionRow.opened_at <= unit.now - ABSOLUTE_LIFE))
    unit.session.add(
        SessionRow(
            token_digest=_digest(token), account_id=actor.account_id, opened_at=unit.now, seen_at=unit.now
        )
    )
    return token


def actor_of(session: Session, token: str, now: datetime) -> Actor:
    """Who holds ``token``, with the roles the account has now.

    Raises ``SessionEndedError`` when the session is unknown, closed or over, or the account is closed.
    """
    return actor_from(_live(session, token, now)[1])


def is_touch_due(session: Session, token: str, now: datetime) -> bool:
    """Whether ``touch_session`` has something to note: the last use noted is 10 minutes old."""
    return now - _live(session, token, now)[0].seen_at >= TOUCH_AFTER


def touch_session(unit: Unit, token: str) -> None:
    """Note that the session is in use, which keeps it from going idle. Raises ``SessionEndedError``."""
    _live(unit.session, token, unit.now)[0].seen_at = unit.now


def close_session(unit: Unit, token: str) -> None:
    """End the session. A token that has none is no error: whoever signs out is out."""
    unit.session.execute(delete(SessionRow).where(SessionRow.token_digest == _digest(token)))


def _live(session: Session, token: str, now: datetime) -> tuple[SessionRow, AccountRow]:
    found = session.execute(
        select(SessionRow, AccountRow)
        .join(AccountRow, AccountRow.id == SessionRow.account_id)
        .where(
            SessionRow.token_digest == _digest(token),
            SessionRow.opened_at > now - ABSOLUTE_LIFE,
            SessionRow.seen_at > now - IDLE_LIFE,
            AccountRow.closed_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise SessionEndedError("no live session has this token")
    session_row, account_row = found
    return session_row, account_row


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
