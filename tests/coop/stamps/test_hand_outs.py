"""To whom the file of a job's stamps goes: each time but an unfinished download is in the books."""

from datetime import timedelta

import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import LotStateError, NotAllowedError, NotFoundError, StampRangeError
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.stamps.fetching import FetchFile, fetch_file, is_fetching
from ledger.coop.stamps.hand_outs import HAND_OUT_LASTS
from ledger.coop.stamps.job_queries import read_job
from ledger.coop.stamps.stamp_book import stamp_book
from ledger.coop.stamps.stamp_holders import AssignRoll, assign_roll
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, Void, mark_printed, reserve_stamps, void_stamps

WHOLE = (None, None)


def kept(world, job):
    """The lines of the job's book: places, and which role had the file."""
    roles = {actor.account_id: role for role, actor in world.actors.items()}
    found = world.read(read_job, world.actor(Role.MANAGER), job.id).hand_outs
    return [(one.first - job.first + 1, one.last - job.first + 1, roles[one.by]) for one in found]


def is_open(world, job, who=Role.PACKER, part=WHOLE):
    return world.read(is_fetching, world.actor(who), job.id, part, world.clock.now)


def fetch(world, job, who=Role.PACKER, first=None, last=None):
    return world.run(fetch_file, FetchFile(job.id, first, last), who)


@pytest.fixture
def job(world):
    """A job of 40 stamps that the packer just printed."""
    return world.printed(40, world.sealed(40))


def test_an_order_nobody_printed_is_handed_to_nobody(world):
    ordered = world.run(reserve_stamps, Reserve(40), Role.PACKER)
    assert not is_open(world, ordered)
    assert kept(world, ordered) == []


def test_printing_hands_the_file_to_who_prints(world, job):
    assert kept(world, job) == [(1, 40, Role.PACKER)]
    assert is_open(world, job)
    assert not is_open(world, job, Role.MANAGER)


def test_a_download_that_broke_off_is_done_again_without_a_line(world, job):
    # The clock of the tests goes on a second with each use case.
    world.clock.now += HAND_OUT_LASTS - timedelta(seconds=2)
    assert is_open(world, job)
    fetch(world, job)
    assert kept(world, job) == [(1, 40, Role.PACKER)]


def test_doing_it_again_does_not_make_the_while_longer(world, job):
    for _ in range(3):
        world.clock.now += HAND_OUT_LASTS / 3
        if is_open(world, job):
            fetch(world, job)
    assert not is_open(world, job)


def test_every_later_time_is_a_line_of_its_own(world, job):
    for _ in range(2):
        world.clock.now += HAND_OUT_LASTS
        assert not is_open(world, job)
        fetch(world, job)
        assert is_open(world, job)
    assert kept(world, job) == [(1, 40, Role.PACKER)] * 3


def test_the_same_file_for_another_person_is_a_line(world, job):
    fetch(world, job, Role.MANAGER)
    assert kept(world, job) == [(1, 40, Role.PACKER), (1, 40, Role.MANAGER)]
    assert is_open(world, job, Role.MANAGER)


def test_who_had_a_part_does_not_have_the_whole(world, job):
    world.clock.now += HAND_OUT_LASTS
    fetch(world, job, first=job.first + 10, last=job.first + 19)
    assert kept(world, job)[1:] == [(11, 20, Role.PACKER)]
    assert is_open(world, job, part=(job.first + 12, job.first + 15))
    for part in (WHOLE, (job.first + 9, job.first + 19), (job.first + 10, job.first + 20)):
        assert not is_open(world, job, part=part)


def test_a_reprint_is_a_line_beside_its_reason(world, job):
    world.run(mark_printed, MarkPrinted(job.id, job.first, job.first + 4, "kẹt giấy"), Role.PACKER)
    assert kept(world, job) == [(1, 40, Role.PACKER), (1, 5, Role.PACKER)]


def test_the_stamp_book_says_how_often_and_who_last(world, job):
    other = world.printed(10)
    world.clock.now += HAND_OUT_LASTS
    fetch(world, job, Role.MANAGER)
    lines = {line.job: line for line in world.read(stamp_book, world.actor(Role.PACKER)).lines}
    assert [lines[one.id].hand_outs for one in (job, other)] == [2, 1]
    last = lines[job.id].last_hand_out
    assert last.by == world.actor(Role.MANAGER).account_id
    assert world.clock.now - last.at < HAND_OUT_LASTS


def test_only_roles_that_print_are_handed_anything(world, job):
    for role in (Role.GROWER, Role.ACCOUNTANT):
        with pytest.raises(NotAllowedError):
            fetch(world, job, role)
        with pytest.raises(NotAllowedError):
            is_open(world, job, role)
    assert len(kept(world, job)) == 1


def test_a_held_roll_goes_to_its_holder_or_the_manager(world, job):
    lead = world.actor(Role.TEAM_LEAD)
    world.run(assign_roll, AssignRoll(job.id, lead.account_id))
    # Also who had it minutes ago, before the roll was given away.
    for ask in (fetch, is_open):
        with pytest.raises(StampRangeError, match="held by"):
            ask(world, job)
    fetch(world, job, Role.TEAM_LEAD)
    fetch(world, job, Role.MANAGER)
    assert [who for _, _, who in kept(world, job)] == [Role.PACKER, Role.TEAM_LEAD, Role.MANAGER]


def test_a_neighbours_file_is_not_found(world, job):
    for ask in (fetch, is_open):
        with pytest.raises(NotFoundError):
            ask(world, job, world.neighbour_manager)


def test_stamps_that_vouch_for_nothing_are_not_handed_out(world, job):
    world.run(void_stamps, Void(job.first, job.first + 9, "rách"), Role.PACKER)
    with pytest.raises(StampRangeError):
        fetch(world, job, first=job.first, last=job.first + 9)
    fetch(world, job)
    world.run(recall, Recall(job.lot, "dư lượng", "cả lô", "HTX", "dừng bán", "1900 0000"))
    for ask in (fetch, is_open):
        with pytest.raises(LotStateError):
            ask(world, job)


@pytest.mark.parametrize("part", [(-1, 0), (0, 40), (5, 4), (39, 40)])
def test_a_part_that_is_not_of_the_job_is_refused(world, job, part):
    first, last = (job.first + place for place in part)
    with pytest.raises(StampRangeError):
        fetch(world, job, first=first, last=last)
    assert len(kept(world, job)) == 1


def test_a_person_of_two_accounts_is_two_people(world, job):
    packer = world.actor(Role.PACKER)
    double = Actor("0" * 36, packer.organisation, packer.member_id, packer.roles)
    assert not world.read(is_fetching, double, job.id, WHOLE, world.clock.now)
