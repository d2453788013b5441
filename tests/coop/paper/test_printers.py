from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import AlreadyExistsError, CommandError, NotAllowedError, NotFoundError
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.printers import (
    MAX_PRINTERS,
    RemovePrinter,
    SavePrinter,
    find_printer,
    list_printers,
    remove_printer,
    save_printer,
)

ROLL = PrintSpec(file="zpl", paper="roll_50x30", dpi=300)
OFFICE = PrintSpec(offset_x_mm=Decimal("-1.25"), scale_y=Decimal("1.0035"))
MEASURES = ("210", "297", "63.5", "38.1", "3", "7", "7.2", "15.15", "66.04", "38.1")
GRID = PrintSpec(paper="grid", grid=tuple(map(Decimal, MEASURES)))


def save(world, name="Máy tem", spec=ROLL, who=Role.PACKER, **more):
    return world.run(save_printer, SavePrinter(name, spec, **more), who)


def names(world, who=Role.PACKER):
    return [printer.name for printer in world.read(list_printers, world.actor(who))]


@pytest.mark.parametrize("spec", [ROLL, OFFICE, GRID])
def test_printer_is_kept_as_it_was_measured(world, spec):
    saved = save(world, "  Máy   tem ", spec)
    assert (saved.name, saved.spec, saved.is_default) == ("Máy tem", spec, True)
    assert world.read(find_printer, world.actors[Role.MANAGER], saved.id) == saved


def test_used_cells_and_scratch_codes_are_not_a_printers(world):
    saved = save(world, spec=replace(OFFICE, used_cells=5, has_secret=True))
    assert saved.spec == OFFICE


def test_printer_is_measured_again_under_its_id(world):
    first = save(world)
    better = replace(ROLL, offset_y_mm=Decimal("0.5"))
    again = save(world, "Máy tem Zebra", better, id=first.id)
    assert (again.id, again.is_default) == (first.id, True)
    assert world.read(list_printers, world.actors[Role.PACKER]) == (again,)


def test_one_printer_is_the_default(world):
    save(world, "B")
    save(world, "A", OFFICE)
    assert names(world) == ["B", "A"]
    save(world, "C", is_default=True)
    assert names(world) == ["C", "A", "B"]
    printers = world.read(list_printers, world.actors[Role.PACKER])
    assert [printer.is_default for printer in printers] == [True, False, False]


def test_printer_brings_paper_and_profile_and_leaves_the_design(world):
    job = PrintSpec(design="food_70x50", level="Q", copies=2, has_secret=True)
    fitted = save(world, spec=OFFICE).fits(replace(job, file="zpl", paper="roll_100x70"))
    assert fitted == replace(job, paper=OFFICE.paper, offset_x_mm=OFFICE.offset_x_mm, scale_y=OFFICE.scale_y)


def test_removed_printer_is_gone(world):
    saved = save(world)
    assert world.run(remove_printer, RemovePrinter(saved.id), Role.PACKER) == saved
    assert names(world) == []
    with pytest.raises(NotFoundError):
        world.run(remove_printer, RemovePrinter(saved.id), Role.PACKER)


def test_two_printers_of_one_name_are_refused(world):
    save(world, "A")
    other = save(world, "B")
    for more in ({}, {"id": other.id}):
        with pytest.raises(AlreadyExistsError):
            save(world, "A", **more)
    assert names(world) == ["A", "B"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 61},
        {"spec": replace(ROLL, dpi=600)},
        {"spec": replace(OFFICE, offset_x_mm=Decimal("10.1"))},
        {"spec": replace(OFFICE, scale_x=Decimal("1.04"))},
        {"spec": replace(OFFICE, scale_x=Decimal("NaN"))},
        {"spec": replace(GRID, grid=GRID.grid[:9])},
    ],
)
def test_printer_with_bad_values_is_refused(world, wrong):
    with pytest.raises(CommandError):
        save(world, **wrong)
    assert names(world) == []


def test_second_click_saves_one_printer(world):
    first = save(world, idempotency_key="form-1")
    assert save(world, idempotency_key="form-1") == first
    assert names(world) == ["Máy tem"]


def test_printers_are_not_without_end(world):
    def fill(unit):
        for number in range(MAX_PRINTERS):
            save_printer(unit, world.actors[Role.PACKER], SavePrinter(f"Máy {number}", ROLL))

    world.ledger.write(fill)
    with pytest.raises(CommandError):
        save(world, "Một máy nữa")


def test_neighbour_neither_sees_nor_changes_nor_removes(world):
    saved, neighbour = save(world), world.neighbour_manager
    assert names(world, neighbour) == []
    for work in (
        lambda: save(world, "Máy khác", who=neighbour, id=saved.id),
        lambda: world.run(remove_printer, RemovePrinter(saved.id), neighbour),
        lambda: world.read(find_printer, neighbour, saved.id),
    ):
        with pytest.raises(NotFoundError):
            work()
    save(world, who=neighbour)  # the same name, in other books
    assert names(world) == ["Máy tem"]
    with pytest.raises(NotAllowedError):
        save(world, "Máy của tôi", who=Role.GROWER)
