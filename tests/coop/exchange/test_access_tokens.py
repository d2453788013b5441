"""Tokens of programs: made by the manager, hashed, bounded, ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.exchange.access_tokens import (
    NOTED_EVERY,
    MakeToken,
    RevokeToken,
    Scope,
    end_token,
    find_holder,
    make_token,
    make_token_of,
    note_use,
    revoke_token,
    show_token,
    token_text,
    tokens_of,
)
from ledger.coop.exchange.errors import AccessError
from ledger.coop.exchange.tables import AccessTokenRow

QUERY = frozenset({Scope.QUERY})


def make(world, **changes):
    command = {"label": "kế toán", "scopes": QUERY, **changes}
    return world.run(make_token, MakeToken(**command))


def text_of(world, token):
    return token_text(world.ledger.vault, token.id)


def test_a_token_tells_whose_program_asks(world):
    token = make(world, scopes=frozenset({Scope.QUERY, Scope.SEE_PARTNER}))
    holder = world.read(find_holder, text_of(world, token), world.clock())
    assert (holder.organisation, holder.partner) == (world.coop.code, None)
    assert holder.scopes == {Scope.QUERY, Scope.SEE_PARTNER}
    assert token.scopes == (Scope.QUERY, Scope.SEE_PARTNER)


def test_no_table_holds_the_token(world):
    text = text_of(world, make(world))
    rows = world.read(lambda session: session.execute(select(AccessTokenRow.__table__)).all())
    assert rows
    assert text.removeprefix("sogoc_").encode() not in repr(rows).encode()


def test_a_token_is_shown_again_for_an_hour_to_its_manager(world):
    token, manager = make(world), world.actors[Role.MANAGER]
    shown = world.read(show_token, world.ledger.vault, manager, token.id, world.clock())
    assert shown == text_of(world, token)
    world.clock.now += timedelta(hours=1)
    with pytest.raises(NotFoundError):
        world.read(show_token, world.ledger.vault, manager, token.id, world.clock())


@pytest.mark.parametrize("who", [Role.GROWER, Role.ACCOUNTANT])
def test_only_the_manager_makes_and_shows_tokens(world, who):
    with pytest.raises(NotAllowedError):
        world.run(make_token, MakeToken(label="x", scopes=QUERY), who)
    with pytest.raises(NotAllowedError):
        world.read(show_token, world.ledger.vault, world.actors[who], make(world).id, world.clock())


@pytest.mark.parametrize("text", ["", "sogoc_", "sogoc_" + "A" * 43, "x" * 5000, "mã"])
def test_what_nobody_was_given_opens_nothing(world, text):
    make(world)
    with pytest.raises(AccessError):
        world.read(find_holder, text, world.clock())


def test_a_revoked_token_opens_nothing(world):
    token = make(world)
    world.run(revoke_token, RevokeToken(token_id=token.id))
    with pytest.raises(AccessError):
        world.read(find_holder, text_of(world, token), world.clock())


def test_a_token_ends_with_its_last_day(world):
    token = make(world, days=30)
    now = world.clock()
    world.read(find_holder, text_of(world, token), now + timedelta(days=29))
    with pytest.raises(AccessError):
        world.read(find_holder, text_of(world, token), now + timedelta(days=30))


def test_a_partner_s_token_may_only_ask(world):
    make(world, partner=world.partner, scopes=frozenset({Scope.QUERY, Scope.SUBSCRIBE}))
    for scope in (Scope.CAPTURE, Scope.SEE_PRIVATE, Scope.SEE_PERSON):
        with pytest.raises(CommandError):
            make(world, partner=world.partner, scopes=frozenset({scope}))
    with pytest.raises(NotFoundError):
        make(world, partner="no-such-partner")


@pytest.mark.parametrize("changes", [{"label": ""}, {"days": 0}, {"days": 9999}, {"scopes": frozenset()}])
def test_a_token_with_bad_values_is_refused(world, changes):
    with pytest.raises(CommandError):
        make(world, **changes)


def test_who_runs_the_server_makes_and_ends_tokens(world):
    token = world.ledger.write(make_token_of, world.neighbour.code, MakeToken(label="x", scopes=QUERY))
    assert [one.id for one in world.read(tokens_of, world.neighbour.code)] == [token.id]
    assert world.read(tokens_of, world.coop.code) == ()
    with pytest.raises(NotFoundError):
        world.ledger.write(end_token, world.coop.code, token.id)
    assert world.ledger.write(end_token, world.neighbour.code, token.id).revoked_at is not None
    with pytest.raises(NotFoundError):
        world.ledger.write(make_token_of, "NOSUCHCODE", MakeToken(label="x", scopes=QUERY))


def test_that_a_token_is_in_use_is_noted_once_an_hour(world):
    token = make(world)
    text = text_of(world, token)
    assert world.read(tokens_of, world.coop.code)[0].last_used_at is None
    assert world.read(find_holder, text, world.clock()).is_use_due
    world.ledger.write(note_use, token.id)
    now = world.clock()
    assert not world.read(find_holder, text, now).is_use_due
    assert world.read(find_holder, text, now + NOTED_EVERY).is_use_due
    assert world.read(tokens_of, world.coop.code)[0].last_used_at is not None
    world.ledger.write(note_use, "gone")
