"""What the tables say of many stamp numbers at once: one question a kind, whatever their count."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from ledger.coop.desk.number_lists import listed
from ledger.coop.scans.scan_tables import ScanStampRow
from ledger.coop.tables import StampRangeRow
from ledger.trace.tables import StampState, TraceStamps


@dataclass(frozen=True, slots=True)
class Spoken:
    """The entry at ``index`` speaks of a stamp; ``lot``: it put it there."""

    index: int
    lot: str | None


@dataclass(frozen=True, slots=True)
class FoundStamps:
    """What activated a stamp, what voided it; which were given out, which are scanned too often."""

    activated: Mapping[int, Spoken]
    voided: Mapping[int, Spoken]
    given: frozenset[int]
    often: frozenset[int]

    @property
    def indexes(self) -> frozenset[int]:
        """The entries that speak of any of them."""
        return frozenset(said.index for said in (*self.activated.values(), *self.voided.values()))


def find_stamps(session: Session, numbers: Collection[int]) -> FoundStamps:
    """What is known of these numbers. Four questions, each by an index for each number."""
    if not numbers:
        return FoundStamps({}, {}, frozenset(), frozenset())
    return FoundStamps(
        activated=_spoken(session, StampState.ACTIVATED, numbers),
        voided=_spoken(session, StampState.VOIDED, numbers),
        given=_given(session, numbers),
        often=_often(session, numbers),
    )


def _spoken(session: Session, state: StampState, numbers: Iterable[int]) -> dict[int, Spoken]:
    number, before = listed(session, numbers), aliased(TraceStamps)
    # Ranges of one state never overlap: only the last that begins up to a number can hold it.
    last = (
        select(func.max(before.first))
        .where(before.state == state, before.first <= number)
        .correlate_except(before)
        .scalar_subquery()
    )
    query: Select[int, int, str | None] = (
        select(number, TraceStamps.index, TraceStamps.lot)
        .join(TraceStamps, (TraceStamps.state == state) & (TraceStamps.first == last))
        .where(TraceStamps.last >= number)
    )
    return {asked: Spoken(index, lot) for asked, index, lot in session.execute(query)}


def _given(session: Session, numbers: Iterable[int]) -> frozenset[int]:
    number, before = listed(session, numbers), aliased(StampRangeRow)
    last = (
        select(func.max(before.first))
        .where(before.first <= number)
        .correlate_except(before)
        .scalar_subquery()
    )
    query = select(number).join(StampRangeRow, StampRangeRow.first == last)
    return frozenset(session.scalars(query.where(StampRangeRow.last >= number)))


def _often(session: Session, numbers: Iterable[int]) -> frozenset[int]:
    number = listed(session, numbers)
    query = select(number).join(ScanStampRow, ScanStampRow.number == number)
    return frozenset(session.scalars(query.where(ScanStampRow.rule.is_not(None))))
