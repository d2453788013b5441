"""Goods that are held back go nowhere, and nobody outside learns of it."""

import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import CommandError, LotStateError, NotAllowedError, NotFoundError
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.holds.held_lots import held_since
from ledger.coop.holds.holding import HoldLot, LiftHold, hold_lot, holds_of, lift_hold
from ledger.coop.orders.choices import read_choices
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.trace.errors import GuardError
from tests.coop.goods.test_shipping import send, take
from tests.support.order_desk import OrderDesk

HELD = "đang tạm giữ từ ngày"


def hold(world, lot, who=Role.PACKER):
    return world.run(hold_lot, HoldLot(lot, "Chờ kết quả mẫu"), who)


def refused(world, *asked):
    with pytest.raises(GuardError) as caught:
        world.run(*asked)
    (violation,) = caught.value.violations
    assert HELD in violation.sentence_vi


def test_hold_stops_every_way_out_at_once_and_lifting_opens_them(world):
    raw = world.harvested()
    packs = world.packed(raw, packs=10)
    world.run(seal, Seal(packs), Role.PACKER)
    job = world.printed(10, packs)
    unsealed = world.packed(raw, packs=10)
    size = world.size()
    hold(world, raw)
    assert world.size() == size
    shipping = Ship(lot=packs, to_partner=world.partner, packs=1, done_on=world.today)
    refused(world, ship, shipping, Role.PACKER)
    refused(world, activate_stamps, Activate(packs, job=job.id), Role.PACKER)
    refused(world, seal, Seal(unsealed), Role.PACKER)
    with pytest.raises(GuardError, match="not_recalled"):
        world.packed(raw, packs=10)
    assert world.size() == size
    world.run(lift_hold, LiftHold(raw, "Kết quả đạt"))
    world.run(activate_stamps, Activate(packs, job=job.id), Role.PACKER)
    world.run(seal, Seal(unsealed), Role.PACKER)
    world.run(ship, shipping, Role.PACKER)
    world.check()


def test_held_lot_is_neither_suggested_for_an_order_nor_put_aside(world):
    orders = OrderDesk(world)
    lot, other = world.sealed(100), world.sealed(100)
    order = orders.accepted()
    hold(world, lot)
    (choices,) = world.read(read_choices, world.actors[Role.PACKER], order, world.today)
    assert [one.lot for one in choices.lots] == [other]
    assert len(choices.locked) == 1
    with pytest.raises(CommandError) as caught:
        orders.allot(order, (lot, 50))
    assert "đang tạm giữ" in caught.value.problems[0].sentence
    orders.allot(order, (other, 50))


def test_hold_is_of_who_placed_it_and_of_nobody_else(world):
    lot = world.sealed(100)
    take(world, send(world, lot, 50).code, 50)
    hold(world, lot)
    trader = Actor("a", world.distributor.code, None, frozenset({Role.MANAGER}))
    assert world.read(held_since, world.distributor.code, (lot,)) == {}
    sold = world.run(ship, Ship(lot=lot, to_partner="khách lẻ", packs=1, done_on=world.today), trader)
    assert sold.index
    # And who received goods may hold them without telling who made them.
    world.run(lift_hold, LiftHold(lot, "Nhầm lô"))
    world.run(hold_lot, HoldLot(lot, "Khách phàn nàn"), trader)
    refused(world, ship, Ship(lot=lot, to_partner="khách lẻ", packs=1, done_on=world.today), trader)
    assert send(world, lot, 1).index
    assert world.read(holds_of, world.ledger.vault, world.actors[Role.MANAGER], standing=True) == ()


def test_holds_are_kept_with_their_reasons(world):
    lot = world.harvested()
    hold(world, lot)
    with pytest.raises(LotStateError):
        hold(world, lot)
    manager = world.actors[Role.MANAGER]
    (standing,) = world.read(holds_of, world.ledger.vault, manager, standing=True)
    assert (standing.lot, standing.reason, standing.lifted_at) == (lot, "Chờ kết quả mẫu", None)
    world.run(lift_hold, LiftHold(lot, "Kết quả đạt"))
    with pytest.raises(NotFoundError):
        world.run(lift_hold, LiftHold(lot, "Lần nữa"))
    (lifted,) = world.read(holds_of, world.ledger.vault, manager, lot)
    assert (lifted.lift_reason, lifted.lifted_by) == ("Kết quả đạt", manager.account_id)
    assert "mẫu" not in repr(lifted)
    hold(world, lot)
    assert len(world.read(holds_of, world.ledger.vault, manager, lot)) == 2


def test_only_a_manager_lifts_and_a_recalled_lot_is_not_held(world):
    lot = world.harvested()
    hold(world, lot)
    with pytest.raises(NotAllowedError):
        world.run(lift_hold, LiftHold(lot, "x"), Role.PACKER)
    with pytest.raises(NotAllowedError):
        hold(world, lot, Role.GROWER)
    world.run(recall, Recall(lot, "x", "x", "x", "x", "x"))
    other = world.packed(packs=10)
    world.run(recall, Recall(other, "x", "x", "x", "x", "x"))
    with pytest.raises(LotStateError):
        hold(world, other)


def test_what_is_made_of_a_held_lot_meanwhile_is_held_too(world):
    season = world.season()
    world.run(hold_lot, HoldLot(season, "Nghi thuốc"), Role.MANAGER)
    raw = world.harvested(season, kg="10")
    assert world.read(held_since, world.coop.code, (raw,)) == {raw: world.today}
    with pytest.raises(GuardError, match="not_recalled"):
        world.packed(raw, packs=10, net_g=500)
