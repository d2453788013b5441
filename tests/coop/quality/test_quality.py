"""Samples, reports and what they hold: criteria are judged, a failed lot goes nowhere until it is let go."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import CommandError, LotStateError, NotAllowedError
from ledger.coop.goods.packing import Pack, Seal, pack, seal
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.quality.criteria import Criterion, judge
from ledger.coop.quality.queries import list_samples, read_sample, samples_of_lot, usual_criteria
from ledger.coop.quality.releasing import ReleaseLot, failed_tests, release_lot
from ledger.coop.quality.samples import (
    FileResult,
    SendSample,
    TakeSample,
    file_result,
    send_sample,
    take_sample,
)
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.log.records import read_record
from ledger.trace.errors import GuardError
from ledger.trace.queries import passport_of

LEAD = Criterion("Chì (Pb)", "0,02", "mg/kg", "max", "0,1")
GERMS = Criterion("Salmonella", "KPH", "/25 g", "absent")
TOO_MUCH = replace(LEAD, found="0,3")


def sampled(world, lot):
    return world.run(
        take_sample, TakeSample(lot=lot, purpose="Kim loại nặng", done_on=world.today), Role.PACKER
    )


def reported(world, *criteria, number="KN-1", **about):
    command = FileResult(lab="Quatest 3", report_no=number, criteria=criteria, done_on=world.today, **about)
    return world.run(file_result, command, Role.PACKER)


def packing(world, lot, packs=10):
    return Pack(
        product="NHO", inputs=((lot, Decimal(packs) / 2),), net_per_pack=Decimal(500), packs=packs,
        packed_on=world.today, pack_type="box",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "rule", "allowed", "is_met"),
    [
        ("0,1", "max", "0,1", True),
        ("0,1001", "max", "0,1", False),
        ("0.0005", "max", "0,001", True),
        ("< 0,01", "max", "0,1", True),
        ("< 0,5", "max", "0,1", False),  # it cannot be measured that finely: nobody knows
        ("KPH", "max", "0,1", True),
        ("không phát hiện", "absent", "", True),
        ("3", "absent", "", False),
        ("0", "absent", "", True),
        ("< 1", "absent", "", False),
        ("18", "min", "17", True),
        ("16,9", "min", "17", False),
        ("KPH", "min", "17", False),
        ("12", "none", "", True),
    ],
)
def test_a_criterion_is_judged_by_its_rule(found, rule, allowed, is_met):
    (judged,) = judge((Criterion("Chỉ tiêu", found, "mg/kg", rule, allowed),))
    assert judged.is_met is is_met


@pytest.mark.parametrize(
    "criteria",
    [
        (),
        (replace(LEAD, found="nhiều"),),
        (replace(LEAD, allowed=""),),
        (replace(LEAD, name=" "),),
        (replace(LEAD, rule="maybe"),),
        (LEAD, replace(LEAD, name="CHÌ  (pb)")),
        (LEAD,) * 41,
    ],
)
def test_a_report_that_cannot_be_judged_is_refused(criteria):
    with pytest.raises(CommandError):
        judge(criteria)


def test_a_sample_goes_its_way(world):
    lot = world.harvested()
    taken = sampled(world, lot)
    assert world.read(read_record, taken.index).body["bizStep"] == "sampling"
    sent = SendSample(sample=taken.id, lab="Quatest 3", sent_on=world.today)
    assert world.run(send_sample, sent, Role.PACKER).index is None
    done = reported(world, LEAD, GERMS, sample=taken.id)
    fields = world.read(read_record, done.index).body["sogoc:fields"]
    assert (done.outcome, fields["result"], fields["lab"]) == ("pass", "pass", "Quatest 3")
    assert "Chì (Pb): 0,02 mg/kg (không quá 0,1): đạt" in fields["criteria"]
    page = world.read(read_sample, world.actors[Role.PACKER], taken.id)
    assert (page.card.state, page.card.code, len(page.criteria)) == ("pass", "M1", 2)
    with pytest.raises(CommandError):
        reported(world, LEAD, sample=taken.id)
    assert world.read(usual_criteria, world.actors[Role.PACKER])[0] == ("Chì (Pb)", "mg/kg", "max", "0.1")


def test_a_failed_result_holds_the_lot_and_what_is_made_of_it(world):
    raw = world.harvested()
    packed = world.packed(raw, packs=20)
    done = reported(world, LEAD, replace(GERMS, found="2"), lot=raw)
    assert done.outcome == "fail"
    assert [notice.guard for notice in done.warnings] == ["fail_blocks_release"]
    for verb, command in (
        (pack, packing(world, raw)),
        (seal, Seal(packed)),
        (ship, Ship(lot=raw, to_partner=world.partner, weight_kg=Decimal(5), done_on=world.today)),
    ):
        with pytest.raises(GuardError) as caught:
            world.run(verb, command, Role.PACKER)
        assert "KN-1" in caught.value.sentence
    reported(world, LEAD, GERMS, number="KN-2", lot=raw)
    assert world.run(seal, Seal(packed), Role.PACKER).index


def test_stamps_of_a_lot_that_failed_after_its_seal_are_not_activated(world):
    lot = world.sealed(20)
    job = world.printed(20, lot)
    reported(world, TOO_MUCH, lot=lot)
    with pytest.raises(GuardError):
        world.run(activate_stamps, Activate(lot, job=job.id), Role.PACKER)


def test_a_passing_report_says_what_failed_before(world):
    lot = world.harvested()
    reported(world, TOO_MUCH, lot=lot)
    with pytest.raises(CommandError) as caught:
        reported(world, GERMS, number="KN-2", lot=lot)
    assert "Chì (Pb)" in caught.value.problems[0].sentence
    assert reported(world, GERMS, LEAD, number="KN-3", lot=lot).outcome == "pass"


def test_the_manager_lets_a_lot_go_with_a_reason_that_everybody_reads(world):
    raw = world.harvested()
    lot = world.packed(raw, packs=20)
    reported(world, TOO_MUCH, lot=raw)
    command = ReleaseLot(lot=lot, reason="Kiểm lại tại phòng thứ hai: đạt, chờ phiếu.", done_on=world.today)
    with pytest.raises(NotAllowedError):
        world.run(release_lot, command, Role.PACKER)
    with pytest.raises(CommandError):
        world.run(release_lot, replace(command, reason="ừ"))
    world.run(release_lot, command)
    world.run(seal, Seal(lot), Role.PACKER)
    passport = world.read(passport_of, lot, world.today).passport
    (told,) = [step for step in passport.journey if step.step == "quality_release"]
    assert any("phòng thứ hai" in text for _, _, text, _ in told.fields)
    with pytest.raises(LotStateError):
        world.run(release_lot, command)
    # Another lot of the same harvest is held still, and a test that fails later holds this one again.
    with pytest.raises(GuardError):
        world.run(pack, packing(world, raw), Role.PACKER)
    reported(world, TOO_MUCH, number="KN-9", lot=lot)
    assert [test.report_no for test in world.read(failed_tests, world.actors[Role.PACKER], lot)] == ["KN-9"]


def test_a_result_that_was_taken_back_waits_again(world):
    lot = world.harvested()
    taken = sampled(world, lot)
    done = reported(world, TOO_MUCH, sample=taken.id)
    world.run(correct, Correct(index=done.index, reason="ghi nhầm phiếu", did_not_occur=True))
    assert world.read(failed_tests, world.actors[Role.PACKER], lot) == ()
    page = world.read(read_sample, world.actors[Role.PACKER], taken.id)
    assert (page.card.state, page.criteria) == ("taken", ())
    assert reported(world, LEAD, sample=taken.id).outcome == "pass"
    world.run(correct, Correct(index=taken.index, reason="không lấy mẫu", did_not_occur=True))
    assert world.read(list_samples, world.actors[Role.PACKER]).cards == ()


def test_a_sector_without_tests_of_its_own_is_held_as_well(world):
    product = RegisterProduct(code="GO", name="Hàng khác", template="simple_generic", origin="x")
    world.run(register_product, product)
    lot = world.run(pack, replace(packing(world, world.harvested()), product="GO"), Role.PACKER).lot
    reported(world, TOO_MUCH, lot=lot)
    with pytest.raises(GuardError):
        world.run(seal, Seal(lot), Role.PACKER)
    leaving = Ship(lot=lot, to_partner=world.partner, packs=1, done_on=world.today)
    with pytest.raises(GuardError):
        world.run(ship, leaving, Role.PACKER)


def test_samples_are_listed_newest_first(world):
    lot = world.harvested()
    codes = [sampled(world, lot).code for _ in range(3)]
    packer = world.actors[Role.PACKER]
    assert [card.code for card in world.read(list_samples, packer).cards] == codes[::-1]
    assert [card.code for card in world.read(samples_of_lot, packer, lot)] == codes[::-1]
    first = world.read(list_samples, packer, waiting=True).cards[0]
    reported(world, LEAD, sample=first.id)
    assert len(world.read(list_samples, packer, waiting=True).cards) == 2


def test_nobody_samples_a_season_or_sends_a_sample_before_it_was_taken(world):
    season = world.season()
    with pytest.raises(LotStateError):
        sampled(world, season)
    taken = sampled(world, world.harvested(season))
    with pytest.raises(CommandError):
        world.run(send_sample, SendSample(sample=taken.id, lab="x", sent_on=world.day(3)), Role.PACKER)
