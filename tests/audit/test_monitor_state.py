"""The files beside a monitor: what it remembers, and the receipts it is given."""

import base64
import json
from datetime import UTC, datetime

import pytest

from ledger.audit.monitor_state import MonitorState, format_state, parse_state
from ledger.audit.receipt_list import KeptReceipt, parse_receipts
from ledger.log.entries import ChainEnd
from ledger.log.errors import MalformedReceiptsError, MonitorStateError
from signing.keyring import HeldKey, KeyRing
from tests.support.following import VKEY, key_of, opened_chain
from tests.support.ledgers import CHAIN

LEAF = bytes(range(32))
LINE = b'{"index":3,"leaf_hash":"%b","chain":"x"}' % base64.b64encode(LEAF)


def full_state() -> MonitorState:
    key = key_of(CHAIN).verifier_key
    return MonitorState(
        VKEY,
        opened_chain(6).files()["checkpoint"],
        datetime(2026, 9, 30, 5, tzinfo=UTC),
        7,
        {CHAIN: ChainEnd(7, LEAF)},
        KeyRing([HeldKey(key, 0, 4), HeldKey(key_of(CHAIN, 3).verifier_key, 4)]),
        datetime(2026, 9, 30, 6, tzinfo=UTC),
        2,
    )


@pytest.mark.parametrize("state", [MonitorState(VKEY), full_state()], ids=["fresh", "full"])
def test_a_state_comes_back_as_it_was_kept(state):
    again = parse_state(format_state(state))
    assert list(again.ring) == list(state.ring)
    again.ring = state.ring
    assert again == state


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("version", "sogoc/monitor-state/v2"),
        ("vkey", "x"),
        ("checkpoint", "x"),
        ("checkpoint", 7),
        ("grown_at", "yesterday"),
        ("short_since", 3),
        ("walked", -1),
        ("walked", True),
        ("walked", 8),
        ("chains", {"": [1, "x"]}),
        ("chains", {CHAIN: [1, "AA=="]}),
        ("chains", [CHAIN]),
        ("keys", [["x", 0, None]]),
        ("keys", 3),
        ("alarms", "2"),
        ("more", 1),
    ],
)
def test_a_damaged_state_is_refused(member, value):
    data = json.loads(format_state(full_state())) | {member: value}
    with pytest.raises(MonitorStateError):
        parse_state(json.dumps(data).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"version":1}'])
def test_what_is_no_state_is_refused(data):
    with pytest.raises(MonitorStateError):
        parse_state(data)


def test_receipts_are_read_line_by_line():
    assert parse_receipts(LINE + b"\n\n" + LINE + b"\n") == (KeptReceipt(3, LEAF),) * 2
    assert parse_receipts(b"") == ()


@pytest.mark.parametrize(
    "line",
    [
        b"x",
        b"[]",
        b"7",
        b'{"index":3}',
        b'{"index":3,"leaf_hash":7}',
        LINE.replace(b"3", b"-3", 1),
        LINE.replace(b"3", b"3.5", 1),
        LINE.replace(b"3", b"true", 1),
        b'{"index":3,"leaf_hash":"AA=="}',
        b'{"index":3,"leaf_hash":"?"}',
    ],
)
def test_a_line_that_is_no_receipt_is_named(line):
    with pytest.raises(MalformedReceiptsError) as caught:
        parse_receipts(LINE + b"\n" + line)
    assert caught.value.line == 2


def test_too_many_receipts_are_refused(monkeypatch):
    monkeypatch.setattr("ledger.audit.receipt_list.MAX_RECEIPTS", 2)
    with pytest.raises(MalformedReceiptsError):
        parse_receipts(b"\n".join([LINE] * 3))
