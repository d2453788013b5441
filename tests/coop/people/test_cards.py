import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, LoginError, NotFoundError, PinNeededError
from ledger.coop.people.cards import (
    MAX_CARDS,
    SECRET_LENGTH,
    Card,
    MakeCards,
    RevokeCard,
    check_card,
    make_cards,
    read_batch,
    read_secret,
    revoke_card,
)
from ledger.coop.people.people_tables import CardRow
from ledger.coop.people.pins import SetPin, set_pin
from ledger.coop.people.roles import ChangeRoles, change_roles
from ledger.coop.tables import ReplayRow

PIN = "402917"


def account(world, role=Role.GROWER):
    return world.actors[role].account_id


def made(world, *roles, **more):
    """The cards of a new batch, by account."""
    batch = world.run(make_cards, MakeCards(tuple(account(world, role) for role in roles), **more))
    cards = world.read(read_batch, world.ledger.vault, world.actors[Role.MANAGER], batch.id, world.clock())
    return {card.account_id: card for card in cards}


def enter(world, secret, pin=""):
    return check_card(world.ledger.database, world.ledger.vault, secret, pin, world.clock())


def test_a_card_gives_the_actor_however_its_code_is_typed(world):
    card = made(world, Role.GROWER)[account(world)]
    assert len(card.secret) == SECRET_LENGTH
    assert enter(world, card.secret) == world.actors[Role.GROWER]
    assert enter(world, f" {card.secret[:5].lower()}-{card.secret[5:]} ") == world.actors[Role.GROWER]
    assert read_secret("oil o") == "0110"


def test_every_card_has_another_secret_and_the_books_hold_none(world):
    cards = made(world, Role.GROWER, Role.PACKER)
    secrets = {card.secret for card in cards.values()}
    assert len(secrets) == 2
    with world.ledger.database.reading() as session:
        stored = session.scalars(select(CardRow.secret_digest)).all()
        replays = session.scalars(select(ReplayRow.result)).all()
    assert set(stored) == {hashlib.sha256(secret.encode()).digest() for secret in secrets}
    assert not any(secret in text for secret in secrets for text in replays)
    assert not any(card.secret in repr(card) for card in cards.values())


def test_the_same_form_sent_twice_makes_one_batch(world):
    command = MakeCards((account(world),), idempotency_key="form-1")
    first = world.run(make_cards, command)
    assert world.run(make_cards, command) == first
    args = (world.ledger.vault, world.actors[Role.MANAGER], first.id, world.clock())
    (card,) = world.read(read_batch, *args)
    assert isinstance(card, Card)
    assert enter(world, card.secret)


def test_a_new_card_ends_the_one_before_and_a_lost_one_is_ended(world):
    old = made(world, Role.GROWER)[account(world)].secret
    new = made(world, Role.GROWER)[account(world)].secret
    with pytest.raises(LoginError):
        enter(world, old)
    world.run(revoke_card, RevokeCard(account(world)))
    with pytest.raises(LoginError):
        enter(world, new)


def test_a_card_with_pin_opens_with_the_pin_and_counts_the_wrong_ones(world):
    secret = made(world, Role.GROWER, asks_pin=True)[account(world)].secret
    assert enter(world, secret) == world.actors[Role.GROWER]
    world.run(set_pin, SetPin(account(world), PIN))
    for _ in range(5):
        with pytest.raises(PinNeededError):
            enter(world, secret, "730264")
    with pytest.raises(LoginError, match="locked"):
        enter(world, secret, PIN)
    world.clock.now += timedelta(minutes=16)
    assert enter(world, secret, PIN) == world.actors[Role.GROWER]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ACCOUNTANT])
def test_the_office_is_always_asked_for_its_pin(world, role):
    secret = made(world, role)[account(world, role)].secret
    world.run(set_pin, SetPin(account(world, role), PIN, "nho-ngot-2026"), role)
    with pytest.raises(PinNeededError):
        enter(world, secret)
    assert enter(world, secret, PIN) == world.actors[role]


def test_a_card_follows_who_joins_the_office(world):
    secret = made(world, Role.GROWER)[account(world)].secret
    world.run(set_pin, SetPin(account(world), PIN))
    world.run(change_roles, ChangeRoles(account(world), frozenset({Role.GROWER, Role.MANAGER})))
    with pytest.raises(PinNeededError):
        enter(world, secret)


def test_a_batch_is_read_for_a_day_by_the_own_managers(world):
    batch = world.run(make_cards, MakeCards((account(world),))).id
    with pytest.raises(NotFoundError):
        world.read(read_batch, world.ledger.vault, world.neighbour_manager, batch, world.clock())
    later = world.clock() + timedelta(days=1)
    with pytest.raises(NotFoundError):
        world.read(read_batch, world.ledger.vault, world.actors[Role.MANAGER], batch, later)


@pytest.mark.parametrize("count", [0, MAX_CARDS + 1])
def test_a_batch_has_a_limit(world, count):
    with pytest.raises(CommandError):
        world.run(make_cards, MakeCards(tuple(map(str, range(count)))))
