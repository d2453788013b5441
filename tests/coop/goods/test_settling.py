"""Less is taken in than was sent: why, who answers for it meanwhile, and what comes back to which store."""

from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.attachments.documents import DocumentKind, keep_document
from ledger.coop.attachments.photos import encode_photo
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import CommandError, NotFoundError, ShipmentStateError
from ledger.coop.goods.deliveries import Deliver, deliver
from ledger.coop.goods.differences import read_difference_photo
from ledger.coop.goods.outcomes import Answers, outcome_at, read_outcome, unsettled_shipments
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.receiving import Receive, receive
from ledger.coop.goods.settling import Settle, settle
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.goods.stock_places import StoreGoods, standings, store_goods
from ledger.coop.goods.store_choice import FromStore
from ledger.coop.lots import available, find_held_lot
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.log.records import read_record
from tests.support.market import picture

PACKER = Role.PACKER


@pytest.fixture
def stores(world):
    for code, name in (("KHO1", "Kho lạnh 1"), ("KHO2", "Kho mát 2")):
        place = RegisterPlace(code=code, name=name, kind="store", province="Khánh Hòa", commune="Phước Thuận")
        world.run(register_place, place)


def send(world, lot, packs=50, *stores):
    command = Ship(
        lot=lot,
        to_partner=world.partner,
        packs=packs,
        done_on=world.today,
        stores=tuple(FromStore(lot, place) for place in stores),
    )
    return world.run(ship, command, PACKER)


def take(world, code, counted, **more):
    said = {"reason": "Thùng bẹp, nho dập"} | more
    return world.run(
        receive, Receive(shipment=code, counted=Decimal(counted), done_on=world.today, **said), world.receiver
    )


def back(world, code, returned, **more):
    return world.run(
        settle, Settle(shipment=code, returned=Decimal(returned), done_on=world.today, **more), PACKER
    )


def left(world, lot, who=None):
    def query(session):
        actor = world.actor(who or PACKER)
        return int(available(session, actor, find_held_lot(session, actor, lot)))

    return world.read(query)


def outcome(world, code, who=None):
    return world.read(read_outcome, world.ledger.vault, world.actor(who or PACKER), code)


def where(world, lot):
    found = world.read(standings, world.actors[PACKER], (lot,))[lot]
    return {item.place: int(item.quantity) for item in found}


def put(world, lot, place, quantity):
    command = StoreGoods(lot=lot, to_place=place, quantity=Decimal(quantity), done_on=world.today)
    world.run(store_goods, command, PACKER)


def test_who_takes_in_less_says_why_and_both_sides_read_it(world):
    shipped = send(world, world.sealed())
    for counted, condition in ((45, "ok"), (50, "damaged"), (0, "ok")):
        with pytest.raises(CommandError, match="reason"):
            take(world, shipped.code, counted, condition=condition, reason=" ")
    photo = world.ledger.write(keep_document, world.receiver, encode_photo(picture()), DocumentKind.DELIVERY)
    taken = take(world, shipped.code, 45, documents=(photo,))
    for who in (PACKER, world.receiver):
        found = outcome(world, shipped.code, who)
        assert (found.reason, found.condition, int(found.missing)) == ("Thùng bẹp, nho dập", "short", 5)
        assert (found.answers, found.is_open) == (Answers.BOTH, True)
        asked = (world.ledger.vault, world.actor(who), shipped.code)
        assert world.read(read_difference_photo, *asked, photo.digest).startswith(b"RIFF")
        with pytest.raises(NotFoundError):
            world.read(read_difference_photo, *asked, photo.digest[:-2] + "AA")
    for query in (read_outcome, read_difference_photo):
        more = (photo.digest,) if query is read_difference_photo else ()
        with pytest.raises(NotFoundError):
            world.read(query, world.ledger.vault, world.neighbour_manager, shipped.code, *more)
    assert world.read(outcome_at, world.ledger.vault, world.neighbour_manager, taken.index) is None
    # What is free text stays out of the log.
    assert "dập" not in str(world.read(read_record, taken.index).body)


def test_all_that_came_well_needs_no_reason(world):
    shipped = send(world, world.sealed())
    assert outcome(world, shipped.code).answers is Answers.SENDER
    take(world, shipped.code, 50, reason="thừa lời")
    found = outcome(world, shipped.code)
    assert (found.reason, found.answers, found.is_open) == ("", Answers.RECEIVER, False)
    with pytest.raises(ShipmentStateError):
        back(world, shipped.code, 0)


