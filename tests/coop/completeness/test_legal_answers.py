"""Each field of each law has its rule, which says what is there, what is missing and where it is said."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ledger.coop.completeness.legal_answers import (
    CONSUMER,
    LABEL,
    PASSPORT,
    RULES,
    answer_sets,
    is_passport,
    missing_facts,
)
from ledger.coop.completeness.legal_facts import LegalFacts, Source, State
from ledger.coop.paper.label_contents import LabelFacts
from ledger.trace.sectors.reference import LEGAL_SETS, OPERATING_RULES

WHOLE = LegalFacts(
    lot="https://so.example.vn/K7QM2X9T4D/class/NHO.261112-1",
    label=LabelFacts(
        organisation="HTX Nho",
        organisation_code="K7QM2X9T4D",
        address="Thôn 1, Phước Thuận, Khánh Hòa",
        product_name="Nho hạ đen",
        gtin="09521234543213",
        lot_code="261112-1",
        origin="Khánh Hòa, Việt Nam",
        packed_on=date(2026, 11, 12),
        made_on=date(2026, 11, 12),
        expires_on=date(2026, 11, 22),
        net_g=Decimal(500),
        ingredients="Nho",
        warning="Rửa sạch trước khi ăn",
        storage="Ngăn mát",
        is_processed=True,
    ),
    has_photo=True,
    tax_code="4900123456",
    shelf_life_days=10,
    standards=("VietGAP 1",),
    steps=("Thu hoạch", "Đóng gói"),
)


def states(facts, name):
    (found,) = (one for one in answer_sets(facts) if one.legal.id == name)
    return {field.code: answer.state for field, answer in found}


def without(**changes):
    return replace(WHOLE, label=replace(WHOLE.label, **changes))


def test_every_field_of_the_data_has_a_rule_and_no_other_has():
    assert {name: [f.code for f in legal.fields] for name, legal in LEGAL_SETS.items()} == {
        name: list(rules) for name, rules in RULES.items()
    }
    assert len(OPERATING_RULES) > 10


def test_where_all_is_said_nothing_is_missing():
    sets = answer_sets(WHOLE)
    assert missing_facts(sets) == ()
    assert {answer.state for one in sets for _, answer in one} == {State.HAVE, State.IF_ANY}
    assert states(WHOLE, PASSPORT)["other"] is State.IF_ANY


def test_without_a_gtin_it_is_no_passport():
    facts = without(gtin="")
    assert not is_passport(facts)
    assert is_passport(WHOLE)
    assert states(facts, PASSPORT)["name_gtin"] is State.MISSING
    assert [item.answer.source for item in missing_facts(answer_sets(facts))] == [Source.GTIN]


@pytest.mark.parametrize(
    ("facts", "source", "asked"),
    [
        (replace(WHOLE, has_photo=False), Source.PRODUCT, 2),
        (replace(WHOLE, standards=()), Source.CERTIFICATES, 2),
        (replace(WHOLE, tax_code=""), Source.ORGANISATION, 1),
        (without(address=""), Source.ORGANISATION, 4),
        (without(warning=""), Source.PRODUCT, 1),
        (replace(WHOLE, lacking=("Thu hoạch",)), Source.DIARY, 3),
        (replace(WHOLE, unplaced=("Đóng gói",)), Source.DIARY, 2),
    ],
)
def test_what_is_missing_is_told_once_with_where_it_is_said(facts, source, asked):
    (found,) = missing_facts(answer_sets(facts))
    assert (found.answer.source, found.asked) == (source, asked)


def test_what_is_missing_for_shoppers_is_missing_in_the_system_too():
    facts = replace(WHOLE, has_photo=False)
    (system,) = (one for one in answer_sets(facts) if one.legal.id == "nd37_23_5_system")
    assert system.answers[0].lacking == ("Hình ảnh sản phẩm",)
    assert [one.missing for one in answer_sets(facts)] == [1, 1, 1, 0, 0]


def test_what_only_a_lot_can_say_is_not_missing_of_its_product():
    facts = replace(
        WHOLE,
        lot="",
        label=replace(WHOLE.label, lot_code="", packed_on=None, made_on=None, expires_on=None, net_g=None),
        steps=(),
    )
    assert missing_facts(answer_sets(facts)) == ()
    assert states(facts, LABEL) == {
        **dict.fromkeys(("name", "resp", "origin", "ingr", "warn", "use"), State.HAVE),
        **dict.fromkeys(("qty", "mfg", "exp"), State.BY_LOT),
    }
    endless = replace(facts, shelf_life_days=None)
    assert states(endless, LABEL)["exp"] is State.MISSING
    assert states(endless, CONSUMER)["expiry"] is State.IF_ANY


def test_fresh_food_needs_no_ingredients_and_flowers_no_label_of_food():
    fresh = replace(WHOLE, label=replace(WHOLE.label, ingredients="", is_processed=False))
    assert states(fresh, LABEL)["ingr"] is State.IF_ANY
    flowers = replace(without(warning="", storage=""), is_food=False)
    assert missing_facts(answer_sets(flowers)) == ()


def test_eggs_are_counted():
    eggs = without(net_g=None, net_count=Decimal(10), net_unit="quả")
    (label,) = (one for one in answer_sets(eggs) if one.legal.id == LABEL)
    assert {field.code: answer.said for field, answer in label}["qty"] == ("10 quả",)
