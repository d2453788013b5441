from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.stamps.stamp_quotas import GiveQuota, give_quota, quotas
from ledger.coop.stamps.stamps import Reserve, Void, reserve_stamps, void_stamps

SPONSOR = "Sở Nông nghiệp và Môi trường"


def give(world, count=100, days=30, sponsor=SPONSOR):
    return world.run(give_quota, GiveQuota(sponsor, count, world.today + timedelta(days=days)))


def order(world, quota, count, **more):
    return world.run(reserve_stamps, Reserve(count, quota=quota.id, **more), Role.PACKER)


def left(world):
    return [
        (one.sponsor, one.granted, one.used, one.left) for one in world.read(quotas, world.actor(Role.PACKER))
    ]


def test_stamps_ordered_on_a_quota_are_taken_from_it(world):
    quota = give(world)
    assert (quota.used, quota.left) == (0, 100)
    assert order(world, quota, 60).quota == quota.id
    world.printed(500)
    assert left(world) == [(SPONSOR, 100, 60, 40)]


def test_order_above_what_is_left_names_the_sponsor(world):
    quota = give(world)
    order(world, quota, 60)
    with pytest.raises(CommandError) as caught:
        order(world, quota, 41)
    assert caught.value.problems[0].field == "quota"
    assert f"{SPONSOR} còn 40 tem" in caught.value.sentence
    order(world, quota, 40)
    assert left(world) == [(SPONSOR, 100, 100, 0)]
    with pytest.raises(CommandError) as caught:
        order(world, quota, 1500)
    assert "không đủ 1.500 tem" in caught.value.sentence


def test_voided_stamps_stay_used(world):
    quota = give(world)
    order(world, quota, 100)
    world.run(void_stamps, Void(1, 100, "mất cuộn"), Role.PACKER)
    assert left(world)[0][3] == 0


def test_quota_is_good_through_its_last_day(world):
    quota = give(world, days=1)
    world.clock.now += timedelta(days=1)
    order(world, quota, 1)
    world.clock.now += timedelta(days=1)
    with pytest.raises(CommandError, match="quota") as caught:
        order(world, quota, 1)
    assert "đã hết hạn" in caught.value.sentence


def test_order_sent_again_is_counted_once(world):
    quota = give(world)
    first = order(world, quota, 60, idempotency_key="phiếu")
    assert order(world, quota, 60, idempotency_key="phiếu") == first
    assert left(world)[0][2] == 60


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("sponsor", {"sponsor": " "}),
        ("count", {"count": 0}),
        ("count", {"count": 10**9}),
        ("valid_to", {"days": -1}),
    ],
)
def test_grant_with_bad_values_is_refused(world, field, changes):
    with pytest.raises(CommandError) as caught:
        give(world, **changes)
    assert caught.value.problems[0].field == field
    assert left(world) == []


def test_quota_of_another_organisation_is_not_found(world):
    quota = give(world)
    with pytest.raises(NotFoundError):
        world.run(reserve_stamps, Reserve(1, quota=quota.id), world.neighbour_manager)
    assert world.read(quotas, world.neighbour_manager) == ()


def test_packer_grants_nothing(world):
    with pytest.raises(NotAllowedError):
        world.run(give_quota, GiveQuota(SPONSOR, 1, world.today), Role.PACKER)
