from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ledger.log.queries import read_head
from ledger.log.records import read_record
from ledger.trace.capture import capture_event
from ledger.trace.derived.registers import find_statement, product_of_gtin, statements_of
from ledger.trace.errors import EpcisError, EventTimeError, GtinError, MalformedStatementError
from ledger.trace.events.statements import ProductRegistered, StampsActivated
from ledger.trace.genealogy import trace_back, trace_forward
from ledger.trace.queries import available, find_lot, lots_of
from ledger.trace.tables import LotKind, TraceEvent, TraceLotEdge
from tests.support.farm import START, Farm, amount


@pytest.fixture
def farm(database):
    return Farm(database)


def test_lots_of_a_season_are_traced_both_ways(farm):
    told = farm.story()
    back = farm.read(trace_back, told.pack)
    assert {node.lot for node in back.lots} == {told.season, told.first, told.second, told.graded, told.pack}
    assert back.lots[0].lot == told.season
    forward = farm.read(trace_forward, told.first)
    assert {node.lot for node in forward.lots} == {told.first, told.graded, told.pack}
    quantities = {(edge.parent, edge.child): edge.quantity for edge in back.edges}
    assert quantities[told.first, told.graded] == 60
    assert quantities[told.season, told.first] is None
    farm.check()


def test_what_is_left_of_a_lot(farm):
    told = farm.story()
    assert farm.read(available, told.first) == 40
    assert farm.read(available, told.second) == 0
    assert farm.read(available, told.graded) == 5
    assert farm.read(available, told.pack) == 150
    assert farm.read(available, told.season) is None


def test_kinds_of_lots_follow_from_their_events(farm):
    told = farm.story()
    kinds = {lot.lot: lot.kind for lot in farm.read(lots_of, farm.code)}
    assert kinds == {
        told.season: LotKind.SEASON,
        told.first: LotKind.RAW,
        told.second: LotKind.RAW,
        told.graded: LotKind.PROCESSED,
        told.pack: LotKind.PACK,
    }
    pack = farm.read(find_lot, told.pack)
    assert (pack.quantity, pack.uom, pack.net_g, pack.product) == (200, "EA", 500, farm.product)
    assert pack.expires_on is not None
    assert farm.read(lots_of, farm.code, LotKind.PACK, product=farm.product)[0] == pack


def test_repeated_capture_returns_the_first_receipt(farm):
    farm.register()
    season, _ = farm.season()
    event = farm.transformation("sogoc:harvesting", 30, [(season, None)], [(farm.lot("A-1"), 10)])
    first = farm.capture(event, idempotency_key="k1")
    size = farm.read(read_head).size
    again = farm.capture({**event, "eventID": None}, idempotency_key="k1")
    assert (again.index, again.repeated) == (first.index, True)
    assert farm.read(read_head).size == size
    repeated = farm.state(farm.product_statement(name="Nho"), idempotency_key="k2")
    assert farm.state(farm.product_statement(name="Nho"), idempotency_key="k2").index == repeated.index
    farm.check()


def test_event_without_id_gets_one(farm):
    farm.register()
    event = farm.event("ObjectEvent", "inspecting", 1, action="OBSERVE", epcList=["urn:epc:id:sgln:1.2.3"])
    del event["eventID"]
    receipt = farm.capture(event, prefixes=frozenset({"sogoc"}))
    assert farm.read(read_record, receipt.index).body["eventID"].startswith("urn:uuid:")


@pytest.mark.parametrize("day", [1, -20000])
def test_time_in_the_future_or_long_past_is_refused(farm, day):
    farm.register()
    event = farm.event(
        "ObjectEvent", "inspecting", day, action="OBSERVE", quantityList=[amount(farm.lot("A"), None, None)]
    )
    farm.clock.now = START
    with pytest.raises(EventTimeError):
        farm.write(capture_event, farm.code, event)


def test_clock_of_the_field_may_run_ahead_a_little(farm):
    farm.register()
    season, _ = farm.season()
    farm.clock.now = START + timedelta(days=2) - timedelta(minutes=4)
    farm.diary(season, 2)


def test_malformed_event_leaves_nothing_behind(farm):
    farm.register()
    size = farm.read(read_head).size
    event = farm.event("ObjectEvent", "no_such_step", 1, action="OBSERVE")
    with pytest.raises(EpcisError):
        farm.capture(event)
    event = farm.transformation("sogoc:sorting", 3, [], [(farm.lot("A-1"), 5)])
    event["inputQuantityList"] = [{"epcClass": farm.lot("B-1"), "quantity": 10**12, "uom": "TNE"}]
    with pytest.raises(EpcisError):
        farm.capture(event)
    assert farm.read(read_head).size == size
    assert farm.read(lambda session: session.scalar(select(func.count()).select_from(TraceEvent))) == 0


