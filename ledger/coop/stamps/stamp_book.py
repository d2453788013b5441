"""The book of stamps: what was given out, what became of it, and that the sums agree.

Reserved = unprinted + cancelled + printed, and printed = activated + sold + voided + in hand. Both hold by
how ranges are kept (``StampRangeRow``), whatever order things happened in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.stamps.hand_outs import HandOut, last_hand_outs
from ledger.coop.stamps.stamp_ranges import StampState
from ledger.coop.tables import PrintJobRow, StampRangeRow
from ledger.trace.identifiers import lot_code_of

MAX_LINES = 200


@dataclass(frozen=True, slots=True)
class StampCounts:
    """Stamps by what became of them.

    ``reserved`` is how many numbers were given out in all; ``unprinted`` wait to be printed, ``cancelled``
    were voided before they were on paper. ``in_hand`` are printed and neither used nor voided.
    """

    unprinted: int = 0
    cancelled: int = 0
    in_hand: int = 0
    activated: int = 0
    sold: int = 0
    voided: int = 0

    @property
    def printed(self) -> int:
        """How many were ever on paper; reprints of a number are the same stamp."""
        return self.in_hand + self.activated + self.sold + self.voided

    @property
    def reserved(self) -> int:
        """How many numbers were given out."""
        return self.unprinted + self.cancelled + self.printed

    @property
    def waiting(self) -> int:
        """How many may still be used: printed or to be printed."""
        return self.unprinted + self.in_hand


@dataclass(frozen=True, slots=True)
class BookLine:
    """A print job in the book. ``holder`` is an account, ``quota`` the id of a sponsor's grant.

    ``hand_outs``: how often its file was handed out; ``last_hand_out``: the last time, and to whom.
    """

    job: str
    lot: str | None
    lot_code: str | None
    first: int
    last: int
    created_at: datetime
    holder: str | None
    quota: str | None
    counts: StampCounts
    hand_outs: int = 0
    last_hand_out: HandOut | None = None


@dataclass(frozen=True, slots=True)
class StampBook:
    """The newest print jobs, newest first, and the counts of all there ever were."""

    lines: tuple[BookLine, ...]
    total: StampCounts


def stamp_book(session: Session, actor: Actor, *, limit: int = MAX_LINES) -> StampBook:
    """The organisation's book; at most ``limit`` lines, the total over all."""
    query = select(PrintJobRow).where(PrintJobRow.organisation == actor.organisation)
    jobs = session.scalars(query.order_by(PrintJobRow.first.desc()).limit(min(limit, MAX_LINES))).all()
    of_jobs: dict[str, list[tuple[str, bool, int]]] = {}
    key = StampRangeRow.job_id
    for job_id, state, printed, count in session.execute(
        select(key, *_COUNTED).where(key.in_([job.id for job in jobs])).group_by(key, *_BY)
    ):
        of_jobs.setdefault(job_id, []).append((state, printed, int(count)))
    everything = select(*_COUNTED).where(StampRangeRow.organisation == actor.organisation).group_by(*_BY)
    total = [(state, printed, int(count)) for state, printed, count in session.execute(everything)]
    handed = last_hand_outs(session, [job.id for job in jobs])
    lines = tuple(_line(job, of_jobs.get(job.id, ()), handed.get(job.id, (0, None))) for job in jobs)
    return StampBook(lines, count_stamps(total))


def count_stamps(parts: Iterable[tuple[str, bool, int]]) -> StampCounts:
    """Counts from parts in one state each: the state, whether they were ever printed, how many."""
    counts = dict.fromkeys(StampCounts.__slots__, 0)
    for state, was_printed, count in parts:
        match StampState(state):
            case StampState.RESERVED:
                counts["unprinted"] += count
            case StampState.PRINTED:
                counts["in_hand"] += count
            case StampState.VOIDED:
                counts["voided" if was_printed else "cancelled"] += count
            case StampState.ACTIVATED | StampState.SOLD as used:
                counts[used.value] += count
    return StampCounts(**counts)


_BY = (StampRangeRow.state, StampRangeRow.was_printed)
_COUNTED = (*_BY, func.sum(StampRangeRow.last - StampRangeRow.first + 1))


def _line(
    job: PrintJobRow, parts: Iterable[tuple[str, bool, int]], handed: tuple[int, HandOut | None]
) -> BookLine:
    return BookLine(
        job=job.id,
        lot=job.lot,
        lot_code=None if job.lot is None else lot_code_of(job.lot),
        first=job.first,
        last=job.first + job.count - 1,
        created_at=job.created_at,
        holder=job.holder,
        quota=job.quota,
        counts=count_stamps(parts),
        hand_outs=handed[0],
        last_hand_out=handed[1],
    )
