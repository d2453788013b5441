"""``LogRecovered``: one form, one place, one signer; and the log's own chain goes on around it."""

import json

import pytest

from ledger.log.authors import LOG_CHAIN
from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import KeyStatementError, MalformedEventNoteError
from ledger.log.log_key_history import follow_log_keys
from ledger.log.log_recovery import record_recovery
from ledger.log.log_rotation import revoke_log_key, rotate_log_key
from ledger.log.proven_queries import read_log_key_history
from ledger.log.records import read_record
from ledger.log.recoveries import LOSS_REASONS, Recovery, format_recovery, is_recovery, parse_recovery
from signing.errors import KeyNotValidError
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.ledgers import CHAIN, LOG_KEY, ORIGIN, check_ledger, new_ledger, record

LOSS = Recovery(2, bytes([17]) * 32, 9, bytes([34]) * 32, "disk")


@pytest.fixture
def ledger(database):
    return new_ledger(database)


def test_the_example_of_the_page_is_read_and_written(spec_examples):
    body = json.loads(spec_examples("log-recovered")["LogRecovered"])
    recovery = parse_recovery(body)
    assert format_recovery(recovery, body["id"]) == body
    assert (recovery.size, recovery.signed_size, recovery.reason) == (12, 20, "disk")


@pytest.mark.parametrize("reason", LOSS_REASONS)
@pytest.mark.parametrize("signed", [(None, None), (9, bytes(32))])
def test_what_is_written_is_read(reason, signed):
    recovery = Recovery(0, bytes(32), *signed, reason)
    body = format_recovery(recovery, "urn:uuid:1")
    assert is_recovery(body)
    assert parse_recovery(body) == recovery


@pytest.mark.parametrize(
    "change",
    [
        {"size": -1},
        {"size": "2"},
        {"size": True},
        {"root": "AAAA"},
        {"root": 7},
        {"root": "?" * 44},
        {"reason": "Ông A làm hỏng"},
        {"id": 7},
        {"more": 1},
        {"signedRoot": None},
    ],
    ids=str,
)
def test_any_other_form_is_refused(change):
    with pytest.raises(MalformedEventNoteError):
        parse_recovery(format_recovery(LOSS, "urn:uuid:1") | change)
    half = format_recovery(LOSS, "urn:uuid:1")
    del half["signedSize"]
    with pytest.raises(MalformedEventNoteError):
        parse_recovery(half)


def test_it_stands_in_the_log_s_own_chain_signed_by_the_log(ledger):
    receipt = ledger.write(record_recovery, LOSS)
    said = ledger.read(read_record, receipt.index)
    assert (said.chain_id, said.signers, said.seq) == (LOG_CHAIN, (ORIGIN,), 1)
    assert parse_recovery(said.body) == LOSS
    assert ledger.write(record_recovery, LOSS).repeated
    ledger.write(record)
    check_ledger(ledger)


def test_keys_change_before_and_after_it(ledger):
    """The history of the log's keys leads through it, from the first key to the last."""
    first = ledger.vkey
    ledger.write(rotate_log_key)
    ledger.write(record_recovery, LOSS)
    ledger.write(rotate_log_key)
    ledger.write(revoke_log_key, first)
    keys = follow_log_keys(ledger.read(read_log_key_history), [first])
    assert len(keys.current) == 2
    assert first not in keys.current
    check_ledger(ledger)


def test_nobody_else_says_it(ledger):
    text = format_event_text(Kind.STATEMENT, format_recovery(LOSS, "urn:uuid:1"))
    ledger.write(rotate_log_key)
    own = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([1]) * 32))
    with pytest.raises(KeyNotValidError):
        ledger.append(LOG_CHAIN, sign_note(text, own))
    with pytest.raises(KeyStatementError):
        ledger.append(CHAIN, sign_note(text, own))
    bad = format_recovery(LOSS, "urn:uuid:1") | {"reason": "another"}
    by_log = NamedKey(ORIGIN, LOG_KEY)
    with pytest.raises(MalformedEventNoteError):
        ledger.append(LOG_CHAIN, sign_note(format_event_text(Kind.STATEMENT, bad), by_log))
    check_ledger(ledger)
