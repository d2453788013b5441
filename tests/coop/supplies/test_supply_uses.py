from datetime import date
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import CommandError, NotFoundError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.supplies.stock import open_uses, read_entry_use
from ledger.coop.supplies.uses import StateUse, state_use
from ledger.log.records import read_record
from ledger.trace.errors import GuardError
from tests.support.supply_stock import bought, check_sums, page_of, saved

FERTILISING = {"input": "NPK 16-16-8", "dose": "5"}
SPRAY = {"method": "chemical", "target": "bọ trĩ", "input": "Sâu Rầy 1.8EC", "phi_days": "7"}


def worked(world, season, code="fertilising", who=Role.GROWER, **values):
    known = {"fertilising": FERTILISING, "pest_control": SPRAY}[code]
    command = RecordStep(lot=season, step=code, done_on=world.today, values={**known, **values})
    return world.run(record_step, command, who)


def use_of(world, index, who=Role.MANAGER):
    return world.read(read_entry_use, world.actors[who], index)


def told(recorded):
    return [notice.guard for notice in recorded.warnings]


def test_a_step_takes_what_it_names_from_the_stock(world):
    npk, season = saved(world), world.season()
    bought(world, npk, lot_code="BAO-A1")
    recorded = worked(world, season, input="npk  16-16-8")
    assert told(recorded) == []
    use = use_of(world, recorded.index)
    assert (use.supply, use.amount, use.left, use.lots) == ("NPK 16-16-8", 5, 45, ("BAO-A1",))
    # With a hyphen, which no commitment holds by chance.
    assert "BAO-A1" not in str(world.read(read_record, recorded.index).body)
    check_sums(world)


def test_work_is_never_refused_for_want_of_stock(world):
    npk, season = saved(world), world.season()
    recorded = worked(world, season)
    assert told(recorded) == ["supply_short"]
    assert "5 kg" in recorded.warnings[0].sentence
    assert use_of(world, recorded.index).left == -5
    bought(world, npk)
    assert page_of(world, npk).left == 45
    check_sums(world)


def test_a_name_that_the_stock_does_not_know_is_told_to_who_keeps_a_stock(world):
    season = world.season()
    assert told(worked(world, season)) == []
    saved(world, "Vôi bột")
    assert told(worked(world, season)) == ["supply_not_in_stock"]


def test_a_lot_past_its_day_is_told(world):
    npk, season = saved(world), world.season()
    bought(world, npk, lot_code="CU", expires_on=world.day(3))
    recorded = worked(world, season)
    assert told(recorded) == ["supply_expired"]
    assert use_of(world, recorded.index).expired == (("CU", world.day(3)),)
    assert "sogoc:warnings" not in world.read(read_record, recorded.index).body


def test_a_dose_in_words_is_reckoned_or_asked_for_afterwards(world):
    drug, season = saved(world, "Sâu Rầy 1.8EC", "pesticide", "ml"), world.season()
    bought(world, drug, "500")
    reckoned = worked(world, season, "pest_control", dose="20 ml/16 lít", volume_l="32")
    assert (told(reckoned), use_of(world, reckoned.index).amount) == ([], 40)
    vague = worked(world, season, "pest_control", dose="2 nắp")
    assert told(vague) == ["supply_amount_unknown"]
    (waiting,) = world.read(open_uses, world.actors[Role.GROWER])
    assert (waiting.index, waiting.supply) == (vague.index, "Sâu Rầy 1.8EC")
    world.run(state_use, StateUse(index=vague.index, amount=Decimal(30)), Role.GROWER)
    assert page_of(world, drug).left == 430
    world.run(state_use, StateUse(index=vague.index, amount=Decimal(25)), Role.RECORDER)
    assert page_of(world, drug).left == 435
    assert world.read(open_uses, world.actors[Role.GROWER]) == ()
    check_sums(world)


def test_only_who_recorded_it_or_keeps_the_stock_says_how_much_was_used(world):
    saved(world, "Sâu Rầy 1.8EC", "pesticide", "ml")
    index = worked(world, world.season(), "pest_control", who=Role.TEAM_LEAD).index
    for who in (Role.GROWER, world.neighbour_manager):
        with pytest.raises(NotFoundError):
            world.run(state_use, StateUse(index=index, amount=Decimal(1)), who)
        assert world.read(open_uses, world.actor(who)) == ()
    with pytest.raises(NotFoundError):
        world.run(state_use, StateUse(index=0, amount=Decimal(1)))
    with pytest.raises(CommandError):
        world.run(state_use, StateUse(index=index, amount=Decimal(0)))
    assert world.read(read_entry_use, world.neighbour_manager, index) is None


