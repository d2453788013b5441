import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, DoneDateError, NotAllowedError, NotFoundError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.log.records import read_record
from ledger.trace.errors import FieldErrors, GuardError, UnknownTemplateError
from ledger.trace.sealed_fields.disclosures import read_disclosures
from tests.support.world import PHOTO

WATER = {"source": "well", "minutes": "30"}


def body(world, index):
    return world.read(read_record, index).body


def step(world, lot, code="irrigation", *, ago=0, who=Role.GROWER, values=WATER, **more):
    command = RecordStep(lot=lot, step=code, done_on=world.day(ago), values=values, **more)
    return world.run(record_step, command, who)


def test_step_is_written_at_the_place_of_its_season(world):
    recorded = step(world, world.season())
    event = body(world, recorded.index)
    assert event["bizStep"] == "sogoc:irrigation"
    assert event["bizLocation"]["id"] == world.place.uri
    assert event["sogoc:fields"] == {"source": "well", "minutes": "30"}
    assert (event["sogoc:evidence"], recorded.warnings) == ("self", ())


def test_photo_lifts_the_evidence_and_its_digest_is_public(world):
    event = body(world, step(world, world.season(), photos=(PHOTO,)).index)
    assert event["sogoc:evidence"] == "photo"
    assert event["sogoc:photos"] == [{"digest": PHOTO.digest, "mediaType": "image/webp", "size": 4321}]


def test_recording_for_another_is_no_second_witness(world):
    grower = world.actors[Role.GROWER].member_id
    event = body(world, step(world, world.season(), who=Role.RECORDER, done_by=grower).index)
    assert event["sogoc:evidence"] == "self"


def test_doer_and_recorder_are_kept_apart_and_sealed(world):
    season, grower = world.season(), world.actors[Role.GROWER].member_id
    recorded = step(world, season, who=Role.RECORDER, done_by=grower)
    opened = {
        item.pointer: (item.value, item.subject)
        for item in world.read(read_disclosures, world.ledger.vault, recorded.index)
    }
    recorder = world.actors[Role.RECORDER].member_id
    assert opened["/sogoc:fields/done_by"] == (grower, grower)
    assert opened["/sogoc:fields/recorded_by"] == (recorder, recorder)
    assert grower not in str(body(world, recorded.index))


def test_ten_photos_at_most(world):
    season = world.season()
    step(world, season, photos=(PHOTO,) * 10)
    with pytest.raises(CommandError):
        step(world, season, photos=(PHOTO,) * 11)


def test_tomorrows_work_is_not_recorded_today(world):
    season = world.season()
    with pytest.raises(DoneDateError):
        step(world, season, ago=-1)


def test_land_may_be_prepared_before_the_season_counts_as_begun(world):
    season = world.season(days=10)
    recorded = step(world, season, "land_prep", ago=30, values={"method": "bed"})
    assert body(world, recorded.index)["eventTime"].startswith(world.day(30).isoformat())


def test_work_at_another_place_names_it(world):
    recorded = step(world, world.season(), place="XUONG")
    assert body(world, recorded.index)["bizLocation"]["id"] == world.workshop.uri


def test_what_is_done_once_a_season_is_recorded_once(world):
    season = world.season()
    planting = {"variety": "Hạ đen", "seed_source": "Viện Nha Hố", "quantity": "300"}
    step(world, season, "planting", ago=80, values=planting)
    with pytest.raises(CommandError) as caught:
        step(world, season, "planting", ago=79, values=planting)
    assert "đính chính" in caught.value.sentence
    step(world, world.season(), "planting", ago=79, values=planting)


@pytest.mark.parametrize("code", ["harvest", "packing", "sorting", "shipping", "season_close", "recall"])
def test_step_with_a_form_of_its_own_is_sent_there(world, code):
    season = world.season()
    with pytest.raises(CommandError) as caught:
        step(world, season, code, values={})
    assert caught.value.problems[0].field == "step"


def test_unknown_step_is_no_step(world):
    season = world.season()
    with pytest.raises(UnknownTemplateError):
        step(world, season, "flying")


def test_field_work_is_for_seasons_and_lot_work_for_lots(world):
    season = world.season()
    lot = world.harvested(season)
    with pytest.raises(CommandError):
        step(world, lot)
    with pytest.raises(CommandError):
        step(
            world,
            season,
            "lab_test",
            values={"lab": "x", "report_no": "1", "criteria": "y", "result": "pass"},
        )


def test_packer_records_at_the_lot_and_not_in_the_field(world):
    season = world.season()
    lot = world.harvested(season)
    with pytest.raises(NotAllowedError):
        step(world, season, who=Role.PACKER)
    stored = step(world, lot, "storage", who=Role.PACKER, values={"store": "XUONG", "temp_c": "4,5"})
    assert body(world, stored.index)["sogoc:fields"]["store"] == world.workshop.uri


def test_lot_is_not_stored_before_it_was_harvested(world):
    lot = world.harvested(ago=2)
    with pytest.raises(DoneDateError):
        step(world, lot, "storage", ago=3, values={"store": "XUONG"})


def test_banned_substance_is_refused_and_a_manager_passes_it_publicly(world):
    season = world.season()
    spray = {
        "method": "chemical",
        "target": "sâu",
        "input": "X",
        "active_ingredient": "Paraquat",
        "phi_days": "30",
    }
    reason = {"input_not_banned": "Đã lỡ phun, lô này sẽ bị tiêu hủy"}
    with pytest.raises(GuardError):
        step(world, season, "pest_control", values=spray)
    with pytest.raises(GuardError) as caught:
        step(world, season, "pest_control", values=spray, overrides=reason)
    assert "Chỉ quản lý" in caught.value.sentence
    recorded = step(world, season, "pest_control", values=spray, overrides=reason, who=Role.MANAGER)
    event = body(world, recorded.index)
    said = {"guard": "input_not_banned", "reason": reason["input_not_banned"], "by": "manager"}
    assert event["sogoc:override"] == [said]
    assert [notice.overridden for notice in recorded.warnings] == [True]


def test_short_interval_is_only_a_warning(world):
    values = {
        "method": "chemical",
        "target": "sâu",
        "input": "Cyper",
        "active_ingredient": "Cypermethrin",
        "phi_days": "1",
    }
    recorded = step(world, world.season(), "pest_control", values=values)
    assert body(world, recorded.index)["sogoc:warnings"] == ["phi_looks_short"]
    assert recorded.warnings[0].sentence


def test_spraying_recorded_late_does_not_slip_under_a_harvest(world):
    season = world.season()
    world.harvested(season, ago=5)
    values = {
        "method": "chemical",
        "target": "sâu",
        "input": "Aba",
        "active_ingredient": "Abamectin",
        "phi_days": "7",
    }
    with pytest.raises(GuardError) as caught:
        step(world, season, "pest_control", ago=8, values=values)
    assert caught.value.violations[0].guard == "phi_block_harvest"
    step(world, season, "pest_control", ago=13, values=values)


def test_reference_that_is_not_ours_is_named_with_its_label(world):
    lot = world.harvested()
    with pytest.raises(FieldErrors) as caught:
        step(world, lot, "storage", values={"store": "KHO9"})
    assert "Kho" in caught.value.problems[0].sentence_vi


def test_entry_names_only_what_is_ours_or_came_to_us(world):
    lot = world.harvested()
    command = RecordStep(lot=lot, step="storage", done_on=world.today, values={"store": "XUONG"})
    with pytest.raises(NotFoundError):
        world.run(record_step, command, world.neighbour_manager)
