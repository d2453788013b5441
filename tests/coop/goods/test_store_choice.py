"""From which store goods are taken, where a lot lies in several: packing, sending, orders."""

from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, CoopError, NotFoundError
from ledger.coop.goods.deliveries import Deliver, deliver
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.goods.stock_places import StoreGoods, standings, store_goods
from ledger.coop.goods.store_choice import FromStore
from ledger.coop.registers.places import RegisterPlace, register_place
from tests.support.order_desk import OrderDesk, line

PACKER = Role.PACKER


@pytest.fixture(autouse=True)
def stores(world):
    for code, name in (("KHO1", "Kho lạnh 1"), ("KHO2", "Kho mát 2")):
        place = RegisterPlace(code=code, name=name, kind="store", province="Khánh Hòa", commune="Phước Thuận")
        world.run(register_place, place)


def put(world, lot, place, quantity):
    command = StoreGoods(lot=lot, to_place=place, quantity=Decimal(quantity), done_on=world.today)
    world.run(store_goods, command, PACKER)


def where(world, lot):
    found = world.read(standings, world.actors[PACKER], (lot,))[lot]
    return {item.place: int(item.quantity) for item in found}


def lying(world, lot, first=60, second=100):
    """200 packs or kg: some in the first store, some in the second, the rest in none."""
    put(world, lot, "KHO1", first)
    put(world, lot, "KHO2", second)
    return lot


def shipping(world, lot, packs, *stores, **more):
    values = {"lot": lot, "packs": packs, "to_partner": world.partner, "done_on": world.today}
    return Ship(**values | more, stores=tuple(FromStore(lot, place) for place in stores))


def test_who_says_nothing_takes_by_the_rule(world):
    lot = lying(world, world.sealed())
    world.run(ship, shipping(world, lot, 70), PACKER)
    assert where(world, lot) == {"KHO1": 30, "KHO2": 100}


def test_what_is_sent_goes_from_the_store_that_was_said(world):
    lot = lying(world, world.sealed())
    world.run(ship, shipping(world, lot, 70, "KHO2"), PACKER)
    assert where(world, lot) == {None: 40, "KHO1": 60, "KHO2": 30}
    world.run(ship, shipping(world, lot, 40, None), PACKER)
    assert where(world, lot) == {"KHO1": 60, "KHO2": 30}


def test_more_than_lies_there_is_refused_with_what_there_is(world):
    lot = lying(world, world.sealed())
    size = world.size()
    for place, said in (("KHO1", "chỉ có 60 gói ở Kho lạnh 1"), (None, "chỉ có 40 gói chưa xếp kho")):
        with pytest.raises(CommandError) as caught:
            world.run(ship, shipping(world, lot, 61, place), PACKER)
        assert said in caught.value.problems[0].sentence
    with pytest.raises(NotFoundError):
        world.run(ship, shipping(world, lot, 1, "KHO9"), PACKER)
    with pytest.raises(CommandError, match="inputs"):
        world.run(ship, shipping(world, lot, 1, "KHO1", "KHO2"), PACKER)
    assert (world.size(), where(world, lot)) == (size, {None: 40, "KHO1": 60, "KHO2": 100})


def test_a_refused_shipment_leaves_the_stores_as_they_were(world):
    lot = lying(world, world.sealed(), first=10, second=20)
    command = shipping(world, lot, 20, "KHO2", done_on=world.day(-30))
    with pytest.raises(CoopError):
        world.run(ship, command, PACKER)
    assert where(world, lot) == {None: 170, "KHO1": 10, "KHO2": 20}


def test_several_lots_on_one_vehicle_each_from_its_store(world):
    one, other = lying(world, world.sealed()), lying(world, world.sealed())
    command = Deliver(
        portions=((one, Decimal(50)), (other, Decimal(100))),
        to_partner=world.partner,
        done_on=world.today,
        stores=(FromStore(other, "KHO2"), FromStore(one, "KHO1")),
    )
    world.run(deliver, command, PACKER)
    assert where(world, one) == {None: 40, "KHO1": 10, "KHO2": 100}
    assert where(world, other) == {None: 40, "KHO1": 60}


def test_an_order_leaves_from_the_store_that_was_said_for_all_its_lines(world):
    lot, desk = lying(world, world.sealed()), OrderDesk(world)
    order = desk.accepted(line(50), line(45))
    desk.allot(order, (1, lot, 50), (2, lot, 45))
    with pytest.raises(CommandError, match="inputs"):
        desk.ship(order, stores=(FromStore(lot, "KHO1"),))
    desk.ship(order, stores=(FromStore(lot, "KHO2"), FromStore("another", "KHO9")))
    assert where(world, lot) == {None: 40, "KHO1": 60, "KHO2": 5}


def test_what_is_packed_is_taken_from_the_store_that_was_said(world):
    raw = lying(world, world.harvested(kg="200"))
    command = Pack(
        product="NHO", inputs=((raw, Decimal(80)),), net_per_pack=Decimal(500), packs=160,
        packed_on=world.today, pack_type="box", stores=(FromStore(raw, "KHO2"),),
    )  # fmt: skip
    world.run(pack, command, PACKER)
    assert where(world, raw) == {None: 40, "KHO1": 60, "KHO2": 20}


def test_a_store_of_another_organisation_is_not_found(world):
    lot = lying(world, world.sealed())
    place = RegisterPlace(code="XA1", name="Kho xa", kind="store", province="x", commune="y")
    world.run(register_place, place, world.neighbour_manager)
    with pytest.raises(NotFoundError):
        world.run(ship, shipping(world, lot, 1, "XA1"), PACKER)
