"""What no usual pack of goods does, rule by rule, and that the rules do not depend on how counts arrive."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.scans.scan_rules import Broken, DayCount, Phase, ScanLimits, ScanRule, find_broken, phase_of
from ledger.trace.passports.verdicts import Verdict

DAY = date(2027, 1, 12)
LIMITS = ScanLimits()
HANOI, HAI_PHONG, SAIGON = "01", "31", "79"
OFF = ScanLimits(0, 0, 0, 0, 0, 0)


def scans(count=1, day=0, province="", phase=Phase.ACTIVE):
    return DayCount(DAY + timedelta(days=day), province, phase, count)


def broken(*days, limits=LIMITS, more=0):
    return find_broken(days, more + sum(one.count for one in days), limits)


def test_usual_scans_break_no_rule():
    assert broken() is None
    assert broken(scans(20), scans(20, 1), scans(5, 2, phase=Phase.UNUSED)) is None


def test_too_many_in_a_day():
    assert broken(scans(20), scans(21, 3)) == Broken(ScanRule.MANY_IN_A_DAY, scans(day=3).day)


def test_a_day_counts_all_its_provinces():
    assert broken(scans(11, province=HANOI), scans(10, province=HAI_PHONG)).rule is ScanRule.MANY_IN_A_DAY


def test_too_many_in_all():
    days = [scans(17, day) for day in range(6)]
    assert broken(*days) == Broken(ScanRule.MANY, days[5].day)


def test_what_is_folded_away_still_counts():
    assert broken(scans(1, 2), more=100) == Broken(ScanRule.MANY, scans(day=2).day)
    assert broken(scans(1, 2), more=99) is None


def test_places_too_far_apart_in_too_little_time():
    assert broken(scans(province=HANOI), scans(day=1, province=SAIGON)) == Broken(
        ScanRule.FAR_APART, scans(day=1).day
    )


def test_places_far_apart_are_usual_when_there_was_time_to_travel():
    assert broken(scans(province=HANOI), scans(day=2, province=SAIGON)) is None


def test_neighbouring_provinces_are_usual():
    assert broken(scans(province=HANOI), scans(province=HAI_PHONG)) is None


@pytest.mark.parametrize("nowhere", ["", "00", "XX"])
def test_an_unknown_province_is_near_everything(nowhere):
    assert broken(scans(province=nowhere), scans(province=SAIGON), scans(province=nowhere)) is None


def test_scans_before_activation():
    assert broken(scans(20, phase=Phase.UNUSED)) is None
    assert broken(scans(21, phase=Phase.UNUSED)).rule is ScanRule.BEFORE_ACTIVATION


def test_scans_before_activation_add_nothing_to_a_day_s_or_to_places_far_apart():
    early = scans(20, province=HANOI, phase=Phase.UNUSED)
    assert broken(early, scans(20, province=SAIGON)) is None


def test_scans_of_a_voided_stamp_count_as_before_activation():
    days = scans(20, phase=Phase.UNUSED), scans(1, 1, phase=Phase.VOIDED)
    assert broken(*days) == Broken(ScanRule.BEFORE_ACTIVATION, days[1].day)


def test_scans_after_the_recall():
    assert broken(scans(10, phase=Phase.RECALLED)) is None
    assert broken(scans(11, phase=Phase.RECALLED)).rule is ScanRule.AFTER_RECALL


def test_news_of_a_recall_is_no_sign_of_copies():
    """Everyone who has the goods looks; that is one rule, and not a day's too many as well."""
    found = broken(scans(50, phase=Phase.RECALLED), limits=replace(LIMITS, after_recall=0))
    assert found is None


def test_the_rule_that_was_broken_first_is_told():
    days = scans(province=HANOI), scans(1, 1, SAIGON), scans(50, 4)
    assert broken(*days).rule is ScanRule.FAR_APART


def test_a_limit_of_zero_puts_its_rule_out_of_force():
    days = [scans(99, province=code, phase=phase) for code in (HANOI, SAIGON) for phase in Phase]
    assert broken(*days, limits=OFF) is None
    for name in ("in_a_day", "in_total", "far_km", "before_activation", "after_recall"):
        assert broken(*days, limits=replace(OFF, **{name: 1})) is not None


counts = st.lists(
    st.builds(
        scans,
        st.integers(1, 40),
        st.integers(0, 9),
        st.sampled_from(["", HANOI, HAI_PHONG, SAIGON]),
        st.sampled_from(Phase),
    ),
    max_size=12,
    unique_by=lambda one: (one.day, one.province, one.phase),
)


@given(counts, st.randoms())
def test_the_order_of_counts_says_nothing(days, random):
    mixed = random.sample(days, len(days))
    assert broken(*days) == broken(*mixed)


@given(counts, counts)
def test_more_scans_never_make_a_stamp_usual_again(days, more):
    known = {(one.day, one.province, one.phase) for one in days}
    later = [one for one in more if (one.day, one.province, one.phase) not in known]
    first, second = broken(*days), broken(*days, *later)
    assert first is None or (second is not None and second.since <= first.since)


def test_every_verdict_has_its_phase():
    phases = {verdict: phase_of(verdict) for verdict in Verdict}
    assert phases.pop(Verdict.RECALLED) is Phase.RECALLED
    assert phases.pop(Verdict.VOIDED) is Phase.VOIDED
    unused = {Verdict.NOT_ACTIVATED, Verdict.UNKNOWN}
    assert {verdict for verdict, phase in phases.items() if phase is Phase.UNUSED} == unused
