"""Stamps printed again under the same numbers: which, when, by whom, and why.

Kept in the books and not in the log (ADR 0018): a reprint changes nothing about what a stamp is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.checks import Checks
from ledger.coop.stamps.stamp_ranges import StampRange, join_ranges
from ledger.coop.tables import PrintJobRow, ReprintRow
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True)
class Reprint:
    """Stamps ``first`` to ``last`` of a job were printed once more. ``by`` is the account that said so."""

    first: int
    last: int
    reason: str
    by: str
    at: datetime


def read_reprints(session: Session, job_id: str) -> tuple[Reprint, ...]:
    """The reprints of a job, oldest first."""
    rows = session.scalars(select(ReprintRow).where(ReprintRow.job_id == job_id).order_by(ReprintRow.number))
    return tuple(Reprint(row.first, row.last, row.reason, row.account_id, row.reprinted_at) for row in rows)


def keep_reprints(
    unit: Unit, actor: Actor, job: PrintJobRow, parts: Sequence[StampRange], reason: str | None
) -> None:
    """Keep a row for each stretch of ``parts`` that was on paper before.

    Raises ``CommandError`` when there is one and ``reason`` says nothing.
    """
    again = join_ranges((part.first, part.last) for part in parts if part.was_printed)
    if not again:
        return
    checks = Checks()
    if not (reason or "").strip():
        low, high = again[0][0] - job.first + 1, again[-1][1] - job.first + 1
        checks.refuse("reason", f"Tem thứ {low} đến {high} của lượt in đã in rồi. Hãy ghi lý do in lại.")
    said = checks.optional_text("reason", "lý do in lại", reason, 300) or ""
    checks.finish()
    kept = len(read_reprints(unit.session, job.id))
    for number, (first, last) in enumerate(again, kept + 1):
        unit.session.add(
            ReprintRow(
                job_id=job.id,
                number=number,
                first=first,
                last=last,
                reason=said,
                account_id=actor.account_id,
                reprinted_at=unit.now,
            )
        )
    unit.session.flush()
