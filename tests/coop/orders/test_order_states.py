"""The life of an order as a machine, what is suggested for it, and the symbol by which it is paid."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, OrderStateError
from ledger.coop.orders.states import (
    AT_WORK,
    OPEN,
    RULES,
    SENT,
    OrderAction,
    OrderState,
    after_allotting,
    after_cancelling,
    after_shipping,
    check_action,
    is_allowed,
    is_ours,
)
from ledger.coop.orders.suggesting import Candidate, suggest
from ledger.coop.orders.vietqr import BANKS, VietQr, crc16, parse_vietqr

# Payloads that banks' apps read: NAPAS' own samples, and others' whose check sum holds.
KNOWN = {
    "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F": VietQr(
        "970403", "0011012345678"
    ),
    "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN"
    "62170813ung ho lu lut6304C15C": VietQr("970415", "0011001932418", 120_000, "ung ho lu lut"),
}


def test_every_state_but_an_end_leads_on():
    for state in OrderState:
        actions = {action for action in OrderAction if is_allowed(action, state)}
        assert bool(actions) == (state not in {OrderState.RECEIVED, OrderState.CANCELLED})
    assert set(OrderAction) == RULES.keys()
    assert AT_WORK < OPEN
    assert not OPEN & SENT


@pytest.mark.parametrize("state", OrderState)
def test_what_may_not_be_done_now_says_what_may(state):
    for action in OrderAction:
        if is_allowed(action, state):
            check_action(action, state, "DH1")
            continue
        with pytest.raises(OrderStateError) as caught:
            check_action(action, state, "DH1")
        assert caught.value.state == state
        assert "DH1" in caught.value.sentence


def test_nothing_that_left_is_cancelled():
    assert after_cancelling(is_anything_sent=True) is OrderState.SHIPPED
    assert after_cancelling(is_anything_sent=False) is OrderState.CANCELLED
    assert not any(is_allowed(OrderAction.CANCEL, state) for state in SENT)
    assert not any(is_allowed(OrderAction.WRITE, state) for state in set(OrderState) - {OrderState.DRAFT})


def test_a_team_does_its_own_orders_and_a_manager_any():
    team_work = {action for action, rule in RULES.items() if rule.of_team}
    for action in team_work:
        assert not is_ours(action, frozenset({Role.PACKER}), in_team=False)
        assert is_ours(action, frozenset({Role.PACKER}), in_team=True)
        assert is_ours(action, frozenset({Role.MANAGER}), in_team=False)
    for action in OrderAction:
        for role in (Role.GROWER, Role.DISTRIBUTOR, Role.ALLIANCE):
            assert not is_ours(action, frozenset({role}), in_team=True)


@given(st.lists(st.sampled_from(OrderAction), max_size=30), st.booleans())
def test_no_walk_sends_what_was_never_put_aside(walk, is_missing):
    state, is_aside = OrderState.DRAFT, False
    ends = {
        OrderAction.AGREE: OrderState.AGREED,
        OrderAction.ACCEPT: OrderState.ACCEPTED,
        OrderAction.PACK: OrderState.PACKED,
        OrderAction.REOPEN: OrderState.ACCEPTED,
        OrderAction.CANCEL: OrderState.CANCELLED,
    }
    for action in walk:
        if not is_allowed(action, state):
            continue
        if action is OrderAction.ALLOT:
            is_aside = not is_aside
            state = after_allotting(is_anything_aside=is_aside)
        elif action is OrderAction.SHIP:
            assert is_aside
            is_aside, state = False, after_shipping(is_anything_missing=is_missing)
        elif action is not OrderAction.ACCEPT or state is OrderState.AGREED:
            state = ends.get(action, state)


amounts = st.decimals(min_value=0, max_value=10_000, places=3)
candidates = st.lists(
    st.builds(
        Candidate,
        lot=st.uuids().map(str),
        free=amounts,
        made_at=st.datetimes(timezones=st.just(UTC), min_value=datetime(2026, 1, 1)),  # noqa: DTZ001
        expires_on=st.none() | st.dates(min_value=date(2026, 1, 1)),
    ),
    max_size=8,
)


@given(amounts, candidates, st.booleans())
def test_no_more_is_suggested_than_is_wanted_or_free_and_first_expired_goes_first(wanted, lots, is_counted):
    given_ = suggest(wanted, lots, is_counted=is_counted)
    free = {lot.lot: lot.free for lot in lots}
    assert all(0 < quantity <= free[lot] for lot, quantity in given_.items())
    assert sum(given_.values()) <= wanted
    if is_counted:
        assert all(quantity == int(quantity) for quantity in given_.values())
        return
    assert sum(given_.values()) == min(wanted, sum(free.values()))
    last = max((lot.expires_on or date.max for lot in lots if lot.lot in given_), default=date.min)
    for lot in lots:
        if (lot.expires_on or date.max) < last:
            assert given_.get(lot.lot, Decimal(0)) == lot.free


def test_the_check_sum_is_the_one_of_the_standard():
    assert crc16("123456789") == "29B1"


@pytest.mark.parametrize(("text", "transfer"), KNOWN.items())
def test_known_payloads_are_written_and_read(text, transfer):
    assert transfer.format() == text
    assert parse_vietqr(text) == transfer


transfers = st.builds(
    VietQr,
    st.sampled_from(tuple(BANKS)),
    st.from_regex(r"[0-9]{6,19}", fullmatch=True),
    st.none() | st.integers(1, 10**13 - 1),
    st.sampled_from(("", "DH1", "DH123456789")),
)


@given(transfers)
def test_a_payload_reads_back_as_the_transfer(transfer):
    assert parse_vietqr(transfer.format()) == transfer


@given(transfers, st.data())
def test_a_payload_with_one_other_character_is_not_read(transfer, data):
    text = transfer.format()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda char: char != text[place]))
    with pytest.raises(CommandError):
        parse_vietqr(text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize(
    "wrong",
    [
        {"bank": "97041"},
        {"account": ""},
        {"account": "1" * 20},
        {"amount": 0},
        {"amount": 10**13},
        {"purpose": "đơn 1"},
        {"purpose": "x" * 26},
    ],
)
def test_what_a_symbol_cannot_say_is_refused(wrong):
    with pytest.raises(CommandError):
        VietQr(**{"bank": "970436", "account": "0071000918348", "amount": 1, "purpose": "DH1"} | wrong)