def test_refused_goods_are_the_senders_until_counted_back_into_a_store(world, stores):
    lot = world.sealed()
    shipped = send(world, lot)
    with pytest.raises(ShipmentStateError):
        back(world, shipped.code, 50)
    take(world, shipped.code, 0)
    assert left(world, lot) == 150
    assert outcome(world, shipped.code).answers is Answers.SENDER
    assert len(world.read(unsettled_shipments, world.actors[PACKER])) == 1
    for returned in (51, "0.5"):
        with pytest.raises(CommandError, match="returned"):
            back(world, shipped.code, returned)
    theirs = Settle(shipment=shipped.code, returned=Decimal(1), done_on=world.today)
    with pytest.raises(NotFoundError):
        world.run(settle, theirs, world.neighbour_manager)
    done = back(world, shipped.code, 48, to_place="KHO1", idempotency_key="a")
    assert back(world, shipped.code, 48, to_place="KHO1", idempotency_key="a") == done
    assert (int(done.returned), int(done.lost), left(world, lot)) == (48, 2, 198)
    assert where(world, lot) == {None: 150, "KHO1": 48}
    assert not world.read(unsettled_shipments, world.actors[PACKER])
    event = world.read(read_record, done.index).body
    assert (event["bizStep"], event["disposition"]) == ("receiving", "returned")
    # Neither how many nor from whom is public.
    assert "quantity" not in event["quantityList"][0]
    assert world.distributor.code not in str(event)
    with pytest.raises(ShipmentStateError):
        back(world, shipped.code, 1)
    counted = Correct(index=outcome(world, shipped.code).received_index, reason="nhầm", did_not_occur=True)
    with pytest.raises(ShipmentStateError):
        world.run(correct, counted, world.receiver)


def test_what_is_lost_needs_no_entry(world):
    lot = world.sealed()
    shipped = send(world, lot)
    take(world, shipped.code, 45)
    size = world.size()
    done = back(world, shipped.code, 0)
    assert (done.index, int(done.lost), world.size(), left(world, lot)) == (None, 5, size, 150)
    assert outcome(world, shipped.code).answers is Answers.RECEIVER


def test_a_return_is_corrected_like_any_step(world, stores):
    lot = world.sealed()
    shipped = send(world, lot)
    take(world, shipped.code, 40)
    done = back(world, shipped.code, 10, to_place="KHO1")
    with pytest.raises(CommandError, match="quantity"):
        world.run(correct, Correct(index=done.index, reason="nhầm", values={"quantity": "11"}))
    again = world.run(correct, Correct(index=done.index, reason="nhầm", values={"quantity": "8"}))
    found = outcome(world, shipped.code)
    assert (int(found.returned), int(found.lost), found.returned_index) == (8, 2, again.index)
    assert (left(world, lot), where(world, lot)) == (158, {None: 150, "KHO1": 8})
    world.run(correct, Correct(index=again.index, reason="chưa về", did_not_occur=True))
    assert outcome(world, shipped.code).is_open
    assert (left(world, lot), where(world, lot)) == (150, {None: 150})


def test_a_count_that_is_taken_back_takes_its_reason_along(world):
    shipped = send(world, world.sealed())
    taken = take(world, shipped.code, 40)
    world.run(correct, Correct(index=taken.index, reason="đếm nhầm", did_not_occur=True), world.receiver)
    assert outcome(world, shipped.code).reason == ""
    take(world, shipped.code, 50)
    assert outcome(world, shipped.code).answers is Answers.RECEIVER


@pytest.mark.parametrize("way", ["ship", "deliver"])
def test_a_shipment_that_was_not_sent_stands_in_its_store_again(world, stores, way):
    lot = world.sealed()
    put(world, lot, "KHO1", 60)
    put(world, lot, "KHO2", 100)
    if way == "ship":
        index = send(world, lot, 70, "KHO2").index
    else:
        command = Deliver(
            portions=((lot, Decimal(70)),),
            to_partner=world.partner,
            done_on=world.today,
            stores=(FromStore(lot, "KHO2"),),
        )
        index = world.run(deliver, command, PACKER).shipments[0].index
    assert where(world, lot) == {None: 40, "KHO1": 60, "KHO2": 30}
    again = world.run(correct, Correct(index=index, reason="nhầm số", values={"quantity": "50"}))
    assert where(world, lot) == {None: 40, "KHO1": 60, "KHO2": 50}
    world.run(correct, Correct(index=again.index, reason="xe không đi", did_not_occur=True))
    assert where(world, lot) == {None: 40, "KHO1": 60, "KHO2": 100}


def test_what_was_packed_by_mistake_stands_in_its_store_again(world, stores):
    raw = world.harvested(kg="100")
    put(world, raw, "KHO2", 80)
    command = Pack(
        product="NHO", inputs=((raw, Decimal(50)),), net_per_pack=Decimal(500), packs=100,
        packed_on=world.today, pack_type="box", place="XUONG", stores=(FromStore(raw, "KHO2"),),
    )  # fmt: skip
    index = world.run(pack, command, PACKER).index
    assert where(world, raw) == {None: 20, "KHO2": 30}
    world.run(correct, Correct(index=index, reason="chưa đóng", did_not_occur=True))
    assert where(world, raw) == {None: 20, "KHO2": 80}
