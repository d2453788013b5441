from datetime import date
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import AlreadyExistsError, CommandError, NotAllowedError, NotFoundError
from ledger.coop.registers.certificates import FileCertificate, file_certificate, list_certificates
from ledger.coop.registers.organisations import (
    RegisterOrganisation,
    list_organisations,
    register_organisation,
)
from ledger.coop.registers.places import RegisterPlace, list_places, register_place
from ledger.coop.registers.products import RegisterProduct, list_products, register_product
from ledger.log.queries import read_entry
from ledger.trace.errors import GtinError
from tests.support.world import PHOTO


def last_entry(world) -> str:
    return world.read(read_entry, world.size() - 1).entry.decode()


def place(**changes):
    values = {"name": "Ao số 2", "kind": "pond", "province": "Bắc Ninh", "commune": "Gia Bình"}
    return RegisterPlace(**values | changes)


def product(**changes):
    values = {"code": "ca", "name": "Cá lồng", "template": "fish_cage", "origin": "Sông Đuống"}
    return RegisterProduct(**values | changes)


def test_places_get_the_next_free_number(world):
    world.run(register_place, place(code="N03"))
    assert [world.run(register_place, place()).code for _ in range(2)] == ["N04", "N05"]
    assert "Ao số 2" in last_entry(world)
    assert len(world.read(list_places, world.coop.code)) == 5


def test_position_of_a_place_is_published_to_a_kilometre_only(world):
    world.run(register_place, place(latitude=Decimal("21.123456"), longitude=Decimal("106.987654")))
    assert '"latitude":"21.12"' in last_entry(world)
    assert "21.123" not in last_entry(world)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"kind": "castle"},
        {"province": " "},
        {"area_m2": Decimal(0)},
        {"area_m2": Decimal("1.2345")},
        {"code": "vườn"},
        {"latitude": Decimal(91)},
        {"longitude": Decimal("NaN")},
    ],
)
def test_place_with_bad_values_is_refused(world, changes):
    size = world.size()
    with pytest.raises(CommandError):
        world.run(register_place, place(**changes))
    assert world.size() == size


def test_all_problems_of_a_form_come_at_once(world):
    with pytest.raises(CommandError) as caught:
        world.run(register_place, place(name="", kind="castle", area_m2=Decimal(-1)))
    assert [problem.field for problem in caught.value.problems] == ["name", "kind", "area_m2"]


def test_place_code_is_used_once_in_an_organisation_and_free_in_another(world):
    with pytest.raises(AlreadyExistsError):
        world.run(register_place, place(code="vuon1"))
    assert world.run(register_place, place(code="vuon1"), world.neighbour_manager).code == "VUON1"


def test_product_is_registered_with_all_it_says(world):
    made = world.run(register_product, product(net_options_g=(500, 1000), shelf_life_days=2, photo=PHOTO))
    assert (made.code, made.net_options_g) == ("CA", (500, 1000))
    assert PHOTO.digest in last_entry(world)
    assert [one.code for one in world.read(list_products, world.coop.code)] == ["CA", "NHO"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x" * 121},
        {"template": "unicorn"},
        {"origin": ""},
        {"shelf_life_days": 0},
        {"net_options_g": (0,)},
        {"net_options_g": tuple(range(1, 22))},
        {"code": "x" * 21},
        {"max_yield_kg_per_m2": Decimal(-1)},
    ],
)
def test_product_with_bad_values_is_refused(world, changes):
    with pytest.raises(CommandError):
        world.run(register_product, product(**changes))


def test_gtin_is_checked_and_belongs_to_one_product(world):
    with pytest.raises(GtinError):
        world.run(register_product, product(gtin="8938505974190"))
    made = world.run(register_product, product(gtin="8938505974194"))
    assert made.gtin == "08938505974194"
    with pytest.raises(AlreadyExistsError):
        world.run(register_product, product(gtin="8938505974194"), world.neighbour_manager)


def test_grower_registers_neither_place_nor_product(world):
    for use_case, command in ((register_place, place()), (register_product, product())):
        with pytest.raises(NotAllowedError):
            world.run(use_case, command, Role.GROWER)


def certificate(**changes):
    values = {
        "scheme": "VietGAP",
        "number": "VG-2026-017",
        "issuer": "Trung tâm Chứng nhận",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 12, 31),
        "products": ("NHO",),
    }
    return FileCertificate(**values | changes)


def test_certificate_is_filed_for_products(world):
    made = world.run(file_certificate, certificate(document=PHOTO))
    assert world.product.uri in last_entry(world)
    assert world.read(list_certificates, world.coop.code) == (made,)
    with pytest.raises(AlreadyExistsError):
        world.run(file_certificate, certificate())


def test_certificate_that_ends_before_it_begins_is_refused(world):
    with pytest.raises(CommandError):
        world.run(file_certificate, certificate(valid_to=date(2025, 1, 1)))


def test_certificate_for_a_product_of_another_is_refused(world):
    with pytest.raises(NotFoundError):
        world.run(file_certificate, certificate(), world.neighbour_manager)


def test_organisations_have_names_of_their_own(world):
    command = RegisterOrganisation("HTX Nho Đồi Mây", "cooperative", "x", "y", "z")
    with pytest.raises(AlreadyExistsError):
        world.ledger.write(register_organisation, command)
    assert len(world.read(list_organisations)) == 3


@pytest.mark.parametrize(
    "changes", [{"kind": "shop"}, {"name": ""}, {"website": "javascript:alert(1)"}, {"phone": "gọi tôi"}]
)
def test_organisation_with_bad_values_is_refused(world, changes):
    values = {"name": "HTX Mới", "kind": "cooperative", "address": "x", "province": "y", "commune": "z"}
    with pytest.raises(CommandError):
        world.ledger.write(register_organisation, RegisterOrganisation(**values | changes))
