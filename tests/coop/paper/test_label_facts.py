from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.actors import Role
from ledger.coop.errors import CoopError, NotFoundError
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.processed_food import NOT_FOOD, PROCESSING_STEPS
from ledger.coop.paper.label_contents import FOOD_LABEL
from ledger.coop.paper.label_facts import (
    LabelFacts,
    format_facts,
    label_facts,
    missing_label_fields,
    parse_facts,
)
from ledger.trace.sectors.templates import TEMPLATES
from tests.support.sector_walks import begin

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
AMOUNT = st.none() | st.integers(0, 10**12).map(lambda n: (Decimal(n) / 1000).normalize() + 0)
DAY = st.none() | st.dates()
FACTS = st.builds(
    LabelFacts,
    organisation=TEXT,
    organisation_code=TEXT,
    product_name=TEXT,
    made_on=DAY,
    expires_on=DAY,
    net_g=AMOUNT,
    quantity=AMOUNT,
    uom=st.sampled_from(["", "KGM", "EA"]),
    warning=TEXT,
    is_packed_food=st.booleans(),
)
HONEY = LabelFacts(
    organisation="HTX Ong Rừng",
    organisation_code="K7QM2X9T4D",
    address="Thôn 1, xã A, tỉnh B",
    product_name="Mật ong",
    lot_code="261112-1",
    origin="Việt Nam",
    made_on=date(2026, 11, 12),
    expires_on=date(2028, 11, 12),
    net_g=Decimal(500),
    warning="Không dùng cho trẻ dưới 1 tuổi",
    storage="Nơi khô mát",
    is_packed_food=True,
)


def facts_of(world, lot, organisation=None):
    return world.read(label_facts, organisation or world.coop.code, lot)


def missing(facts):
    return [field.code for field in missing_label_fields(facts)]


def test_facts_of_a_lot_of_packs(world):
    lot = world.sealed(200)
    facts = facts_of(world, lot)
    assert facts == LabelFacts(
        organisation="HTX Nho Đồi Mây",
        organisation_code=world.coop.code,
        address="Thôn Hiệp Hòa, Phước Thuận, Khánh Hòa",
        place="Phước Thuận, Khánh Hòa",
        phone="0259 388 1122",
        product_name="Nho hạ đen",
        product_name_en="Black summer grapes",
        product_code="NHO",
        lot_code=lot.rpartition(".")[2],
        origin="Phước Thuận, Khánh Hòa, Việt Nam",
        packed_on=world.today,
        made_on=world.today,
        expires_on=world.day(-10),
        net_g=Decimal(500),
        pack_type="box",
        quantity=Decimal(200),
        uom="EA",
        storage="Ngăn mát 0–5 °C",
        is_packed_food=True,
    )
    assert parse_facts(format_facts(facts)) == facts


def test_facts_are_known_in_the_very_unit_that_packs(world):
    raw, packer = world.harvested(), world.actors[Role.PACKER]
    command = Pack(
        product="NHO",
        inputs=((raw, Decimal(10)),),
        net_per_pack=Decimal(500),
        packs=20,
        packed_on=world.today,
        pack_type="bag",
        place="XUONG",
    )

    def pack_and_tell(unit):
        return label_facts(unit.session, world.coop.code, pack(unit, packer, command).lot)

    facts = world.ledger.write(pack_and_tell)
    assert (facts.net_g, facts.pack_type, facts.quantity) == (Decimal(500), "bag", Decimal(20))


def test_fresh_grapes_lack_a_warning_and_no_ingredients(world):
    assert missing(facts_of(world, world.sealed(20))) == ["warn"]


def test_loose_lot_was_made_but_not_packed_and_needs_no_label(world):
    facts = facts_of(world, world.harvested(kg="320,5"))
    assert (facts.packed_on, facts.made_on, facts.quantity, facts.uom, facts.net_g) == (
        None,
        world.today,
        Decimal("320.5"),
        "KGM",
        None,
    )
    assert missing(facts) == []


def test_stamps_ordered_ahead_say_only_whose_they_are(world):
    facts = facts_of(world, None)
    assert (facts.organisation, facts.lot_code, facts.product_name) == ("HTX Nho Đồi Mây", "", "")
    assert missing(facts) == []


