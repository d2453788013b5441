from datetime import timedelta

import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import DoneDateError, LotStateError, NotAllowedError, NotFoundError
from ledger.coop.field.diary import Recorded, RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import CloseSeason, OpenSeason, close_season, open_season
from ledger.coop.queries import recent_entries
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.season_cards import list_seasons
from ledger.log.records import read_record
from ledger.trace.errors import FieldErrors
from ledger.trace.sealed_fields.disclosures import read_disclosures
from tests.support.groups import write_together

SUMS = {"total_yield": "320", "revenue": "64.000.000", "cost": "21.500.000"}


def body(world, index):
    return world.read(read_record, index).body


def opened(world, **changes):
    values = {"product": "NHO", "place": "VUON1", "started_on": world.day(90)}
    return world.run(open_season, OpenSeason(**values | changes), Role.GROWER)


def test_season_begins_on_the_day_it_began_and_knows_what_the_place_knows(world):
    season = opened(world)
    event = body(world, season.index)
    assert season.code == f"V{world.day(90):%y%m%d}-1"
    assert event["eventTime"].startswith(f"{world.day(90).isoformat()}T12:00:00.000+07:00")
    assert event["sogoc:fields"]["area"] == "2000"
    assert event["sogoc:fields"]["expected_harvest_from"] == (world.day(90) + timedelta(days=100)).isoformat()
    assert event["quantityList"] == [{"epcClass": season.lot}]


def test_what_a_person_says_wins_over_what_the_place_knows(world):
    season = opened(world, values={"area": "1 sào", "expected_harvest_from": "24/12/2026"})
    fields = body(world, season.index)["sogoc:fields"]
    assert (fields["area"], fields["expected_harvest_from"]) == ("360", "2026-12-24")


def test_seasons_of_one_day_are_numbered(world):
    assert [opened(world).code[-2:] for _ in range(3)] == ["-1", "-2", "-3"]


def test_season_that_begins_next_week_is_opened_today(world):
    season = opened(world, started_on=world.today + timedelta(days=7))
    assert body(world, season.index)["eventTime"].startswith(world.today.isoformat())


def test_nobody_and_nothing_private_is_in_the_log(world):
    season = opened(world, note="giống mua của anh Tư", values={"expected_yield_kg": "5000"})
    event = body(world, season.index)
    sealed = {pointer.rsplit("/", 1)[1] for pointer in event["sogoc:sealed"]}
    assert sealed == {"done_by", "recorded_by", "note", "expected_yield_kg"}
    disclosed = {
        item.pointer: item for item in world.read(read_disclosures, world.ledger.vault, season.index)
    }
    grower = world.actors[Role.GROWER].member_id
    assert disclosed["/sogoc:fields/done_by"].value == grower
    assert disclosed["/sogoc:fields/done_by"].subject == grower
    assert disclosed["/sogoc:fields/note"].value == "giống mua của anh Tư"


def test_missing_and_wrong_fields_are_all_named_at_once(world):
    with pytest.raises(FieldErrors) as caught:
        opened(world, values={"area": "rộng", "standard": "tốt", "colour": "tím"})
    assert {problem.key for problem in caught.value.problems} == {"area", "standard", "colour"}


@pytest.mark.parametrize(("year", "error"), [(1226, FieldErrors), (1926, DoneDateError)])
def test_year_typed_wrong_opens_nothing(world, year, error):
    size = world.size()
    with pytest.raises(error):
        opened(world, started_on=world.day(90).replace(year=year))
    assert world.size() == size


def test_grower_records_for_herself_only_and_the_recorder_for_anybody(world):
    other = world.run(add_member, AddMember(name="Lê Văn Năm")).code
    with pytest.raises(NotAllowedError):
        opened(world, done_by=other)
    command = OpenSeason(product="NHO", place="VUON1", started_on=world.day(1), done_by=other)
    assert world.run(open_season, command, Role.RECORDER).index == world.size() - 1


def test_unknown_member_product_or_place_is_not_found(world):
    for changes in ({"product": "XOAI"}, {"place": "AO9"}, {"done_by": "TV99"}):
        with pytest.raises(NotFoundError):
            opened(world, **changes)


def test_closed_season_takes_nothing_more(world):
    season = opened(world)
    closed = world.run(close_season, CloseSeason(season=season.lot, done_on=world.today, values=SUMS))
    assert "revenue" not in str(body(world, closed.index).get("sogoc:fields"))
    for use_case, command in (
        (record_step, RecordStep(lot=season.lot, step="irrigation", done_on=world.today)),
        (harvest, Harvest(season=season.lot, done_on=world.today, values={"quantity": "1"})),
        (close_season, CloseSeason(season=season.lot, done_on=world.today, values=SUMS)),
    ):
        with pytest.raises(LotStateError) as caught:
            world.run(use_case, command)
        assert season.code in caught.value.sentence


