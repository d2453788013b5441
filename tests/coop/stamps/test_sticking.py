import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotFoundError, StampCountError, StampRangeError
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.stamps.job_queries import read_job
from ledger.coop.stamps.stamps import MarkSold, Reserve, mark_sold, reserve_stamps
from ledger.coop.stamps.sticking import SPOILED, StickStamps, stick_stamps
from ledger.log.records import read_record
from ledger.trace.errors import GuardError


@pytest.fixture
def lot(world):
    return world.sealed(100)


@pytest.fixture
def job(world, lot):
    """Stamps 1 to 100, on paper."""
    return world.printed(100, lot)


def stick(world, lot, job, **more):
    return world.run(stick_stamps, StickStamps(lot=lot, job=job.id, **more), Role.PACKER)


def counts(world, job):
    found = world.read(read_job, world.actors[Role.PACKER], job.id).counts
    return found.activated, found.voided, found.in_hand


def refused(world, error, lot, job, **more):
    size = world.size()
    with pytest.raises(error) as caught:
        stick(world, lot, job, **more)
    assert (world.size(), counts(world, job)) == (size, (0, 0, 100))
    return caught.value


def test_all_stamps_of_a_job_are_stuck(world, lot, job):
    stuck = stick(world, lot, job)
    assert (stuck.activated, stuck.voided) == (100, 0)
    assert counts(world, job) == (100, 0, 0)


def test_all_but_spoiled_ones(world, lot, job):
    stuck = stick(world, lot, job, spoiled=(7, 3, 7, 8), spoiled_last=5)
    assert (stuck.activated, stuck.voided) == (92, 8)
    reasons = [world.read(read_record, index).body.get("reason") for index in range(world.size())]
    assert reasons.count(SPOILED) == 3


def test_from_the_first_to_the_last_leaves_the_rest_in_hand(world, lot, job):
    assert stick(world, lot, job, first=11, last=60).activated == 50
    assert counts(world, job) == (50, 0, 50)


def test_from_the_first_to_the_last_around_spoiled_ones(world, lot, job):
    stuck = stick(world, lot, job, first=11, last=60, spoiled=(11, 20, 21, 99), spoiled_last=10)
    assert (stuck.activated, stuck.voided) == (37, 14)
    assert counts(world, job) == (37, 14, 49)


def test_range_that_is_all_spoiled_is_refused(world, lot, job):
    refused(world, CommandError, lot, job, first=1, last=2, spoiled=(1, 2))


def test_more_spoiled_than_there_are_is_refused(world, lot, job):
    error = refused(world, CommandError, lot, job, spoiled_last=101)
    assert "chỉ còn 100 tem" in error.sentence
    refused(world, CommandError, lot, job, first=1, last=5, spoiled_last=6)


def test_one_end_alone_is_refused(world, lot, job):
    refused(world, CommandError, lot, job, first=1)
    refused(world, CommandError, lot, job, last=1)


def test_ends_the_wrong_way_round_are_refused(world, lot, job):
    refused(world, StampRangeError, lot, job, first=5, last=4)


def test_refused_activation_takes_the_voids_back(world, job):
    other = world.packed(packs=100)
    refused(world, GuardError, other, job, spoiled=(5,))


def test_job_of_another_organisation_is_not_found(world, lot, job):
    with pytest.raises(NotFoundError):
        world.run(stick_stamps, StickStamps(lot=lot, job=job.id), world.neighbour_manager)


def test_spoiled_stamp_of_another_job_is_refused(world, lot, job):
    roll = world.printed(10)
    error = refused(world, CommandError, lot, job, spoiled=(5, roll.first))
    assert error.problems[0].field == "spoiled_codes"
    assert "không phải tem của lượt in này" in error.problems[0].sentence
    assert counts(world, roll) == (0, 0, 10)


def test_thousands_are_told_as_people_write_them(world):
    lot = world.packed(packs=1200, net_g=200)
    world.run(seal, Seal(lot), Role.PACKER)
    job = world.printed(1200, lot)
    with pytest.raises(CommandError) as few:
        stick(world, lot, job, spoiled_last=1201)
    assert "chỉ còn 1.200 tem" in few.value.sentence
    with pytest.raises(StampRangeError) as early:
        world.run(mark_sold, MarkSold(job.first, job.first + 1199), Role.PACKER)
    assert "có 1.200 tem chưa kích hoạt" in early.value.sentence
    with pytest.raises(StampCountError) as full:
        world.run(reserve_stamps, Reserve(1001, lot=lot), Role.PACKER)
    assert "có 1.200 gói, đã có 1.200 tem" in full.value.sentence
    assert "không phải 1.001" in full.value.sentence
