"""Signed-in browsers. A token is 32 random bytes; the books keep its SHA-256, which signs nobody in.

A session lives 30 days, and ends earlier after 12 hours without use, unless somebody who does not work in
the office said that the telephone is their own.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor, Role
from ledger.coop.errors import NotFoundError, SessionEndedError
from ledger.coop.people.accounts import actor_from
from ledger.coop.tables import AccountRow, SessionRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

IDLE_LIFE = timedelta(hours=12)
ABSOLUTE_LIFE = timedelta(days=30)
TOUCH_AFTER = timedelta(minutes=10)
"""Use is noted this finely, so that reading a page seldom costs a write."""

Way: TypeAlias = Literal["password", "pin", "card", "passkey"]


@dataclass(frozen=True, slots=True)
class Opening:
    """How a session is opened: by what, on which kind of device, and whether it is somebody's own."""

    way: Way = "password"
    device: str = ""
    stays: bool = False


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser as its holder sees it. ``id`` names it and signs nobody in."""

    id: str
    device: str
    way: str
    opened_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class EndSession(Command):
    """Sign one of the own browsers out."""

    session_id: str


@dataclass(frozen=True, slots=True)
class EndedSession:
    """The session that was ended."""

    id: str


_BY_PASSWORD = Opening()


def open_session(unit: Unit, actor: Actor, opening: Opening = _BY_PASSWORD) -> str:
    """A new session for an actor who proved who they are; its token (43 characters of base64url)."""
    token = secrets.token_urlsafe(32)
    unit.session.execute(delete(SessionRow).where(SessionRow.opened_at <= unit.now - ABSOLUTE_LIFE))
    unit.session.add(
        SessionRow(
            token_digest=_digest(token),
            account_id=actor.account_id,
            opened_at=unit.now,
            seen_at=unit.now,
            device=opening.device[:40],
            way=opening.way,
            stays=opening.stays and actor.roles.isdisjoint(OFFICE),
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


def sessions_of(session: Session, actor: Actor, token: str, now: datetime) -> tuple[OpenSession, ...]:
    """The own live sessions, last used first; ``token`` is the one that asks."""
    rows = session.scalars(
        select(SessionRow)
        .where(SessionRow.account_id == actor.account_id, *_is_live(now))
        .order_by(SessionRow.seen_at.desc())
    )
    this = _digest(token)
    return tuple(
        OpenSession(
            row.token_digest.hex(), row.device, row.way, row.opened_at, row.seen_at, row.token_digest == this
        )
        for row in rows
    )


@use_case(frozenset(Role))
def end_session(unit: Unit, actor: Actor, command: EndSession) -> EndedSession:
    """Sign one of the own browsers out. Raises ``NotFoundError``, also for another account's."""
    row = unit.session.get(SessionRow, _read_id(command.session_id))
    if row is None or row.account_id != actor.account_id:
        raise NotFoundError("máy đang mở sổ", command.session_id)
    unit.session.delete(row)
    return EndedSession(command.session_id)


def _read_id(session_id: str) -> bytes:
    try:
        return bytes.fromhex(session_id)
    except ValueError:
        return b""


def _is_live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SessionRow.opened_at > now - ABSOLUTE_LIFE,
        or_(SessionRow.seen_at > now - IDLE_LIFE, SessionRow.stays),
    )


def _live(session: Session, token: str, now: datetime) -> tuple[SessionRow, AccountRow]:
    found = session.execute(
        select(SessionRow, AccountRow)
        .join(AccountRow, AccountRow.id == SessionRow.account_id)
        .where(SessionRow.token_digest == _digest(token), *_is_live(now), AccountRow.closed_at.is_(None))
    ).one_or_none()
    if found is None:
        raise SessionEndedError("no live session has this token")
    session_row, account_row = found
    return session_row, account_row


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
