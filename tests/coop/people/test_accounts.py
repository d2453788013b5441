from concurrent.futures import ThreadPoolExecutor
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
from ledger.coop.people.accounts import (
    ChangeSecret,
    CloseAccount,
    CreateAccount,
    add_account,
    change_secret,
    check_login,
    close_account,
)
from ledger.coop.people.sessions import actor_of, close_session, is_touch_due, open_session, touch_session
from ledger.coop.tables import AccountRow, LoginAttemptRow, SessionRow
from tests.support.world import SECRET, START


def login(world, name="packer", secret=SECRET, now=START):
    return check_login(world.ledger.database, name, secret, now)


def test_right_secret_gives_the_actor(world):
    assert login(world) == world.actors[Role.PACKER]
    assert login(world, "  Packer ") == world.actors[Role.PACKER]


@pytest.mark.parametrize(
    ("name", "secret"), [("packer", "wrong"), ("nobody", SECRET), ("", ""), ("x" * 999, "y")]
)
def test_wrong_login_and_wrong_secret_get_one_answer(world, name, secret):
    with pytest.raises(LoginError) as caught:
        login(world, name, secret)
    assert caught.value.sentence == LoginError.default_sentence


def test_unknown_login_costs_a_verification_too(world, monkeypatch):
    seen = []
    real = accounts._HASHER.verify
    monkeypatch.setattr(
        accounts, "_HASHER", type("Spy", (), {"verify": lambda _, *a: (seen.append(a), real(*a))[1]})()
    )
    for name in ("packer", "nobody"):
        with pytest.raises(LoginError):
            login(world, name, "wrong")
    assert len(seen) == 2


def test_ten_failures_lock_a_login_for_the_rest_of_fifteen_minutes(world):
    for minute in range(10):
        with pytest.raises(LoginError):
            login(world, secret="wrong", now=START + timedelta(minutes=minute))
    with pytest.raises(LockedOutError) as caught:
        login(world, now=START + timedelta(minutes=14))
    assert caught.value.until == START + timedelta(minutes=15)
    assert login(world, "grower", now=START + timedelta(minutes=14)).member_id
    assert login(world, now=START + timedelta(minutes=15)) == world.actors[Role.PACKER]


def test_success_forgets_the_failures_before_it(world):
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(LoginError):
                login(world, secret="wrong")
        assert login(world)


def test_many_tries_at_once_are_no_way_around_the_limit(world):
    def attempt(_):
        try:
            login(world, secret="wrong")
        except LockedOutError:
            return "locked"
        except LoginError:
            return "tried"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(30)))
    assert answers.count("tried") == 10


def test_books_hold_neither_secret_nor_login_of_a_stranger(world):
    with pytest.raises(LoginError):
        login(world, "stranger", "open sesame")
    with world.ledger.database.reading() as session:
        hashes = session.scalars(select(AccountRow.secret_hash)).all()
        digests = session.scalars(select(LoginAttemptRow.login_digest)).all()
    assert all(text.startswith("$argon2id$") and SECRET not in text for text in hashes)
    assert len(digests) == 1
    assert b"stranger" not in digests[0]


def test_attempts_of_strangers_do_not_pile_up(world):
    for number in range(5):
        with pytest.raises(LoginError):
            login(world, f"stranger{number}", now=START + timedelta(minutes=20 * number))
    with world.ledger.database.reading() as session:
        assert len(session.scalars(select(LoginAttemptRow)).all()) == 1


def new_account(world, **changes):
    values = {
        "organisation": world.coop.code,
        "login": "lan.nguyen",
        "secret": "mùa nho 2026",
        "roles": frozenset({Role.GROWER}),
    }
    return CreateAccount(**values | changes)


def test_manager_adds_an_account_that_can_sign_in(world):
    account = world.run(add_account, new_account(world))
    assert login(world, "lan.nguyen", "mùa nho 2026").account_id == account.id


@pytest.mark.parametrize(
    "changes",
    [
        {"login": "lê"},
        {"login": "a b"},
        {"login": "ab"},
        {"login": "x" * 41},
        {"secret": "1234567"},
        {"secret": "x" * 129},
        {"secret": "lan.nguyen"},
        {"roles": frozenset()},
    ],
)
def test_account_with_bad_values_is_refused(world, changes):
    with pytest.raises(CommandError):
        world.run(add_account, new_account(world, **changes))


