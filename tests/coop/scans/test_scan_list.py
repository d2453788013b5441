"""The list of over-scanned stamps, and looking into one of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.scans.scan_counts import (
    KEPT_DAYS,
    ScanKey,
    add_scans,
    fold_scans,
    is_seen_often,
    read_tally,
)
from ledger.coop.scans.scan_list import (
    LookedInto,
    LookInto,
    count_beside,
    count_over_scanned,
    find_over_scanned,
    last_looks,
    look_into,
    looks_of,
    over_scanned,
)
from ledger.coop.scans.scan_rules import Phase, ScanLimits, ScanRule
from ledger.coop.scans.scan_tables import ScanLookRow
from ledger.trace.units import local_day
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


def test_only_scans_after_the_look_bring_it_back(world, copied):
    world.run(look_into, LookInto(5, "đã hỏi cửa hàng"))
    scan(world, 5, 3)
    assert listed(world) == ()
    scan(world, 5, 1)
    (found,) = listed(world)
    assert (found.rule, found.since) == (ScanRule.MANY_IN_A_DAY, world.today)


# -- nothing wrong with it -----------------------------------------------------------------------------------


FINE = LookInto(5, "tổ đóng gói quét thử khi dán", is_fine=True)


def test_a_stamp_found_fine_is_valid_again_and_stays_on_record(world, copied):
    by = world.actor(Role.MANAGER)
    world.run(look_into, FINE)
    assert not world.read(is_seen_often, 5)
    assert listed(world) == ()
    (found,) = listed(world, is_open=False)
    assert (found.number, found.is_marked, found.rule, found.since) == (
        5, False, ScanRule.FAR_APART, world.today,
    )  # fmt: skip
    (look,) = world.read(looks_of, VAULT, by, 5)
    assert (look.note, look.by, look.is_fine) == (FINE.note, by.account_id, True)
    assert local_day(look.looked_at) == world.today
    assert world.read(last_looks, VAULT, by, [5, 6]) == {5: look}


def test_how_often_it_was_scanned_is_told_as_before(world, copied):
    before = world.read(read_tally, 5)
    world.run(look_into, FINE)
    after = world.read(read_tally, 5)
    assert (after.total, after.provinces) == (before.total, before.provinces)
    # Every process that kept the old tally reads it anew.
    assert after.generation > before.generation


@pytest.mark.parametrize(
    ("scans", "rule"),
    [
        ([(3, "79", 0)], None),
        ([(4, "79", 0)], ScanRule.MANY_IN_A_DAY),
        ([(1, "01", 0), (1, "79", 0)], ScanRule.FAR_APART),
        ([(3, "", day) for day in range(1, 4)], None),
        ([(3, "", day) for day in range(1, 5)], ScanRule.MANY),
    ],
    ids=["few", "many in a day", "far apart", "ten in all", "twelve in all"],
)
def test_a_stamp_found_fine_is_judged_by_later_scans_alone(world, copied, scans, rule):
    world.run(look_into, FINE)
    start = world.clock.now
    for count, province, day in scans:
        world.clock.now = start + timedelta(days=day)
        scan(world, 5, count, province)
    assert [found.rule for found in listed(world)] == ([] if rule is None else [rule])
    assert world.read(is_seen_often, 5) == (rule is not None)


def test_scans_whose_days_are_forgotten_stay_settled(world, copied):
    world.run(look_into, FINE)
    with world.ledger.database.writing() as session:
        fold_scans(session, world.today + timedelta(days=KEPT_DAYS + 2))
    world.clock.now += timedelta(days=KEPT_DAYS + 2)
    for _ in range(3):
        world.clock.now += timedelta(days=1)
        scan(world, 5, 3)
    assert listed(world) == ()


def test_one_kept_in_doubt_may_be_found_fine_later_and_only_once(world, copied):
    world.run(look_into, LookInto(5, "chưa rõ"))
    assert world.read(find_over_scanned, world.actor(Role.MANAGER), 5).is_marked
    world.run(look_into, FINE)
    assert not world.read(is_seen_often, 5)
    with pytest.raises(NotFoundError):
        world.run(look_into, FINE)


def test_a_range_is_found_fine_with_one_reason(world, copied):
    for number in (6, 7):
        scan(world, number, 4)
    world.run(look_into, LookInto(7, "đang hỏi"))
    manager = world.actor(Role.MANAGER)
    found = world.read(find_over_scanned, manager, 5)
    # The seventh was looked into by itself: what is in doubt about it stays.
    assert world.read(count_beside, manager, found) == 1
    assert world.run(look_into, replace(FINE, has_all=True)) == LookedInto(5, 4, stamps=2)
    assert listed(world) == ()
    assert [world.read(is_seen_often, number) for number in (5, 6, 7)] == [False, False, True]
    assert world.read(looks_of, VAULT, manager, 6)[0].note == FINE.note


def test_a_range_ends_where_its_lot_ends(world, copied):
    other = world.stamped(20)
    scan(world, 25, 4)
    world.run(look_into, replace(FINE, has_all=True))
    (found,) = listed(world)
    assert (found.number, found.range.lot) == (25, other)


def test_the_newest_come_first(world, copied):
    world.clock.now = world.clock.now.replace(day=world.clock.now.day + 1)
    scan(world, 9, 4)
    scan(world, 2, 4)
    assert [found.number for found in listed(world)] == [2, 9, 5]


def test_a_note_is_required(world, copied):
    for is_fine in (False, True):
        with pytest.raises(CommandError):
            world.run(look_into, LookInto(5, "  ", is_fine=is_fine))
    assert len(listed(world)) == 1


def test_a_repeat_with_its_key_is_one_look(world, copied):
    command = LookInto(5, "đã hỏi", idempotency_key="k1")
    assert world.run(look_into, command) == world.run(look_into, command)
    assert len(world.read(looks_of, VAULT, world.actor(Role.MANAGER), 5)) == 1


@pytest.mark.parametrize("role", [Role.GROWER, Role.PACKER, Role.ACCOUNTANT])
def test_only_a_manager_sees_and_settles(world, copied, role):
    with pytest.raises(NotAllowedError):
        listed(world, role)
    for is_fine in (False, True):
        with pytest.raises(NotAllowedError):
            world.run(look_into, LookInto(5, "x", is_fine=is_fine), role)
    assert world.read(is_seen_often, 5)


def test_a_neighbour_s_list_is_another(world, copied):
    neighbour = world.neighbour_manager
    assert listed(world, neighbour) == ()
    assert world.read(count_over_scanned, neighbour) == 0
    for ask in (find_over_scanned,):
        with pytest.raises(NotFoundError):
            world.read(ask, neighbour, 5)
    with pytest.raises(NotFoundError):
        world.read(looks_of, VAULT, neighbour, 5)
    assert world.read(last_looks, VAULT, neighbour, [5]) == {}
    for is_fine in (False, True):
        with pytest.raises(NotFoundError):
            world.run(look_into, LookInto(5, "của tôi", is_fine=is_fine, has_all=True), neighbour)
    assert len(listed(world)) == 1
    assert world.read(is_seen_often, 5)
