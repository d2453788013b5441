"""The same work on many plots at once: one event each, all or none, or those that may."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, PlotsRefusedError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.many_seasons import MAX_SEASONS, RecordMany, record_many
from ledger.coop.field.seasons import CloseSeason, close_season
from ledger.log.records import read_record
from ledger.trace.errors import FieldErrors

WATER = {"source": "well", "minutes": "30"}
SPRAY = {"method": "chemical", "target": "sâu", "input": "Paraquat 20SL", "phi_days": "20"}
PLANT = {"variety": "Hạ đen", "seed_source": "vườn ươm", "quantity": "200"}


def command(world, *seasons, step="irrigation", values=WATER, **more):
    return RecordMany(seasons=seasons, step=step, done_on=world.today, values=values, **more)


def test_every_season_gets_a_line_of_its_own_in_one_unit(world):
    seasons = [world.season() for _ in range(3)]
    size = world.size()
    done = world.run(record_many, command(world, *seasons), Role.GROWER)
    assert done.indexes == (size, size + 1, size + 2)
    lots = [world.read(read_record, index).body["quantityList"][0]["epcClass"] for index in done.indexes]
    assert lots == seasons


def test_a_season_ticked_twice_is_recorded_once(world):
    season = world.season()
    assert len(world.run(record_many, command(world, season, season)).indexes) == 1


def test_one_plot_that_refuses_leaves_all_unrecorded_and_is_named(world):
    open_season, planted = world.season(), world.season()
    once = RecordStep(lot=planted, step="planting", done_on=world.today, values=PLANT)
    world.run(record_step, once)
    size = world.size()
    with pytest.raises(PlotsRefusedError) as refused:
        world.run(record_many, command(world, open_season, planted, step="planting", values=PLANT))
    assert [item.lot for item in refused.value.refusals] == [planted]
    assert refused.value.passed == 1
    assert "Vườn nho số 1" in refused.value.refusals[0].name
    assert world.size() == size


def test_those_that_pass_are_recorded_without_the_others_on_request(world):
    passing, closed = world.season(), world.season()
    world.run(close_season, CloseSeason(season=closed, done_on=world.today, values=_sums()))
    done = world.run(record_many, command(world, passing, closed, only_passing=True))
    assert (len(done.indexes), done.left_out) == (1, (closed,))


def test_a_guard_is_asked_for_each_plot_and_its_code_comes_back(world):
    with pytest.raises(PlotsRefusedError) as refused:
        world.run(record_many, command(world, world.season(), step="pest_control", values=SPRAY))
    (refusal,) = refused.value.refusals
    assert "input_not_banned" in refusal.guards


def test_when_no_plot_passes_nothing_is_left_to_record(world):
    once = command(world, world.season(), step="planting", values=PLANT)
    world.run(record_many, once)
    with pytest.raises(PlotsRefusedError):
        world.run(
            record_many, command(world, *once.seasons, step="planting", values=PLANT, only_passing=True)
        )


def test_what_is_wrong_with_the_form_is_said_once(world):
    with pytest.raises(FieldErrors):
        world.run(record_many, command(world, world.season(), world.season(), values={}))
    for seasons in ((), tuple(f"urn:x:{number}" for number in range(MAX_SEASONS + 1))):
        with pytest.raises(CommandError) as refused:
            world.run(record_many, command(world, *seasons))
        assert refused.value.problems[0].field == "seasons"


def test_a_form_sent_twice_is_recorded_once(world):
    once = command(world, world.season(), world.season(), idempotency_key="k")
    first = world.run(record_many, once)
    size = world.size()
    assert world.run(record_many, once) == first
    assert world.size() == size


def test_who_does_not_work_in_the_field_may_not(world):
    with pytest.raises(NotAllowedError):
        world.run(record_many, command(world, world.season()), Role.PACKER)


def _sums():
    return {"total_yield": "1", "revenue": "1", "cost": "1"}
