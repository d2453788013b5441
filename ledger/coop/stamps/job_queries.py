"""Print jobs as the pages show them. What is another organisation's is not found."""

from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.stamps.hand_outs import HandOut, read_hand_outs
from ledger.coop.stamps.print_jobs import PrintJob, find_own_job, job_of
from ledger.coop.stamps.stamp_book import MAX_LINES, StampCounts, count_stamps
from ledger.coop.stamps.stamp_ranges import StampRange, StampState, ranges_of_job
from ledger.coop.tables import PrintJobRow


@dataclass(frozen=True, slots=True)
class Job(PrintJob):
    """A print job, what became of its stamps, and to whom its file was handed out, oldest first."""

    ranges: tuple[StampRange, ...]
    hand_outs: tuple[HandOut, ...] = ()

    @property
    def counts(self) -> StampCounts:
        """What became of its stamps: printed = activated + sold + voided + in hand."""
        return count_stamps((part.state.value, part.was_printed, part.count) for part in self.ranges)

    @property
    def waiting(self) -> int:
        """Stamps neither used nor voided."""
        return self.counts.waiting

    def count_of(self, *states: StampState) -> int:
        """How many of them are in one of these states."""
        return sum(part.count for part in self.ranges if part.state in states)


def read_job(session: Session, actor: Actor, job_id: str) -> Job:
    """The organisation's print job. Raises ``NotFoundError``."""
    return _job(session, find_own_job(session, actor, job_id))


def read_jobs(session: Session, actor: Actor, lot: str) -> tuple[Job, ...]:
    """The organisation's print jobs for a lot, newest first."""
    return _jobs(session, actor, PrintJobRow.lot == lot)


def read_rolls(session: Session, actor: Actor) -> tuple[Job, ...]:
    """The organisation's jobs ordered ahead, for no lot yet, newest first."""
    return _jobs(session, actor, PrintJobRow.lot.is_(None))


def _jobs(session: Session, actor: Actor, where: ColumnElement[bool]) -> tuple[Job, ...]:
    rows = session.scalars(
        select(PrintJobRow)
        .where(PrintJobRow.organisation == actor.organisation, where)
        .order_by(PrintJobRow.first.desc())
        .limit(MAX_LINES)
    )
    return tuple(_job(session, row) for row in rows)


def _job(session: Session, row: PrintJobRow) -> Job:
    plain = job_of(session, row)
    known = {field.name: getattr(plain, field.name) for field in fields(PrintJob)}
    return Job(**known, ranges=ranges_of_job(session, row.id), hand_outs=read_hand_outs(session, row.id))
