from decimal import Decimal

import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import NotFoundError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.goods.receiving import Receive, receive
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.paper.cartons import ReserveCartons, VoidCartons, reserve_cartons, void_cartons
from ledger.coop.paper.slips import read_slip
from ledger.coop.registers.places import RegisterPlace, register_place


def send(world, lot, packs=50, **more):
    values = {"lot": lot, "to_partner": world.partner, "packs": packs, "done_on": world.today}
    return world.run(ship, Ship(**values | more), Role.PACKER)


def slip(world, shipment, who=Role.PACKER, *, vault=False):
    return world.read(read_slip, world.actor(who), shipment, world.ledger.vault if vault else None)


def store(world, lot, ago=0):
    command = RecordStep(lot=lot, step="storage", done_on=world.day(ago), values={"store": "KHO1"})
    return world.run(record_step, command, Role.PACKER).index


@pytest.fixture
def cold_store(world):
    command = RegisterPlace("Kho lạnh số 1", "store", "Khánh Hòa", "Phước Thuận", code="KHO1")
    return world.run(register_place, command)


def test_slip_tells_what_how_much_and_where(world):
    lot = world.sealed(200)
    shipped = send(world, lot)
    found = slip(world, shipped.code.lower(), vault=True)
    assert (found.code, found.shipment, found.sender, found.recipient, found.sent_on) == (
        shipped.code,
        shipped.shipment,
        "HTX Nho Đồi Mây",
        "Sen Xanh",
        world.today,
    )
    (line,) = found.lines
    assert (line.product_name, line.lot, line.quantity, line.unit_vi, line.place_name) == (
        "Nho hạ đen",
        lot,
        50,
        "gói",
        "Xưởng đóng gói",
    )
    assert (line.lot_code, line.expires_on, line.packs_each) == (lot.rpartition(".")[2], world.day(-10), None)
    assert slip(world, shipped.shipment, vault=True) == found


def test_deliveries_to_one_partner_on_one_day_are_fetched_together(world):
    lots = [world.sealed(100), world.sealed(100)]
    sent = [send(world, lot, packs) for lot, packs in zip(lots, (30, 40), strict=True)]
    world.clock.now = world.clock.now.replace(day=world.clock.now.day + 1)
    later = send(world, lots[0], 5)
    found = slip(world, sent[1].code)
    assert [(line.shipment_code, line.lot, line.quantity) for line in found.lines] == [
        (sent[0].code, lots[0], 30),
        (sent[1].code, lots[1], 40),
    ]
    assert [line.shipment_code for line in slip(world, later.code).lines] == [later.code]


def test_buyers_nobody_names_have_nothing_in_common(world):
    lot = world.sealed(100)
    one, _ = send(world, lot, 2, to_partner="khách lẻ"), send(world, lot, 3, to_partner="khách lẻ")
    found = slip(world, one.code)
    assert (found.recipient, [line.quantity for line in found.lines]) == ("khách lẻ", [2])


def test_without_the_vault_a_partner_is_known_by_its_public_name_or_not_at_all(world):
    shipped = send(world, world.sealed())
    assert slip(world, shipped.code).recipient == "Công ty Phân phối Sen Xanh"


def test_place_is_the_store_where_the_lot_was_put_last(world, cold_store):
    lot = world.sealed(200)
    index = store(world, lot)
    shipped = send(world, lot, place="VUON1")
    assert slip(world, shipped.code).lines[0].place_name == "Kho lạnh số 1"
    world.run(correct, Correct(index=index, reason="ghi nhầm lô", did_not_occur=True))
    assert slip(world, shipped.code).lines[0].place_name == "Xưởng đóng gói"


def test_line_tells_how_many_packs_a_labelled_carton_holds(world):
    lot = world.sealed(200)
    shipped = send(world, lot)
    jobs = [
        world.run(reserve_cartons, ReserveCartons(lot, "carton", 2, packs, "https://so.example.vn"))
        for packs in (24, 20)
    ]
    assert slip(world, shipped.code).lines[0].packs_each == 20
    world.run(void_cartons, VoidCartons(jobs[1].id, "xếp lại"))
    assert slip(world, shipped.code).lines[0].packs_each == 24


def test_loose_goods_go_by_weight(world):
    shipped = send(world, world.harvested(kg="320,5"), None, weight_kg=Decimal(20))
    (line,) = slip(world, shipped.code).lines
    assert (line.quantity, line.unit_vi, line.packs_each) == (20, "kg", None)


def test_delivery_that_was_taken_back_has_no_slip(world):
    shipped = send(world, world.sealed())
    world.run(correct, Correct(index=shipped.index, reason="xe không đến", did_not_occur=True))
    with pytest.raises(NotFoundError):
        slip(world, shipped.code)


def test_only_the_sender_has_the_slip(world):
    shipped = send(world, world.sealed())
    for stranger in (world.neighbour_manager, world.receiver):
        with pytest.raises(NotFoundError):
            slip(world, shipped.code, stranger)
    with pytest.raises(NotFoundError):
        slip(world, "KHONGCO1")


def test_what_was_received_is_picked_where_the_receiver_put_it(world):
    lot = world.sealed(200)
    command = Receive(shipment=send(world, lot).code, counted=Decimal(50), done_on=world.today)
    world.run(receive, command, world.receiver)
    trader = Actor("a", world.distributor.code, None, frozenset({Role.MANAGER}))
    on = world.run(ship, Ship(lot=lot, to_partner="khách lẻ", packs=9, done_on=world.today), trader)
    (line,) = slip(world, on.code, trader).lines
    assert (line.quantity, line.place_name) == (9, "")
