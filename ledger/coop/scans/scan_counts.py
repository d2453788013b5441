"""Counting the public's scans: so many of a stamp, on a day, in a province. Never who, never at which hour.

Counts are written in batches, past the log: they are no part of any proof, and what is lost of them is only
lost. A stamp is judged by ``scan_rules`` whenever it is counted, so nobody searches all counts later.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ledger.coop.scans.scan_rules import UNKNOWN_PROVINCE, DayCount, Phase, ScanLimits, find_broken
from ledger.coop.scans.scan_tables import ScanDayRow, ScanStampRow

KEPT_DAYS = 400
"""How long days and provinces are kept apart; after that only the stamp's sum and its provinces are left."""

AT_ONCE = 500
"""Stamps that one statement is about."""


class ScanKey(NamedTuple):
    """What scans are counted under. ``province``: two-digit code, empty where unknown."""

    number: int
    organisation: str
    day: date
    province: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a stamp was scanned in all, in how many known provinces, and whether that is unusual.

    ``generation`` tells which counts are in it: all that were written up to it.
    """

    total: int
    provinces: int
    is_often: bool
    generation: int


def read_generation(session: Session) -> int:
    """How many batches were ever written: as long as it stays, so does every tally."""
    # The greatest is at the end of the index; nothing is counted.
    return session.scalar(select(func.max(ScanStampRow.generation))) or 0


def read_tally(session: Session, number: int) -> Tally:
    """The scans of a stamp that were written so far."""
    generation = read_generation(session)
    row = session.execute(
        select(ScanStampRow.total, ScanStampRow.provinces, ScanStampRow.rule).where(
            ScanStampRow.number == number
        )
    ).first()
    if row is None:
        return Tally(0, 0, is_often=False, generation=generation)
    return Tally(row.total, len(split_provinces(row.provinces)), row.rule is not None, generation)


def is_seen_often(session: Session, number: int) -> bool:
    """Whether a stamp was scanned as only copies are."""
    rule = session.scalar(select(ScanStampRow.rule).where(ScanStampRow.number == number))
    return rule is not None


def add_scans(session: Session, scans: Mapping[ScanKey, int], limits: ScanLimits) -> int:
    """Add a batch of counts, all in this writing transaction, and judge its stamps; gives its generation.

    A stamp that broke a rule stays marked, whatever the limits become, until a manager finds nothing wrong
    with it. Cost: a few statements for each 500 stamps of the batch.
    """
    generation = read_generation(session) + 1
    by_stamp: defaultdict[int, dict[ScanKey, int]] = defaultdict(dict)
    for key, count in scans.items():
        by_stamp[key.number][key] = count
    numbers = sorted(by_stamp)
    for start in range(0, len(numbers), AT_ONCE):
        chosen = numbers[start : start + AT_ONCE]
        books = _open_books(session, chosen)
        for number in chosen:
            _sum_up(session, books, by_stamp[number], generation)
        # The ORM does not know that days stand on stamps.
        session.flush()
        for number in chosen:
            _add_days(session, books, by_stamp[number])
            _judge(books, number, limits)
        session.flush()
    return generation


def settle_scans(session: Session, numbers: Sequence[int]) -> None:
    """From now on only what is scanned later counts against these stamps; sums and provinces stay.

    In a writing transaction, at most ``AT_ONCE`` numbers. Every process reads their tallies anew.
    """
    generation = read_generation(session) + 1
    for table, count in ((ScanStampRow, ScanStampRow.total), (ScanDayRow, ScanDayRow.count)):
        of_these = table.number.in_(numbers)
        session.execute(update(table).where(of_these).values(settled=count))
    session.execute(
        update(ScanStampRow).where(ScanStampRow.number.in_(numbers)).values(generation=generation)
    )


def fold_scans(session: Session, today: date) -> int:
    """Forget the days of scans older than ``KEPT_DAYS``; how many rows went. Sums and provinces stay."""
    old = ScanDayRow.day < today - timedelta(days=KEPT_DAYS)
    gone = session.scalar(select(func.count()).select_from(ScanDayRow).where(old)) or 0
    if gone:
        session.execute(delete(ScanDayRow).where(old))
    return gone


def split_provinces(joined: str) -> tuple[str, ...]:
    """The two-digit codes in a stamp's row."""
    return tuple(joined.split(",")) if joined else ()


@dataclass(frozen=True, slots=True)
class _Books:
    """Rows of the stamps at work, read together."""

    stamps: dict[int, ScanStampRow]
    days: defaultdict[int, dict[tuple[date, str, str], ScanDayRow]]


def _open_books(session: Session, numbers: Sequence[int]) -> _Books:
    stamps = session.scalars(select(ScanStampRow).where(ScanStampRow.number.in_(numbers)))
    books = _Books({row.number: row for row in stamps}, defaultdict(dict))
    known = list(books.stamps)
    if not known:
        return books
    for day in session.scalars(select(ScanDayRow).where(ScanDayRow.number.in_(known))):
        books.days[day.number][day.day, day.province, day.phase] = day
    return books


def _sum_up(session: Session, books: _Books, scans: Mapping[ScanKey, int], generation: int) -> None:
    for key, count in scans.items():
        stamp = books.stamps.get(key.number)
        if stamp is None:
            stamp = books.stamps[key.number] = _new_stamp(key)
            session.add(stamp)
        stamp.total += count
        stamp.generation = generation
        stamp.last_on = max(stamp.last_on, key.day)
        if key.province != UNKNOWN_PROVINCE:
            stamp.provinces = ",".join(sorted({*split_provinces(stamp.provinces), key.province}))


def _add_days(session: Session, books: _Books, scans: Mapping[ScanKey, int]) -> None:
    for key, count in scans.items():
        place = (key.day, key.province, key.phase.value)
        day = books.days[key.number].get(place)
        if day is None:
            day = books.days[key.number][place] = ScanDayRow(
                number=key.number,
                day=key.day,
                province=key.province,
                phase=key.phase.value,
                count=0,
                settled=0,
            )
            session.add(day)
        day.count += count


def _new_stamp(key: ScanKey) -> ScanStampRow:
    return ScanStampRow(
        number=key.number,
        organisation=key.organisation,
        total=0,
        provinces="",
        last_on=key.day,
        rule=None,
        since=None,
        is_open=False,
        generation=0,
        settled=0,
    )


def _judge(books: _Books, number: int, limits: ScanLimits) -> None:
    """Mark a stamp by what was scanned since somebody looked into it, or ever."""
    stamp = books.stamps[number]
    if stamp.is_open:
        return
    broken = find_broken(_day_counts(books, number), stamp.total - stamp.settled, limits)
    if broken is not None:
        stamp.rule, stamp.since, stamp.is_open = broken.rule.value, broken.since, True


def _day_counts(books: _Books, number: int) -> Iterator[DayCount]:
    for row in books.days[number].values():
        if row.count > row.settled:
            yield DayCount(row.day, row.province, Phase(row.phase), row.count - row.settled)
