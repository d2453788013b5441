"""What a thief may try at the doors: PINs, cards, passkeys."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import LockedOutError, LoginError, PasskeyLoginError
from ledger.coop.people.cards import MakeCards, make_cards, read_batch
from ledger.coop.people.passkeys import (
    AddPasskey,
    add_passkey,
    check_passkey,
    registration_options,
    sign_in_options,
)
from ledger.coop.people.people_tables import CardRow, PhoneLoginRow
from ledger.coop.people.phone_logins import SetPhone, check_phone_login, set_phone
from ledger.coop.people.pins import SetPin, set_pin
from ledger.coop.tables import LoginAttemptRow
from signing.passkeys import RelyingParty
from tests.support.desk import HOME, open_desk
from tests.support.passkeys import SoftPasskey

PHONE, PIN = "+84912345678", "402917"
PARTY = RelyingParty("https://so.example.vn", "Sổ Gốc")


def give(world, role=Role.GROWER):
    account = world.actors[role].account_id
    world.run(set_phone, SetPhone(account, PHONE))
    world.run(set_pin, SetPin(account, PIN))


def test_pin_guessed_for_one_telephone_number(world):
    give(world)
    tried, now = 0, world.clock()
    for quarter in range(90):
        for guess in range(6):
            try:
                check_phone_login(
                    world.ledger.database, world.ledger.vault, PHONE, f"7302{quarter % 10}{guess}", now
                )
            except LockedOutError:
                break
            except LoginError:
                tried += 1
        now += timedelta(minutes=16)
    assert tried == 20
    with pytest.raises(LockedOutError):
        check_phone_login(world.ledger.database, world.ledger.vault, PHONE, PIN, now - timedelta(minutes=16))


def test_books_stolen_to_find_who_signs_in(world):
    give(world)
    world.run(make_cards, MakeCards((world.actors[Role.GROWER].account_id,)))
    with pytest.raises(LoginError):
        check_phone_login(world.ledger.database, world.ledger.vault, PHONE, "730264", world.clock())
    with world.ledger.database.reading() as session:
        stored = {
            session.scalar(select(PhoneLoginRow.phone_digest)),
            session.scalar(select(LoginAttemptRow.login_digest)),
        }
        card = session.scalars(select(CardRow)).one()
    spellings = (PHONE, "0912345678", "912345678", "0912 345 678")
    assert stored.isdisjoint(hashlib.sha256(text.encode()).digest() for text in spellings)
    # The id from which the secret is made is no secret without the key.
    assert card.secret_digest != hashlib.sha256(card.id.encode()).digest()


def test_secret_of_a_card_in_an_address(sqlite_template, tmp_path):
    for desk in open_desk(sqlite_template, tmp_path):
        world = desk.world
        account, manager = world.actors[Role.GROWER].account_id, world.actors[Role.MANAGER]
        batch = world.run(make_cards, MakeCards((account,))).id
        (card,) = world.read(read_batch, world.ledger.vault, manager, batch, world.clock())
        desk.app.wsgi_app = _noting(desk.app.wsgi_app, lines := [])
        browser = desk.browser()
        browser.fill(f"{HOME}dang-nhap/the", card=card.secret)
        assert browser.get(HOME).path == HOME
        assert len(lines) > 3
        assert not any(card.secret in line for line in lines)


def _noting(app, lines):
    """The application, with what a proxy would log of each request."""

    def answer(environ, start_response):
        lines.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} {environ.get('HTTP_REFERER', '')}")
        return app(environ, start_response)

    return answer


def test_answer_of_a_passkey_sent_again(world):
    key, manager = SoftPasskey(PARTY.origin), world.actors[Role.MANAGER]
    vault, database = world.ledger.vault, world.ledger.database
    made = key.create(world.read(registration_options, vault, manager, PARTY, world.clock()))
    world.run(add_passkey, AddPasskey(PARTY.origin, "Máy", made))
    answer = key.get(sign_in_options(vault, PARTY, world.clock()))
    assert check_passkey(database, vault, PARTY, answer, world.clock()) == manager
    elsewhere = SoftPasskey("https://so.example.vn.evil.example", key=key.key)
    for stolen in (answer, made, elsewhere.get(sign_in_options(vault, PARTY, world.clock()))):
        with pytest.raises(PasskeyLoginError):
            check_passkey(database, vault, PARTY, stolen, world.clock())
    late = key.get(sign_in_options(vault, PARTY, world.clock()))
    with pytest.raises(PasskeyLoginError):
        check_passkey(database, vault, PARTY, late, world.clock() + timedelta(minutes=6))
