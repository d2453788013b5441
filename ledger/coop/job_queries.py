"""Print jobs as the pages show them. What is another organisation's is not found."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.stamp_ranges import StampRange, StampState, ranges_of_job
from ledger.coop.stamps import find_own_job
from ledger.coop.tables import PrintJobRow


@dataclass(frozen=True, slots=True)
class Job:
    """A print job and what became of its stamps."""

    id: str
    lot: str | None
    first: int
    last: int
    layout: str
    design: str
    dpi: int
    created_at: datetime
    is_printed: bool
    reprints: int
    ranges: tuple[StampRange, ...]

    @property
    def count(self) -> int:
        """How many stamps it has."""
        return self.last - self.first + 1

    def count_of(self, *states: StampState) -> int:
        """How many of them are in one of these states."""
        return sum(part.count for part in self.ranges if part.state in states)

    @property
    def waiting(self) -> int:
        """Stamps neither used nor voided."""
        return self.count_of(StampState.RESERVED, StampState.PRINTED)


def read_job(session: Session, actor: Actor, job_id: str) -> Job:
    """The organisation's print job. Raises ``NotFoundError``."""
    return _job(session, find_own_job(session, actor, job_id))


def read_jobs(session: Session, actor: Actor, lot: str) -> tuple[Job, ...]:
    """The organisation's print jobs for a lot, newest first."""
    rows = session.scalars(
        select(PrintJobRow)
        .where(PrintJobRow.organisation == actor.organisation, PrintJobRow.lot == lot)
        .order_by(PrintJobRow.first.desc())
    )
    return tuple(_job(session, row) for row in rows)


def _job(session: Session, row: PrintJobRow) -> Job:
    return Job(
        id=row.id,
        lot=row.lot,
        first=row.first,
        last=row.first + row.count - 1,
        layout=row.layout,
        design=row.design,
        dpi=row.dpi,
        created_at=row.created_at,
        is_printed=row.printed_at is not None,
        reprints=row.reprints,
        ranges=ranges_of_job(session, row.id),
    )
