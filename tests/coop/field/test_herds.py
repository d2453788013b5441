from ledger.coop.corrections import Correct, correct
from ledger.coop.field.herds import HerdCount, read_herd
from ledger.trace.sectors.templates import TEMPLATES
from tests.support.sector_walks import begin


def count(walk):
    return walk.world.read(read_herd, walk.world.ledger.vault, walk.sector, walk.season)


def test_a_herd_is_what_came_in_less_what_died_and_left(world):
    walk = begin(world, "pig_farm")
    walk.open()
    assert count(walk) is None
    walk.record("stock_in", on=world.day(50), heads="500")
    walk.record("mortality", on=world.day(40), heads="12")
    walk.take("release", heads="50")
    assert count(walk) == HerdCount(500, 12, 50)
    assert count(walk).there == 438


def test_deaths_that_were_corrected_count_once(world):
    walk = begin(world, "pig_farm")
    walk.open()
    walk.record("stock_in", on=world.day(50), heads="500")
    index = walk.record("mortality", on=world.day(40), heads="490")
    world.run(correct, Correct(index=index, reason="Gõ nhầm số con", values={"heads": "499"}))
    assert count(walk).there == 1


def test_a_crop_has_no_heads(world):
    walk = begin(world, "fruit_vai")
    walk.open()
    assert count(walk) is None
    assert sum(any(step.code == "stock_in" for step in sector.steps) for sector in TEMPLATES.values()) == 3
