from decimal import Decimal

import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import CommandError, DoneDateError, LotStateError, NotFoundError, ShipmentStateError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.goods.receiving import Receive, receive
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.lots import available, find_held_lot
from ledger.coop.queries import lots_to_pack, shipments_sent, shipments_to_receive
from ledger.log.records import read_record
from ledger.trace.errors import GuardError
from ledger.trace.passports.journey import step_names
from ledger.trace.sealed_fields.disclosures import read_disclosures


def body(world, index):
    return world.read(read_record, index).body


def left(world, actor, lot):
    def query(session):
        return available(session, actor, find_held_lot(session, actor, lot))

    return world.read(query)


def send(world, lot, packs=50, **more):
    values = {"lot": lot, "to_partner": world.partner, "packs": packs, "done_on": world.today}
    return world.run(ship, Ship(**values | more), Role.PACKER)


def take(world, shipment, counted, **more):
    said = {"reason": "Bên giao xếp thiếu"} | more
    command = Receive(shipment=shipment, counted=Decimal(counted), done_on=world.today, **said)
    return world.run(receive, command, world.receiver)


def test_shipment_is_public_but_not_to_whom_nor_how_many(world):
    shipped = send(
        world, world.sealed(), vehicle="79C-123.45", invoice_no="HD-2026/009", temp_c=Decimal("4.5")
    )
    event = body(world, shipped.index)
    assert event["quantityList"] == [{"epcClass": event["quantityList"][0]["epcClass"]}]
    assert "destinationList" not in event
    # Long enough that no random id or commitment holds one of them by chance.
    secrets = (world.partner, world.distributor.code, "79C-123.45", "HD-2026/009")
    assert not any(secret in str(event) for secret in secrets)
    assert event["sogoc:fields"] == {"temp_c": "4.5"}
    assert event["bizTransactionList"] == [{"type": "desadv", "bizTransaction": shipped.shipment}]
    opened = {i.pointer: i.value for i in world.read(read_disclosures, world.ledger.vault, shipped.index)}
    assert opened["/quantityList/0/quantity"] == 50
    assert opened["/destinationList"][0]["destination"].endswith(
        f"/{world.distributor.code}/sd/{world.distributor.code}"
    )


def test_stock_goes_down_when_shipped_and_up_where_counted(world):
    lot = world.sealed(200)
    shipped = send(world, lot, 80)
    assert left(world, world.actors[Role.MANAGER], lot) == 120
    with pytest.raises(NotFoundError):
        left(world, world.receiver, lot)
    take(world, shipped.code.lower(), 78, condition="short", note="thiếu 2 hộp")
    assert left(world, world.receiver, lot) == 78
    assert left(world, world.actors[Role.MANAGER], lot) == 120


def test_receiver_signs_in_its_own_chain_and_names_both_papers(world):
    shipped = send(world, world.sealed())
    received = take(world, shipped.shipment, 50)
    record = world.read(read_record, received.index)
    assert record.chain_id == world.distributor.code
    assert all(name.endswith(world.distributor.code) for name in record.signers)
    assert [item["type"] for item in record.body["bizTransactionList"]] == ["desadv", "recadv"]
    assert (received.expected, received.counted, received.missing, received.state) == (50, 50, 0, "received")


def test_shipment_is_received_once(world):
    shipped = send(world, world.sealed())
    take(world, shipped.code, 50)
    with pytest.raises(ShipmentStateError):
        take(world, shipped.code, 50)


def test_more_than_was_sent_is_not_received(world):
    shipped = send(world, world.sealed(), 50)
    with pytest.raises(CommandError) as caught:
        take(world, shipped.code, 51)
    assert "50" in caught.value.sentence
    for wrong in ("-1", "1.5", "NaN"):
        with pytest.raises(CommandError):
            take(world, shipped.code, wrong)
    with pytest.raises(CommandError):
        take(world, shipped.code, 50, condition="rotten")


