"""GS1 numbers that come later: the GTIN of a product, a buyer's, a lot's other number."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import AlreadyExistsError, CommandError, NotAllowedError, NotFoundError
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.links.aliases import (
    AddAlias,
    Alias,
    EndAlias,
    GiveGtin,
    add_alias,
    aliases_of,
    end_alias,
    give_gtin,
)
from ledger.coop.links.things import find_thing
from ledger.coop.registers.product_mending import read_registration
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.trace.errors import GtinError, MalformedIdentifierError
from ledger.trace.gs1.digital_links import read_path
from ledger.trace.identifiers import lot_code_of
from ledger.trace.queries import find_lot
from tests.support.resolving import BUYERS_GTIN, GTIN, gtin
from tests.support.world import BASE


def thing_at(world, path):
    return world.read(find_thing, BASE, read_path(path))


def test_a_product_gets_its_gtin_and_lots_from_before_answer_to_both(world):
    lot = world.sealed(packs=10)
    product = world.run(give_gtin, GiveGtin("NHO", GTIN.lstrip("0")))
    assert product.gtin == GTIN
    assert world.read(read_registration, world.actors[Role.MANAGER], "NHO").gtin == GTIN
    found = thing_at(world, f"/01/{GTIN}/10/{lot_code_of(lot)}")
    assert (found.lot.lot, found.page) == (lot, lot.removeprefix(BASE))
    fresh = world.sealed(packs=10)
    assert fresh.startswith(f"https://id.gs1.org/01/{GTIN}/10/")
    own = f"{BASE}/{world.coop.code}/class/NHO.{lot_code_of(fresh)}"
    assert world.read(find_lot, own).lot == fresh
    assert world.read(find_lot, lot).lot == lot
    world.check()


def test_a_gtin_that_is_given_stays(world):
    world.run(give_gtin, GiveGtin("NHO", GTIN))
    with pytest.raises(CommandError, match="gtin"):
        world.run(give_gtin, GiveGtin("NHO", BUYERS_GTIN))


def test_only_a_manager_gives_names(world):
    for use_case, command in (
        (give_gtin, GiveGtin("NHO", GTIN)),
        (add_alias, AddAlias(product="NHO", gtin=GTIN)),
        (end_alias, EndAlias(GTIN)),
    ):
        with pytest.raises(NotAllowedError):
            world.run(use_case, command, Role.ACCOUNTANT)


def test_no_new_lot_takes_the_code_of_one_from_before_the_gtin(world):
    code = lot_code_of(world.harvested())
    world.run(give_gtin, GiveGtin("NHO", GTIN))
    command = Harvest(season=world.season(), done_on=world.today, values={"quantity": "1"}, lot_code=code)
    with pytest.raises(AlreadyExistsError):
        world.run(harvest, command, Role.GROWER)


def test_a_buyers_gtin_and_lot_number_lead_to_the_lot(world):
    lot = world.packed(packs=10)
    code = lot_code_of(lot)
    world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN))
    assert thing_at(world, f"/01/{BUYERS_GTIN}").product.code == "NHO"
    assert thing_at(world, f"/01/{BUYERS_GTIN}/10/{code}").lot.lot == lot
    world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN, lot=lot, lot_code="SM/7"))
    assert thing_at(world, f"/01/{BUYERS_GTIN}/10/SM%2F7").lot.lot == lot
    assert thing_at(world, f"/01/{BUYERS_GTIN}/10/KHONG").lot is None
    assert world.read(aliases_of, world.coop.code, "NHO") == (
        Alias(BUYERS_GTIN, None, "NHO", None),
        Alias(BUYERS_GTIN, "SM/7", "NHO", lot),
    )
    assert thing_at(world, f"/01/{GTIN}") is None


def test_a_lots_other_number_may_be_under_the_products_own_gtin(world):
    lot = world.packed(packs=10)
    world.run(give_gtin, GiveGtin("NHO", GTIN))
    world.run(add_alias, AddAlias(product="NHO", gtin=GTIN, lot=lot, lot_code="x-1"))
    assert thing_at(world, f"/01/{GTIN}/10/x-1").lot.lot == lot


def test_a_name_is_given_once(world):
    lot, other = world.packed(packs=10), world.packed(packs=10)
    world.run(give_gtin, GiveGtin("NHO", GTIN))
    world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN))
    taken = (
        AddAlias(product="NHO", gtin=GTIN),
        AddAlias(product="NHO", gtin=BUYERS_GTIN),
        AddAlias(product="NHO", gtin=GTIN, lot=other, lot_code=lot_code_of(lot)),
    )
    for command in taken:
        with pytest.raises(AlreadyExistsError):
            world.run(add_alias, command)


def test_a_name_that_names_a_neighbours_product_is_not_to_be_had(world):
    plums = RegisterProduct(
        code="MAN", name="Mận", template="fruit_nho", origin="Lạng Sơn", gtin=GTIN, net_options_g=(500,)
    )
    world.run(register_product, plums, world.neighbour_manager)
    world.run(add_alias, AddAlias(product="MAN", gtin=BUYERS_GTIN), world.neighbour_manager)
    for number in (GTIN, BUYERS_GTIN):
        with pytest.raises(AlreadyExistsError):
            world.run(give_gtin, GiveGtin("NHO", number))
        with pytest.raises(AlreadyExistsError):
            world.run(add_alias, AddAlias(product="NHO", gtin=number))
    lot = world.packed(packs=10)
    with pytest.raises(AlreadyExistsError):
        world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN, lot=lot, lot_code="A"))
    with pytest.raises(NotFoundError):
        world.run(end_alias, EndAlias(BUYERS_GTIN))


def test_a_lot_number_needs_a_gtin_of_the_product(world):
    lot = world.packed(packs=10)
    with pytest.raises(NotFoundError):
        world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN, lot=lot, lot_code="A"))


@pytest.mark.parametrize(
    ("error", "changes"),
    [
        (GtinError, {"gtin": "123"}),
        (GtinError, {"gtin": gtin("0220000000000")}),
        (NotFoundError, {"product": "KHONG"}),
        (CommandError, {"lot_code": "A"}),
        (CommandError, {"lot": "x"}),
        (NotFoundError, {"lot": "x", "lot_code": "A"}),
        (MalformedIdentifierError, {"lot": "x", "lot_code": "Lô A"}),
    ],
)
def test_a_wrong_name_is_refused(world, error, changes):
    with pytest.raises(error):
        world.run(add_alias, AddAlias(**{"product": "NHO", "gtin": BUYERS_GTIN, **changes}))


def test_a_name_that_was_the_products_becomes_its_gtin(world):
    world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN))
    world.run(give_gtin, GiveGtin("NHO", BUYERS_GTIN))
    assert world.read(aliases_of, world.coop.code, "NHO") == ()
    assert thing_at(world, f"/01/{BUYERS_GTIN}").product.code == "NHO"


def test_with_a_gtin_go_the_lot_numbers_under_it(world):
    lot = world.packed(packs=10)
    world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN))
    world.run(add_alias, AddAlias(product="NHO", gtin=BUYERS_GTIN, lot=lot, lot_code="A"))
    world.run(end_alias, EndAlias(BUYERS_GTIN))
    assert world.read(aliases_of, world.coop.code, "NHO") == ()
    assert thing_at(world, f"/01/{BUYERS_GTIN}/10/A") is None
