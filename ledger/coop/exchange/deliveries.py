"""Sending what subscriptions are due: looked up, signed, sent outside of any transaction, and noted.

Several processes may do this at once. Whoever has something to send takes the subscription for some minutes
(one ``UPDATE … WHERE due_at`` is as it was read); what was sent is noted only after an answer, so an event
may come twice after a crash and is never lost. What fails is tried again, ever less often, for three days.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.coop.errors import CoopError
from ledger.coop.exchange.access_tokens import holder_of
from ledger.coop.exchange.errors import AccessError, DestinationError
from ledger.coop.exchange.event_queries import Asker, SeenEvent, events_since
from ledger.coop.exchange.named_queries import read_query
from ledger.coop.exchange.subscriptions import next_due, signature_secret
from ledger.coop.exchange.tables import SubscriptionRow
from ledger.log.ledger import Ledger
from ledger.log.unit import Unit
from ledger.trace.errors import TraceError
from ledger.trace.events.epcis import query_document_of

Sender: TypeAlias = Callable[[str, bytes, Mapping[str, str]], int]
"""Posts a body to an address with headers: the answer's status. Raises ``OSError``, ``DestinationError``."""

BATCH = 100
"""Events in one delivery; half as many as often as the receiver finds it too large."""
DUE_AT_ONCE = 50
NOTED_AFTER = 200
"""Entries after which a stream without news notes how far it has looked."""
LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
GIVEN_UP_AFTER = timedelta(days=3)
_TOO_LARGE, _GONE = 413, 410


@dataclass(frozen=True, slots=True)
class _Due:
    """A delivery at hand: for whom, what, and where the next one begins."""

    id: str
    dest: str
    secret: bytes | None
    due_at: datetime
    query: str
    events: tuple[SeenEvent, ...]
    first_index: int
    next_index: int
    schedule: str | None
    is_empty_told: bool


@dataclass(frozen=True, slots=True)
class _Result:
    problem: str | None
    next_index: int | None = None
    is_final: bool = False
    was_sent: bool = True


def deliver_due(ledger: Ledger, send: Sender, now: datetime) -> int:
    """Send what is due at ``now``; how many deliveries were tried."""
    tried = 0
    for subscription_id in ledger.read(_due_ids, now):
        due = ledger.read(_look, ledger, subscription_id, now)
        if isinstance(due, _Result):
            ledger.write(_note, subscription_id, due)
            continue
        if due is None:
            continue
        if due.events or (due.schedule is not None and due.is_empty_told):
            if ledger.write(_take, due):
                tried += 1
                ledger.write(_note, subscription_id, _send(send, due, now))
        elif due.schedule is not None or due.next_index - due.first_index >= NOTED_AFTER:
            # A stream without news is looked at again in the next round; it is noted only now and then.
            ledger.write(_note, subscription_id, _Result(None, due.next_index, was_sent=False))
    return tried


def signature(secret: bytes, body: bytes, now: datetime) -> str:
    """``GS1-Signature``: ``t=<unix seconds>,v1=<hex>``, HMAC-SHA-256 over ``<t>.<body>`` (docs/epcis.md)."""
    moment = str(int(now.timestamp()))
    mac = hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


def _due_ids(session: Session, now: datetime) -> tuple[str, ...]:
    row = SubscriptionRow
    found = session.scalars(
        select(row.id).where(row.due_at <= now).order_by(row.due_at, row.id).limit(DUE_AT_ONCE)
    )
    return tuple(found)


def _look(session: Session, ledger: Ledger, subscription_id: str, now: datetime) -> _Due | _Result | None:
    """What is to be sent, asked with the rights that the token has now."""
    row = session.get(SubscriptionRow, subscription_id)
    if row is None or row.due_at is None:
        return None
    try:
        asker = Asker(holder_of(session, row.token, now), ledger.vault, now)
        query = read_query(session, asker.holder, row.query).parsed()
        events, next_index = events_since(session, asker, query, row.next_index, BATCH)
        secret = signature_secret(session, ledger.vault, row)
    except AccessError as error:
        return _Result(error.sentence[:200], is_final=True)
    except (CoopError, TraceError) as error:
        return _Result(error.sentence[:200])
    return _Due(
        id=row.id,
        dest=row.dest,
        secret=secret,
        due_at=row.due_at,
        query=row.query,
        events=events,
        first_index=row.next_index,
        next_index=next_index,
        schedule=row.schedule,
        is_empty_told=row.report_if_empty,
    )


def _take(unit: Unit, due: _Due) -> bool:
    row = SubscriptionRow
    statement = update(row).where(row.id == due.id, row.due_at == due.due_at).values(due_at=unit.now + LEASE)
    taken: Any = unit.session.execute(statement)
    return bool(taken.rowcount == 1)


def _send(send: Sender, due: _Due, now: datetime) -> _Result:
    count = len(due.events)
    while True:
        batch = due.events[:count]
        document = query_document_of([item.event for item in batch], now, due.query, due.id)
        body = orjson.dumps(document)
        headers = {
            "Content-Type": "application/json",
            "GS1-EPCIS-Version": "2.0.0",
            "GS1-CBV-Version": "2.0.0",
        }
        if due.secret is not None:
            headers["GS1-Signature"] = signature(due.secret, body, now)
        try:
            status = send(due.dest, body, headers)
        except (OSError, DestinationError) as error:
            return _Result(str(error)[:200] or type(error).__name__)
        if status == _TOO_LARGE and count > 1:
            count //= 2
            continue
        if 200 <= status < 300:
            return _Result(None, due.next_index if count == len(due.events) else batch[-1].index + 1)
        return _Result(f"HTTP {status}", is_final=status == _GONE)


def _note(unit: Unit, subscription_id: str, result: _Result) -> None:
    row = unit.session.get(SubscriptionRow, subscription_id)
    if row is None:
        return
    sent_up_to = result.next_index if result.problem is None else None
    if sent_up_to is not None:
        row.next_index, row.failures, row.failing_since = sent_up_to, 0, None
        row.last_notified_at = unit.now if result.was_sent else row.last_notified_at
    if row.due_at is None:  # stopped while this was on its way: it was the last
        return
    row.problem = result.problem
    if sent_up_to is not None:
        row.due_at = next_due(row.schedule, unit.now)
        return
    row.failing_since = row.failing_since or unit.now
    is_over = result.is_final or unit.now - row.failing_since >= GIVEN_UP_AFTER
    row.due_at = None if is_over else unit.now + WAITS[min(row.failures, len(WAITS) - 1)]
    row.failures += 1
