"""Goods in stores: put there, moved on, counted; what is packed or sold leaves by a rule."""

from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import CommandError, NotFoundError
from ledger.coop.goods.stock_places import StoreGoods, standings, store_goods
from ledger.coop.goods.stocktaking import Count, TakeStock, take_stock
from ledger.coop.lots import available, find_own_lot
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.stock_queries import NOWHERE, read_stock
from ledger.log.records import read_record
from ledger.trace.events.sealed import sealed_pointers

PACKER = Role.PACKER


@pytest.fixture
def lot(world):
    for code, name in (("KHO1", "Kho lạnh 1"), ("KHO2", "Kho mát 2")):
        place = RegisterPlace(code=code, name=name, kind="store", province="Khánh Hòa", commune="Phước Thuận")
        world.run(register_place, place)
    return world.harvested(kg="300")


def move(world, lot, to, quantity=None, source=None):
    command = StoreGoods(
        lot=lot,
        to_place=to,
        from_place=source,
        quantity=None if quantity is None else Decimal(quantity),
        done_on=world.today,
    )
    return world.run(store_goods, command, PACKER)


def where(world, lot):
    found = world.read(standings, world.actors[PACKER], (lot,))[lot]
    return {item.place: int(item.quantity) for item in found}


def count(world, lot, counted, cause=None, place=None):
    command = TakeStock(counts=(Count(lot, Decimal(counted), cause),), done_on=world.today, place=place)
    return world.run(take_stock, command, PACKER)


def left(world, lot):
    own = world.read(find_own_lot, world.actors[PACKER], lot)
    return world.read(available, world.actors[PACKER], own)


def test_goods_are_put_in_a_store_and_moved_to_another(world, lot):
    stored = move(world, lot, "KHO1", 200)
    assert where(world, lot) == {None: 100, "KHO1": 200}
    moved = move(world, lot, "KHO2", 50, "KHO1")
    assert where(world, lot) == {None: 100, "KHO1": 150, "KHO2": 50}
    event = world.read(read_record, moved.index).body
    assert event["bizStep"] == "storing"
    assert event["readPoint"]["id"].endswith("/loc/KHO1")
    assert event["bizLocation"]["id"].endswith("/loc/KHO2")
    assert left(world, lot) == 300
    assert stored.quantity == 200


def test_all_that_stands_somewhere_goes_when_nobody_says_how_much(world, lot):
    assert move(world, lot, "KHO1").quantity == 300
    assert move(world, lot, "KHO2", source="KHO1").quantity == 300
    assert where(world, lot) == {"KHO2": 300}


def test_what_is_packed_leaves_first_from_nowhere_then_from_where_it_came_first(world, lot):
    move(world, lot, "KHO1", 150)
    move(world, lot, "KHO2", 100)
    world.packed(lot, packs=200)  # 100 kg: 50 from nowhere, 50 from the first store
    assert where(world, lot) == {"KHO1": 100, "KHO2": 100}
    world.packed(lot, packs=300)
    assert where(world, lot) == {"KHO2": 50}
    move(world, lot, "KHO1", 50, "KHO2")
    assert where(world, lot) == {"KHO1": 50}


def test_more_than_stands_there_is_not_moved(world, lot):
    move(world, lot, "KHO1", 10)
    for to, quantity, source in (
        ("KHO2", 11, "KHO1"),
        ("KHO1", 291, None),
        ("KHO1", 1, "KHO1"),
        ("KHO1", 1, "KHO2"),
    ):
        with pytest.raises(CommandError):
            move(world, lot, to, quantity, source)
    with pytest.raises(NotFoundError):
        move(world, lot, "KHO9", 1)


def test_a_move_that_is_taken_back_leaves_goods_where_they_were(world, lot):
    move(world, lot, "KHO1", 100)
    moved = move(world, lot, "KHO2", 60, "KHO1")
    world.run(correct, Correct(index=moved.index, reason="ghi nhầm kho", did_not_occur=True))
    assert where(world, lot) == {None: 200, "KHO1": 100}
    again = move(world, lot, "KHO2", 60, "KHO1")
    world.run(correct, Correct(index=again.index, reason="ghi nhầm số", values={"quantity": "40"}))
    assert where(world, lot) == {None: 200, "KHO1": 60, "KHO2": 40}


def test_what_is_missing_is_written_off_for_a_cause_and_its_amount_is_sealed(world, lot):
    taken = count(world, lot, "290", "shrinkage")
    event = world.read(read_record, taken.lots[0].index).body
    assert (event["action"], event["bizStep"]) == ("DELETE", "stock_taking")
    assert event["sogoc:fields"]["cause"] == "shrinkage"
    assert "/quantityList/0/quantity" in sealed_pointers(event)
    assert "/sogoc:fields/counted" in sealed_pointers(event)
    assert left(world, lot) == 290
    world.run(correct, Correct(index=taken.lots[0].index, reason="đếm sót một thùng", did_not_occur=True))
    assert left(world, lot) == 300


def test_a_count_that_agrees_is_written_down_and_changes_nothing(world, lot):
    taken = count(world, lot, "300")
    assert world.read(read_record, taken.lots[0].index).body["action"] == "OBSERVE"
    assert (left(world, lot), taken.lots[0].missing, taken.warnings) == (300, 0, ())


def test_too_much_is_told_and_never_added(world, lot):
    taken = count(world, lot, "320", "miscounted")
    assert [notice.guard for notice in taken.warnings] == ["stock_surplus"]
    assert left(world, lot) == 300


def test_a_difference_needs_its_cause(world, lot):
    with pytest.raises(CommandError) as caught:
        count(world, lot, "299")
    assert "Hãy chọn vì sao lệch" in caught.value.problems[0].sentence


def test_one_store_is_counted_by_itself(world, lot):
    move(world, lot, "KHO1", 100)
    move(world, lot, "KHO2", 100)
    count(world, lot, "90", "spoiled", place="KHO2")
    assert where(world, lot) == {None: 100, "KHO1": 100, "KHO2": 90}
    count(world, lot, "0", "lost", place="KHO1")
    assert where(world, lot) == {None: 100, "KHO2": 90}


def test_the_stock_is_listed_by_store(world, lot):
    move(world, lot, "KHO1", 100)
    packer = world.actors[PACKER]
    assert world.read(read_stock, packer).lines[0].here == 300
    assert world.read(read_stock, packer, place="KHO1").lines[0].here == 100
    assert world.read(read_stock, packer, place=NOWHERE).lines[0].here == 200
    assert world.read(read_stock, packer, place="KHO2").lines == ()
    assert world.read(read_stock, packer).places == (("KHO1", "Kho lạnh 1"),)


def test_stamps_of_packs_that_are_gone_are_to_be_voided(world):
    lot = world.stamped(20)
    taken = count(world, lot, "18", "spoiled")
    assert [notice.guard for notice in taken.warnings] == ["stock_stamps"]
