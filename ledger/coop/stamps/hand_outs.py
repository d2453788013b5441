"""To whom the file of a job's stamps was handed out, and when. Every time but an unfinished download is kept.

A copy of the file prints the same stamps again, and nobody sees it do so. Kept in the books and not in the
log, like reprints (ADR 0018).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.tables import HandOutRow, PrintJobRow
from ledger.log.unit import Unit

HAND_OUT_LASTS = timedelta(minutes=15)
"""How long the person to whom a file was handed out may fetch it again: downloads break off."""


@dataclass(frozen=True, slots=True)
class HandOut:
    """The file of stamps ``first`` to ``last`` was handed out to the account ``by``."""

    first: int
    last: int
    by: str
    at: datetime


def read_hand_outs(session: Session, job_id: str) -> tuple[HandOut, ...]:
    """The hand-outs of a job, oldest first; of jobs printed before these were kept there are none."""
    query = select(HandOutRow).where(HandOutRow.job_id == job_id).order_by(HandOutRow.number)
    return tuple(_hand_out(row) for row in session.scalars(query))


def last_hand_outs(session: Session, job_ids: Iterable[str]) -> Mapping[str, tuple[int, HandOut]]:
    """How often the file of each job was handed out, and the last time; jobs without any are left out."""
    last = (
        select(HandOutRow.job_id, func.max(HandOutRow.number).label("number"))
        .where(HandOutRow.job_id.in_(tuple(job_ids)))
        .group_by(HandOutRow.job_id)
        .subquery()
    )
    both = (HandOutRow.job_id == last.c.job_id) & (HandOutRow.number == last.c.number)
    rows = session.scalars(select(HandOutRow).join(last, both))
    # Numbers count from 1 without a gap.
    return {row.job_id: (row.number, _hand_out(row)) for row in rows}


def open_hand_out(
    session: Session, actor: Actor, job_id: str, part: tuple[int, int], now: datetime
) -> HandOut | None:
    """The actor's own hand-out, of the last 15 minutes, with the stamps of ``part`` in it."""
    row = session.scalar(
        select(HandOutRow)
        .where(
            HandOutRow.job_id == job_id,
            HandOutRow.account_id == actor.account_id,
            HandOutRow.first <= part[0],
            HandOutRow.last >= part[1],
            HandOutRow.handed_at > now - HAND_OUT_LASTS,
        )
        .order_by(HandOutRow.number.desc())
        .limit(1)
    )
    return None if row is None else _hand_out(row)


def keep_hand_out(unit: Unit, actor: Actor, job: PrintJobRow, first: int, last: int) -> HandOut:
    """Keep that the file of stamps ``first`` to ``last`` of the job goes to the actor, now."""
    kept = unit.session.scalar(select(func.max(HandOutRow.number)).where(HandOutRow.job_id == job.id)) or 0
    row = HandOutRow(
        job_id=job.id,
        number=kept + 1,
        first=first,
        last=last,
        account_id=actor.account_id,
        handed_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    return _hand_out(row)


def _hand_out(row: HandOutRow) -> HandOut:
    return HandOut(row.first, row.last, row.account_id, row.handed_at)
