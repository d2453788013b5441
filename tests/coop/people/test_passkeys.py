from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import (
    AlreadyExistsError,
    CommandError,
    NotAllowedError,
    NotFoundError,
    PasskeyLoginError,
)
from ledger.coop.people.accounts import CloseAccount, close_account
from ledger.coop.people.passkeys import (
    MAX_PASSKEYS,
    AddPasskey,
    RemovePasskey,
    add_passkey,
    check_passkey,
    passkeys_of,
    registration_options,
    remove_passkey,
    sign_in_options,
)
from signing.passkeys import RelyingParty
from tests.support.passkeys import SoftPasskey

PARTY = RelyingParty("https://so.example.vn", "Sổ Gốc")


def asked(world, who=Role.MANAGER):
    return world.read(registration_options, world.ledger.vault, world.actor(who), PARTY, world.clock())


def added(world, key, who=Role.MANAGER, name="Máy văn phòng"):
    return world.run(add_passkey, AddPasskey(PARTY.origin, name, key.create(asked(world, who))), who)


def wanted(world):
    return sign_in_options(world.ledger.vault, PARTY, world.clock())


def enter(world, answer):
    return check_passkey(world.ledger.database, world.ledger.vault, PARTY, answer, world.clock())


@pytest.fixture
def key():
    return SoftPasskey(PARTY.origin)


def test_a_manager_adds_a_passkey_and_signs_in_with_it(world, key):
    made = added(world, key)
    assert enter(world, key.get(wanted(world))) == world.actors[Role.MANAGER]
    (known,) = world.read(passkeys_of, world.actors[Role.MANAGER])
    assert (known.id, known.name) == (made.id, "Máy văn phòng")
    assert known.used_at is not None


def test_a_browser_is_told_which_passkeys_there_are_already(world, key):
    assert asked(world)["excludeCredentials"] == []
    added(world, key)
    assert len(asked(world)["excludeCredentials"]) == 1
    assert asked(world, Role.ACCOUNTANT)["excludeCredentials"] == []


def test_an_answer_is_taken_once(world, key):
    added(world, key)
    answer = key.get(wanted(world))
    assert enter(world, answer)
    with pytest.raises(PasskeyLoginError, match="before"):
        enter(world, answer)


def test_a_challenge_lives_five_minutes(world, key):
    added(world, key)
    answer = key.get(wanted(world))
    world.clock.now += timedelta(minutes=5, seconds=2)
    with pytest.raises(PasskeyLoginError, match="another time"):
        enter(world, answer)


def test_a_challenge_made_for_something_else_is_refused(world, key):
    added(world, key)
    with pytest.raises(PasskeyLoginError, match="not made here"):
        enter(world, key.get({**wanted(world), "challenge": asked(world)["challenge"]}))
    with pytest.raises(PasskeyLoginError, match="not made here"):
        enter(world, key.get({**wanted(world), "challenge": "AAAA"}))
    other = SoftPasskey(PARTY.origin, b"other")
    for_another = other.create(asked(world, Role.ACCOUNTANT))
    with pytest.raises(PasskeyLoginError):
        world.run(add_passkey, AddPasskey(PARTY.origin, "Máy", for_another))


def test_an_unknown_passkey_and_a_wrong_signature_sign_nobody_in(world, key):
    added(world, key)
    for stranger in (SoftPasskey(PARTY.origin), SoftPasskey(PARTY.origin, b"unknown")):
        with pytest.raises(PasskeyLoginError):
            enter(world, stranger.get(wanted(world)))
    for answer in ("", "{}", "[1]"):
        with pytest.raises(PasskeyLoginError):
            enter(world, answer)


def test_a_copied_passkey_is_noticed_by_its_counter(world, key):
    key.count = 3
    added(world, key)
    key.count = 4
    assert enter(world, key.get(wanted(world)))
    with pytest.raises(PasskeyLoginError, match="counter"):
        enter(world, key.get(wanted(world)))


def test_a_passkey_is_registered_once(world, key):
    added(world, key)
    with pytest.raises(AlreadyExistsError):
        added(world, key, Role.ACCOUNTANT)


def test_a_bad_registration_says_so_on_the_form(world, key):
    key.flags = 1
    with pytest.raises(CommandError) as caught:
        added(world, key)
    assert caught.value.problems[0].field == "answer"
    with pytest.raises(CommandError):
        added(world, SoftPasskey(PARTY.origin), name=" ")


def test_an_account_has_ten_passkeys_at_most(world):
    for number in range(MAX_PASSKEYS):
        added(world, SoftPasskey(PARTY.origin, f"key {number}".encode()))
    with pytest.raises(CommandError):
        added(world, SoftPasskey(PARTY.origin, b"one more"))


def test_a_passkey_is_removed_by_its_holder(world, key):
    made = added(world, key)
    with pytest.raises(NotFoundError):
        world.run(remove_passkey, RemovePasskey(made.id), Role.ACCOUNTANT)
    world.run(remove_passkey, RemovePasskey(made.id))
    with pytest.raises(PasskeyLoginError):
        enter(world, key.get(wanted(world)))


def test_passkeys_are_for_the_office(world, key):
    with pytest.raises(NotAllowedError):
        added(world, key, Role.GROWER)


def test_a_closed_account_has_no_passkeys(world, key):
    added(world, key, Role.ACCOUNTANT)
    world.run(close_account, CloseAccount(world.actors[Role.ACCOUNTANT].account_id))
    with pytest.raises(PasskeyLoginError):
        enter(world, key.get(wanted(world)))
