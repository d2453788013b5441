import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import NotFoundError, StampRangeError
from ledger.coop.people.accounts import CloseAccount, CreateAccount, add_account, close_account
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamp_holders import AssignRoll, assign_roll
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, Void, mark_printed, reserve_stamps, void_stamps
from tests.support.world import SECRET


@pytest.fixture
def helper(world) -> Actor:
    """A second packer."""
    command = CreateAccount(world.coop.code, "packer.2", SECRET, frozenset({Role.PACKER}))
    account = world.run(add_account, command)
    return Actor(account.id, world.coop.code, None, frozenset({Role.PACKER}))


def held(world, holder, count=50):
    job = world.run(reserve_stamps, Reserve(count, holder=holder), Role.MANAGER)
    world.run(mark_printed, MarkPrinted(job.id), Role.MANAGER)
    return job


def refused(world, do):
    size = world.size()
    with pytest.raises(StampRangeError) as caught:
        do()
    assert world.size() == size
    assert "đã giao cho người khác giữ" in caught.value.sentence


def test_only_the_holder_or_a_manager_says_what_became_of_a_roll(world, helper):
    lot = world.sealed(100)
    job = held(world, helper.account_id)
    packer = world.actors[Role.PACKER]
    refused(world, lambda: world.run(activate_stamps, Activate(lot, job=job.id), packer))
    refused(world, lambda: world.run(activate_stamps, Activate(lot, first=1, last=1), packer))
    refused(world, lambda: world.run(void_stamps, Void(1, 1, "rách"), packer))
    refused(world, lambda: world.run(mark_printed, MarkPrinted(job.id, reason="x"), packer))
    world.run(activate_stamps, Activate(lot, first=1, last=10), helper)
    world.run(activate_stamps, Activate(lot, first=11, last=20), Role.MANAGER)
    world.run(void_stamps, Void(21, 21, "rách"), helper)


def test_range_that_reaches_into_a_held_roll_is_refused_whole(world, helper):
    lot = world.sealed(100)
    mine = world.printed(10)
    theirs = held(world, helper.account_id)
    packer = world.actors[Role.PACKER]
    across = Activate(lot, first=mine.first, last=theirs.first)
    refused(world, lambda: world.run(activate_stamps, across, packer))
    world.run(activate_stamps, Activate(lot, job=mine.id), packer)


def test_roll_is_handed_on_by_who_holds_it(world, helper):
    job = held(world, helper.account_id)
    packer = world.actors[Role.PACKER]
    refused(world, lambda: world.run(assign_roll, AssignRoll(job.id, packer.account_id), packer))
    assert world.run(assign_roll, AssignRoll(job.id, packer.account_id), helper).holder == packer.account_id
    assert world.run(assign_roll, AssignRoll(job.id, None), packer).holder is None
    assert world.run(assign_roll, AssignRoll(job.id, helper.account_id), packer).holder == helper.account_id
    assert world.run(assign_roll, AssignRoll(job.id, None), Role.MANAGER).holder is None


def test_holder_is_an_open_account_that_packs(world, helper):
    job = held(world, None)
    grower = world.actors[Role.GROWER].account_id
    world.run(close_account, CloseAccount(helper.account_id))
    for holder in (grower, helper.account_id, world.neighbour_manager.account_id, "nobody"):
        with pytest.raises(NotFoundError):
            world.run(assign_roll, AssignRoll(job.id, holder))
        with pytest.raises(NotFoundError):
            world.run(reserve_stamps, Reserve(5, holder=holder))
