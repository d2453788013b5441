"""Lots that a failed test holds are not promised; broken promises are told; a vehicle is counted at once."""

from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotFoundError, ShipmentStateError
from ledger.coop.goods.deliveries import Deliver, deliver
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.receiving_deliveries import (
    Count,
    ReceiveDelivery,
    read_coming_together,
    receive_delivery,
)
from ledger.coop.orders.choices import read_choices
from ledger.coop.quality.criteria import Criterion
from ledger.coop.quality.samples import FileResult, file_result
from ledger.coop.reservations import read_promises
from tests.support.order_desk import KILOGRAMS, OrderDesk, line

PACKER = Role.PACKER


def reported(world, lot, found="0,9", number="KN-1"):
    command = FileResult(
        lot=lot, lab="Lab", report_no=number, done_on=world.today,
        criteria=(Criterion("Chì", found, "mg/kg", "max", "0,1"),),
    )  # fmt: skip
    world.run(file_result, command, PACKER)


def choices(world, order):
    (found,) = world.read(read_choices, world.actors[PACKER], order, world.today)
    return [lot.lot for lot in found.lots], found.locked


def test_a_lot_that_failed_is_not_offered_and_not_taken(world):
    failed, good = world.sealed(50), world.sealed(60)
    reported(world, failed)
    desk = OrderDesk(world)
    order = desk.accepted(line(50))
    assert choices(world, order) == ([good], (failed.rpartition(".")[2],))
    with pytest.raises(CommandError) as caught:
        desk.allot(order, (failed, 10))
    assert "kiểm nghiệm không đạt" in caught.value.problems[0].sentence
    reported(world, failed, "0,01", "KN-2")
    assert set(choices(world, order)[0]) == {failed, good}
    desk.allot(order, (failed, 50))


def test_what_is_made_of_a_lot_that_failed_is_held_too(world):
    raw = world.harvested()
    packs = world.packed(raw)
    reported(world, raw)
    assert choices(world, OrderDesk(world).accepted(line(50))) == ([], (packs.rpartition(".")[2],))


def test_a_promise_is_broken_when_less_is_left_than_was_put_aside(world):
    raw, desk = world.harvested(kg="100"), OrderDesk(world)
    orders = [desk.accepted(line(30, uom=KILOGRAMS)) for _ in range(2)]
    for order in orders:
        desk.allot(order, (raw, 30))

    def promise():
        return world.read(read_promises, world.coop.code, [raw, "another"])[raw]

    assert (promise().aside, promise().left, promise().orders) == (60, 100, ("DH1", "DH2"))
    assert not promise().is_broken
    command = Pack(
        product="NHO", inputs=((raw, Decimal(50)),), net_per_pack=Decimal(500), packs=100,
        packed_on=world.today, pack_type="box",
    )  # fmt: skip
    world.run(pack, command, PACKER)
    assert promise().is_broken
    assert world.read(read_promises, world.neighbour.code, [raw]) == {}
    assert world.read(read_promises, world.coop.code, []) == {}


def sent(world, *packs):
    portions = tuple((world.sealed(50), Decimal(quantity)) for quantity in packs)
    command = Deliver(portions=portions, to_partner=world.partner, done_on=world.today)
    return [one.code for one in world.run(deliver, command, PACKER).shipments]


def coming(world, code, who=None):
    return [one.code for one in world.read(read_coming_together, who or world.receiver, code)]


def counting(world, *counts):
    given = tuple(Count(code, Decimal(counted), *more, reason="Xếp thiếu") for code, counted, *more in counts)
    return ReceiveDelivery(counts=given, done_on=world.today)


def test_a_vehicle_is_counted_and_signed_for_in_one_go(world):
    codes = sent(world, 50, 20, 10)
    assert coming(world, codes[1]) == codes
    size = world.size()
    command = counting(world, (codes[0], 50), (codes[1], 15, "short"), (codes[2], 0, "damaged"))
    done = world.run(receive_delivery, command, world.receiver)
    assert [one.state for one in done.shipments] == ["received", "received", "rejected"]
    assert [int(one.missing) for one in done.shipments] == [0, 5, 10]
    assert world.size() == size + 3
    assert coming(world, codes[0]) == []


def test_one_wrong_count_leaves_the_whole_vehicle_uncounted(world):
    codes = sent(world, 50, 20)
    size = world.size()
    with pytest.raises(CommandError) as caught:
        world.run(receive_delivery, counting(world, (codes[0], 50), (codes[1], 21)), world.receiver)
    (problem,) = caught.value.problems
    assert codes[1] in problem.sentence
    for counts in ((), ((codes[0], 1), (codes[0], 1))):
        with pytest.raises(CommandError):
            world.run(receive_delivery, counting(world, *counts), world.receiver)
    assert (world.size(), coming(world, codes[0])) == (size, codes)


def test_a_lot_counted_before_is_not_counted_again(world):
    codes = sent(world, 50, 20)
    world.run(receive_delivery, counting(world, (codes[0], 50)), world.receiver)
    assert coming(world, codes[0]) == [codes[1]]
    with pytest.raises(ShipmentStateError):
        world.run(receive_delivery, counting(world, (codes[1], 20), (codes[0], 50)), world.receiver)
    assert coming(world, codes[0]) == [codes[1]]


def test_what_goes_to_somebody_else_is_not_seen(world):
    codes = sent(world, 50, 20)
    for stranger in (world.neighbour_manager, world.actors[Role.MANAGER]):
        with pytest.raises(NotFoundError):
            coming(world, codes[0], stranger)
    with pytest.raises(NotFoundError):
        world.run(receive_delivery, counting(world, (codes[0], 50)), world.neighbour_manager)
