from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import (
    AlreadyExistsError,
    CommandError,
    LockedOutError,
    LoginError,
    NotAllowedError,
    NotFoundError,
    SessionEndedError,
)
from ledger.coop.people import accounts
from ledger.coop.people.account_queries import keys_of
from ledger.coop.people.accounts import CloseAccount, CreateAccount, add_account, close_account
from ledger.coop.people.people_tables import PhoneLoginRow, PinAttemptRow, PinRow
from ledger.coop.people.phone_logins import SetPhone, check_phone_login, set_phone
from ledger.coop.people.phones import format_phone, read_phone
from ledger.coop.people.pins import SetPin, check_pin_form, set_pin
from ledger.coop.people.sessions import actor_of, open_session
from ledger.coop.registers.members import EraseMember, erase_member
from tests.support.world import SECRET, START

PHONE, PIN = "+84912345678", "402917"


def account(world, role=Role.GROWER):
    return world.actors[role].account_id


def give(world, role=Role.GROWER, phone="0912 345 678", pin=PIN):
    world.run(set_phone, SetPhone(account(world, role), phone))
    world.run(set_pin, SetPin(account(world, role), pin))


def enter(world, phone=PHONE, pin=PIN, now=START):
    return check_phone_login(world.ledger.database, world.ledger.vault, phone, pin, now)


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0912345678", PHONE),
        (" 0912.345.678 ", PHONE),
        ("+84 912 345 678", PHONE),
        ("0084-912-345-678", PHONE),
        ("912345678", PHONE),
        ("０９１２３４５６７８", PHONE),
        ("(028) 3811 2233", "+842838112233"),
        ("", None),
        ("anh.tu", None),
        ("0112345678", None),
        ("091234567", None),
        ("09123456789", None),
        ("0912 345 678 rồi", None),
        ("9" * 50, None),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, phone):
    assert read_phone(typed) == phone
    if phone is not None:
        assert read_phone(format_phone(phone)) == phone


@pytest.mark.parametrize(
    "pin",
    [
        *("12345", "1234567", "12345a", "", "１２３９８７"),
        *("111111", "123456", "654321", "121212", "123123", "112211"),
    ],
)
def test_a_pin_that_anybody_would_try_is_refused(pin):
    with pytest.raises(CommandError):
        check_pin_form(pin)


def test_number_and_pin_give_the_actor(world):
    give(world)
    assert enter(world) == world.actors[Role.GROWER]


def test_wrong_pin_unknown_number_and_no_pin_get_one_answer_and_cost_a_verification(world, monkeypatch):
    give(world)
    world.run(set_phone, SetPhone(account(world, Role.PACKER), "0988 000 111"))
    seen = []
    real = accounts._HASHER.verify
    monkeypatch.setattr(
        accounts, "_HASHER", type("Spy", (), {"verify": lambda _, *a: (seen.append(a), real(*a))[1]})()
    )
    answers = set()
    for phone in (PHONE, "+84988000111", "+84988000222"):
        with pytest.raises(LoginError) as caught:
            enter(world, phone, "730264")
        answers.add((type(caught.value), caught.value.sentence))
    assert len(answers) == 1
    assert len(seen) == 3


def test_five_wrong_pins_lock_a_number_for_fifteen_minutes_and_twenty_for_the_day(world):
    give(world)
    now = START
    for _ in range(4):
        for _ in range(5):
            with pytest.raises(LoginError):
                enter(world, pin="730264", now=now)
        with pytest.raises(LockedOutError):
            enter(world, now=now)
        now += timedelta(minutes=16)
    with pytest.raises(LockedOutError) as caught:
        enter(world, now=now)
    assert caught.value.until == START + timedelta(days=1)
    assert "tới mai" in caught.value.sentence
    assert enter(world, now=START + timedelta(days=1, seconds=1))


def test_a_managers_new_pin_opens_a_locked_number_and_ends_sessions(world):
    give(world)
    token = world.ledger.write(open_session, world.actors[Role.GROWER])
    for _ in range(5):
        with pytest.raises(LoginError):
            enter(world, pin="730264")
    world.run(set_pin, SetPin(account(world), "730264"))
    assert enter(world, pin="730264")
    with pytest.raises(SessionEndedError):
        world.read(actor_of, token, world.clock())


