"""Events of other systems: captured as they are, traced, balanced; corrected by their own declarations."""

import json

import pytest

from ledger.log.records import read_record
from ledger.trace.capture import capture_event
from ledger.trace.errors import BalanceError, GenealogyCycleError, LotExistsError
from ledger.trace.events.epcis import OWN_PREFIXES, check_document, declared_prefixes
from ledger.trace.genealogy import trace_back, trace_forward
from ledger.trace.queries import available, find_lot
from ledger.trace.tables import LotKind
from tests.support.farm import START, Farm, amount

FOREIGN = "https://vi-du.example/lo"


@pytest.fixture
def farm(sqlite_database):
    farm = Farm(sqlite_database)
    farm.register()
    return farm


def test_coffee_chain_is_traced_from_season_to_pallet(farm, shared_data):
    document = json.loads((shared_data / "epcis/valid/epcis-coffee-chain.jsonld").read_text(encoding="utf-8"))
    events = check_document(document)
    prefixes = OWN_PREFIXES | declared_prefixes(document["@context"])
    farm.clock.now = START.replace(year=2027)

    def capture_all(unit):
        return [capture_event(unit, farm.code, event, prefixes=prefixes) for event in events]

    receipts = farm.write(capture_all)
    assert len(receipts) == len(events)
    base = "https://id.txng.example.vn/HTX0123/class"
    beans = f"{base}/CF-NHAN.CF2611A"
    assert [node.lot.rpartition("/")[2] for node in farm.read(trace_back, beans).lots] == [
        "VU-CF.2025-2026-VT0007",
        "CF-TUOI.CF261101A",
        "CF-NHAN.CF2611A",
    ]
    assert farm.read(available, f"{base}/CF-TUOI.CF261101A") == 0
    assert farm.read(available, beans) == 390
    assert farm.read(find_lot, f"{base}/VU-CF.2025-2026-VT0007").kind == LotKind.SEASON
    shown = farm.passport(beans)
    assert shown.integrity.ok
    assert [step.name_en for step in shown.passport.journey][:2] == ["Opening", "BizStep-fertilising"]
    farm.check()


def test_lot_added_to_in_several_events_adds_up(farm):
    lot = f"{FOREIGN}/1"
    for day, quantity in ((1, 10), (2, 15)):
        farm.capture(
            farm.event(
                "ObjectEvent", "commissioning", day, action="ADD", quantityList=[amount(lot, quantity, "KGM")]
            )
        )
    assert farm.read(find_lot, lot).quantity == 25
    assert farm.read(available, lot) == 25
    other = Farm(farm.ledger.database, seed=2, beside=farm)
    with pytest.raises(LotExistsError):
        other.capture(
            farm.event("ObjectEvent", "commissioning", 3, action="ADD", quantityList=[amount(lot, 1, "KGM")])
        )
    farm.check()


def test_units_are_brought_to_kilograms(farm):
    lot = f"{FOREIGN}/1"
    farm.capture(
        farm.event("ObjectEvent", "commissioning", 1, action="ADD", quantityList=[amount(lot, "1.5", "TNE")])
    )
    event = farm.transformation("commissioning", 2, [], [(f"{FOREIGN}/2", 900)])
    event["inputQuantityList"] = [amount(lot, 900_000, "GRM"), amount(lot, 100, "KGM")]
    farm.capture(event)
    assert farm.read(available, lot) == 500
    farm.check()


def test_serialised_items_are_traced_and_not_weighed(farm):
    crates = [f"{FOREIGN}/thung/{number}" for number in (1, 2)]
    farm.capture(farm.event("ObjectEvent", "commissioning", 1, action="ADD", epcList=crates))
    event = farm.event(
        "TransformationEvent",
        "commissioning",
        2,
        inputEPCList=crates,
        outputEPCList=[f"{FOREIGN}/thung/3"],
    )
    farm.capture(event)
    assert {node.lot for node in farm.read(trace_forward, crates[0]).lots} == {
        crates[0],
        f"{FOREIGN}/thung/3",
    }
    assert farm.read(find_lot, crates[0]).kind == LotKind.FOREIGN
    farm.check()


def test_pallets_name_what_is_on_them(farm):
    event = farm.event(
        "AggregationEvent",
        "packing",
        1,
        action="ADD",
        parentID=f"{FOREIGN}/pallet/1",
        childEPCs=[f"{FOREIGN}/thung/1"],
        childQuantityList=[amount(f"{FOREIGN}/1", 3, None)],
    )
    farm.capture(event)
    assert len(farm.passport(f"{FOREIGN}/pallet/1").passport.journey) == 1
    farm.check()


def test_ring_of_transformations_is_refused(farm):
    first, second, third = (f"{FOREIGN}/{number}" for number in (1, 2, 3))
    farm.capture(farm.transformation("commissioning", 1, [(first, 1)], [(second, 1)]))
    farm.capture(farm.transformation("commissioning", 2, [(second, 1)], [(third, 1)]))
    with pytest.raises(GenealogyCycleError):
        farm.capture(farm.transformation("commissioning", 3, [(third, 1)], [(first, 1)]))


def declaration_of(farm, receipt):
    body = dict(farm.read(read_record, receipt.index).body)
    body["errorDeclaration"] = {
        "declarationTime": body["eventTime"],
        "reason": "did_not_occur",
    }
    return body


def test_error_declaration_from_elsewhere_finds_its_event_by_id(farm):
    lot = f"{FOREIGN}/1"
    receipt = farm.capture(
        farm.event("ObjectEvent", "commissioning", 1, action="ADD", quantityList=[amount(lot, 10, "KGM")])
    )
    declared = farm.capture(declaration_of(farm, receipt))
    assert farm.read(read_record, declared.index).body["sogoc:corrects"] == receipt.index
    assert farm.read(find_lot, lot).kind == LotKind.WITHDRAWN
    assert farm.read(available, lot) == 0
    # A second declaration finds nothing that still stands, and moves nothing.
    again = farm.capture(declaration_of(farm, receipt))
    assert "sogoc:corrects" not in farm.read(read_record, again.index).body
    assert farm.read(available, lot) == 0
    farm.check()


def test_error_declaration_may_not_name_any_entry_it_likes(farm):
    lot = f"{FOREIGN}/1"
    first = farm.capture(
        farm.event("ObjectEvent", "commissioning", 1, action="ADD", quantityList=[amount(lot, 10, "KGM")])
    )
    second = farm.capture(
        farm.event("ObjectEvent", "commissioning", 2, action="ADD", quantityList=[amount(lot, 5, "KGM")])
    )
    forged = {**declaration_of(farm, first), "sogoc:corrects": second.index}
    declared = farm.capture(forged)
    assert farm.read(read_record, declared.index).body["sogoc:corrects"] == first.index
    farm.check()


def test_declaration_that_would_leave_less_than_nothing_is_refused(farm):
    lot = f"{FOREIGN}/1"
    receipt = farm.capture(
        farm.event("ObjectEvent", "commissioning", 1, action="ADD", quantityList=[amount(lot, 10, "KGM")])
    )
    farm.capture(farm.transformation("commissioning", 2, [(lot, 4)], [(f"{FOREIGN}/2", 4)]))
    with pytest.raises(BalanceError):
        farm.capture(declaration_of(farm, receipt))
    farm.check()
