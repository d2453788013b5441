from datetime import date
from decimal import Decimal

import pytest

from ledger.trace.correcting import correct_event
from ledger.trace.fact_queries import lot_facts, season_facts
from tests.support.farm import Farm


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


def observe(farm, lot, day, step, biz_step="sogoc:work", **fields):
    event = farm.event(
        "ObjectEvent",
        biz_step,
        day,
        action="OBSERVE",
        quantityList=[{"epcClass": lot}],
        **{"sogoc:step": step, "sogoc:template": "fruit_nho", "sogoc:fields": fields},
    )
    return farm.capture(event).index


def test_season_facts_come_from_its_entries(farm):
    story = farm.story()
    observe(farm, story.season, 25, "pest_control", input="Abamectin", phi_days="7")
    observe(farm, story.season, 26, "vet_treatment", input="Oxy", withdrawal_days="14")
    observe(farm, story.season, 26, "stock_in", heads="500")
    observe(farm, story.season, 27, "mortality", heads="12")
    facts = farm.read(season_facts, story.season)
    assert {"season_open", "fertilising", "pest_control", "harvest"} <= facts.steps_done
    (spray,) = facts.sprays
    assert (spray.input, spray.done_on, spray.days) == ("Abamectin", date(2026, 9, 26), 7)
    assert facts.medicines[0].free_on == date(2026, 10, 11)
    assert [(taking.lot_code, taking.quantity) for taking in facts.takings] == [
        ("261001-1", Decimal(100)),
        ("261002-1", Decimal("50.5")),
    ]
    assert facts.taken == Decimal("150.5")
    assert facts.heads_left == 488
    assert facts.perennial_since is None


def test_a_season_without_an_area_of_its_own_has_that_of_its_place(farm):
    story = farm.story()
    facts = farm.read(season_facts, story.season)
    assert (facts.size, facts.size_unit) == (2000, "m²")


def test_corrected_steps_do_not_count(farm):
    story = farm.story()
    index = observe(farm, story.season, 36, "pest_control", input="Abamectin", phi_days="7")
    farm.write(correct_event, index, None, "Phun ở vườn khác")
    assert farm.read(season_facts, story.season).sprays == ()


def test_unknown_season_has_empty_facts(farm):
    assert farm.read(season_facts, farm.lot("V999999-1")).steps_done == frozenset()


def test_lot_facts(farm):
    story = farm.story()
    (facts,) = farm.read(lot_facts, farm.code, {story.pack: Decimal(10)})
    assert (facts.code, facts.available, facts.taken) == ("261004-1", 150, 10)
    assert facts.is_sealed
    assert facts.expires_on is not None
    assert facts.recalled_on is None
    assert facts.failed_tests == ()


def test_failed_test_of_an_ancestor_locks_what_was_made_of_it(farm):
    story = farm.story()
    observe(farm, story.first, 35, "lab_test", "inspecting", result="fail", report_no="KN-01")
    (facts,) = farm.read(lot_facts, farm.code, {story.pack: None})
    assert [test.report_no for test in facts.failed_tests] == ["KN-01"]
    (other,) = farm.read(lot_facts, farm.code, {story.second: None})
    assert other.failed_tests == ()
    observe(farm, story.first, 36, "lab_test", "inspecting", result="pass", report_no="KN-02")
    (facts,) = farm.read(lot_facts, farm.code, {story.pack: None})
    assert facts.failed_tests == ()


def test_lot_nobody_knows_has_nothing_and_a_lot_nobody_weighed_enough(farm):
    story = farm.story()
    unknown, unweighed = farm.read(
        lot_facts, farm.code, {farm.lot("NONE"): Decimal(3), story.season: Decimal(5)}
    )
    assert (unknown.available, unknown.taken) == (0, 3)
    assert (unweighed.available, unweighed.taken) == (5, 5)
