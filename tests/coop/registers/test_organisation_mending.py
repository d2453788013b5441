"""What everybody may know of an organisation, said anew."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError
from ledger.coop.registers.organisation_mending import MendOrganisation, mend_organisation, read_organisation
from tests.support.world import new_world

OWN = MendOrganisation("Thôn 2", "Khánh Hòa", "Phước Thuận", "0258 3800 000", None, "4900123456-001")


@pytest.fixture
def world(sqlite_database):
    made = new_world(sqlite_database)
    yield made
    made.check()


def test_the_latest_is_in_force_and_the_same_is_not_said_twice(world):
    before = world.read(read_organisation, world.coop.code)
    world.run(mend_organisation, OWN)
    size, said = world.size(), world.read(read_organisation, world.coop.code)
    assert (said.address, said.tax_code, said.website) == ("Thôn 2", "4900123456-001", None)
    assert (said.name, said.kind) == (before.name, before.kind)
    world.run(mend_organisation, OWN)
    assert world.size() == size


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("address", {"address": " "}),
        ("tax_code", {"tax_code": "123"}),
        ("tax_code", {"tax_code": "079123456789"}),
        ("tax_code", {"tax_code": "490012345６"}),
        ("website", {"website": "javascript:alert(1)"}),
        ("website", {"website": "https://x y"}),
        ("phone", {"phone": "gọi tôi"}),
    ],
)
def test_what_is_wrong_is_said_beside_its_question(world, field, changes):
    size = world.size()
    with pytest.raises(CommandError) as caught:
        world.run(mend_organisation, MendOrganisation(**{**_values(), **changes}))
    assert [problem.field for problem in caught.value.problems] == [field]
    assert world.size() == size


def _values():
    return {"address": "Thôn 2", "province": "Khánh Hòa", "commune": "Phước Thuận"}


def test_only_a_manager_says_it(world):
    with pytest.raises(NotAllowedError):
        world.run(mend_organisation, OWN, Role.ACCOUNTANT)
