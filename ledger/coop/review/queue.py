"""The manager's queue: what is in it, looking entries over, and what the cooperative wants in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, check_may
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, NotFoundError, Problem
from ledger.coop.review.marks import ALL_MARKS, MIN_LATE_DAYS, Mark
from ledger.coop.review.review_tables import ReviewRow, ReviewSettingRow
from ledger.coop.tables import AccountRow, WorkRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from ledger.trace.tables import TraceEvent
from signing.vault import Vault

PAGE = 50
MAX_LOOKED = 200
MAX_LATE_DAYS = 60
MAX_NOTE = 500
USUAL_LATE_DAYS = 3


@dataclass(frozen=True, slots=True)
class LookOver(Command):
    """Entries that a manager looked over, and what they found; the note stays in the cooperative."""

    indexes: tuple[int, ...]
    note: str | None = None

    def __repr__(self) -> str:
        return f"LookOver(indexes={self.indexes!r})"


@dataclass(frozen=True, slots=True)
class LookedOver:
    """How many entries left the queue."""

    count: int


@dataclass(frozen=True, slots=True)
class SetReview(Command):
    """What belongs into the queue: which marks, and late from more than so many days on."""

    marks: int
    late_days: int


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """What an organisation wants to look over."""

    marks: Mark = ALL_MARKS
    late_days: int = USUAL_LATE_DAYS


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An entry to look over. ``marks`` are those that were asked for; ``login`` is whose account wrote it,
    ``member_id`` whose work it tells. ``looked_at`` and ``note`` once somebody looked.
    """

    index: int
    step: str
    lot: str
    lot_code: str
    done_on: date
    recorded_at: datetime
    late_days: int
    marks: Mark
    login: str
    member_id: str | None
    is_corrected: bool
    looked_at: datetime | None
    note: str | None

    def __repr__(self) -> str:
        return f"ReviewItem(index={self.index!r}, marks={self.marks!r})"


def read_settings(session: Session, organisation: str) -> ReviewSettings:
    """What the organisation wants to look over."""
    row = session.get(ReviewSettingRow, organisation)
    return ReviewSettings() if row is None else ReviewSettings(Mark(row.marks), row.late_days)


def review_list(
    session: Session,
    vault: Vault,
    actor: Actor,
    *,
    only: Mark | None = None,
    is_open: bool = True,
    before: int | None = None,
) -> tuple[ReviewItem, ...]:
    """At most 51 entries of the queue, newest first: one more than a page, which tells whether one follows.

    ``only`` one mark; ``is_open``: nobody looked yet; ``before``: below this index. Raises
    ``NotAllowedError``.
    """
    check_may(actor, MANAGEMENT)
    settings = read_settings(session, actor.organisation)
    query = (
        select(ReviewRow, WorkRow, TraceEvent.recorded_at, TraceEvent.corrected_by, AccountRow.login)
        .join(WorkRow, WorkRow.index == ReviewRow.index)
        .join(TraceEvent, TraceEvent.index == ReviewRow.index)
        .join(AccountRow, AccountRow.id == WorkRow.account_id, isouter=True)
        .where(_is_listed(actor.organisation, settings, only), _is_looked(is_open=is_open))
    )
    if before is not None:
        query = query.where(ReviewRow.index < before)
    rows = session.execute(query.order_by(ReviewRow.index.desc()).limit(PAGE + 1))
    return tuple(_item(session, vault, settings, tuple(row)) for row in rows)


def count_to_review(session: Session, actor: Actor) -> int:
    """How many entries wait in the queue. Raises ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    settings = read_settings(session, actor.organisation)
    listed = _is_listed(actor.organisation, settings, None)
    found = select(func.count()).select_from(ReviewRow).where(listed, _is_looked(is_open=True))
    return session.scalar(found) or 0


@use_case(MANAGEMENT)
def look_over(unit: Unit, actor: Actor, command: LookOver) -> LookedOver:
    """Take entries out of the queue, with one note for all. Those that somebody looked over stay as they are.

    Raises ``CommandError`` (none, or over 200), ``NotFoundError``.
    """
    wanted = tuple(dict.fromkeys(command.indexes))
    checks = Checks()
    note = checks.optional_text("note", "ghi chú", command.note, MAX_NOTE)
    if not 0 < len(wanted) <= MAX_LOOKED:
        checks.refuse("indexes", "Hãy đánh dấu ít nhất một dòng đã xem, tối đa 200 dòng.")
    checks.finish()
    rows = unit.session.scalars(
        select(ReviewRow).where(ReviewRow.organisation == actor.organisation, ReviewRow.index.in_(wanted))
    ).all()
    if missing := set(wanted) - {row.index for row in rows}:
        raise NotFoundError("dòng cần xem", str(min(missing)))
    open_rows = [row for row in rows if row.looked_at is None]
    for row in open_rows:
        row.looked_at, row.looked_by = unit.now, actor.account_id
        if note is not None:
            row.note_sealed = seal_private(
                unit, actor.organisation, ORGANISATION, note.encode(), purpose=_purpose(row.index)
            )
    return LookedOver(len(open_rows))


@use_case(MANAGEMENT)
def set_review(unit: Unit, actor: Actor, command: SetReview) -> LookedOver:
    """Say what belongs into the queue; how many entries are in it then. Raises ``CommandError``."""
    if not MIN_LATE_DAYS <= command.late_days <= MAX_LATE_DAYS:
        sentence = f"Số ngày từ {MIN_LATE_DAYS} đến {MAX_LATE_DAYS}."
        raise CommandError(Problem("late_days", sentence))
    marks = Mark(command.marks) & ALL_MARKS
    row = ReviewSettingRow(organisation=actor.organisation, marks=int(marks), late_days=command.late_days)
    unit.session.merge(row)
    unit.session.flush()
    return LookedOver(count_to_review(unit.session, actor))


def _is_listed(organisation: str, settings: ReviewSettings, only: Mark | None) -> ColumnElement[bool]:
    wanted = settings.marks if only is None else only
    others = int(wanted & ~Mark.LATE)
    is_late = ReviewRow.late_days > settings.late_days
    reasons = [ReviewRow.marks.op("&")(others) != 0]
    if Mark.LATE in wanted:
        reasons.append(is_late)
    return (ReviewRow.organisation == organisation) & or_(*reasons)


def _is_looked(*, is_open: bool) -> ColumnElement[bool]:
    return ReviewRow.looked_at.is_(None) if is_open else ReviewRow.looked_at.is_not(None)


def _item(session: Session, vault: Vault, settings: ReviewSettings, row: Sequence[Any]) -> ReviewItem:
    review, work, recorded_at, corrected_by, login = row
    marks = Mark(review.marks)
    if review.late_days <= settings.late_days:
        marks &= ~Mark.LATE
    return ReviewItem(
        index=review.index,
        step=work.step,
        lot=work.lot,
        lot_code=lot_code_of(work.lot),
        done_on=work.done_on,
        recorded_at=recorded_at,
        late_days=review.late_days,
        marks=marks,
        login=login or "",
        member_id=work.member_id,
        is_corrected=corrected_by is not None,
        looked_at=review.looked_at,
        note=_open_note(session, vault, review),
    )


def _open_note(session: Session, vault: Vault, row: ReviewRow) -> str | None:
    if row.note_sealed is None:
        return None
    purpose = _purpose(row.index)
    opened = open_private(session, vault, row.organisation, ORGANISATION, row.note_sealed, purpose=purpose)
    return opened.decode()


def _purpose(index: int) -> str:
    return f"ledger.coop/review/{index}/note"