def test_nothing_taken_is_a_refusal_on_record(world):
    lot = world.sealed()
    shipped = send(world, lot)
    refused = take(world, shipped.code, 0, condition="damaged", note="hàng dập")
    assert refused.state == "rejected"
    with pytest.raises(NotFoundError):
        left(world, world.receiver, lot)
    assert step_names(body(world, refused.index)) == ("Không nhận hàng", "Goods refused")


def test_receiving_is_not_before_sending(world):
    shipped = send(world, world.sealed())
    command = Receive(shipment=shipped.code, counted=Decimal(50), done_on=world.day(1))
    with pytest.raises(DoneDateError):
        world.run(receive, command, world.receiver)


def test_shipment_is_seen_by_sender_and_receiver_and_nobody_else(world):
    shipped = send(world, world.sealed())
    waiting = world.read(shipments_to_receive, world.receiver)
    assert [(card.code, card.sender, card.quantity) for card in waiting] == [
        (shipped.code, world.coop.name, 50)
    ]
    assert [card.code for card in world.read(shipments_sent, world.actors[Role.MANAGER])] == [shipped.code]
    for query in (shipments_to_receive, shipments_sent):
        assert world.read(query, world.neighbour_manager) == ()
    with pytest.raises(NotFoundError):
        world.run(
            receive,
            Receive(shipment=shipped.code, counted=Decimal(50), done_on=world.today),
            world.neighbour_manager,
        )
    take(world, shipped.code, 50)
    assert world.read(shipments_to_receive, world.receiver) == ()


def test_more_than_is_left_is_not_shipped(world):
    lot = world.sealed(100)
    send(world, lot, 60)
    with pytest.raises(GuardError):
        send(world, lot, 41)
    send(world, lot, 40)


def test_expired_goods_are_not_shipped(world):
    lot = world.sealed(100, ago=12)
    with pytest.raises(GuardError) as caught:
        send(world, lot, 10)
    assert "hết hạn" in caught.value.sentence


def test_buyer_at_the_door_needs_no_name(world):
    shipped = send(world, world.sealed(), 2, to_partner="Khách lẻ")
    assert [card.state for card in world.read(shipments_sent, world.actors[Role.MANAGER])] == ["sent"]
    assert "khách lẻ" not in str(body(world, shipped.index)).lower()


def test_loose_goods_go_by_weight_and_packs_by_number(world):
    raw = world.harvested()
    send(world, raw, None, weight_kg=Decimal("20.5"))
    assert left(world, world.actors[Role.MANAGER], raw) == 300
    for lot, more in ((raw, {"packs": 5}), (world.packed(raw, 10), {"packs": None, "weight_kg": Decimal(5)})):
        with pytest.raises(CommandError):
            send(world, lot, **more)
    with pytest.raises(CommandError):
        send(world, raw, 5, weight_kg=Decimal(5))


def test_season_is_not_shipped(world):
    with pytest.raises(LotStateError):
        send(world, world.season(), 5)


def test_receiver_stores_and_ships_on_what_it_received(world):
    lot = world.sealed()
    take(world, send(world, lot, 50).code, 50)
    stored = RecordStep(lot=lot, step="lab_test", done_on=world.today, values=TEST)
    assert world.run(record_step, stored, world.receiver).index
    trader = Actor("a", world.distributor.code, None, frozenset({Role.MANAGER}))
    on = Ship(lot=lot, to_partner="khách lẻ", packs=20, done_on=world.today)
    world.run(ship, on, trader)
    assert left(world, world.receiver, lot) == 30
    with pytest.raises(GuardError):
        world.run(ship, Ship(lot=lot, to_partner="khách lẻ", packs=31, done_on=world.today), trader)


TEST = {"lab": "Quatest 3", "report_no": "PT-1", "criteria": "dư lượng", "result": "pass"}


def test_loose_goods_that_came_are_to_be_packed_by_who_received_them(world):
    raw = world.harvested()
    take(world, send(world, raw, None, weight_kg=Decimal(100)).code, 99)
    cards = world.read(lots_to_pack, world.receiver)
    assert [(card.lot, card.left) for card in cards] == [(raw, 99)]
