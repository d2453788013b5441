"""What a cooperative decides about reminders: after how many days of silence, and which work comes back."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, NotFoundError, Problem
from ledger.coop.reminders.reminder_tables import QuietDaysRow, RoutineRow
from ledger.coop.reminders.rules import MAX_QUIET_DAYS
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.sectors.templates import TEMPLATES
from ledger.trace.units import local_day

MAX_ROUTINES = 100
MAX_EVERY_DAYS = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuietDays(Command):
    """After how many days without a line seasons of each template are asked about; 0 for never."""

    days: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class QuietDaysSet:
    """For how many templates something was said."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRoutine(Command):
    """Work that comes back: when next, and every how many days (``None``: once)."""

    title: str
    next_on: date
    every_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRoutine(Command):
    """The work was done; with ``drops`` it does not come back."""

    routine: str
    done_on: date | None = None
    drops: bool = False


@dataclass(frozen=True, slots=True)
class Routine:
    """Recurring work; ``next_on`` is ``None`` once it does not come back."""

    id: str
    title: str = field(repr=False)
    next_on: date | None
    every_days: int | None
    done_on: date | None


@use_case(OFFICE)
def set_quiet_days(unit: Unit, actor: Actor, command: SetQuietDays) -> QuietDaysSet:
    """Replace what was said before. Raises ``CommandError`` for days out of range or an unknown template."""
    checks = Checks()
    for template, days in command.days:
        if template not in TEMPLATES or not 0 <= days <= MAX_QUIET_DAYS:
            checks.refuse(template, f"Số ngày phải từ 0 đến {MAX_QUIET_DAYS}. Ghi 0 để không nhắc.")
    checks.finish()
    own = actor.organisation
    unit.session.execute(delete(QuietDaysRow).where(QuietDaysRow.organisation == own))
    said = dict(command.days)
    unit.session.add_all(
        QuietDaysRow(organisation=own, template=template, days=days) for template, days in said.items()
    )
    return QuietDaysSet(len(said))


@use_case(OFFICE)
def add_routine(unit: Unit, actor: Actor, command: AddRoutine) -> Routine:
    """Add recurring work; at most 100. Raises ``CommandError``."""
    checks = Checks()
    title = checks.text("title", "việc", command.title, 120)
    if command.every_days is not None:
        checks.count("every_days", "số ngày lặp lại", command.every_days, MAX_EVERY_DAYS)
    checks.finish()
    kept = select(func.count()).select_from(RoutineRow).where(RoutineRow.organisation == actor.organisation)
    if (unit.session.scalar(kept.where(RoutineRow.next_on.is_not(None))) or 0) >= MAX_ROUTINES:
        sentence = f"Đã có {MAX_ROUTINES} việc định kỳ. Hãy bỏ việc không còn làm rồi thêm."
        raise CommandError(Problem("title", sentence))
    row = RoutineRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        title=title,
        next_on=command.next_on,
        every_days=command.every_days,
    )
    unit.session.add(row)
    return _routine(row)


@use_case(OFFICE)
def finish_routine(unit: Unit, actor: Actor, command: FinishRoutine) -> Routine:
    """Note that it was done and when it is due again. Raises ``NotFoundError``, ``CommandError``."""
    row = _find(unit.session, actor, command.routine)
    today = local_day(unit.now)
    done_on = command.done_on or today
    if done_on > today:
        raise CommandError(Problem("done_on", "Ngày làm chưa tới. Hãy chọn từ hôm nay trở về trước."))
    if not command.drops:
        row.done_on = done_on
    comes_back = row.every_days is not None and not command.drops
    row.next_on = done_on + timedelta(days=row.every_days) if comes_back and row.every_days else None
    return _routine(row)


def find_routine(session: Session, actor: Actor, routine: str) -> Routine:
    """The recurring work with this id. Raises ``NotFoundError``."""
    return _routine(_find(session, actor, routine))


def list_routines(session: Session, actor: Actor) -> tuple[Routine, ...]:
    """What comes back, the next first."""
    rows = session.scalars(
        select(RoutineRow)
        .where(RoutineRow.organisation == actor.organisation, RoutineRow.next_on.is_not(None))
        .order_by(RoutineRow.next_on, RoutineRow.id)
        .limit(MAX_ROUTINES)
    )
    return tuple(map(_routine, rows))


def _find(session: Session, actor: Actor, routine: str) -> RoutineRow:
    row = session.get(RoutineRow, routine)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("việc định kỳ", routine)
    return row


def _routine(row: RoutineRow) -> Routine:
    return Routine(row.id, row.title, row.next_on, row.every_days, row.done_on)
