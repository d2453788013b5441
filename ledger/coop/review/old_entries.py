"""Entries from before there was a queue: what would have put them into it is read from them afterwards.

Whether an amount was unusual then is not reckoned again; everything else is told by the entry itself.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.review.marks import Mark, late_days_of, marks_of
from ledger.coop.review.review_tables import ReviewRow
from ledger.coop.tables import AccountRow, WorkRow
from ledger.log.records import read_records
from ledger.log.unit import Unit
from ledger.trace.guards import GuardWarning, Override
from ledger.trace.units import local_day

AT_ONCE = 500


def mark_old_entries(unit: Unit) -> int:
    """Put every organisation's entries that precede its queue into it; how many there were.

    Done again it finds nothing: what stands before the first entry of a queue was looked at.
    """
    marked = 0
    for organisation in unit.session.scalars(select(WorkRow.organisation).distinct()).all():
        rows = tuple(_old_rows(unit.session, organisation))
        unit.session.add_all(rows)
        marked += len(rows)
    unit.session.flush()
    return marked


def _old_rows(session: Session, organisation: str) -> Iterator[ReviewRow]:
    first = session.scalar(select(func.min(ReviewRow.index)).where(ReviewRow.organisation == organisation))
    query = (
        select(WorkRow.index, WorkRow.member_id, WorkRow.done_on, AccountRow.member_id.label("own"))
        .join(AccountRow, AccountRow.id == WorkRow.account_id, isouter=True)
        .where(WorkRow.organisation == organisation)
        .order_by(WorkRow.index)
    )
    if first is not None:
        query = query.where(WorkRow.index < first)
    works = session.execute(query).all()
    for start in range(0, len(works), AT_ONCE):
        yield from _rows(session, organisation, works[start : start + AT_ONCE])


def _rows(session: Session, organisation: str, works: Sequence[Any]) -> Iterator[ReviewRow]:
    records = read_records(session, [work.index for work in works])
    for work, record in zip(works, records, strict=True):
        late_days = late_days_of(work.done_on, local_day(record.recorded_at))
        is_for_other = work.member_id is not None and work.member_id != work.own
        marks = marks_of(_warnings(record.body), late_days=late_days, is_for_other=is_for_other)
        if marks:
            yield _row(work.index, organisation, marks, late_days)


def _warnings(body: dict[str, Any]) -> tuple[GuardWarning, ...]:
    """What the guards said, as the entry tells it."""
    warned = (GuardWarning(code, "") for code in body.get("sogoc:warnings", ()))
    passed = (
        GuardWarning(item["guard"], "", override=Override(item["reason"], item["by"]))
        for item in body.get("sogoc:override", ())
    )
    return (*warned, *passed)


def _row(index: int, organisation: str, marks: Mark, late_days: int) -> ReviewRow:
    return ReviewRow(
        index=index,
        organisation=organisation,
        marks=int(marks),
        late_days=late_days,
        looked_at=None,
        looked_by=None,
        note_sealed=None,
    )
