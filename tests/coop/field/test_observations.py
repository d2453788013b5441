"""What a season is expected to bring: said at its opening, revised, corrected, summed up by month."""

from datetime import date, timedelta
from decimal import Decimal

from ledger.coop.actors import Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.many_seasons import RecordMany, record_many
from ledger.coop.field.observations import forecast, read_expectations
from ledger.coop.tables import SeasonRow
from ledger.trace.sectors.templates import TEMPLATES
from ledger.trace.units import format_date


def observe(world, season, *, ahead=None, kg=None, ago=0):
    values = {"stage": "growing"}
    if ahead is not None:
        values["new_expected_harvest"] = format_date(world.today + timedelta(days=ahead))
    if kg is not None:
        values["new_expected_yield"] = kg
    command = RecordStep(lot=season, step="growth_check", done_on=world.day(ago), values=values)
    return world.run(record_step, command, Role.GROWER).index


def expected(world, season):
    with world.ledger.database.reading() as session:
        row = session.get_one(SeasonRow, season)
        return row.expected_from, row.expected_to


def said(world, season):
    return world.read(read_expectations, world.actor(Role.GROWER), season)


def test_the_opening_of_a_season_is_the_first_word(world):
    season = world.season(expected_yield_kg="1.200")
    (first,) = said(world, season)
    assert (first.yield_kg, first.harvest_from) == (Decimal(1200), expected(world, season)[0])


def test_an_observation_revises_day_and_yield(world):
    season = world.season(expected_yield_kg="1.200")
    observe(world, season, ahead=30, kg="9 tạ")
    assert expected(world, season)[0] == world.today + timedelta(days=30)
    assert [item.yield_kg for item in said(world, season)] == [Decimal(1200), Decimal(900)]


def test_an_observation_of_an_earlier_day_does_not_undo_a_later_one(world):
    season = world.season()
    observe(world, season, ahead=30)
    observe(world, season, ahead=10, ago=5)
    assert expected(world, season)[0] == world.today + timedelta(days=30)


def test_an_observation_without_numbers_expects_nothing(world):
    season = world.season()
    before = expected(world, season)
    observe(world, season)
    assert expected(world, season) == before
    assert len(said(world, season)) == 1


def test_a_last_day_before_the_revised_first_is_dropped(world):
    season = world.season(
        expected_harvest_from=format_date(world.today), expected_harvest_to=format_date(world.day(-5))
    )
    assert expected(world, season)[1] == world.day(-5)
    observe(world, season, ahead=30)
    assert expected(world, season) == (world.today + timedelta(days=30), None)


def test_an_observation_that_was_not_is_taken_back(world):
    season = world.season()
    before = expected(world, season)
    index = observe(world, season, ahead=30, kg="900")
    world.run(correct, Correct(index=index, reason="ghi nhầm vườn", did_not_occur=True))
    assert expected(world, season) == before
    assert len(said(world, season)) == 1


def test_a_corrected_observation_says_the_new_day(world):
    season = world.season()
    index = observe(world, season, ahead=30)
    day = world.today + timedelta(days=12)
    values = {"new_expected_harvest": format_date(day)}
    world.run(correct, Correct(index=index, reason="gõ nhầm ngày", values=values))
    assert expected(world, season)[0] == day
    assert len(said(world, season)) == 2


def test_many_seasons_are_revised_at_once(world):
    seasons = (world.season(), world.season())
    day = world.today + timedelta(days=40)
    values = {"stage": "flower", "new_expected_harvest": format_date(day)}
    command = RecordMany(seasons=seasons, step="growth_check", done_on=world.today, values=values)
    world.run(record_many, command)
    assert [expected(world, season)[0] for season in seasons] == [day, day]


def test_a_forecast_sums_the_newest_words_by_month(world):
    first = world.season(expected_yield_kg="100", expected_harvest_from="01/12/2026")
    world.season(expected_yield_kg="50", expected_harvest_from="31/12/2026")
    world.season(expected_harvest_from="01/12/2026")
    observe(world, first, kg="300")
    (december,) = world.read(forecast, world.actor(Role.MANAGER))
    assert december.month == date(2026, 12, 1)
    assert (december.total_kg, december.unsaid, len(december.lines)) == (Decimal(350), 1, 3)
    assert [line.revised for line in december.lines if line.lot == first] == [1]


def test_the_neighbour_hears_nothing(world):
    season = world.season(expected_yield_kg="100")
    assert world.read(read_expectations, world.neighbour_manager, season) == ()
    assert world.read(forecast, world.neighbour_manager) == ()


def test_every_template_with_seasons_has_an_observation_that_may_say_a_new_day():
    for sector in TEMPLATES.values():
        codes = {step.code for step in sector.steps}
        if "season_open" in codes:
            assert sector.step("growth_check").field("new_expected_harvest") is not None
