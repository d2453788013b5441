"""Packed, signed and activated in one go, or not at all."""

from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotFoundError, StampRangeError
from ledger.coop.packing_at_once import PackWithRoll, pack_with_roll, packable_lots
from ledger.coop.stamps.job_queries import read_job
from ledger.trace.derived.stock import count_active_stamps
from ledger.trace.errors import TraceError


@pytest.fixture
def roll(world):
    return world.printed(100)


def packing(world, raw, roll, **changes):
    asked = {
        "lot": raw,
        "job": roll.id,
        "net_per_pack": Decimal(500),
        "packs": 40,
        "packed_on": world.today,
        "pack_type": "box",
        "first": roll.first,
        "last": roll.first + 39,
        "idempotency_key": "k1",
    }
    return PackWithRoll(**asked | changes)


def test_packs_are_sealed_and_their_stamps_active(world, roll):
    lot = world.harvested(kg="320,5")
    (offered,) = world.read(packable_lots, world.actors[Role.PACKER])
    assert (offered.lot, offered.left, offered.unit, offered.net_options[0]) == (
        lot,
        Decimal("320.5"),
        "kg",
        500,
    )
    done = world.run(pack_with_roll, packing(world, lot, roll), Role.PACKER)
    assert (done.activated, world.read(count_active_stamps, done.lot)) == (40, 40)
    assert world.run(pack_with_roll, packing(world, lot, roll), Role.PACKER) == done
    job = world.read(read_job, world.actors[Role.PACKER], roll.id)
    assert job.waiting == 60
    (left,) = world.read(packable_lots, world.actors[Role.PACKER])
    assert left.left == Decimal("300.5")


def test_where_the_stamps_do_not_fit_nothing_is_packed(world, roll):
    lot = world.harvested()
    for_a_lot = world.printed(10, world.sealed())
    size = world.size()
    for wrong in (
        {"last": roll.first + 40},
        {"first": roll.last, "last": roll.last + 5},
        {"job": for_a_lot.id, "first": for_a_lot.first, "last": for_a_lot.last},
        {"job": "khac"},
        {"packs": 4000},
        {"first": roll.first + 9, "last": roll.first},
        {"lot": world.coop.code},
    ):
        with pytest.raises((CommandError, NotFoundError, StampRangeError, TraceError)):
            world.run(pack_with_roll, packing(world, lot, roll, **wrong), Role.PACKER)
    assert world.size() == size


def test_stamps_are_used_once(world, roll):
    lot = world.harvested()
    world.run(pack_with_roll, packing(world, lot, roll), Role.PACKER)
    size = world.size()
    with pytest.raises((StampRangeError, TraceError)):
        world.run(pack_with_roll, packing(world, lot, roll, idempotency_key="k2"), Role.PACKER)
    assert world.size() == size
