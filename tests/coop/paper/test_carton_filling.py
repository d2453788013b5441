"""Packs go into cartons, cartons onto pallets, and out again: an event each, and nothing doubles."""

import orjson
import pytest

from ledger.coop.actors import Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import CommandError, LotStateError, NotFoundError
from ledger.coop.paper.carton_filling import (
    EmptyCarton,
    FillCartons,
    LoadPallet,
    empty_carton,
    fill_cartons,
    full_cartons,
    load_pallet,
)
from ledger.coop.paper.carton_queries import find_carton, read_carton_job
from ledger.coop.paper.cartons import ReserveCartons, VoidCartons, reserve_cartons, void_cartons
from ledger.log.records import read_record
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.queries import passport_of
from tests.support.world import BASE


@pytest.fixture
def lot(world):
    return world.sealed(packs=60)


def ordered(world, lot, kind, count, each):
    return world.run(reserve_cartons, ReserveCartons(lot, kind, count, each, BASE), Role.PACKER)


def fill(world, job, first, last):
    command = FillCartons(job=job.id, first=first, last=last, done_on=world.today)
    return world.run(fill_cartons, command, Role.PACKER)


def load(world, job, number, *codes):
    command = LoadPallet(job=job.id, number=number, cartons=codes, done_on=world.today)
    return world.run(load_pallet, command, Role.PACKER)


def empty(world, code):
    return world.run(empty_carton, EmptyCarton(code=code, done_on=world.today), Role.PACKER)


def test_each_full_carton_is_an_aggregation_of_packs(world, lot):
    job = ordered(world, lot, "carton", 5, 12)
    filled = fill(world, job, 2, 3)
    event = world.read(read_record, filled.indexes[0]).body
    assert (event["type"], event["action"], event["bizStep"]) == ("AggregationEvent", "ADD", "packing")
    assert event["parentID"] == f"{BASE}/{world.coop.code}/obj/{job.code(1)}"
    assert event["childQuantityList"] == [{"epcClass": lot, "quantity": 12}]
    held = world.read(full_cartons, world.actors[Role.PACKER], lot=lot)
    assert [(item.code, item.number, item.packs) for item in held] == [
        (job.code(1), 2, 12),
        (job.code(2), 3, 12),
    ]


def test_cartons_on_a_pallet_are_its_children_until_they_are_taken_off(world, lot):
    job = ordered(world, lot, "carton", 3, 10)
    pallets = ordered(world, lot, "pallet", 2, 20)
    codes = fill(world, job, 1, 3).codes
    loaded = load(world, pallets, 1, *codes[:2])
    event = world.read(read_record, loaded.indexes[0]).body
    assert event["parentID"].endswith(f"/obj/{pallets.code(0)}")
    assert [child.rpartition("/")[2] for child in event["childEPCs"]] == list(codes[:2])
    with pytest.raises(CommandError, match=r"pallet|cartons"):
        load(world, pallets, 2, codes[0])
    with pytest.raises(CommandError) as caught:
        empty(world, codes[0])
    assert "dỡ pa-lét trước" in caught.value.problems[0].sentence
    off = world.read(read_record, empty(world, pallets.code(0)).indexes[0]).body
    assert (off["action"], off["bizStep"], len(off["childEPCs"])) == ("DELETE", "unpacking", 2)
    out = world.read(read_record, empty(world, codes[0]).indexes[0]).body
    assert (out["action"], out["childQuantityList"][0]["quantity"]) == ("DELETE", 10)
    assert fill(world, job, 1, 1).codes == codes[:1]


def test_a_pallet_holds_no_more_than_its_label_says(world, lot):
    job, pallets = ordered(world, lot, "carton", 3, 10), ordered(world, lot, "pallet", 1, 20)
    codes = fill(world, job, 1, 3).codes
    with pytest.raises(CommandError) as caught:
        load(world, pallets, 1, *codes)
    assert "ghi 20 gói, các thùng này có 30" in caught.value.problems[0].sentence
    with pytest.raises(CommandError):
        load(world, pallets, 2, codes[0])
    with pytest.raises(CommandError):
        load(world, job, 1, codes[0])
    with pytest.raises(CommandError):
        load(world, pallets, 1, "T0000000000000")


def test_a_carton_is_filled_once_and_its_label_kept_while_it_is_full(world, lot):
    job = ordered(world, lot, "carton", 2, 10)
    (code, _) = fill(world, job, 1, 2).codes
    for first, last in ((1, 1), (2, 3), (0, 1), (2, 1)):
        with pytest.raises(CommandError):
            fill(world, job, first, last)
    with pytest.raises(CommandError):
        world.run(void_cartons, VoidCartons(job.id, "xếp lại"), Role.PACKER)
    empty(world, code)
    with pytest.raises(NotFoundError):
        empty(world, code)


def test_a_lot_that_is_not_sealed_goes_into_no_carton(world):
    job = ordered(world, world.packed(packs=10), "carton", 1, 10)
    with pytest.raises(LotStateError):
        fill(world, job, 1, 1)


def test_a_lot_of_many_cartons_has_a_small_passport_and_bundle(world, lot):
    before = world.read(lot_bundle, lot)
    fill(world, ordered(world, lot, "carton", 30, 2), 1, 30)
    passport = world.read(passport_of, lot, world.today).passport
    assert not [step for step in passport.journey if step.step == "carton_filling"]
    bundle = world.read(lot_bundle, lot)
    assert len(bundle["entries"]) == len(before["entries"])
    assert verify_bundle(orjson.dumps(bundle), vkey=world.ledger.vkey).sealed_index == passport.sealed.index


def test_a_filled_carton_is_mended_by_emptying_it(world, lot):
    job = ordered(world, lot, "carton", 1, 10)
    (index,) = fill(world, job, 1, 1).indexes
    with pytest.raises(CommandError) as caught:
        world.run(correct, Correct(index=index, reason="xếp nhầm", did_not_occur=True))
    assert "dỡ thùng" in caught.value.problems[0].sentence
    assert world.read(read_carton_job, world.actors[Role.PACKER], job.id).count == 1


def test_a_code_says_on_which_pallet_its_carton_stands(world, lot):
    job, pallets = ordered(world, lot, "carton", 2, 10), ordered(world, lot, "pallet", 1, 20)
    codes = fill(world, job, 1, 2).codes
    load(world, pallets, 1, *codes)
    assert world.read(find_carton, codes[0]).pallet == pallets.code(0)
    assert world.read(find_carton, pallets.code(0)).cartons == codes
