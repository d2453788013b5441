"""A product's label said anew: in force at once, the earlier statement kept, lots and paper unchanged."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.paper.label_facts import label_facts, missing_label_fields
from ledger.coop.registers.product_mending import MendProduct, mend_product, read_registration
from ledger.coop.stamps.stamps import Reserve, find_print_job, reserve_stamps
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import ProductRegistered
from tests.support.world import new_world


@pytest.fixture
def world(database):
    made = new_world(database)
    yield made
    made.check()


WHOLE = MendProduct(
    code="NHO",
    origin="Phước Thuận, Khánh Hòa, Việt Nam",
    storage="Ngăn mát 0–5 °C",
    warning="Rửa sạch trước khi ăn",
    shelf_life_days=12,
)


def test_what_was_missing_on_the_label_is_there_for_the_next_order(world):
    lot = world.packed(packs=20)
    missing = missing_label_fields(world.read(label_facts, world.coop.code, lot))
    assert [field.code for field in missing] == ["warn"]
    assert world.run(mend_product, WHOLE).shelf_life_days == 12
    facts = world.read(label_facts, world.coop.code, lot)
    assert facts.warning == "Rửa sạch trước khi ăn"
    assert missing_label_fields(facts) == ()


def test_a_job_that_was_ordered_before_keeps_its_words(world):
    job = world.run(reserve_stamps, Reserve(20, world.packed(packs=20)), Role.PACKER)
    world.run(mend_product, WHOLE)
    kept = world.read(find_print_job, world.actors[Role.PACKER], job.id)
    assert kept.facts == job.facts
    assert kept.facts.warning == ""


def test_lots_that_were_packed_keep_their_use_by_date(world):
    lot = world.packed(packs=20)
    before = world.read(label_facts, world.coop.code, lot).expires_on
    world.run(mend_product, WHOLE)
    assert world.read(label_facts, world.coop.code, lot).expires_on == before


def test_nothing_else_of_the_product_changes(world):
    before = world.read(find_statement, ProductRegistered, world.product.uri).statement
    world.run(mend_product, WHOLE)
    after = world.read(read_registration, world.actors[Role.MANAGER], "NHO")
    for name in ("product", "code", "gtin", "name", "name_en", "template", "net_options_g", "photo"):
        assert getattr(after, name) == getattr(before, name)


def test_the_same_label_again_is_no_new_statement(world):
    world.run(mend_product, WHOLE)
    size = world.size()
    world.run(mend_product, WHOLE)
    assert world.size() == size


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"origin": "  "}, "origin"),
        ({"warning": "x" * 301}, "warning"),
        ({"ingredients": "x" * 1001}, "ingredients"),
        ({"shelf_life_days": 0}, "shelf_life_days"),
        ({"shelf_life_days": 3651}, "shelf_life_days"),
    ],
)
def test_a_label_that_cannot_be_changes_nothing(world, changed, field):
    size = world.size()
    values = {"code": "NHO", "origin": "Việt Nam", **changed}
    with pytest.raises(CommandError) as refused:
        world.run(mend_product, MendProduct(**values))
    assert [problem.field for problem in refused.value.problems] == [field]
    assert world.size() == size


def test_only_a_manager_mends_and_only_what_is_the_cooperatives(world):
    with pytest.raises(NotAllowedError):
        world.run(mend_product, WHOLE, Role.PACKER)
    with pytest.raises(NotFoundError):
        world.run(mend_product, WHOLE, world.neighbour_manager)
    with pytest.raises(NotFoundError):
        world.run(mend_product, MendProduct("KHONGCO", "Việt Nam"))
