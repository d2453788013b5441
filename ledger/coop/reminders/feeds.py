"""A calendar that a telephone reads by itself: an address with a secret, one an account, replaceable.

Whoever has the address reads the reminders of its account and nothing else. The secret is 192 random bits;
the books keep its SHA-256.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import NotFoundError
from ledger.coop.reminders.gathering import READERS, gather
from ledger.coop.reminders.reminder_tables import CalendarFeedRow
from ledger.coop.reminders.rules import Reminder, upcoming
from ledger.coop.tables import AccountRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

SECRET_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeFeed(Command):
    """A new address for one's own calendar; the old one is dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropFeed(Command):
    """No calendar any more."""


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """The secret of the address, told this once."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DroppedFeed:
    """Whether there was one."""

    dropped: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a calendar shows: the reminders on their days, and whose they are to read."""

    reminders: tuple[Reminder, ...]
    account_id: str


@use_case(READERS)
def make_feed(unit: Unit, actor: Actor, command: MakeFeed) -> MadeFeed:  # noqa: ARG001  # a use case's signature
    """Make or replace one's calendar and tell its secret. Raises ``NotAllowedError``.

    Give the command no key: results of repeats are kept in plain text, and this one is a secret. A form that
    was sent twice makes two addresses, of which the last one works.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = unit.session.get(CalendarFeedRow, actor.account_id)
    if row is None:
        row = CalendarFeedRow(account_id=actor.account_id, organisation=actor.organisation)
        unit.session.add(row)
    row.made_at, row.secret_digest = unit.now, _digest(secret)
    return MadeFeed(secret)


@use_case(READERS)
def drop_feed(unit: Unit, actor: Actor, command: DropFeed) -> DroppedFeed:  # noqa: ARG001  # a use case's signature
    """Let the address of one's calendar die."""
    row = unit.session.get(CalendarFeedRow, actor.account_id)
    if row is not None:
        unit.session.delete(row)
    return DroppedFeed(row is not None)


def feed_since(session: Session, actor: Actor) -> datetime | None:
    """Since when this account has a calendar; ``None`` for none."""
    row = session.get(CalendarFeedRow, actor.account_id)
    return None if row is None else row.made_at


def read_calendar(session: Session, secret: str, today: date) -> Calendar:
    """What the calendar with this secret shows. Raises ``NotFoundError``, also once its account is closed."""
    found = session.execute(
        select(CalendarFeedRow, AccountRow)
        .join(AccountRow, AccountRow.id == CalendarFeedRow.account_id)
        .where(CalendarFeedRow.secret_digest == _digest(secret), AccountRow.closed_at.is_(None))
    ).one_or_none()
    if found is None:
        raise NotFoundError("lịch", "")
    _, account = found
    roles = frozenset(Role(name) for name in account.roles.split(",") if name)
    actor = Actor(account.id, account.organisation, account.member_id, roles)
    if roles.isdisjoint(READERS):
        return Calendar((), account.id)
    return Calendar(upcoming(gather(session, actor, today), today), account.id)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
