"""Reminders from the books: whose, of what, and the calendar that shows them without signing in."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.season_facts import interval_ends, interval_ends_each
from ledger.coop.land.growing_areas import SaveGrowingArea, save_growing_area
from ledger.coop.people.accounts import CloseAccount, close_account
from ledger.coop.registers.certificates import FileCertificate, file_certificate
from ledger.coop.reminders import gathering
from ledger.coop.reminders.feeds import DropFeed, MakeFeed, drop_feed, feed_since, make_feed, read_calendar
from ledger.coop.reminders.gathering import gather, read_quiet_days, read_reminders
from ledger.coop.reminders.reminder_tables import CalendarFeedRow
from ledger.coop.reminders.rules import ReminderKind
from ledger.coop.reminders.settings import (
    MAX_ROUTINES,
    AddRoutine,
    FinishRoutine,
    SetQuietDays,
    add_routine,
    finish_routine,
    list_routines,
    set_quiet_days,
)


def reminders(world, who=Role.MANAGER, **more):
    return world.read(read_reminders, world.actor(who), world.today, **more)


def kinds(world, who=Role.MANAGER, **more):
    return sorted({item.kind for item in reminders(world, who, **more)})


def test_a_season_in_which_nothing_was_recorded_is_asked_about_until_something_is(world):
    season = world.season(days=13, expected_harvest_from="01/03/2027")
    assert kinds(world) == []  # its opening is a line
    world.clock.now += timedelta(days=1)
    assert kinds(world) == [ReminderKind.QUIET]
    values = {"source": "well", "minutes": "30"}
    world.run(record_step, RecordStep(lot=season, step="irrigation", done_on=world.today, values=values))
    assert kinds(world) == []


def test_an_interval_that_ends_soon_is_announced_and_remembered_for_three_days(world):
    season = world.season(expected_harvest_from="01/03/2027")
    world.spray(season, ago=5, phi_days=7)
    assert kinds(world) == [ReminderKind.INTERVAL]
    assert kinds(world, with_intervals=False) == []
    world.clock.now += timedelta(days=4)
    assert kinds(world) == [ReminderKind.INTERVAL]
    world.clock.now += timedelta(days=3)
    assert kinds(world) == []


def test_intervals_of_many_days_are_those_of_each_day(world):
    seasons = [world.season(days=120) for _ in range(3)]
    for season, ago, phi_days in ((0, 3, 7), (0, 20, 30), (1, 8, 7), (1, 40, 7)):
        world.spray(seasons[season], ago=ago, phi_days=phi_days)
    days = [world.day(ago) for ago in range(45, -12, -1)]
    alone = tuple(world.read(interval_ends, seasons, day) for day in days)
    assert world.read(interval_ends_each, seasons, days) == alone
    assert len({tuple(sorted(ends.values())) for ends in alone}) == 4


def test_of_too_many_treated_seasons_those_treated_last_are_told(world, monkeypatch):
    first, second, third = (world.season(expected_harvest_from="01/03/2027") for _ in range(3))
    for season, ago in ((first, 2), (second, 7), (third, 5), (first, 9), (second, 181), (third, 4)):
        world.spray(season, ago=ago)
    told = world.read(gather, world.actor(Role.MANAGER), world.today).intervals
    assert {fact.lot: fact.free_on for fact in told} == {
        first: world.day(-5), second: world.today, third: world.day(-3),
    }  # fmt: skip
    monkeypatch.setattr(gathering, "MAX_TREATED", 2)
    told = world.read(gather, world.actor(Role.MANAGER), world.today).intervals
    assert {fact.lot for fact in told} == {first, third}


def test_papers_and_recurring_work_are_for_the_office(world):
    soon = world.today + timedelta(days=20)
    paper = FileCertificate("VietGAP", "VG-1", "Trung tâm", date(2025, 1, 1), soon, ("NHO",))
    world.run(file_certificate, paper)
    world.run(
        save_growing_area, SaveGrowingArea(code="VN-KHOR-0012", name="Vùng nho", product="NHO", valid_to=soon)
    )
    world.run(add_routine, AddRoutine(title="Hiệu chuẩn cân", next_on=world.today))
    wanted = [ReminderKind.CERTIFICATE, ReminderKind.GROWING_AREA, ReminderKind.ROUTINE]
    assert kinds(world) == kinds(world, Role.ACCOUNTANT) == wanted
    assert kinds(world, Role.GROWER) == kinds(world, Role.PACKER) == kinds(world, world.receiver) == []
    assert kinds(world, world.neighbour_manager) == []


def test_a_grower_is_told_of_the_plots_on_which_they_worked(world):
    own = world.season(who=Role.GROWER)
    world.season(who=Role.RECORDER)
    grower, manager = (
        world.read(gather, world.actor(who), world.today) for who in (Role.GROWER, Role.MANAGER)
    )
    assert [season.lot for season in grower.seasons] == [own]
    assert len(manager.seasons) == 2


def test_the_cooperative_sets_the_days_of_silence(world):
    world.season(days=3)
    world.run(set_quiet_days, SetQuietDays(days=(("fruit_nho", 2), ("pig_farm", 1))))
    world.clock.now += timedelta(days=2)
    assert ReminderKind.QUIET in kinds(world)
    world.run(set_quiet_days, SetQuietDays(days=(("fruit_nho", 0),)))
    assert ReminderKind.QUIET not in kinds(world)
    assert world.read(read_quiet_days, world.coop.code) == {"fruit_nho": 0}
    assert world.read(read_quiet_days, world.neighbour.code) == {}


@pytest.mark.parametrize("days", [(("fruit_nho", -1),), (("fruit_nho", 366),), (("none", 3),)])
def test_days_out_of_range_are_refused(world, days):
    with pytest.raises(CommandError):
        world.run(set_quiet_days, SetQuietDays(days=days))


def test_recurring_work_comes_back_after_it_was_done(world):
    added = world.run(add_routine, AddRoutine(title="Cân", next_on=world.today, every_days=365))
    done = world.run(finish_routine, FinishRoutine(routine=added.id, done_on=world.day(2)))
    assert (done.done_on, done.next_on) == (world.day(2), world.day(2) + timedelta(days=365))
    (listed,) = world.read(list_routines, world.actor(Role.MANAGER))
    assert listed == done
    assert world.run(finish_routine, FinishRoutine(routine=added.id, drops=True)).next_on is None
    assert world.read(list_routines, world.actor(Role.MANAGER)) == ()


def test_what_is_done_once_does_not_come_back(world):
    added = world.run(add_routine, AddRoutine(title="Tập huấn", next_on=world.today))
    assert world.run(finish_routine, FinishRoutine(routine=added.id)).next_on is None


def test_recurring_work_has_its_limits(world):
    added = world.run(add_routine, AddRoutine(title="Cân", next_on=world.today))
    with pytest.raises(CommandError):
        world.run(finish_routine, FinishRoutine(routine=added.id, done_on=world.day(-1)))
    with pytest.raises(CommandError):
        world.run(add_routine, AddRoutine(title=" ", next_on=world.today, every_days=0))
    with pytest.raises(NotAllowedError):
        world.run(add_routine, AddRoutine(title="Cân", next_on=world.today), Role.GROWER)
    with pytest.raises(NotFoundError):
        world.run(finish_routine, FinishRoutine(routine=added.id), world.neighbour_manager)
    for _ in range(MAX_ROUTINES - 1):
        world.run(add_routine, AddRoutine(title="Cân", next_on=world.today))
    with pytest.raises(CommandError):
        world.run(add_routine, AddRoutine(title="Cân", next_on=world.today))


# -- the calendar --------------------------------------------------------------------------------------------


def calendar(world, secret):
    return world.read(read_calendar, secret, world.today)


def test_a_calendar_shows_what_its_account_may_see(world):
    world.run(add_routine, AddRoutine(title="Cân", next_on=world.today))
    own = world.season(who=Role.GROWER, expected_harvest_from="01/12/2026")
    for who, wanted in ((Role.MANAGER, {own, "r"}), (Role.GROWER, {own})):
        shown = calendar(world, world.run(make_feed, MakeFeed(), who).secret).reminders
        subjects = {"r" if item.kind is ReminderKind.ROUTINE else item.subject for item in shown}
        assert subjects == wanted


def test_only_the_last_address_works_and_none_after_it_was_dropped(world):
    first = world.run(make_feed, MakeFeed()).secret
    second = world.run(make_feed, MakeFeed()).secret
    assert first != second
    with pytest.raises(NotFoundError):
        calendar(world, first)
    calendar(world, second)
    assert world.read(feed_since, world.actor(Role.MANAGER)) is not None
    assert world.run(drop_feed, DropFeed()).dropped
    assert not world.run(drop_feed, DropFeed()).dropped
    with pytest.raises(NotFoundError):
        calendar(world, second)


def test_a_closed_account_has_no_calendar(world):
    made = world.run(make_feed, MakeFeed(), Role.GROWER)
    world.run(close_account, CloseAccount(world.actors[Role.GROWER].account_id))
    with pytest.raises(NotFoundError):
        calendar(world, made.secret)


def test_the_books_do_not_hold_the_secret_and_the_result_does_not_say_it(world):
    made = world.run(make_feed, MakeFeed())
    assert made.secret not in repr(made)
    with world.ledger.database.reading() as session:
        (digest,) = session.scalars(select(CalendarFeedRow.secret_digest))
    assert made.secret.encode() not in digest


def test_who_works_neither_in_field_nor_office_has_no_calendar(world):
    for who in (Role.PACKER, world.receiver):
        with pytest.raises(NotAllowedError):
            world.run(make_feed, MakeFeed(), who)


def test_an_account_that_lost_its_roles_sees_an_empty_calendar(world):
    nobody = Actor("x", world.coop.code, None, frozenset({Role.PACKER}))
    assert world.read(read_reminders, nobody, world.today) == ()
