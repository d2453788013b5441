"""Capture of a whole document: all of its events or none, or as many as can be, and the job that says which.

The work is done when the answer is given; a job is what EPCIS calls the record of it (EPCIS 2.0 §8.2.6.1,
REST binding ``/capture``). It is kept for 30 days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ledger.coop.errors import EventProblem, NotFoundError
from ledger.coop.exchange.access_tokens import Holder, Scope, check_scope
from ledger.coop.exchange.answers import CAPTURED, REFUSED, EventAnswer, format_answers, parse_answers
from ledger.coop.exchange.captured_events import (
    Prepared,
    capture_prepared,
    expect_prepared,
    prepare_events,
    prepare_single,
)
from ledger.coop.exchange.errors import (
    CaptureError,
    CaptureLimitError,
    EventExistsError,
    LateRefusalError,
)
from ledger.coop.exchange.tables import CaptureJobRow
from ledger.log.ledger import Ledger
from ledger.log.unit import Unit
from ledger.trace.errors import EpcisError
from ledger.trace.events.epcis import MAX_PROBLEMS
from ledger.trace.signed_events import known_event

CAPTURE_LIMIT = 2_000
"""Events in one document, as its schema has it."""
EVENTS_AT_ONCE = 500
"""How many events of a document that may be captured in part share a unit of work."""
KEPT_FOR = timedelta(days=30)
_NOT_TRIED = "Chưa ghi vì trong tệp có sự kiện khác bị lỗi."


class Behaviour(StrEnum):
    """What an error does to the other events (``GS1-Capture-Error-Behaviour``)."""

    ROLLBACK = "rollback"
    PROCEED = "proceed"


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """A capture that was done. ``success``: no event was refused. Answers are in the document's order."""

    id: str
    behaviour: Behaviour
    success: bool
    created_at: datetime
    finished_at: datetime
    answers: tuple[EventAnswer, ...] = ()


def capture_document(ledger: Ledger, holder: Holder, document: Any, behaviour: Behaviour) -> CaptureJob:
    """Capture the events of an EPCIS document for the holder's organisation.

    Raises ``ScopeError``, ``CaptureLimitError``, and ``CaptureError`` for a document that is none, or
    (``rollback``) whose events are malformed. What else is wrong with an event is in the job.
    """
    check_scope(holder, Scope.CAPTURE)
    _check_count(document)
    try:
        prepared = prepare_events(document, holder.organisation, ledger.vault)
    except EpcisError as error:
        problems = tuple(EventProblem(p.pointer, p.sentence_vi) for p in error.problems)
        raise CaptureError(problems) from error
    if behaviour is Behaviour.ROLLBACK:
        malformed = tuple(problem for item in prepared for problem in item.problems)
        if malformed:
            raise CaptureError(malformed[:MAX_PROBLEMS])
        return _all_or_none(ledger, holder, prepared)
    answers: list[EventAnswer] = []
    for first in range(0, len(prepared), EVENTS_AT_ONCE):
        answers += _as_many_as_can_be(ledger, holder, prepared[first : first + EVENTS_AT_ONCE])
    return ledger.write(_keep_job, holder, behaviour, tuple(answers))


def capture_single(ledger: Ledger, holder: Holder, event: Any) -> EventAnswer:
    """Capture one event. Raises ``ScopeError``, ``CaptureError``, and ``EventExistsError`` for one known."""
    check_scope(holder, Scope.CAPTURE)
    item = prepare_single(event, holder.organisation, ledger.vault)
    if item.problems:
        raise CaptureError(item.problems)
    return ledger.write(_capture_new, holder.organisation, item)


def read_job(session: Session, holder: Holder, job_id: str) -> CaptureJob:
    """A job of the holder's organisation. Raises ``ScopeError``, ``NotFoundError``."""
    check_scope(holder, Scope.CAPTURE)
    row = session.get(CaptureJobRow, job_id)
    if row is None or row.organisation != holder.organisation:
        raise NotFoundError("lần gửi", job_id[:80])
    return _job(row, parse_answers(row.answers))


def read_jobs(
    session: Session, holder: Holder, limit: int, before: tuple[datetime, str] | None = None
) -> tuple[CaptureJob, ...]:
    """The organisation's jobs without their answers, the newest first; ``before``: when and id of the last.

    Raises ``ScopeError``.
    """
    check_scope(holder, Scope.CAPTURE)
    row = CaptureJobRow
    query = select(row).where(row.organisation == holder.organisation)
    if before is not None:
        at, job_id = before
        query = query.where((row.created_at < at) | ((row.created_at == at) & (row.id < job_id)))
    rows = session.scalars(query.order_by(row.created_at.desc(), row.id.desc()).limit(limit))
    return tuple(_job(found, ()) for found in rows)


