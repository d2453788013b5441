"""Subscriptions: a named query whose new events are sent to an address (EPCIS 2.0 §8.2.5.2, webhooks)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.access_tokens import Holder, Scope, check_scope
from ledger.coop.exchange.destinations import parse_destination
from ledger.coop.exchange.errors import SubscriptionError
from ledger.coop.exchange.named_queries import read_query
from ledger.coop.exchange.schedules import parse_schedule
from ledger.coop.exchange.tables import SubscriptionRow
from ledger.log.queries import read_head
from ledger.log.unit import Unit
from ledger.trace.query.conditions import moment_of
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from ledger.trace.tables import TraceEvent
from signing.vault import Vault

MAX_SUBSCRIPTIONS = 20
MIN_SECRET, MAX_SECRET = 16, 200
_MEMBERS = frozenset(
    {"dest", "signatureToken", "stream", "schedule", "reportIfEmpty", "initialRecordTime", "epcFormat"}
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as its holder sees it. ``schedule`` is ``None`` for a stream.

    ``problem`` says why the last delivery failed; ``is_stopped``: nothing more is tried.
    """

    id: str
    query: str
    dest: str
    schedule: Mapping[str, Any] | None
    report_if_empty: bool
    initial_record_time: datetime | None
    created_at: datetime
    last_notified_at: datetime | None
    problem: str | None
    is_stopped: bool


def subscribe(unit: Unit, holder: Holder, query: str, body: Any) -> Subscription:
    """Subscribe to a named query: ``dest``, and ``stream`` or ``schedule``.

    Raises ``ScopeError``, ``NotFoundError`` (query), ``SubscriptionError``, ``DestinationError``.
    """
    check_scope(holder, Scope.SUBSCRIBE)
    read_query(unit.session, holder, query)
    controls = _checked(body)
    held = select(func.count()).select_from(SubscriptionRow).where(*_of(holder))
    if unit.session.execute(held).scalar_one() >= MAX_SUBSCRIPTIONS:
        raise SubscriptionError("", f"Đã có {MAX_SUBSCRIPTIONS} đăng ký. Hãy hủy bớt.")
    subscription_id = str(uuid4())
    since = controls.initial_record_time
    row = SubscriptionRow(
        id=subscription_id,
        organisation=holder.organisation,
        holder=holder.key,
        query=query,
        token=holder.token_id,
        dest=controls.dest,
        secret_sealed=_seal(unit, holder.organisation, subscription_id, controls.secret),
        schedule=controls.schedule,
        report_if_empty=controls.report_if_empty,
        initial_record_time=since,
        created_at=unit.now,
        next_index=read_head(unit.session).size if since is None else _first_since(unit, holder, since),
        due_at=next_due(controls.schedule, unit.now),
        failures=0,
        failing_since=None,
        problem=None,
        last_notified_at=None,
    )
    unit.session.add(row)
    return _subscription(row)


def unsubscribe(unit: Unit, holder: Holder, query: str, subscription_id: str) -> None:
    """End a subscription. Raises ``ScopeError``, ``NotFoundError``."""
    check_scope(holder, Scope.SUBSCRIBE)
    unit.session.delete(_find(unit.session, holder, query, subscription_id))


def read_subscription(session: Session, holder: Holder, query: str, subscription_id: str) -> Subscription:
    """One of the holder's subscriptions. Raises ``ScopeError``, ``NotFoundError``."""
    check_scope(holder, Scope.SUBSCRIBE)
    return _subscription(_find(session, holder, query, subscription_id))


def list_subscriptions(session: Session, holder: Holder, query: str) -> tuple[Subscription, ...]:
    """The holder's subscriptions to a query, the oldest first. Raises ``ScopeError``, ``NotFoundError``."""
    check_scope(holder, Scope.SUBSCRIBE)
    read_query(session, holder, query)
    row = SubscriptionRow
    rows = session.scalars(
        select(row).where(*_of(holder), row.query == query).order_by(row.created_at, row.id)
    )
    return tuple(_subscription(found) for found in rows)


