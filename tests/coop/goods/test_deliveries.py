from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.attachments.photos import Photo
from ledger.coop.errors import CommandError, LotStateError, NotFoundError
from ledger.coop.goods.deliveries import Deliver, deliver
from ledger.coop.goods.delivery_papers import read_papers, shipments_together
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.order_tables import DeliveryRow
from ledger.coop.paper.slips import read_slip
from ledger.trace.digests import format_digest
from ledger.trace.errors import GuardError


def send(world, *portions, **more):
    given = tuple((lot, Decimal(quantity)) for lot, quantity in portions)
    values = {"portions": given, "to_partner": world.partner, "done_on": world.today}
    return world.run(deliver, Deliver(**values | more), Role.PACKER)


def papers(world, shipment, who=Role.PACKER):
    return world.read(read_papers, world.ledger.vault, world.actor(who), shipment)


def test_lots_of_one_delivery_have_shipments_of_their_own_and_papers_in_common(world):
    sent = send(
        world,
        (world.sealed(50), 20),
        (world.harvested(), "12.5"),
        vehicle="79C-123.45",
        destination="Chợ Đầm",
    )
    ids = [one.shipment for one in sent.shipments]
    assert len(set(ids)) == len({one.code for one in sent.shipments}) == 2
    for shipment in ids:
        assert (papers(world, shipment).vehicle, papers(world, shipment).destination) == (
            "79C-123.45",
            "Chợ Đầm",
        )
        assert set(world.read(shipments_together, shipment)) == set(ids)


def test_one_lot_that_cannot_go_keeps_all_here(world):
    size_before = world.sealed(50), world.sealed(50)
    size = world.size()
    with pytest.raises(GuardError):
        send(world, (size_before[0], 20), (size_before[1], 51))
    with pytest.raises(NotFoundError):
        send(world, (size_before[0], 20), (size_before[1][:-1] + "9", 1))
    assert world.size() == size


def test_what_is_no_delivery_is_refused(world):
    lot = world.sealed(50)
    for portions in ((), ((lot, 1), (lot, 2)), ((lot, "1.5"),), ((lot, 0),)):
        with pytest.raises(CommandError):
            send(world, *portions)
    with pytest.raises(LotStateError):
        send(world, (world.season(), 1))
    with pytest.raises(CommandError) as caught:
        send(world, (lot, 1), driver_phone="không nhớ", vehicle="x" * 41)
    assert [problem.field for problem in caught.value.problems] == ["vehicle", "driver_phone"]
    paper = Photo(format_digest(bytes(32)), "image/webp", 9, 3, 3)
    with pytest.raises(CommandError):
        send(world, (lot, 1), documents=(paper,) * 11)


def test_papers_are_encrypted_and_only_the_senders(world):
    command = Ship(
        lot=world.sealed(50), to_partner=world.partner, packs=5, done_on=world.today,
        driver_phone="0912 345 678", destination="Chợ Đầm",
    )  # fmt: skip
    assert "0912" not in repr(command)
    shipped = world.run(ship, command, Role.PACKER)
    assert papers(world, shipped.shipment).driver_phone == "0912 345 678"
    for stranger in (world.neighbour_manager, world.receiver):
        assert not papers(world, shipped.shipment, stranger)
    rows = world.read(lambda session: session.query(DeliveryRow).all())
    assert not any(b"0912" in row.details_sealed for row in rows)


def test_what_is_on_one_vehicle_is_fetched_together(world):
    lots = world.sealed(50), world.sealed(50)
    one = send(world, (lots[0], 20), (lots[1], 5), to_partner="khách lẻ").shipments[0]
    send(world, (lots[0], 1), to_partner="khách lẻ")
    found = world.read(read_slip, world.actors[Role.PACKER], one.code)
    assert sorted(line.quantity for line in found.lines) == [5, 20]


def test_a_plain_shipment_has_no_papers(world):
    shipped = world.shipped()
    assert not papers(world, shipped.shipment)
    assert world.read(shipments_together, shipped.shipment) == (shipped.shipment,)
