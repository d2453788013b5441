"""The facts that reminders are made from, of one organisation, and of one's own plots for a grower."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, FOR_OTHERS, OFFICE, Actor
from ledger.coop.field.season_facts import TREATING, interval_ends_each
from ledger.coop.land.land_tables import GrowingAreaRow
from ledger.coop.registers.certificates import list_certificates
from ledger.coop.reminders.reminder_tables import QuietDaysRow, RoutineRow
from ledger.coop.reminders.rules import (
    Facts,
    IntervalFact,
    PaperFact,
    Reminder,
    ReminderKind,
    RoutineFact,
    SeasonFact,
    remind,
)
from ledger.coop.season_cards import own_lots
from ledger.coop.tables import PLACE_OF_SEASON, PRODUCT_OF_SEASON, PlaceRow, ProductRow, SeasonRow, WorkRow

READERS = FIELD_WORK | OFFICE
LONGEST_INTERVAL = timedelta(days=180)
"""Treatments before this are not read: no interval is so long."""
JUST_ENDED = timedelta(days=3)
MAX_SEASONS = 2000
MAX_TREATED = 200


def read_quiet_days(session: Session, organisation: str) -> dict[str, int]:
    """What the cooperative says of each template."""
    rows = session.scalars(select(QuietDaysRow).where(QuietDaysRow.organisation == organisation))
    return {row.template: row.days for row in rows}


def gather(session: Session, actor: Actor, today: date, *, with_intervals: bool = True) -> Facts:
    """The facts for what this person may see: papers and recurring work only for the office.

    A grower who worked somewhere is told of those plots. Intervals take reading events; a first page, whose
    cards show them already, does without.
    """
    seasons = _seasons(session, actor)
    is_office = not actor.roles.isdisjoint(OFFICE)
    return Facts(
        seasons=seasons,
        intervals=_intervals(session, actor, seasons, today) if with_intervals else (),
        papers=_papers(session, actor) if is_office else (),
        routines=_routines(session, actor) if is_office else (),
        quiet_days=read_quiet_days(session, actor.organisation),
    )


def read_reminders(
    session: Session, actor: Actor, today: date, *, with_intervals: bool = True
) -> tuple[Reminder, ...]:
    """What this person is reminded of today; nothing for who works neither in the field nor in the office."""
    if actor.roles.isdisjoint(READERS):
        return ()
    return remind(gather(session, actor, today, with_intervals=with_intervals), today)


def _seasons(session: Session, actor: Actor) -> tuple[SeasonFact, ...]:
    last = (
        select(func.max(WorkRow.done_on))
        .where(WorkRow.organisation == SeasonRow.organisation, WorkRow.lot == SeasonRow.lot)
        .correlate(SeasonRow)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            SeasonRow.lot,
            SeasonRow.code,
            ProductRow.name,
            PlaceRow.name,
            ProductRow.template,
            SeasonRow.started_on,
            SeasonRow.expected_from,
            SeasonRow.expected_to,
            last,
        )
        .join(ProductRow, PRODUCT_OF_SEASON)
        .join(PlaceRow, PLACE_OF_SEASON)
        .where(*_open(session, actor))
        .order_by(SeasonRow.expected_from.is_(None), SeasonRow.expected_from, SeasonRow.code)
        .limit(MAX_SEASONS)
    )
    return tuple(SeasonFact(*row) for row in rows)


def _open(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    conditions = [SeasonRow.organisation == actor.organisation, SeasonRow.closed_on.is_(None)]
    if actor.roles.isdisjoint(FOR_OTHERS):
        mine = own_lots(session, actor)
        if mine:
            conditions.append(SeasonRow.lot.in_(mine))
    return conditions


def _intervals(
    session: Session, actor: Actor, seasons: tuple[SeasonFact, ...], today: date
) -> tuple[IntervalFact, ...]:
    known = {season.lot: season for season in seasons}
    lots = [lot for lot in _treated(session, actor, today) if lot in known]
    ended, running = interval_ends_each(session, lots, (today - JUST_ENDED, today))
    return tuple(
        IntervalFact(lot, known[lot].product, known[lot].place_name, day)
        for lot, day in (ended | running).items()
    )


def _treated(session: Session, actor: Actor, today: date) -> tuple[str, ...]:
    """The lots of the organisation that were sprayed or medicated, the last ones first."""
    # Materialised, for the planner would rather walk all lines by lot than sort the few that are meant.
    works = (
        select(WorkRow.lot, WorkRow.done_on)
        .where(WorkRow.organisation == actor.organisation, WorkRow.step.in_(TREATING))
        .where(WorkRow.done_on >= today - LONGEST_INTERVAL)
        .cte("treatments")
        .prefix_with("MATERIALIZED")
    )
    rows = select(works.c.lot).group_by(works.c.lot)
    last = func.max(works.c.done_on)
    return tuple(session.scalars(rows.order_by(last.desc(), works.c.lot).limit(MAX_TREATED)))


def _papers(session: Session, actor: Actor) -> tuple[PaperFact, ...]:
    certificates = (
        PaperFact(ReminderKind.CERTIFICATE, item.scheme, item.number, item.valid_to)
        for item in list_certificates(session, actor.organisation)
    )
    areas = session.execute(
        select(GrowingAreaRow.name, GrowingAreaRow.code, GrowingAreaRow.valid_to).where(
            GrowingAreaRow.organisation == actor.organisation, GrowingAreaRow.valid_to.is_not(None)
        )
    )
    return (
        *certificates,
        *(
            PaperFact(ReminderKind.GROWING_AREA, f"Mã vùng trồng {name} ({code})", code, until)
            for name, code, until in areas
            if until is not None
        ),
    )


def _routines(session: Session, actor: Actor) -> tuple[RoutineFact, ...]:
    rows = session.scalars(
        select(RoutineRow)
        .where(RoutineRow.organisation == actor.organisation, RoutineRow.next_on.is_not(None))
        .order_by(RoutineRow.next_on)
        .limit(MAX_SEASONS)
    )
    return tuple(RoutineFact(row.id, row.title, row.next_on) for row in rows if row.next_on is not None)
