"""The trace box: any name, both ways, and never another organisation's books."""

from decimal import Decimal
from fractions import Fraction

import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.field.intake import TakeIn, take_in
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.holds.holding import HoldLot, hold_lot
from ledger.coop.paper.cartons import ReserveCartons, reserve_cartons
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.tracing.came_from import Way
from ledger.coop.tracing.finding import Name, find_traced
from ledger.coop.tracing.lot_trace import trace_lot
from ledger.trace.errors import UnknownLotError
from ledger.trace.identifiers import lot_code_of
from tests.coop.goods.test_shipping import send, take
from tests.support.order_desk import OrderDesk
from tests.support.world import BASE


def manager(world):
    return world.actors[Role.MANAGER]


def trader(world):
    return Actor("a", world.distributor.code, None, frozenset({Role.MANAGER}))


def traced(world, lot, who=None):
    return world.read(trace_lot, world.ledger.vault, who or manager(world), lot)


def names(world, typed, who=None):
    found = world.read(find_traced, world.ledger.vault, who or manager(world), BASE, typed)
    return [(match.name, match.lot) for match in found]


def bought(world, lot_code="MUA-1"):
    """Rice of a supplier, for noodles."""
    noodles = RegisterProduct(code="MY", name="Mỳ gạo", template="noodle_my", origin="Việt Nam")
    world.run(register_product, noodles)
    values = {"material": "Gạo", "supplier": world.partner, "supplier_lot": "TH-2026/77", "quantity": "80"}
    command = TakeIn(product="MY", done_on=world.today, lot_code=lot_code, values=values)
    return world.run(take_in, command, Role.PACKER).lot


def send_on(world, lot, kg):
    command = Ship(lot=lot, weight_kg=Decimal(kg), to_partner=world.partner, done_on=world.today)
    return world.run(ship, command, Role.PACKER)


def test_lot_is_traced_both_ways_with_amounts_shares_and_losses(world):
    season = world.season()
    first, second = world.harvested(season, kg="300"), world.harvested(season, kg="100")
    packs = world.packed(first, packs=200)
    sent = send(world, packs, 50)
    take(world, sent.code, 48, condition="short")
    trace = traced(world, packs)
    assert [(found.lot, found.level) for found in trace.back] == [(season, -2), (first, -1)]
    assert (trace.lot.quantity, trace.lot.left, trace.lot.holders) == (200, 150, (world.distributor.name,))
    assert trace.back[1].share == Fraction(1)
    assert (trace.back[1].left, trace.forward, trace.is_whole) == (Decimal(200), (), True)
    assert [(flow.step, flow.loss_kg) for flow in trace.flows] == [("harvest", None), ("packing", 0)]
    assert [(one.way, one.lot, one.quantity) for one in trace.came_from] == [(Way.GROWN, first, 300)]
    (went,) = trace.handed_on
    assert (went.receiver.name, went.quantity, went.counted, went.code) == ("Sen Xanh", 50, 48, sent.code)
    onward = traced(world, season)
    assert {found.lot for found in onward.forward} == {first, second, packs}
    assert {one.code for one in onward.handed_on} == {sent.code}


def test_every_name_leads_to_the_lot(world):
    raw, packs = bought(world), world.packed(packs=100)
    shipped = send(world, packs, 10, vehicle="79C-123.45")
    cartons = world.run(reserve_cartons, ReserveCartons(packs, "carton", 2, 5, BASE), Role.PACKER)
    job = world.printed(5, packs)
    code = world.codec().format(job.first)
    for typed in (code, f"HTTPS://X.VN/S/{code}", code.lower(), f"{code[:4]}-{code[4:8]} {code[8:]}"):
        assert names(world, typed) == [(Name.STAMP, packs)]
    for typed in (lot_code_of(packs), packs, packs.removeprefix(BASE), f"NHO.{lot_code_of(packs)}".lower()):
        assert (Name.LOT, packs) in names(world, typed)
    assert names(world, "MUA-1") == [(Name.LOT, raw)]
    assert names(world, "th 2026 77") == [(Name.SUPPLIER_LOT, raw)]
    assert names(world, shipped.code.lower()) == [(Name.SHIPMENT, packs)]
    assert names(world, "79c 12345") == [(Name.VEHICLE, packs)]
    assert names(world, cartons.code(1)) == [(Name.CARTON, packs)]
    order = OrderDesk(world).allotted(world.sealed(40), 10)
    assert [name for name, _ in names(world, order)] == [Name.ORDER]
    for typed in ("", "   ", "%", "_", "DH999", "x" * 400, "http://[", "/s/", "../..", "(01)0(10)"):
        assert names(world, typed) == []


def test_one_step_back_is_answered_for_what_was_bought_and_what_was_received(world):
    raw = bought(world)
    (came,) = traced(world, raw).came_from
    assert (came.way, came.name, came.quantity, came.lot) == (Way.BOUGHT, "Sen Xanh", 80, raw)
    assert came.supplier_lot == "TH-2026/77"
    take(world, send_on(world, raw, 10).code, 10)
    (got,) = traced(world, raw, trader(world)).came_from
    assert (got.way, got.name, got.quantity) == (Way.RECEIVED, world.coop.name, 10)


def test_another_organisation_s_books_stay_shut(world):
    raw = world.harvested(kg="80")
    packs = world.packed(raw, packs=100)
    bought(world)
    take(world, send(world, packs, 40, vehicle="79C-123.45").code, 40)
    sent = send(world, packs, 7)
    world.run(hold_lot, HoldLot(packs, "nghi ngờ"), Role.PACKER)
    job = world.printed(5, packs)
    for who in (trader(world), world.neighbour_manager):
        trace = traced(world, packs, who)
        assert trace.handed_on == ()
        assert not any(found.is_held for found in trace.lots)
        assert all(one.way is Way.RECEIVED for one in trace.came_from)
        # What is public of the goods is told to everybody.
        assert (trace.back[-1].lot, trace.back[-1].quantity, trace.back[-1].left) == (raw, 80, None)
        for secret in ("79C-123.45", "MUA-1", "TH-2026/77", world.codec().format(job.first), "DH1"):
            assert names(world, secret, who) == []
    assert traced(world, packs, trader(world)).lot.left == 40
    assert traced(world, packs, world.neighbour_manager).lot.left is None
    for typed in (sent.code, lot_code_of(packs)):
        assert names(world, typed, world.neighbour_manager) == []
    assert names(world, lot_code_of(packs), trader(world)) == [(Name.LOT, packs)]


def test_shipped_quantity_is_never_told_to_who_is_no_side_of_it(world):
    lot = world.sealed(100)
    take(world, send(world, lot, 37).code, 36, condition="short")
    trace = traced(world, lot, world.neighbour_manager)
    told = {found.quantity for found in trace.lots} | {found.left for found in trace.lots}
    told |= {amount for flow in trace.flows for _, amount, _ in (*flow.inputs, *flow.outputs)}
    assert told.isdisjoint({Decimal(37), Decimal(36)})
    assert (trace.handed_on, trace.came_from) == ((), ())
    assert trace.lot.holders == (world.distributor.name,)


def test_unknown_lot(world):
    with pytest.raises(UnknownLotError):
        traced(world, f"{BASE}/{world.coop.code}/class/NHO.KHONG")