def test_input_of_an_unknown_lot_is_kept_as_foreign(farm):
    farm.register()
    foreign = "https://id.gs1.org/01/09506000134352/10/AB-123"
    event = farm.transformation("sogoc:sorting", 3, [(foreign, 20)], [(farm.lot("A-1"), 19)])
    farm.capture(event)
    assert farm.read(find_lot, foreign).kind == LotKind.FOREIGN
    assert {node.lot for node in farm.read(trace_back, farm.lot("A-1")).lots} == {foreign, farm.lot("A-1")}
    farm.check()


def test_every_input_is_kept(farm):
    farm.register()
    season, _ = farm.season()
    lots = [farm.harvest(season, f"A-{n}", 5, 10 + n)[0] for n in range(12)]
    (mixed,), receipt = farm.sort([(lot, 1) for lot in lots], [("M-1", 12)], 30)
    edges = farm.read(
        lambda session: session.scalars(
            select(TraceLotEdge.parent).where(TraceLotEdge.index == receipt.index)
        ).all()
    )
    assert len(edges) == 12
    assert {node.lot for node in farm.read(trace_back, mixed).lots} == {season, mixed, *lots}


def test_goods_received_count_for_the_receiver(farm):
    told = farm.story()
    distributor = Farm(farm.ledger.database, seed=2, beside=farm)
    event = distributor.event(
        "ObjectEvent", "receiving", 35, action="OBSERVE", quantityList=[amount(told.pack, 48, None)]
    )  # fmt: skip
    distributor.capture(event)
    assert farm.read(available, told.pack, distributor.code) == 48
    assert farm.read(available, told.pack) == 150
    # Goods that come home are no new goods.
    event = farm.event(
        "ObjectEvent", "receiving", 36, action="OBSERVE", quantityList=[amount(told.pack, 5, None)]
    )  # fmt: skip
    farm.capture(event)
    assert farm.read(available, told.pack) == 150
    farm.check()


def test_goods_destroyed_are_gone(farm):
    told = farm.story()
    event = farm.event(
        "ObjectEvent", "destroying", 35, action="DELETE", quantityList=[amount(told.pack, 10, None)]
    )
    farm.capture(event)
    assert farm.read(available, told.pack) == 140
    farm.check()


def test_statement_repeated_for_a_subject_replaces_the_first(farm):
    farm.register(name="Nho xanh")
    farm.state(farm.product_statement(name="Nho xanh Ninh Thuận"))
    filed = farm.read(find_statement, ProductRegistered, farm.product)
    assert filed.statement.name == "Nho xanh Ninh Thuận"
    assert [item.statement.name for item in farm.read(statements_of, ProductRegistered, farm.code)] == [
        "Nho xanh Ninh Thuận"
    ]
    assert farm.read(find_statement, ProductRegistered, "http://127.0.0.1:8000/x") is None
    farm.check()


def test_lot_is_found_by_its_products_gtin_and_by_our_own_code(farm):
    farm.register()
    statement = farm.product_statement(name="Nho xanh")
    gtin = "08938505970059"
    farm.state(replace(statement, gtin=gtin))
    season, _ = farm.season()
    own, _ = farm.harvest(season, "261001-1", 10, 30)
    assert farm.read(product_of_gtin, gtin) == farm.product
    assert farm.read(find_lot, f"https://id.gs1.org/01/{gtin}/10/261001-1").lot == own
    under_gtin = f"https://id.gs1.org/01/{gtin}/10/261002-1"
    farm.capture(farm.transformation("sogoc:sorting", 31, [(own, 5)], [(under_gtin, 5)]))
    found = farm.read(find_lot, farm.lot("261002-1"))
    assert (found.lot, found.product) == (under_gtin, farm.product)
    farm.check()


def test_gtin_of_a_neighbour_is_refused(farm):
    farm.register()
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    statement = replace(farm.product_statement(name="Nho"), gtin="08938505970059")
    farm.state(statement)
    with pytest.raises(GtinError):
        neighbour.state(replace(statement, product=neighbour.product))


def test_statement_about_an_unknown_lot_is_refused(farm):
    with pytest.raises(MalformedStatementError):
        farm.state(StampsActivated(lot=farm.lot("A-1"), first=1, last=2))