def test_a_season_closed_and_opened_again_beside_others_work_in_one_transaction(world):
    """Its row is read once for many steps: what changes it must be seen all the same."""
    season = opened(world)
    manager = world.actors[Role.MANAGER]
    closing = CloseSeason(season=season.lot, done_on=world.today, values=SUMS)
    values = {"source": "well", "method": "drip"}
    working = RecordStep(lot=season.lot, step="irrigation", done_on=world.today, values=values)

    def work(unit):
        return record_step(unit, manager, working)

    def undo_closing(unit):
        index = max(entry.index for entry in recent_entries(unit.session, manager, lot=season.lot))
        return correct(unit, manager, Correct(index=index, reason="Bấm nhầm nút", did_not_occur=True))

    answers = write_together(
        world.ledger,
        [work, work, lambda unit: close_season(unit, manager, closing), work, undo_closing, work],
    )
    assert [type(answer) for answer in (*answers[:2], answers[3], answers[5])] == [
        Recorded, Recorded, LotStateError, Recorded,
    ]  # fmt: skip
    world.check()


def test_grower_does_not_close_a_season(world):
    season = opened(world)
    with pytest.raises(NotAllowedError):
        world.run(close_season, CloseSeason(season=season.lot, done_on=world.today, values=SUMS), Role.GROWER)


def test_season_of_a_template_without_sums_is_closed_in_the_books(world):
    world.run(
        register_product, RegisterProduct(code="RUOU", name="Rượu", template="simple_generic", origin="x")
    )
    season = opened(world, product="RUOU")
    assert world.run(close_season, CloseSeason(season=season.lot, done_on=world.today)).index is None
    assert world.read(list_seasons, world.actors[Role.GROWER], world.today).cards == ()


def test_home_shows_days_and_the_interval_that_runs(world):
    season = world.season(days=90)
    world.spray(season, ago=3, phi_days=7)
    world.spray(season, ago=20, phi_days=14)
    card = world.read(list_seasons, world.actors[Role.GROWER], world.today).cards[0]
    assert (card.days_since_start, card.days_to_harvest) == (90, 10)
    assert card.interval_ends_on == world.day(-4)
    assert card.place_name == "Vườn nho số 1"
    later = world.read(list_seasons, world.actors[Role.GROWER], world.day(-4)).cards[0]
    assert later.interval_ends_on is None


def test_the_harvest_that_is_due_first_comes_first(world):
    world.run(
        register_product, RegisterProduct(code="RUOU", name="Rượu", template="simple_generic", origin="x")
    )
    due = opened(world, product="RUOU")
    late, soon = world.season(days=10), world.season(days=95)
    cards = world.read(list_seasons, world.actors[Role.MANAGER], world.today).cards
    assert [card.lot for card in cards] == [due.lot, soon, late]
    assert [card.days_to_harvest for card in cards] == [-89, 5, 90]


def test_grower_sees_her_own_entries_and_the_recorder_everybodys(world):
    world.season()
    command = OpenSeason(product="NHO", place="VUON1", started_on=world.day(5))
    world.run(open_season, command, Role.RECORDER)
    assert len(world.read(recent_entries, world.actors[Role.GROWER])) == 1
    assert len(world.read(recent_entries, world.actors[Role.RECORDER])) == 2
    assert len(world.read(recent_entries, world.actors[Role.RECORDER], limit=1)) == 1
    assert world.read(recent_entries, world.neighbour_manager) == ()


def test_grower_without_a_membership_sees_her_own_entries_only(world):
    world.run(open_season, OpenSeason(product="NHO", place="VUON1", started_on=world.day(5)))
    hired = Actor("hired", world.coop.code, None, frozenset({Role.GROWER}))
    assert world.read(recent_entries, hired) == ()
    world.run(open_season, OpenSeason(product="NHO", place="VUON1", started_on=world.day(5)), hired)
    assert len(world.read(recent_entries, hired)) == 1


def test_season_and_its_first_steps_fit_in_one_unit_of_work(world):
    grower = world.actors[Role.GROWER]

    def both(unit):
        season = open_season(unit, grower, OpenSeason(product="NHO", place="VUON1", started_on=world.day(9)))
        step = RecordStep(lot=season.lot, step="irrigation", done_on=world.day(3), values={"source": "well"})
        return record_step(unit, grower, step).index - season.index

    assert world.ledger.write(both) == 1


def test_pond_is_the_place_of_its_season_without_being_asked(world):
    world.run(
        register_place, RegisterPlace(name="Lồng 1", kind="cage", province="x", commune="y", code="LONG1")
    )
    world.run(register_product, RegisterProduct(code="CA", name="Cá", template="fish_cage", origin="x"))
    season = opened(world, product="CA", place="LONG1")
    assert body(world, season.index)["sogoc:fields"]["house"].endswith("/loc/LONG1")
