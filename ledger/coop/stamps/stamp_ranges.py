"""Ranges of stamp numbers: given out once, split where a state changes inside them.

A row stands for every number in ``[first, last]``, so a billion stamps cost a row per range. Rows never
overlap and no number leaves the table. All functions run inside one writing transaction, which is alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.errors import StampCountError, StampRangeError
from ledger.coop.tables import StampCounterRow, StampRangeRow
from ledger.trace.units import format_number

FIRST_NUMBER = 1
END_NUMBER = 2**33
"""Stamp codes carry 33 bits of number (design of the stamp code): numbers are below this."""


class StampState(StrEnum):
    """Life of a range: reserved, printed, activated on a sealed lot, then sold; or voided at any point.

    What is sold is still active: the log knows nothing of sales, and the passport says the same.
    """

    RESERVED = "reserved"
    PRINTED = "printed"
    ACTIVATED = "activated"
    SOLD = "sold"
    VOIDED = "voided"


UNUSED = frozenset({StampState.RESERVED, StampState.PRINTED})
_SAID_VI = {
    StampState.RESERVED: "chưa in",
    StampState.PRINTED: "chưa kích hoạt",
    StampState.ACTIVATED: "đã kích hoạt",
    StampState.SOLD: "đã ghi là bán",
    StampState.VOIDED: "đã hủy",
}
_MEND_VI = {
    StampState.RESERVED: "Hãy in những tem này trước.",
    StampState.PRINTED: "Hãy kích hoạt trước.",
}


@dataclass(frozen=True, slots=True)
class StampRange:
    """Stamps ``first`` to ``last``, both included, in one state."""

    first: int
    last: int
    organisation: str
    state: StampState
    lot: str | None
    job_id: str
    was_printed: bool

    @property
    def count(self) -> int:
        """How many stamps the range holds."""
        return self.last - self.first + 1


def give_numbers(session: Session, count: int) -> tuple[int, int]:
    """``count`` numbers that were never given before, as ``(first, last)``.

    Raises ``StampCountError`` when fewer are left.
    """
    counter = session.get(StampCounterRow, 1)
    if counter is None:
        counter = StampCounterRow(id=1, next_number=FIRST_NUMBER)
        session.add(counter)
    first = counter.next_number
    if first + count > END_NUMBER:
        raise StampCountError(
            f"{END_NUMBER - first} numbers left",
            first=first,
            last=first + count - 1,
            allowed=END_NUMBER - first,
            sentence="Hệ thống đã hết số tem. Hãy báo cho người vận hành.",
        )
    counter.next_number = first + count
    return first, first + count - 1


def add_range(session: Session, organisation: str, job_id: str, first: int, last: int) -> None:
    """Record newly given numbers as reserved for a print job."""
    session.add(
        StampRangeRow(
            first=first,
            last=last,
            organisation=organisation,
            job_id=job_id,
            state=StampState.RESERVED.value,
            was_printed=False,
            lot=None,
            on=None,
        )
    )


def move_range(
    session: Session,
    organisation: str,
    first: int,
    last: int,
    *,
    allowed: frozenset[StampState],
    to: StampState,
    on: date,
    lot: str | None = None,
) -> tuple[StampRange, ...]:
    """Bring the stamps ``[first, last]`` from a state in ``allowed`` to ``to``; gives what they were before.

    ``lot`` is set where it is given, and kept otherwise. Raises ``StampRangeError``, changing nothing, unless
    every number of the range is the organisation's and in such a state.
    """
    rows = _rows(session, first, last)
    _check_covered(rows, organisation, first, last)
    for row in rows:
        if StampState(row.state) not in allowed:
            _refuse_state(row, first, last)
    before = []
    for row in rows:
        inner = _cut(session, row, first, last)
        before.append(_range(inner))
        inner.state = to.value
        inner.on = on
        inner.lot = lot or inner.lot
    session.flush()
    return tuple(before)


def note_printed(session: Session, organisation: str, first: int, last: int, on: date) -> None:
    """The stamps ``[first, last]`` are on paper: those that were reserved are printed, no other changes.

    A void stamp in between is on paper too, and stays void. Raises ``StampRangeError`` unless every number
    is the organisation's.
    """
    rows = _rows(session, first, last)
    _check_covered(rows, organisation, first, last)
    for row in rows:
        if row.was_printed:
            continue
        inner = _cut(session, row, first, last)
        inner.was_printed = True
        if inner.state == StampState.RESERVED:
            inner.state, inner.on = StampState.PRINTED.value, on
    session.flush()


def clip_ranges(ranges: Iterable[StampRange], first: int, last: int) -> tuple[StampRange, ...]:
    """The parts of ``ranges`` that lie inside ``[first, last]``."""
    return tuple(
        replace(part, first=max(part.first, first), last=min(part.last, last))
        for part in ranges
        if part.first <= last and part.last >= first
    )


def join_ranges(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges ``(first, last)`` in order, touching and overlapping ones as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def ranges_of_job(session: Session, job_id: str) -> tuple[StampRange, ...]:
    """The ranges that a print job was split into, in number order."""
    rows = session.scalars(
        select(StampRangeRow).where(StampRangeRow.job_id == job_id).order_by(StampRangeRow.first)
    )
    return tuple(_range(row) for row in rows)


def used_ranges(session: Session, organisation: str, first: int, last: int) -> tuple[StampRange, ...]:
    """The parts of ``[first, last]`` that are activated, sold or voided.

    Raises ``StampRangeError`` unless every number is the organisation's: what a neighbour did with theirs is
    not told.
    """
    rows = _rows(session, first, last)
    _check_covered(rows, organisation, first, last)
    parts = clip_ranges(map(_range, rows), first, last)
    return tuple(part for part in parts if part.state not in UNUSED)


def find_range(session: Session, number: int) -> StampRange | None:
    """The range that holds ``number``; ``None``: it was never given out."""
    row = session.scalar(
        select(StampRangeRow)
        .where(StampRangeRow.first <= number)
        .order_by(StampRangeRow.first.desc())
        .limit(1)
    )
    return None if row is None or row.last < number else _range(row)


def _rows(session: Session, first: int, last: int) -> Sequence[StampRangeRow]:
    """The rows that meet ``[first, last]``, in number order."""
    # The row under ``first`` may begin far below it; starting there keeps the search on the primary key.
    start = select(func.max(StampRangeRow.first)).where(StampRangeRow.first <= first).scalar_subquery()
    statement = (
        select(StampRangeRow)
        .where(StampRangeRow.first >= func.coalesce(start, first), StampRangeRow.first <= last)
        .where(StampRangeRow.last >= first)
        .order_by(StampRangeRow.first)
    )
    return session.scalars(statement).all()


def _check_covered(rows: Sequence[StampRangeRow], organisation: str, first: int, last: int) -> None:
    expected = first
    for row in rows:
        if row.first > expected or row.organisation != organisation:
            break
        expected = row.last + 1
    if expected <= last or first > last:
        # A neighbour's stamps and stamps that were never given out look the same from here.
        sentence = "Dải tem này không phải của hợp tác xã, hoặc gõ sai mã. Hãy quét lại tem đầu và tem cuối."
        raise StampRangeError("not all the organisation's", first=first, last=last, sentence=sentence)


def _refuse_state(row: StampRangeRow, first: int, last: int) -> None:
    state = StampState(row.state)
    low, high = max(first, row.first), min(last, row.last)
    mend = _MEND_VI.get(state, "Hãy kiểm tra lại tem đầu và tem cuối.")
    count = format_number(Decimal(high - low + 1))
    sentence = f"Trong dải này có {count} tem {_SAID_VI[state]}. {mend}"
    raise StampRangeError(f"{low}–{high} are {row.state}", first=low, last=high, sentence=sentence)


def _cut(session: Session, row: StampRangeRow, first: int, last: int) -> StampRangeRow:
    """Split ``row`` so that one row holds exactly its part inside ``[first, last]``; gives that row."""
    inner = row
    if row.first < first:
        inner = _copy(row, first, row.last)
        row.last = first - 1
        session.add(inner)
    if inner.last > last:
        session.add(_copy(inner, last + 1, inner.last))
        inner.last = last
    return inner


def _copy(row: StampRangeRow, first: int, last: int) -> StampRangeRow:
    return StampRangeRow(
        first=first,
        last=last,
        organisation=row.organisation,
        job_id=row.job_id,
        state=row.state,
        was_printed=row.was_printed,
        lot=row.lot,
        on=row.on,
    )


def _range(row: StampRangeRow) -> StampRange:
    return StampRange(
        row.first, row.last, row.organisation, StampState(row.state), row.lot, row.job_id, row.was_printed
    )
