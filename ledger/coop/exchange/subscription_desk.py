"""The subscriptions of an organisation and of its partners, as the manager sees and steers them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, check_may
from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.tables import AccessTokenRow, SubscriptionRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

STOPPED = "stopped by the manager"
"""What a holder is told of a subscription that a manager stopped."""
MAX_SHOWN = 500


class DeliveryState(StrEnum):
    """How deliveries go."""

    RUNNING = "running"
    FAILING = "failing"
    """The last one failed; it is tried again."""
    STOPPED = "stopped"
    """Nothing is sent any more: a manager stopped it, its token ended, or it failed for three days."""


@dataclass(frozen=True, slots=True)
class SubscriptionCard:
    """A subscription as its organisation sees it. ``partner`` is the id of the partner whose program it is.

    ``program`` is the label of its token; ``due_at`` when something is sent or tried next, if it ever is.
    """

    id: str
    program: str
    partner: str | None
    query: str
    dest: str
    is_signed: bool
    schedule: Mapping[str, Any] | None
    created_at: datetime
    last_notified_at: datetime | None
    due_at: datetime | None
    failures: int
    failing_since: datetime | None
    problem: str | None

    @property
    def state(self) -> DeliveryState:
        """How deliveries go."""
        if self.due_at is None:
            return DeliveryState.STOPPED
        return DeliveryState.FAILING if self.problem is not None else DeliveryState.RUNNING

    @property
    def is_stopped_by_hand(self) -> bool:
        """Whether a manager stopped it."""
        return self.problem == STOPPED


@dataclass(frozen=True, slots=True)
class RetrySubscription(Command):
    """Send now what is waiting, and go on from there."""

    subscription_id: str


@dataclass(frozen=True, slots=True)
class StopSubscription(Command):
    """Send nothing more until somebody says otherwise; what comes meanwhile is sent then."""

    subscription_id: str


@use_case(MANAGEMENT)
def retry_subscription(unit: Unit, actor: Actor, command: RetrySubscription) -> str:
    """Make a subscription due at once, to be tried for three days; its id. Raises ``NotFoundError``."""
    row = _find(unit.session, actor, command.subscription_id)
    row.due_at, row.failures, row.failing_since, row.problem = unit.now, 0, None, None
    return row.id


@use_case(MANAGEMENT)
def stop_subscription(unit: Unit, actor: Actor, command: StopSubscription) -> str:
    """Stop a subscription; its id. A delivery that is on its way is the last. Raises ``NotFoundError``."""
    row = _find(unit.session, actor, command.subscription_id)
    row.due_at, row.problem = None, STOPPED
    return row.id


def subscriptions_of(session: Session, actor: Actor) -> tuple[SubscriptionCard, ...]:
    """All of the organisation's, those in trouble first, then the newest. Raises ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    row = SubscriptionRow
    trouble = row.problem.is_(None)
    found = session.execute(_cards(actor).order_by(trouble, row.created_at.desc(), row.id).limit(MAX_SHOWN))
    return tuple(_card(one, label) for one, label in found)


def find_subscription(session: Session, actor: Actor, subscription_id: str) -> SubscriptionCard:
    """One of them. Raises ``NotAllowedError``, ``NotFoundError``."""
    check_may(actor, MANAGEMENT)
    found = session.execute(_cards(actor).where(SubscriptionRow.id == subscription_id)).one_or_none()
    if found is None:
        raise _unknown(subscription_id)
    return _card(found[0], found[1])


def count_undelivered(session: Session, actor: Actor) -> int:
    """How many ended because nobody answered; those stopped by hand are none. Raises ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    row = SubscriptionRow
    given_up = select(func.count()).select_from(row).where(row.organisation == actor.organisation)
    return session.scalar(given_up.where(row.due_at.is_(None), row.problem != STOPPED)) or 0


def _cards(actor: Actor) -> Select[SubscriptionRow, str]:
    return (
        select(SubscriptionRow, AccessTokenRow.label)
        .join(AccessTokenRow, AccessTokenRow.id == SubscriptionRow.token)
        .where(SubscriptionRow.organisation == actor.organisation)
    )


def _find(session: Session, actor: Actor, subscription_id: str) -> SubscriptionRow:
    row = session.get(SubscriptionRow, subscription_id)
    if row is None or row.organisation != actor.organisation:
        raise _unknown(subscription_id)
    return row


def _unknown(subscription_id: str) -> NotFoundError:
    return NotFoundError("đăng ký", subscription_id[:80])


def _card(row: SubscriptionRow, program: str) -> SubscriptionCard:
    return SubscriptionCard(
        id=row.id,
        program=program,
        partner=row.holder or None,
        query=row.query,
        dest=row.dest,
        is_signed=row.secret_sealed is not None,
        schedule=None if row.schedule is None else json.loads(row.schedule),
        created_at=row.created_at,
        last_notified_at=row.last_notified_at,
        due_at=row.due_at,
        failures=row.failures,
        failing_since=row.failing_since,
        problem=row.problem,
    )
