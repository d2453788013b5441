"""Signatures taken away, renamed or by nobody; revocations erased."""

import pytest
from sqlalchemy import update

from ledger.log.entries import Kind, format_event_text
from ledger.log.keys import replace_key, revoke_key
from ledger.log.tables import LogKey
from signing.errors import KeyNotValidError
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.ledgers import CHAIN, ORIGIN, OTHER_CHAIN, check_ledger, event_body, new_ledger
from tests.support.tampering import places_of, replace_entry, tamper

STOLEN = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([1]) * 32))


@pytest.fixture
def ledger(database):
    return new_ledger(database)


def note_by(key, step="sogoc:harvesting"):
    return sign_note(format_event_text(Kind.EVENT, event_body(step)), key)


def append(ledger, note, chain_id=CHAIN):
    return ledger.write(lambda unit: unit.append(chain_id, note))


def test_revocation_erased_from_the_key_table(ledger):
    ledger.write(replace_key, CHAIN)
    ledger.write(revoke_key, CHAIN, STOLEN.verifier_key, reason="lost")
    tamper(ledger.database, update(LogKey).values(valid_until=None))
    assert places_of(ledger) == {("log_key", 0, "key")}


def test_signature_line_taken_away(ledger):
    partner = NamedKey(f"{ORIGIN}/{OTHER_CHAIN}", PrivateKey.from_seed(bytes([2]) * 32))
    text = format_event_text(Kind.EVENT, event_body("receiving"))
    receipt = append(ledger, sign_note(text, STOLEN, partner))
    check_ledger(ledger)
    alone = receipt.entry[: receipt.entry.rindex("— ".encode())]
    replace_entry(ledger.database, receipt.index, alone)
    places = places_of(ledger)
    assert ("log_entry", receipt.index, "signatures") not in places, "what is left is validly signed"
    assert ("log_head", None, "root hash") in places, "but it is not the entry that was logged"


def test_signature_line_given_another_name(ledger):
    """The same key under a name of another chain has another key id, and is nobody."""
    note = note_by(STOLEN).replace(f"/{CHAIN} ".encode(), f"/{OTHER_CHAIN} ".encode())
    for chain_id in (CHAIN, OTHER_CHAIN):
        with pytest.raises(KeyNotValidError):
            append(ledger, note, chain_id)
    check_ledger(ledger)


def test_key_of_the_right_name_that_nobody_added(ledger):
    impostor = NamedKey(STOLEN.name, PrivateKey.generate())
    with pytest.raises(KeyNotValidError):
        append(ledger, note_by(impostor))
    check_ledger(ledger)