def test_login_is_taken_once_in_the_whole_system(world):
    with pytest.raises(AlreadyExistsError):
        world.run(add_account, new_account(world, login="neighbour.manager"))


def test_manager_gives_no_role_of_the_alliance(world):
    with pytest.raises(NotAllowedError):
        world.run(add_account, new_account(world, roles=frozenset({Role.ALLIANCE})))


def test_account_for_a_member_of_another_organisation_is_refused(world):
    member = world.actors[Role.GROWER].member_id
    command = new_account(world, organisation=world.neighbour.code, member_id=member)
    with pytest.raises(NotFoundError):
        world.run(add_account, command, world.neighbour_manager)


def test_secret_never_shows_in_what_is_printed(world):
    commands = (
        new_account(world),
        ChangeSecret("id", "new secret!", "old secret!"),
    )
    for command in commands:
        assert "secret!" not in repr(command)
        assert "mùa nho" not in repr(command)


def test_new_secret_needs_the_old_one_and_ends_the_sessions(world):
    packer = world.actors[Role.PACKER]
    token = world.ledger.write(open_session, packer)
    with pytest.raises(LoginError):
        world.run(change_secret, ChangeSecret(packer.account_id, "đổi mới 2027", "wrong"), packer)
    world.run(change_secret, ChangeSecret(packer.account_id, "đổi mới 2027", SECRET), packer)
    assert login(world, secret="đổi mới 2027") == packer
    with pytest.raises(SessionEndedError):
        world.read(actor_of, token, world.clock())


def test_only_a_manager_resets_anothers_secret(world):
    target = world.actors[Role.PACKER].account_id
    with pytest.raises(NotAllowedError):
        world.run(change_secret, ChangeSecret(target, "đổi mới 2027"), Role.GROWER)
    world.run(change_secret, ChangeSecret(target, "đổi mới 2027"))
    assert login(world, secret="đổi mới 2027").account_id == target


def test_closed_account_neither_signs_in_nor_stays_in(world):
    packer = world.actors[Role.PACKER]
    token = world.ledger.write(open_session, packer)
    world.run(close_account, CloseAccount(packer.account_id))
    with pytest.raises(LoginError):
        login(world)
    with pytest.raises(SessionEndedError):
        world.read(actor_of, token, world.clock())


def test_manager_cannot_lock_herself_out(world):
    with pytest.raises(CommandError):
        world.run(close_account, CloseAccount(world.actors[Role.MANAGER].account_id))


def test_session_lasts_while_it_is_used_and_thirty_days_at_most(world):
    packer = world.actors[Role.PACKER]
    token = world.ledger.write(open_session, packer)
    opened = world.clock.now
    assert world.read(actor_of, token, opened + timedelta(hours=11)) == packer
    with pytest.raises(SessionEndedError):
        world.read(actor_of, token, opened + timedelta(hours=12, seconds=1))
    for hours in range(10, 30 * 24, 10):
        world.clock.now = opened + timedelta(hours=hours)
        world.ledger.write(touch_session, token)
    with pytest.raises(SessionEndedError):
        world.read(actor_of, token, opened + timedelta(days=30, seconds=1))


def test_use_is_noted_every_ten_minutes_not_more_often(world):
    token = world.ledger.write(open_session, world.actors[Role.PACKER])
    now = world.clock.now
    assert not world.read(is_touch_due, token, now + timedelta(minutes=9))
    assert world.read(is_touch_due, token, now + timedelta(minutes=11))


def test_session_follows_the_roles_the_account_has_now(world):
    packer = world.actors[Role.PACKER]
    token = world.ledger.write(open_session, packer)
    with world.ledger.database.writing() as session:
        session.get_one(AccountRow, packer.account_id).roles = "accountant"
    assert world.read(actor_of, token, world.clock()).roles == {Role.ACCOUNTANT}


def test_signing_out_ends_the_session_and_may_be_done_twice(world):
    token = world.ledger.write(open_session, world.actors[Role.PACKER])
    for _ in range(2):
        world.ledger.write(close_session, token)
    with pytest.raises(SessionEndedError):
        world.read(actor_of, token, world.clock())


def test_stolen_books_give_no_token(world):
    token = world.ledger.write(open_session, world.actors[Role.PACKER])
    with world.ledger.database.reading() as session:
        digest = session.scalars(select(SessionRow.token_digest)).one()
    assert token.encode() not in digest
    with pytest.raises(SessionEndedError):
        world.read(actor_of, digest.hex(), world.clock())