def test_a_step_taken_back_gives_back_what_it_used(world):
    npk, season = saved(world), world.season()
    bought(world, npk, lot_code="A", expires_on=date(2027, 1, 1))
    bought(world, npk, lot_code="B", expires_on=date(2027, 2, 1))
    index = worked(world, season, dose="70").index
    assert {lot.code: lot.left for lot in page_of(world, npk).lots} == {"A": 0, "B": 30}
    world.run(correct, Correct(index=index, reason="Ghi nhầm vườn", did_not_occur=True))
    assert {lot.code: lot.left for lot in page_of(world, npk).lots} == {"A": 50, "B": 50}
    assert use_of(world, index) is None
    check_sums(world)


def test_a_step_said_again_uses_what_it_says_now(world):
    npk, lime, season = saved(world), saved(world, "Vôi bột"), world.season()
    bought(world, npk)
    bought(world, lime)
    index = worked(world, season).index
    mended = world.run(correct, Correct(index=index, reason="Gõ nhầm số", values={"dose": "7"}))
    assert (page_of(world, npk).left, use_of(world, mended.index).amount) == (43, 7)
    other = world.run(correct, Correct(index=mended.index, reason="Nhầm loại", values={"input": "Vôi bột"}))
    assert (page_of(world, npk).left, page_of(world, lime).left) == (50, 43)
    gone = world.run(correct, Correct(index=other.index, reason="Nhầm loại", values={"input": "Phân lạ"}))
    assert page_of(world, lime).left == 50
    assert told(gone) == ["supply_not_in_stock"]
    check_sums(world)


def test_a_stated_amount_outlives_a_correction_of_something_else(world):
    drug, season = saved(world, "Sâu Rầy 1.8EC", "pesticide", "ml"), world.season()
    bought(world, drug, "500")
    index = worked(world, season, "pest_control").index
    world.run(state_use, StateUse(index=index, amount=Decimal(30)))
    mended = world.run(correct, Correct(index=index, reason="Nhầm đối tượng", values={"target": "rệp"}))
    assert use_of(world, mended.index).amount == 30
    assert page_of(world, drug).left == 470


def test_the_lot_that_a_feeding_names_is_taken_first(world):
    from ledger.coop.field.seasons import OpenSeason, open_season
    from ledger.coop.registers.products import RegisterProduct, register_product

    world.run(register_product, RegisterProduct(code="LON", name="Lợn", template="pig_farm", origin="VN"))
    herd = world.run(open_season, OpenSeason(product="LON", place="VUON1", started_on=world.day(5))).lot
    feed = saved(world, "Cám lợn thịt", "feed")
    bought(world, feed, lot_code="C1", expires_on=date(2027, 1, 1))
    bought(world, feed, lot_code="C2", expires_on=date(2027, 2, 1))
    values = {"input": "Cám lợn thịt", "feed_lot": "c2", "quantity": "20"}
    index = world.run(
        record_step, RecordStep(lot=herd, step="feeding", done_on=world.today, values=values)
    ).index
    assert use_of(world, index).lots == ("C2",)


def test_a_repeat_of_a_form_uses_once(world):
    npk, season = saved(world), world.season()
    bought(world, npk)
    command = RecordStep(
        lot=season, step="fertilising", done_on=world.today, values=FERTILISING, idempotency_key="bon-1"
    )
    first = world.run(record_step, command, Role.GROWER)
    assert world.run(record_step, command, Role.GROWER) == first
    assert page_of(world, npk).left == 45


def test_a_banned_ingredient_known_only_to_the_stock_is_refused(world):
    saved(world, "Sâu Rầy 1.8EC", "pesticide", "ml", active_ingredient="Chlorpyrifos")
    with pytest.raises(GuardError) as caught:
        worked(world, world.season(), "pest_control")
    assert [one.guard for one in caught.value.violations] == ["input_not_banned"]


def test_an_unlisted_ingredient_known_to_the_stock_is_warned_of(world):
    saved(world, "Sâu Rầy 1.8EC", "pesticide", "ml", active_ingredient="Lạ lùng")
    recorded = worked(world, world.season(), "pest_control", dose="20 ml")
    assert told(recorded)[0] == "ingredient_listed"
    assert world.read(read_record, recorded.index).body["sogoc:warnings"] == ["ingredient_listed"]


def test_a_pesticide_not_declared_for_the_crop_is_warned_of(world):
    season = world.season()
    assert told(worked(world, season, "pest_control")) == []
    declared = saved(world, "Thuốc đã khai", "pesticide", "ml", products=("NHO",))
    recorded = worked(world, season, "pest_control")
    assert "input_registered_for_crop" in told(recorded)
    saved(world, "Sâu Rầy 1.8EC", "pesticide", "ml", products=("NHO",))
    assert "input_registered_for_crop" not in told(worked(world, season, "pest_control", dose="20 ml"))
    assert declared.products == ("NHO",)


def test_good_stock_is_used_before_what_is_past_its_day(world):
    npk, season = saved(world), world.season()
    bought(world, npk, lot_code="CU", expires_on=world.day(3))
    bought(world, npk, lot_code="MOI")
    recorded = worked(world, season)
    assert (told(recorded), use_of(world, recorded.index).lots) == ([], ("MOI",))
