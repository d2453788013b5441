from decimal import Decimal

import pytest
from sqlalchemy import update

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.paper.label_designs import (
    MAX_DESIGNS,
    MAX_SOURCE_BYTES,
    MAX_VERSIONS,
    RetireDesign,
    SaveDesign,
    find_design,
    list_designs,
    list_versions,
    retire_design,
    save_design,
)
from ledger.coop.paper.print_tables import LabelDesignRow

HTML = '<p class="name">$product_name</p>\n<a href="slot:qr"></a><a href="slot:code"></a>'
CSS = ".name { font-weight: bold }"


def command(**more):
    values = {"name": "NHO-50", "title_vi": "Tem nho", "html": HTML, "css": CSS}
    return SaveDesign(**{**values, "width_mm": Decimal(50), "height_mm": Decimal(30), **more})


def save(world, who=Role.PACKER, **more):
    return world.run(save_design, command(**more), who)


def offered(world, who=Role.PACKER):
    return [(card.name, card.version) for card in world.read(list_designs, world.actor(who))]


def test_design_is_kept_whole_and_named_for_jobs(world):
    card = save(world, name="nho-50", html=HTML.replace("\n", "\r\n"))
    assert (card.name, card.version, card.width_mm) == ("NHO-50", 1, Decimal(50))
    assert card.spec_name == f"own:{card.id}"
    found = world.read(find_design, world.actors[Role.MANAGER], card.id)
    assert (found.card, found.html, found.css, found.is_retired) == (card, HTML, CSS, False)


def test_change_is_a_new_version_and_the_old_one_stays_as_it_was(world):
    first = save(world)
    second = save(world, css="")
    assert (second.version, second.id == first.id) == (2, False)
    assert offered(world) == [("NHO-50", 2)]
    packer = world.actors[Role.PACKER]
    assert world.read(find_design, packer, first.id).css == CSS
    assert world.read(list_versions, packer, "NHO-50") == (second, first)


def test_very_same_design_is_no_new_version(world):
    assert save(world) == save(world)
    assert offered(world) == [("NHO-50", 1)]


def test_retired_design_is_offered_no_more_but_still_found(world):
    first, second = save(world), save(world, css="")
    assert world.run(retire_design, RetireDesign("NHO-50"), Role.PACKER) == second
    assert offered(world) == []
    for card in (first, second):
        assert world.read(find_design, world.actors[Role.PACKER], card.id).is_retired
    for name in ("NHO-50", "KHAC"):
        with pytest.raises(NotFoundError):
            world.run(retire_design, RetireDesign(name), Role.PACKER)


def test_retired_design_comes_back_when_saved(world):
    first = save(world)
    world.run(retire_design, RetireDesign("NHO-50"), Role.PACKER)
    assert save(world) == first
    assert offered(world) == [("NHO-50", 1)]
    world.run(retire_design, RetireDesign("NHO-50"), Role.PACKER)
    assert save(world, css="").version == 2
    assert offered(world) == [("NHO-50", 2)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "tem nho"},
        {"name": ""},
        {"name": "A" * 21},
        {"title_vi": ""},
        {"html": " \n"},
        {"html": "a\x00b"},
        {"css": "a\u202eb"},
        {"html": "\ud800"},
        {"html": "x" * (MAX_SOURCE_BYTES + 1)},
        {"css": "ế" * (MAX_SOURCE_BYTES // 3 + 1)},
        {"width_mm": Decimal(0)},
        {"width_mm": Decimal("NaN")},
        {"height_mm": Decimal("420.001")},
        {"height_mm": Decimal("30.0001")},
    ],
)
def test_design_with_bad_values_is_refused(world, wrong):
    with pytest.raises(CommandError):
        save(world, **wrong)
    assert offered(world) == []


def test_source_at_the_limit_is_kept(world):
    card = save(world, html="x" * MAX_SOURCE_BYTES)
    assert len(world.read(find_design, world.actors[Role.PACKER], card.id).html) == MAX_SOURCE_BYTES


def test_designs_and_versions_are_not_without_end(world):
    packer = world.actors[Role.PACKER]

    def fill(unit):
        for number in range(MAX_DESIGNS):
            save_design(unit, packer, command(name=f"MAU-{number}"))
        newest = update(LabelDesignRow).where(LabelDesignRow.name == "MAU-0")
        unit.session.execute(newest.values(version=MAX_VERSIONS))

    world.ledger.write(fill)
    with pytest.raises(CommandError):
        save(world, name="MAU-MOI")
    with pytest.raises(CommandError):
        save(world, name="MAU-0", css="")
    world.run(retire_design, RetireDesign("MAU-1"), Role.PACKER)
    assert save(world, name="MAU-MOI").version == 1


def test_second_click_saves_one_version(world):
    first = save(world, idempotency_key="form-1")
    save(world, css="")
    assert save(world, idempotency_key="form-1") == first
    assert offered(world) == [("NHO-50", 2)]


def test_neighbour_neither_sees_nor_changes_nor_retires(world):
    card, neighbour = save(world), world.neighbour_manager
    assert offered(world, neighbour) == []
    assert world.read(list_versions, neighbour, "NHO-50") == ()
    with pytest.raises(NotFoundError):
        world.read(find_design, neighbour, card.id)
    with pytest.raises(NotFoundError):
        world.run(retire_design, RetireDesign("NHO-50"), neighbour)
    theirs = save(world, who=neighbour, css="")
    assert (theirs.version, offered(world)) == (1, [("NHO-50", 1)])
    with pytest.raises(NotAllowedError):
        save(world, who=Role.GROWER)
