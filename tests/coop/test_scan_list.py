"""The list of over-scanned stamps, and looking into one of them."""

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.scans.scan_counts import ScanKey, add_scans, is_seen_often
from ledger.coop.scans.scan_list import (
    LookedInto,
    LookInto,
    count_over_scanned,
    find_over_scanned,
    look_into,
    looks_of,
    over_scanned,
)
from ledger.coop.scans.scan_rules import Phase, ScanLimits, ScanRule
from ledger.coop.scans.scan_tables import ScanLookRow
from tests.support.world import VAULT

LIMITS = ScanLimits(in_a_day=3, in_total=10)


@pytest.fixture
def copied(world):
    """A lot with stamps 1 to 20, of which the fifth is scanned all over the country."""
    lot = world.stamped(20)
    scan(world, 5, 3, "01")
    scan(world, 5, 1, "79")
    return lot


def scan(world, number, count, province="", *, organisation=None):
    key = ScanKey(number, organisation or world.coop.code, world.today, province, Phase.ACTIVE)
    with world.ledger.database.writing() as session:
        add_scans(session, {key: count}, LIMITS)


def listed(world, who=Role.MANAGER, **more):
    return world.read(over_scanned, world.actor(who), **more)


def test_the_list_says_which_stamp_of_which_lot_how_often_where_since_when_and_why(world, copied):
    (found,) = listed(world)
    assert (found.number, found.total, found.provinces) == (5, 4, ("Hà Nội", "Thành phố Hồ Chí Minh"))
    assert (found.range.first, found.range.last, found.range.lot) == (1, 20, copied)
    assert (found.since, found.last_on, found.is_open) == (world.today, world.today, True)
    assert found.rule is ScanRule.FAR_APART
    assert world.read(count_over_scanned, world.actor(Role.MANAGER)) == 1
    assert world.read(find_over_scanned, world.actor(Role.MANAGER), 5) == found


def test_stamps_scanned_as_usual_are_not_listed(world):
    world.stamped(20)
    scan(world, 1, 3)
    assert listed(world) == ()
    with pytest.raises(NotFoundError):
        world.read(find_over_scanned, world.actor(Role.MANAGER), 1)


def test_a_stamp_that_was_looked_into_leaves_the_list_and_stays_marked(world, copied):
    assert world.run(look_into, LookInto(5, "trưng bày ở hội chợ")) == LookedInto(5, 4)
    assert listed(world) == ()
    assert [found.number for found in listed(world, is_open=False)] == [5]
    assert world.read(count_over_scanned, world.actor(Role.MANAGER)) == 0
    assert world.read(is_seen_often, 5)


def test_the_note_is_kept_sealed_and_read_by_the_manager(world, copied):
    world.run(look_into, LookInto(5, "chú Ba ở chợ Đầm chụp lại"))
    (look,) = world.read(looks_of, VAULT, world.actor(Role.MANAGER), 5)
    assert (look.note, look.total) == ("chú Ba ở chợ Đầm chụp lại", 4)
    assert "Ba" not in repr(look)
    with world.ledger.database.reading() as session:
        assert b"Ba" not in session.scalar(select(ScanLookRow.note_sealed))


def test_scans_of_the_same_day_do_not_bring_it_back_and_later_ones_do(world, copied):
    world.run(look_into, LookInto(5, "đã hỏi cửa hàng"))
    scan(world, 5, 4)
    assert listed(world) == ()
    world.clock.now = world.clock.now.replace(day=world.clock.now.day + 1)
    scan(world, 5, 3)
    assert listed(world) == ()
    scan(world, 5, 1)
    (found,) = listed(world)
    assert (found.rule, found.since) == (ScanRule.MANY_IN_A_DAY, world.today)


def test_the_newest_come_first(world, copied):
    world.clock.now = world.clock.now.replace(day=world.clock.now.day + 1)
    scan(world, 9, 4)
    scan(world, 2, 4)
    assert [found.number for found in listed(world)] == [2, 9, 5]


def test_a_note_is_required(world, copied):
    with pytest.raises(CommandError):
        world.run(look_into, LookInto(5, "  "))
    assert len(listed(world)) == 1


def test_a_repeat_with_its_key_is_one_look(world, copied):
    command = LookInto(5, "đã hỏi", idempotency_key="k1")
    assert world.run(look_into, command) == world.run(look_into, command)
    assert len(world.read(looks_of, VAULT, world.actor(Role.MANAGER), 5)) == 1


@pytest.mark.parametrize("role", [Role.GROWER, Role.PACKER, Role.ACCOUNTANT])
def test_only_a_manager_sees_and_settles(world, copied, role):
    with pytest.raises(NotAllowedError):
        listed(world, role)
    with pytest.raises(NotAllowedError):
        world.run(look_into, LookInto(5, "x"), role)


def test_a_neighbour_s_list_is_another(world, copied):
    neighbour = world.neighbour_manager
    assert listed(world, neighbour) == ()
    assert world.read(count_over_scanned, neighbour) == 0
    for ask in (find_over_scanned,):
        with pytest.raises(NotFoundError):
            world.read(ask, neighbour, 5)
    with pytest.raises(NotFoundError):
        world.read(looks_of, VAULT, neighbour, 5)
    with pytest.raises(NotFoundError):
        world.run(look_into, LookInto(5, "của tôi"), neighbour)
    assert len(listed(world)) == 1
