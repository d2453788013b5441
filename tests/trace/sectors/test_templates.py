"""Sector templates: complete, consistent, and every code in them known."""

import json

import pytest

from ledger.trace import guards
from ledger.trace.errors import UnknownTemplateError
from ledger.trace.events.epcis import SCHEMA
from ledger.trace.sectors import templates
from ledger.trace.sectors.fields import _READERS
from ledger.trace.sectors.templates import COMMON_FIELDS, EVIDENCE_LEVELS, GUARDS, TEMPLATES, template

STEPS = [(sector.id, step) for sector in TEMPLATES.values() for step in sector.steps]
FIELDS = [(sector, step, field) for sector, step in STEPS for field in step.fields]
BIZ_STEPS = set(SCHEMA["$defs"]["bizStep"]["anyOf"][0]["enum"])
DISPOSITIONS = set(SCHEMA["$defs"]["disposition"]["anyOf"][0]["enum"])


def test_seventeen_sectors_are_described():
    assert len(TEMPLATES) == 17
    assert all(sector.id == key and sector.name_vi and sector.name_en for key, sector in TEMPLATES.items())


def test_codes_within_a_template_are_unique():
    for sector in TEMPLATES.values():
        assert len({step.code for step in sector.steps}) == len(sector.steps)
        for step in sector.steps:
            assert len({field.key for field in step.fields}) == len(step.fields)


def test_first_screens_and_label_steps_name_steps_of_the_template():
    for sector in TEMPLATES.values():
        codes = {step.code for step in sector.steps}
        assert set(sector.quick_grower) | set(sector.quick_packer) | set(sector.minimal_steps) <= codes
        assert len(sector.quick_grower) <= 6


def test_words_of_a_step_are_those_of_its_kind():
    for sector, step in STEPS:
        where = (sector, step.code)
        assert step.level in {"unit", "batch", "creates_batch", "transform", "order"}, where
        assert step.photo in {"required", "recommended", "no"}, where
        assert step.event_type in {"ObjectEvent", "TransformationEvent", "TransactionEvent"}, where
        assert step.biz_step in BIZ_STEPS or step.biz_step.startswith("sogoc:"), where
        assert step.disposition in DISPOSITIONS | {None}, where
        assert (step.action is None) == (step.event_type == "TransformationEvent"), where
        assert step.action in {None, "ADD", "OBSERVE"}, where


def test_what_makes_a_lot_of_something_is_a_transformation():
    for sector, step in STEPS:
        made_of_nothing_here = (sector, step.code) == ("noodle_my", "raw_intake")
        if step.level in {"creates_batch", "transform"} and not made_of_nothing_here:
            assert step.event_type == "TransformationEvent", (sector, step.code)
        else:
            assert step.event_type != "TransformationEvent", (sector, step.code)
    intake = template("noodle_my").step("raw_intake")
    assert (intake.event_type, intake.action, intake.biz_step) == ("ObjectEvent", "ADD", "receiving")
    assert template("pig_farm").step("release").biz_step == "sogoc:releasing"


def test_a_season_is_opened_as_a_class_of_its_own():
    opened = [step for _, step in STEPS if step.code == "season_open"]
    assert {(step.biz_step, step.action) for step in opened} == {("creating_class_instance", "ADD")}


def test_fields_are_of_known_types_and_visibilities():
    for sector, step, field in FIELDS:
        where = (sector, step.code, field.key)
        assert field.type in _READERS, where
        assert field.visibility in {"public", "partner", "private"}, where
        assert (field.type == "choice") == bool(field.options), where
        assert (field.type == "ref") == (field.ref is not None), where
        assert field.label_vi, where
        assert field.label_en, where
        if field.required_if:
            key, triggers = field.required_if
            assert set(triggers) <= {option.code for option in step.field(key).options}, where


def test_whoever_is_a_person_is_sealed():
    assert COMMON_FIELDS["done_by"].is_sealed
    assert COMMON_FIELDS["recorded_by"].is_sealed
    assert template("fruit_nho").step("harvest").field("household").is_sealed
    assert not template("fruit_nho").step("harvest").field("quantity").is_sealed


def test_every_guard_is_named_described_and_implemented():
    used = {code for _, step in STEPS for code in step.guards}
    assert used == set(GUARDS)
    for code, spec in GUARDS.items():
        assert spec.severity in {"block", "warn", "action"}
        assert spec.override in {"none", "manager_with_reason_public"}
        assert (code in guards.RULES) == (spec.severity != "action")
    assert set(guards.RULES) <= set(GUARDS)


def test_whatever_takes_from_lots_may_not_take_more_than_there_is():
    for sector, step in STEPS:
        if step.level == "transform" or step.code == "shipping":
            assert {"input_available", "not_recalled"} <= set(step.guards), (sector, step.code)


def test_a_lot_whose_test_failed_goes_no_further():
    for sector in TEMPLATES.values():
        codes = {step.code for step in sector.steps}
        if codes & {"lab_test", "quick_test"}:
            for code in codes & {"packing", "label_activation", "shipping"}:
                assert "fail_blocks_release" in sector.step(code).guards, (sector.id, code)


def test_a_province_is_chosen_from_all_34():
    options = template("fruit_nho").step("shipping").field("to_province").options
    assert len(options) == 34
    assert ("20", "Lạng Sơn") in {(option.code, option.vi) for option in options}


def test_labels_start_from_something():
    honey = template("honey").label_defaults
    assert honey.net_options_g == (250, 500, 700, 1000)
    assert honey.warning_vi == "Không dùng cho trẻ dưới 1 tuổi"
    assert template("duck_egg").label_defaults.net_options_count == (6, 10, 30)
    assert template("pig_farm").label_defaults.shelf_life_days is None


def test_evidence_has_five_levels():
    assert list(EVIDENCE_LEVELS) == ["self", "photo", "peer", "device", "third_party"]


def test_unknown_templates_and_steps_are_refused():
    with pytest.raises(UnknownTemplateError) as caught:
        template("rice")
    assert (caught.value.template, caught.value.step) == ("rice", None)
    with pytest.raises(UnknownTemplateError) as caught:
        template("honey").step("harvest")
    assert (caught.value.template, caught.value.step) == ("honey", "harvest")
    assert template("honey").steps[0].field("nothing") is None


def test_the_data_holds_no_member_that_nobody_reads():
    raw = json.dumps(templates._RAW)
    assert set(templates._RAW) == {
        "visibility_levels",
        "evidence_levels",
        "common_fields",
        "guards",
        "templates",
    }
    assert '"quick_action"' not in raw
