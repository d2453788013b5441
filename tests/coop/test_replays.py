from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, RepeatConflictError
from ledger.coop.people.accounts import CreateAccount, add_account
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.replays import _parse, _plain, digest_command
from ledger.coop.tables import ReplayRow
from tests.support.world import SECRET


def place(**changes):
    values = {"name": "Ao", "kind": "pond", "province": "p", "commune": "c", "idempotency_key": "form-7"}
    return RegisterPlace(**values | changes)


def test_command_sent_again_gets_the_first_answer_and_writes_nothing(world):
    first = world.run(register_place, place(area_m2=Decimal("12.5")))
    size = world.size()
    assert world.run(register_place, place(area_m2=Decimal("12.5"))) == first
    assert world.size() == size


def test_key_of_another_command_is_a_conflict(world):
    world.run(register_place, place())
    with pytest.raises(RepeatConflictError):
        world.run(register_place, place(name="Ao khác"))


def test_key_is_the_organisations_own(world):
    first = world.run(register_place, place())
    other = world.run(register_place, place(), world.neighbour_manager)
    assert first.uri != other.uri


def test_refused_command_may_be_sent_again_with_its_key(world):
    with pytest.raises(CommandError):
        world.run(register_place, place(kind="castle"))
    assert world.run(register_place, place()).kind == "pond"


@pytest.mark.parametrize("key", ["", "x" * 101])
def test_key_of_no_or_too_much_length_is_refused(world, key):
    with pytest.raises(CommandError):
        world.run(register_place, place(idempotency_key=key))


def test_kept_row_holds_no_secret_and_no_digest_that_could_be_guessed_at(world):
    command = CreateAccount(
        world.coop.code, "lan.nguyen", SECRET, frozenset({Role.GROWER}), idempotency_key="form-8"
    )
    world.run(add_account, command)
    with world.ledger.database.reading() as session:
        row = session.get_one(ReplayRow, (world.coop.code, "form-8"))
    assert SECRET not in row.result
    other_vault = type("U", (), {"vault": type("V", (), {"derive": lambda _, purpose: bytes(32)})()})()
    assert row.command_digest != digest_command(other_vault, "add_account", command)


@dataclass(frozen=True)
class Part:
    day: date | None
    weight: Decimal


@dataclass(frozen=True)
class Whole:
    parts: tuple[Part, ...]
    pair: tuple[int, str]
    roles: tuple[Role, ...]
    is_new: bool


def test_results_come_back_as_they_were():
    whole = Whole(
        (Part(date(2026, 1, 2), Decimal("1.50")), Part(None, Decimal(0))), (1, "x"), (Role.PACKER,), True
    )
    assert _parse(Whole, _plain(whole)) == whole
