"""Scratch codes in the books: which jobs have them, and the day of the first use."""

from datetime import timedelta

from ledger.coop.actors import Role
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.scans.scratch import (
    ScratchUse,
    find_scratch_use,
    has_scratch_code,
    open_scratch_codec,
    use_scratch_code,
)
from ledger.coop.stamps.stamps import Reserve, reserve_stamps


def use(world, number):
    with world.ledger.database.writing() as session:
        return use_scratch_code(session, number, world.today)


def reserve(world, **more):
    return world.run(reserve_stamps, Reserve(5, **more), Role.PACKER).id


def test_a_job_has_scratch_codes_when_it_was_ordered_so(world):
    plain, foiled = reserve(world), reserve(world, spec=PrintSpec(has_secret=True))
    assert not world.read(has_scratch_code, plain)
    assert world.read(has_scratch_code, foiled)
    assert not world.read(has_scratch_code, "none")


def test_codes_stay_the_same_and_are_in_no_stamp_code(world):
    reserve(world)
    first = world.read(open_scratch_codec, world.ledger.vault).format(1)
    reserve(world)
    assert world.read(open_scratch_codec, world.ledger.vault).format(1) == first
    assert first not in world.codec().format(1)


def test_the_first_use_is_told_with_its_day_for_ever(world):
    day = world.today
    assert world.read(find_scratch_use, 3) is None
    assert use(world, 3) == ScratchUse(day, is_first=True)
    world.clock.now += timedelta(days=9)
    assert use(world, 3) == world.read(find_scratch_use, 3) == ScratchUse(day, is_first=False)
    assert use(world, 4).is_first
