"""Guards: each refuses what it must, passes what it may, and says when and how one goes on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace import guards
from ledger.trace.errors import GuardError, MissingFactsError
from ledger.trace.facts import (
    Facts,
    FailedTest,
    FlowFacts,
    LotFacts,
    SeasonFacts,
    StampFacts,
    TakenRange,
    Taking,
    Treatment,
)
from ledger.trace.guards import GuardWarning, Override, actions_of, check_guards, event_members
from ledger.trace.sectors.templates import GUARDS, TEMPLATES, template

DAY = date(2026, 11, 10)
NHO = template("fruit_nho")
ABAMECTIN = Treatment("Abamectin", date(2026, 11, 5), 7)
TEST = FailedTest("KN-7", date(2026, 11, 8))


def kg(text):
    return Decimal(text)


def ask(guard, facts):
    """What one guard says, whatever steps name it."""
    finding = guards.RULES[guard](GUARDS[guard], facts)
    return None if finding is None else finding.sentence_vi


def season(**known):
    return Facts(done_on=DAY, season=SeasonFacts(**known))


def lots(*given, flow=None, values=None):
    return Facts(done_on=DAY, values=values or {}, lots=given, flow=flow)


def spraying(days, *takings, **values):
    typed = {"method": "chemical", "input": "Abamectin", **values}
    if days is not None:
        typed["phi_days"] = str(days)
    return Facts(done_on=DAY, values=typed, season=SeasonFacts(takings=takings))


# -- intervals -------------------------------------------------------------------------------------------


def test_a_harvest_waits_for_the_interval_to_end():
    assert ask("phi_elapsed", season(sprays=(ABAMECTIN,))) == (
        "Chưa được thu hoạch: thuốc Abamectin phun ngày 05/11/2026, cách ly 7 ngày. "
        "Thu hoạch được từ 12/11/2026."
    )


@given(st.integers(0, 60), st.integers(-30, 90))
def test_the_interval_counts_from_the_day_of_spraying(days, later):
    spray = Treatment("X", DAY, days)
    facts = Facts(done_on=DAY + timedelta(days=later), season=SeasonFacts(sprays=(spray,)))
    assert (ask("phi_elapsed", facts) is None) == (later < 0 or later >= days)
    facts = Facts(done_on=DAY + timedelta(days=later), season=SeasonFacts(medicines=(spray,)))
    assert (ask("withdrawal_elapsed", facts) is None) == (later < 0 or later >= days)


def test_the_spray_that_ends_last_is_told():
    sprays = (ABAMECTIN, Treatment("Mancozeb", date(2026, 11, 1), 14), Treatment("Bt", DAY, 0))
    assert "Mancozeb" in ask("phi_elapsed", season(sprays=sprays))


def test_a_release_waits_for_the_withdrawal_to_end():
    told = ask("withdrawal_elapsed", season(medicines=(Treatment("Tylosin", date(2026, 11, 4), 8),)))
    assert "Tylosin dùng ngày 04/11/2026" in told
    assert "từ 12/11/2026" in told


def test_a_spraying_recorded_late_must_not_contradict_a_harvest():
    told = ask("phi_block_harvest", spraying(7, Taking("261112-1", date(2026, 11, 12))))
    assert "Lô 261112-1 đã lấy ngày 12/11/2026" in told
    assert "17/11/2026" in told
    assert ask("phi_block_harvest", spraying(7, Taking("261117-1", date(2026, 11, 17)))) is None
    assert ask("phi_block_harvest", spraying(7, Taking("261109-1", date(2026, 11, 9)))) is None


def test_a_chemical_without_days_is_refused_and_other_work_is_not():
    assert "đọc trên nhãn" in ask("phi_block_harvest", spraying(None))
    assert ask("phi_block_harvest", spraying(None, method="manual")) is None
    vet = {"kind": "treatment", "input": "Tylosin"}
    assert "đọc trên nhãn" in ask("withdrawal_block_release", Facts(done_on=DAY, values=vet))
    assert ask("withdrawal_block_release", Facts(done_on=DAY, values={**vet, "kind": "vaccine"})) is None


def test_an_interval_that_looks_short_is_questioned_without_giving_days():
    told = ask("phi_looks_short", spraying(2))
    assert "Cách ly 2 ngày" in told
    assert "7" not in told
    assert ask("phi_looks_short", spraying(7)) is None
    assert ask("phi_looks_short", spraying(2, input="Nước tỏi")) is None
    assert ask("phi_looks_short", spraying(None)) is None


def test_a_banned_ingredient_is_refused():
    assert "Paraquat" in ask("input_not_banned", spraying(7, active_ingredient="paraquat 20%"))
    assert ask("input_not_banned", spraying(7)) is None


def test_an_input_outside_the_declared_list_is_questioned():
    facts = spraying(7)
    assert ask("input_registered_for_crop", facts) is None
    for declared, told in ((frozenset({"Mancozeb"}), True), (frozenset({"Abamectin"}), False)):
        known = Facts(done_on=DAY, values=facts.values, season=SeasonFacts(registered_inputs=declared))
        assert (ask("input_registered_for_crop", known) is not None) == told
    nothing = Facts(done_on=DAY, season=SeasonFacts(registered_inputs=frozenset()))
    assert ask("input_registered_for_crop", nothing) is None
    spelled = Facts(done_on=DAY, values=facts.values, season=SeasonFacts(registered_inputs={"  abaMECTIN "}))
    assert ask("input_registered_for_crop", spelled) is None


@pytest.mark.parametrize(
    ("values", "known", "banned"),
    [
        ({"input": "Thuốc lạ"}, "", False),
        ({"input": "Thuốc lạ"}, "Fipronil 5%", True),
        ({"input": "Thuốc lạ", "active_ingredient": "Fipronil"}, "", True),
        ({"material": "Glyphosate 480"}, "", True),
        ({"input": "Chloramphenicol 10%"}, "", True),
    ],
)
def test_a_banned_substance_is_found_wherever_it_is_named(values, known, banned):
    facts = Facts(done_on=DAY, values=values, known_ingredient=known)
    assert (ask("input_not_banned", facts) is not None) == banned


@pytest.mark.parametrize(
    ("stated", "known", "told"),
    [
        ("", "", False),
        ("", "Abamectin", False),
        ("abamectin 1,8%", "", False),
        ("Copper oxychloride", "", False),
        ("Trichoderma harzianum", "", False),
        ("Fipronil", "", False),
        ("Abamectni", "", True),
        ("", "Chất lạ", True),
        ("Abamectin", "Chất lạ", False),
    ],
)
def test_an_ingredient_that_no_list_knows_is_questioned(stated, known, told):
    facts = Facts(done_on=DAY, values={"active_ingredient": stated}, known_ingredient=known)
    assert (ask("ingredient_listed", facts) is not None) == told


# -- quantities ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "output", "loss", "passes"),
    [
        ("100", "98", "2", True),
        ("100", "100", "2", True),
        ("100", "100", "2.001", False),
        ("100", "102.001", "0", False),
    ],
)
def test_no_more_comes_out_than_went_in(taken, output, loss, passes):
    facts = lots(LotFacts(code="L1", taken=kg(taken)), flow=FlowFacts(output=kg(output), loss=kg(loss)))
    assert (ask("mass_balance", facts) is None) == passes


def test_a_balance_is_told_in_kilograms():
    facts = lots(LotFacts(code="L1", taken=kg("1234.5")), flow=FlowFacts(output=kg("2000"), loss=kg("0.5")))
    assert ask("mass_balance", facts) == (
        "Ra 2.000 kg và hao hụt 0,5 kg nhiều hơn vào 1.234,5 kg. Hãy cân lại, hoặc chọn thêm lô vào."
    )


@pytest.mark.parametrize(
    ("guard", "low", "high"),
    [
        ("mass_balance:drying", 7, 40),
        ("mass_balance:slaughter", 65, 85),
        ("mass_balance:cooking", None, 130),
        ("mass_balance:drying_flour", 60, 105),
        ("mass_balance:sawing", 40, 75),
    ],
)
def test_each_process_has_its_band(guard, low, high):
    for percent in (0, 6, 7, 39, 40, 41, 59, 60, 65, 75, 76, 85, 86, 105, 106, 130, 131):
        facts = lots(LotFacts(code="L1", taken=kg(100)), flow=FlowFacts(output=kg(percent)))
        assert (ask(guard, facts) is None) == ((low or 0) <= percent <= high)
    facts = lots(LotFacts(code="L1", taken=kg(100)), flow=FlowFacts(output=kg(200)))
    assert ("từ" in ask(guard, facts)) == (low is not None)


def test_no_more_is_taken_from_a_lot_than_it_holds():
    facts = lots(
        LotFacts(code="L1", available=kg(50), taken=kg(50)),
        LotFacts(code="L2", available=kg(3), taken=kg("3.5")),
    )
    assert ask("input_available", facts).startswith("Lô L2 chỉ còn 3 kg, không lấy được 3,5 kg.")
    assert ask("input_available", lots(LotFacts(code="L1", available=kg(50), taken=kg(50)))) is None


@pytest.mark.parametrize(("packs", "passes"), [(200, True), (202, True), (203, False)])
def test_packs_are_not_heavier_than_what_fills_them(packs, passes):
    facts = lots(LotFacts(code="L1", taken=kg(100)), flow=FlowFacts(packs=packs, net_per_pack=kg("0.5")))
    told = ask("packs_le_input", facts)
    assert (told is None) == passes
    if told:
        assert told.startswith("203 gói × 0,5 kg = 101,5 kg, nhiều hơn vào 100 kg.")
        assert "nhiều nhất 200 gói" in told


def test_a_season_gives_no_more_than_its_area_can():
    known = {"size": kg(1000), "max_yield_per_unit": kg("2.5"), "taken": kg(2400)}
    for quantity, passes in (("100", True), ("100.5", False)):
        facts = Facts(done_on=DAY, values={"quantity": quantity}, season=SeasonFacts(**known))
        assert (ask("yield_plausible", facts) is None) == passes
    timber = Facts(done_on=DAY, values={"volume": "101"}, season=SeasonFacts(**known))
    assert "2.500 kg của 1.000 m²" in ask("yield_plausible", timber)
    for missing in ("size", "max_yield_per_unit"):
        assert ask("yield_plausible", season(**{**known, missing: None, "taken": kg(9999)})) is None


def test_hens_lay_no_more_than_an_egg_a_day():
    for eggs, passes in (("105", True), ("106", False)):
        facts = Facts(
            done_on=DAY, values={"eggs": eggs}, season=SeasonFacts(heads_in=kg(110), heads_dead=kg(10))
        )
        assert (ask("lay_rate_plausible", facts) is None) == passes


def test_all_collections_of_a_day_are_of_the_same_hens():
    before = (Taking("E1", DAY, kg(60)), Taking("E0", DAY - timedelta(days=1), kg(90)))
    for eggs, passes in (("45", True), ("46", False)):
        known = SeasonFacts(heads_in=kg(100), takings=before)
        facts = Facts(done_on=DAY, values={"eggs": eggs}, season=known)
        assert (ask("lay_rate_plausible", facts) is None) == passes


def test_no_more_animals_leave_than_are_left():
    known = SeasonFacts(heads_in=kg(100), heads_dead=kg(5), heads_out=kg(40))
    for heads, passes in (("55", True), ("56", False)):
        told = ask("headcount_balance", Facts(done_on=DAY, values={"heads": heads}, season=known))
        assert (told is None) == passes
    assert told.startswith("Ghi 56 con nhưng chỉ còn 55 con (nhập 100, chết 5, đã xuất 40).")


# -- order and release -----------------------------------------------------------------------------------


def test_a_harvest_needs_a_planting_or_perennial_plants():
    planted, old = {"steps_done": frozenset({"planting"})}, {"perennial_since": date(2020, 1, 1)}
    assert ask("requires:planting", season(**planted)) is None
    assert "gieo trồng trước" in ask("requires:planting", season(**old))
    assert ask("requires:planting_or_perennial_profile", season(**planted)) is None
    assert ask("requires:planting_or_perennial_profile", season(**old)) is None
    assert "hồ sơ" in ask("requires:planting_or_perennial_profile", season())


def test_a_catch_needs_a_stocking():
    assert ask("requires:stock_in", season(steps_done=frozenset({"stock_in"}))) is None
    assert "thả giống trước" in ask("requires:stock_in", season())


def test_a_failed_test_locks_the_lot_but_may_be_recorded():
    locked = lots(LotFacts(code="L1", failed_tests=(TEST,)))
    assert ask("fail_blocks_release", locked).startswith(
        "Lô L1 đang bị khóa: phiếu kiểm nghiệm KN-7 ngày 08/11/2026"
    )
    assert ask("fail_blocks_release", lots(LotFacts(code="L1"))) is None
    step = NHO.step("lab_test")
    warnings = check_guards(step, Facts(done_on=DAY, values={"result": "fail"}))
    assert [warning.guard for warning in warnings] == ["fail_blocks_release"]
    assert check_guards(step, Facts(done_on=DAY, values={"result": "pass"})) == ()


def test_recalled_and_expired_lots_stay_where_they_are():
    assert "10/11/2026" in ask("not_recalled", lots(LotFacts(code="L1", recalled_on=DAY)))
    assert ask("not_recalled", lots(LotFacts(code="L1"))) is None
    yesterday = DAY - timedelta(days=1)
    assert "hết hạn ngày 09/11/2026" in ask("not_expired", lots(LotFacts(code="L1", expires_on=yesterday)))
    assert ask("not_expired", lots(LotFacts(code="L1", expires_on=DAY), LotFacts(code="L2"))) is None


def test_where_it_came_from_and_where_it_goes_is_known():
    assert "nhận từ ai" in ask("one_step_back", Facts(done_on=DAY))
    for key in ("from_party", "source", "supplier", "source_batches"):
        assert ask("one_step_back", Facts(done_on=DAY, values={key: "P-1"})) is None
    assert "giao cho ai" in ask("one_step_forward", Facts(done_on=DAY))
    assert ask("one_step_forward", Facts(done_on=DAY, values={"to_party": "P-1"})) is None


def test_stamps_go_on_sealed_lots_only_and_never_outnumber_packs():
    assert "Hãy ký lô trước" in ask("batch_signed", lots(LotFacts(code="L1")))
    assert ask("batch_signed", lots(LotFacts(code="L1", is_sealed=True))) is None
    for asked, passes in ((140, True), (141, False)):
        facts = Facts(done_on=DAY, stamps=StampFacts(asked=asked, active=100, packs=240))
        told = ask("stamps_le_packs", facts)
        assert (told is None) == passes
    assert "chỉ kích hoạt thêm được 140 tem" in told
    free = Facts(done_on=DAY, stamps=StampFacts(asked=1, active=0, packs=1))
    assert ask("range_unused", free) is None
    used = StampFacts(asked=1, active=0, packs=1, taken=(TakenRange(7, 9, "đã dùng cho lô 261110-1"),))
    assert ask("range_unused", Facts(done_on=DAY, stamps=used)) == (
        "Tem số 7 đến 9 đã dùng cho lô 261110-1. Hãy chọn dải tem khác."
    )
    used = StampFacts(asked=1, active=0, packs=1, taken=(TakenRange(7, 9, "đã báo hủy", ("A", "B")),))
    told = ask("range_unused", Facts(done_on=DAY, stamps=used))
    assert told == "Tem A đến B đã báo hủy. Hãy chọn dải tem khác."


# -- checking a step -------------------------------------------------------------------------------------


def harvest_facts(**known):
    plenty = {"size": kg(1), "max_yield_per_unit": kg(1), "taken": kg(0)}
    return Facts(
        done_on=DAY,
        values={"quantity": "320.5"},
        season=SeasonFacts(**{"perennial_since": DAY, **plenty, **known}),
    )


def test_all_violations_are_told_at_once():
    with pytest.raises(GuardError) as caught:
        check_guards(NHO.step("harvest"), harvest_facts(perennial_since=None, sprays=(ABAMECTIN,)))
    assert [violation.guard for violation in caught.value.violations] == [
        "requires:planting_or_perennial_profile",
        "phi_elapsed",
    ]
    assert "12/11/2026" in caught.value.sentence
    assert caught.value.violations[1].evidence == {
        "input": "Abamectin",
        "done_on": "2026-11-05",
        "days": 7,
        "last_day": "2026-11-11",
        "override": "none",
    }


def test_a_guard_that_only_warns_goes_into_the_event():
    (warning,) = check_guards(NHO.step("harvest"), harvest_facts())
    assert warning.guard == "yield_plausible"
    assert event_members((warning,)) == {"sogoc:warnings": ["yield_plausible"]}
    assert event_members(()) == {}


REASON = "Thuốc đã phun trước khi mở sổ, lô đã giữ lại"


def test_a_manager_passes_a_guard_with_a_public_reason():
    step = NHO.step("pest_control")
    facts = spraying(7, Taking("261112-1", date(2026, 11, 12)))
    override = Override(REASON, "manager")
    (warning,) = check_guards(step, facts, {"phi_block_harvest": override})
    assert warning.override == override
    assert event_members((warning, GuardWarning("yield_plausible", "…"))) == {
        "sogoc:warnings": ["yield_plausible"],
        "sogoc:override": [{"guard": "phi_block_harvest", "reason": REASON, "by": "manager"}],
    }


@pytest.mark.parametrize(
    ("override", "told"),
    [
        (Override(REASON, "grower"), "Chỉ quản lý"),
        (Override("vì thế", "manager"), "10 đến 300 ký tự"),
        (Override("a" * 301, "manager"), "10 đến 300 ký tự"),
        (Override("lý do\u200b có ký tự ẩn", "manager"), "10 đến 300 ký tự"),
    ],
)
def test_an_override_by_another_or_without_a_reason_passes_nothing(override, told):
    facts = spraying(7, Taking("261112-1", date(2026, 11, 12)))
    with pytest.raises(GuardError) as caught:
        check_guards(NHO.step("pest_control"), facts, {"phi_block_harvest": override})
    assert told in caught.value.sentence


def test_nobody_passes_the_interval_before_harvest():
    with pytest.raises(GuardError) as caught:
        check_guards(
            NHO.step("harvest"),
            harvest_facts(sprays=(ABAMECTIN,)),
            {"phi_elapsed": Override(REASON, "manager")},
        )
    assert "không ai được bỏ qua" in caught.value.sentence
    assert not guards.is_overridable("phi_elapsed")
    assert guards.is_overridable("input_not_banned")


def test_a_guard_never_passes_for_lack_of_facts():
    bare = Facts(done_on=DAY, values={"phi_days": "7", "withdrawal_days": "7"})
    needs = {"one_step_back", "one_step_forward", "input_not_banned", "ingredient_listed", "phi_looks_short"}
    for code in set(guards.RULES) - needs:
        with pytest.raises(MissingFactsError) as caught:
            ask(code, bare)
        assert caught.value.guard == code


def test_actions_are_told_and_have_no_rule():
    assert actions_of(NHO.step("packing")) == ("sign_batch",)
    assert actions_of(NHO.step("recall")) == ("passport_shows_warning",)
    assert check_guards(NHO.step("recall"), Facts(done_on=DAY)) == ()


@pytest.mark.parametrize("sector", sorted(TEMPLATES))
def test_every_step_of_every_template_can_be_checked(sector):
    facts = Facts(
        done_on=DAY,
        values={"from_party": "P-1", "to_party": "P-1"},
        season=SeasonFacts(steps_done=frozenset({"planting", "stock_in"})),
        lots=(LotFacts(code="L1", available=kg(100), taken=kg(100), is_sealed=True),),
        flow=FlowFacts(output=kg(70), packs=70, net_per_pack=kg(1)),
        stamps=StampFacts(asked=1, active=0, packs=1),
    )
    for step in TEMPLATES[sector].steps:
        assert {warning.guard for warning in check_guards(step, facts)} <= {"mass_balance:drying"}
