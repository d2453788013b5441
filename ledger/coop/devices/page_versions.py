"""Numbers that change when what a kept page shows may have changed: cheap to ask, and never too few."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.tables import MemberRow, PartnerRow, SeasonRow, WorkRow
from ledger.log.tables import LogEntry
from ledger.trace.tables import TraceRegister


@dataclass(frozen=True, slots=True)
class BooksState:
    """The last ``seq`` of the organisation's chain, its last registration, how many there are of the rest."""

    last_seq: int | None
    last_registered: int | None
    members: int
    partners: int
    open_seasons: int
    all_seasons: int


def read_books_state(session: Session, organisation: str) -> BooksState:
    """The state of an organisation's books, as far as pages show it."""
    seq = select(func.max(LogEntry.seq)).where(LogEntry.chain_id == organisation)
    registered = select(func.max(TraceRegister.index)).where(TraceRegister.chain_id == organisation)
    members = select(func.count()).where(MemberRow.organisation == organisation)
    partners = select(func.count()).where(PartnerRow.organisation == organisation)
    seasons = select(func.count(), func.count(SeasonRow.closed_on)).where(
        SeasonRow.organisation == organisation
    )
    every, closed = session.execute(seasons).one()
    return BooksState(
        session.scalar(seq),
        session.scalar(registered),
        session.scalar(members) or 0,
        session.scalar(partners) or 0,
        every - closed,
        every,
    )


def last_entries(session: Session, organisation: str, lots: Sequence[str]) -> dict[str, int]:
    """The log index of the last work in each of ``lots`` in which there is any."""
    found = (
        select(WorkRow.lot, func.max(WorkRow.index).label("last"))
        .where(WorkRow.organisation == organisation, WorkRow.lot.in_(lots))
        .group_by(WorkRow.lot)
    )
    return {row.lot: row.last for row in session.execute(found)}