def test_lot_of_a_neighbour_is_not_found(world):
    lot = world.sealed(20)
    for stranger in (world.neighbour.code, world.distributor.code):
        with pytest.raises(NotFoundError):
            facts_of(world, lot, stranger)
    with pytest.raises(NotFoundError):
        facts_of(world, lot + "9")


def packed(world, name, between=()):
    """The shortest way of a sector to its packs, and ``between`` what else is made on it."""
    walk = begin(world, name)
    walk.grow()
    sector = TEMPLATES[name]
    for step in sector.steps:
        if step.level != "unit" and step.code in {*sector.minimal_steps, *between, "packing"}:
            walk.go(step)
        if step.code == "packing":
            break
    return walk


@pytest.mark.parametrize(
    ("sector", "between", "is_processed", "content"),
    [
        ("noodle_my", (), True, (Decimal(2000), None, "")),
        ("herb_tra_hoa_vang", (), True, (Decimal(2000), None, "")),
        ("honey", ("filtering",), False, (Decimal(2000), None, "")),
        ("duck_egg", (), False, (None, Decimal(2), "quả")),
        ("duck_egg", ("salting",), True, (None, Decimal(2), "quả")),
    ],
)
def test_ingredients_are_asked_of_processed_food_alone(world, sector, between, is_processed, content):
    walk = packed(world, sector, between)
    facts = facts_of(world, walk.lot)
    assert (facts.is_packed_food, facts.is_processed) == (True, is_processed)
    assert (facts.net_g, facts.net_count, facts.net_unit) == content
    assert ("ingr" in missing(facts)) is is_processed
    assert "qty" not in missing(facts)


def test_flowers_are_no_food(world):
    walk = packed(world, "flower_hoa")
    facts = facts_of(world, walk.lot)
    assert (facts.is_packed_food, facts.is_processed, facts.net_unit) == (False, False, "cành")
    assert missing(facts) == []


def test_whole_food_label_misses_nothing():
    assert missing_label_fields(HONEY) == ()


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("name", {"product_name": ""}),
        ("resp", {"address": ""}),
        ("origin", {"origin": ""}),
        ("qty", {"net_g": None}),
        ("mfg", {"made_on": None}),
        ("exp", {"expires_on": None}),
        ("ingr", {"is_processed": True}),
        ("warn", {"warning": ""}),
        ("use", {"storage": ""}),
    ],
)
def test_each_thing_the_law_asks_is_missed(code, without):
    found = missing_label_fields(replace(HONEY, **without))
    assert [field.code for field in found] == [code]
    assert found[0].legal_ref


def test_every_field_of_the_set_is_answered_by_a_fact():
    empty = LabelFacts(organisation="", organisation_code="", is_packed_food=True, is_processed=True)
    assert missing_label_fields(empty) == FOOD_LABEL.fields


def test_processing_steps_and_sectors_are_those_of_the_templates():
    codes = {step.code for sector in TEMPLATES.values() for step in sector.steps}
    assert codes >= PROCESSING_STEPS
    assert {sector.sector for sector in TEMPLATES.values()} >= NOT_FOOD


@given(FACTS)
def test_format_and_parse_are_inverses(facts):
    assert parse_facts(format_facts(facts)) == facts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"form":"sogoc/label-facts/v1"}',
        '{"form":"sogoc/label-facts/v2","organisation":"a","organisation_code":"b"}',
        '{"form":"sogoc/label-facts/v1","organisation":"a","organisation_code":"b","colour":"red"}',
        '{"form":"sogoc/label-facts/v1","organisation":1,"organisation_code":"b"}',
        '{"form":"sogoc/label-facts/v1","organisation":"a","organisation_code":"b","net_g":"1.0"}',
        '{"form":"sogoc/label-facts/v1","organisation":"a","organisation_code":"b","net_g":1}',
        '{"form":"sogoc/label-facts/v1","organisation":"a","organisation_code":"b","made_on":"12/11/2026"}',
        '{"form":"sogoc/label-facts/v1","organisation":"a","organisation":"a","organisation_code":"b"}',
        '{"form":"sogoc/label-facts/v1", "organisation":"a","organisation_code":"b"}',
        '{"organisation":"a","form":"sogoc/label-facts/v1","organisation_code":"b"}',
    ],
)
def test_text_that_is_not_the_one_spelling_is_refused(text):
    with pytest.raises(CoopError):
        parse_facts(text)