def _check_count(document: Any) -> None:
    value = document
    for name in ("epcisBody", "queryResults", "resultsBody", "eventList"):
        value = value.get(name, value) if isinstance(value, dict) else value
    if isinstance(value, list) and len(value) > CAPTURE_LIMIT:
        raise CaptureLimitError(len(value), CAPTURE_LIMIT)


def _all_or_none(ledger: Ledger, holder: Holder, prepared: Sequence[Prepared]) -> CaptureJob:
    try:
        return ledger.write(_capture_all, holder, prepared)
    except _RefusedError as refused:
        return ledger.write(_keep_job, holder, Behaviour.ROLLBACK, refused.answers)


class _RefusedError(Exception):
    """Something of a document was refused, so nothing of it may stay. ``answers`` are of all its events."""

    def __init__(self, answers: tuple[EventAnswer, ...]) -> None:
        super().__init__("nothing of the document stays")
        self.answers = answers


def _capture_all(unit: Unit, holder: Holder, prepared: Sequence[Prepared]) -> CaptureJob:
    expect_prepared(unit, holder.organisation, prepared)
    answers: list[EventAnswer] = []
    for item in prepared:
        try:
            answers.append(capture_prepared(unit, holder.organisation, item))
        except LateRefusalError as late:
            # The projections behind it are not as they would be: what follows cannot be judged.
            answers.append(late.answer)
            break
    if any(answer.status == REFUSED for answer in answers):
        raise _RefusedError(_none_captured(prepared, answers))
    return _keep_job(unit, holder, Behaviour.ROLLBACK, tuple(answers))


def _none_captured(prepared: Sequence[Prepared], answers: Sequence[EventAnswer]) -> tuple[EventAnswer, ...]:
    told = list(answers)
    for place, item in enumerate(prepared):
        if place >= len(told) or told[place].status == CAPTURED:
            problem = EventProblem(item.pointer, _NOT_TRIED)
            answer = EventAnswer(REFUSED, item.event.get("eventID"), problems=(problem,))
            told[place : place + 1] = [answer]
    return tuple(told)


def _as_many_as_can_be(ledger: Ledger, holder: Holder, prepared: Sequence[Prepared]) -> list[EventAnswer]:
    try:
        return ledger.write(_capture_each, holder.organisation, prepared)
    except LateRefusalError as late:
        if len(prepared) == 1:
            return [late.answer]
    # One of them spoils the unit: each in a unit of its own, the spoilt one alone stays out.
    return [answer for item in prepared for answer in _as_many_as_can_be(ledger, holder, (item,))]


def _capture_each(unit: Unit, organisation: str, prepared: Sequence[Prepared]) -> list[EventAnswer]:
    expect_prepared(unit, organisation, prepared)
    return [capture_prepared(unit, organisation, item) for item in prepared]


def _capture_new(unit: Unit, organisation: str, item: Prepared) -> EventAnswer:
    expect_prepared(unit, organisation, (item,))
    event_id = item.event.get("eventID")
    other = None if event_id is None else known_event(unit, organisation, event_id)
    try:
        answer = capture_prepared(unit, organisation, item)
    except LateRefusalError as late:
        raise CaptureError(late.answer.problems) from late
    if answer.index is not None and answer.status != CAPTURED:
        raise EventExistsError(str(answer.event_id), answer.index, is_same=True)
    if answer.status == REFUSED:
        if other is not None and "errorDeclaration" not in item.event:
            raise EventExistsError(str(event_id), other, is_same=False)
        raise CaptureError(answer.problems)
    return answer


def _keep_job(
    unit: Unit, holder: Holder, behaviour: Behaviour, answers: tuple[EventAnswer, ...]
) -> CaptureJob:
    kept = CaptureJobRow
    expired = kept.created_at < unit.now - KEPT_FOR
    unit.session.execute(delete(kept).where(kept.organisation == holder.organisation, expired))
    row = CaptureJobRow(
        id=str(uuid4()),
        organisation=holder.organisation,
        token=holder.token_id,
        behaviour=behaviour.value,
        success=all(answer.status != REFUSED for answer in answers),
        created_at=unit.now,
        finished_at=unit.now,
        answers=format_answers(answers),
    )
    unit.session.add(row)
    return _job(row, answers)


def _job(row: CaptureJobRow, answers: tuple[EventAnswer, ...]) -> CaptureJob:
    behaviour = Behaviour(row.behaviour)
    return CaptureJob(row.id, behaviour, row.success, row.created_at, row.finished_at, answers)