def test_the_right_pin_forgets_the_wrong_ones_before_it(world):
    give(world)
    for _ in range(6):
        for _ in range(4):
            with pytest.raises(LoginError):
                enter(world, pin="730264")
        assert enter(world)
    with world.ledger.database.reading() as session:
        assert session.scalars(select(PinAttemptRow)).all() == []


def test_an_own_pin_needs_what_is_in_use_and_keeps_the_sessions(world):
    grower = world.actors[Role.GROWER]
    token = world.ledger.write(open_session, grower)
    with pytest.raises(CommandError):
        world.run(set_pin, SetPin(grower.account_id, PIN), grower)
    world.run(set_pin, SetPin(grower.account_id, PIN, SECRET), grower)
    with pytest.raises(CommandError):
        world.run(set_pin, SetPin(grower.account_id, "730264", SECRET), grower)
    world.run(set_pin, SetPin(grower.account_id, "730264", PIN), grower)
    assert world.read(actor_of, token, world.clock()) == grower


def test_only_a_manager_sets_anothers_pin_or_number(world):
    with pytest.raises(NotAllowedError):
        world.run(set_pin, SetPin(account(world), PIN), Role.ACCOUNTANT)
    with pytest.raises(NotAllowedError):
        world.run(set_phone, SetPhone(account(world), "0912345678"), Role.GROWER)
    with pytest.raises(CommandError):
        world.run(set_phone, SetPhone(account(world), "12"))


def test_a_number_opens_one_account_of_an_organisation(world):
    give(world)
    with pytest.raises(AlreadyExistsError):
        world.run(set_phone, SetPhone(account(world, Role.PACKER), "0912345678"))
    give(world, Role.GROWER)
    world.run(set_phone, SetPhone(account(world), None))
    give(world, Role.PACKER)
    assert enter(world) == world.actors[Role.PACKER]


def test_a_person_of_two_cooperatives_has_a_pin_in_each(world):
    give(world)
    command = CreateAccount(world.neighbour.code, "lan", SECRET, frozenset({Role.GROWER}))
    theirs = world.run(add_account, command, world.neighbour_manager)
    world.run(set_phone, SetPhone(theirs.id, "0912345678"), world.neighbour_manager)
    world.run(set_pin, SetPin(theirs.id, "730264"), world.neighbour_manager)
    assert enter(world).organisation == world.coop.code
    assert enter(world, pin="730264").organisation == world.neighbour.code


def test_books_hold_neither_number_nor_pin(world):
    give(world)
    with world.ledger.database.reading() as session:
        row = session.scalars(select(PhoneLoginRow)).one()
        pin_hash = session.scalars(select(PinRow.pin_hash)).one()
    for stored in (row.phone_digest, row.phone_sealed, pin_hash.encode()):
        assert b"912345678" not in stored
        assert PIN.encode() not in stored
    assert pin_hash.startswith("$argon2id$")
    for command in (SetPin("id", PIN, "730264"), SetPhone("id", PHONE)):
        assert not any(secret in repr(command) for secret in (PIN, "730264", "912345678"))


def test_closing_an_account_takes_its_keys_away(world):
    give(world)
    world.run(close_account, CloseAccount(account(world)))
    with pytest.raises(LoginError):
        enter(world)
    with world.ledger.database.reading() as session:
        assert session.scalars(select(PhoneLoginRow)).all() == session.scalars(select(PinRow)).all() == []


def test_erasing_a_person_takes_number_and_pin_along(world):
    give(world)
    world.run(erase_member, EraseMember(world.actors[Role.GROWER].member_id))
    with pytest.raises(LoginError):
        enter(world)
    with world.ledger.database.reading() as session:
        assert session.scalars(select(PhoneLoginRow)).all() == []


def test_a_number_is_shown_to_the_own_organisation_only(world):
    give(world)
    keys = world.read(keys_of, world.ledger.vault, world.actors[Role.MANAGER], account(world))
    assert (keys.phone, keys.has_pin, keys.has_password) == ("0912 345 678", True, True)
    assert "0912" not in repr(keys)
    with pytest.raises(NotFoundError):
        world.read(keys_of, world.ledger.vault, world.neighbour_manager, account(world))