def next_due(schedule: str | None, now: datetime) -> datetime | None:
    """When a subscription is due after ``now``: a stream at once; ``None`` for a schedule that never is."""
    return now if schedule is None else parse_schedule(json.loads(schedule)).next_after(now)


def signature_secret(session: Session, vault: Vault, row: SubscriptionRow) -> bytes | None:
    """The token that the subscriber chose for signatures."""
    if row.secret_sealed is None:
        return None
    purpose = _purpose(row.id)
    return open_private(session, vault, row.organisation, ORGANISATION, row.secret_sealed, purpose=purpose)


@dataclass(frozen=True, slots=True)
class _Controls:
    dest: str
    secret: str | None
    schedule: str | None
    report_if_empty: bool
    initial_record_time: datetime | None


def _checked(body: Any) -> _Controls:
    if not isinstance(body, dict) or not set(body) <= _MEMBERS:
        raise SubscriptionError("", f"Đăng ký chỉ nhận các mục: {', '.join(sorted(_MEMBERS))}.")
    dest, secret, schedule = body.get("dest"), body.get("signatureToken"), body.get("schedule")
    if not isinstance(dest, str):
        raise SubscriptionError("/dest", "Hãy ghi địa chỉ nhận, bắt đầu bằng https://.")
    parse_destination(dest)
    if secret is not None and not (isinstance(secret, str) and MIN_SECRET <= len(secret) <= MAX_SECRET):
        raise SubscriptionError("/signatureToken", f"Mã ký dài từ {MIN_SECRET} đến {MAX_SECRET} ký tự.")
    if (body.get("stream") is True) == (schedule is not None):
        raise SubscriptionError("/stream", "Chọn một: stream là true, hoặc schedule.")
    if schedule is not None:
        parse_schedule(schedule)
    is_reported = body.get("reportIfEmpty", False)
    if not isinstance(is_reported, bool):
        raise SubscriptionError("/reportIfEmpty", "Là true hoặc false.")
    since = body.get("initialRecordTime")
    if since is not None and moment_of(since) is None:
        raise SubscriptionError("/initialRecordTime", "Là thời điểm có múi giờ, như 2026-05-12T07:30:00Z.")
    kept = None if schedule is None else json.dumps(schedule)
    return _Controls(dest, secret, kept, is_reported, moment_of(since))


def _first_since(unit: Unit, holder: Holder, since: datetime) -> int:
    event = TraceEvent
    first = unit.session.scalar(
        select(func.min(event.index)).where(event.chain_id == holder.organisation, event.recorded_at >= since)
    )
    return read_head(unit.session).size if first is None else int(first)


def _find(session: Session, holder: Holder, query: str, subscription_id: str) -> SubscriptionRow:
    row = session.get(SubscriptionRow, subscription_id)
    if row is None or (row.organisation, row.holder, row.query) != (holder.organisation, holder.key, query):
        raise NotFoundError("đăng ký", subscription_id[:80])
    return row


def _of(holder: Holder) -> tuple[Any, ...]:
    return SubscriptionRow.organisation == holder.organisation, SubscriptionRow.holder == holder.key


def _subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(
        row.id,
        row.query,
        row.dest,
        None if row.schedule is None else json.loads(row.schedule),
        row.report_if_empty,
        row.initial_record_time,
        row.created_at,
        row.last_notified_at,
        row.problem,
        row.due_at is None,
    )


def _seal(unit: Unit, organisation: str, subscription_id: str, secret: str | None) -> bytes | None:
    if secret is None:
        return None
    return seal_private(unit, organisation, ORGANISATION, secret.encode(), purpose=_purpose(subscription_id))


def _purpose(subscription_id: str) -> str:
    return f"ledger.coop/subscription/{subscription_id}/secret"
