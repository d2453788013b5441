"""Attacks on who said it: keys that may not sign any more, signatures moved, notes bent."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from ledger.log.entries import Entry, Kind, format_entry, format_event_text, parse_entry, parse_event_note
from ledger.log.errors import KeyStatementError, VerificationError
from ledger.log.keys import key_ring, replace_key, revoke_key
from ledger.log.ledger import Ledger
from ledger.log.log_keys import LOG_KEY_PURPOSE
from ledger.log.sealed_secrets import find_secret
from ledger.log.tables import LogKey
from ledger.log.verify import Trust, verify_entry
from signing.errors import BadSignatureError, KeyNotValidError, VaultError
from signing.keys import NamedKey, PrivateKey
from signing.notes import Note, format_note, sign_note
from signing.vault import Vault
from tests.support.ledgers import (
    CHAIN,
    ORIGIN,
    OTHER_CHAIN,
    VAULT,
    check_ledger,
    event_body,
    new_ledger,
    record,
)
from tests.support.tampering import entry_bytes, places_of, replace_entry, tamper

STOLEN = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([1]) * 32))


@pytest.fixture
def ledger(database):
    return new_ledger(database)


def note_by(key, step="sogoc:harvesting"):
    return sign_note(format_event_text(Kind.EVENT, event_body(step)), key)


def append(ledger, note, chain_id=CHAIN):
    return ledger.write(lambda unit: unit.append(chain_id, note))


def verify_stored(ledger, index):
    with ledger.database.reading() as session:
        ring = key_ring(session)
    entry = entry_bytes(ledger.database, index)
    return verify_entry(entry, ledger.prove(index), key_ring=ring, trust=Trust(ledger.vkey))


def test_signed_by_revoked_key(ledger):
    """The thief's note is refused; put into the database by force, it is found."""
    ledger.write(replace_key, CHAIN)
    ledger.write(revoke_key, CHAIN, STOLEN.verifier_key, reason="lost")
    with pytest.raises(KeyNotValidError) as caught:
        append(ledger, note_by(STOLEN))
    assert caught.value.intervals == ((0, 4),)
    receipt = ledger.write(record)
    check_ledger(ledger)
    entry = parse_entry(receipt.entry)
    forged = format_entry(Entry(CHAIN, entry.seq, entry.prev, entry.recorded_at, note_by(STOLEN)))
    replace_entry(ledger.database, receipt.index, forged)
    assert ("log_entry", receipt.index, "signatures") in places_of(ledger)
    with pytest.raises(VerificationError) as failed:
        verify_stored(ledger, receipt.index)
    assert failed.value.step == 2


def test_signature_line_copied_to_another_note(ledger):
    honest = note_by(STOLEN, "sogoc:sowing")
    append(ledger, honest)
    line = parse_event_note(honest).signatures
    forged = format_note(Note(format_event_text(Kind.EVENT, event_body("sogoc:harvesting")), line))
    with pytest.raises(BadSignatureError) as caught:
        append(ledger, forged)
    assert caught.value.name == STOLEN.name
    check_ledger(ledger)


def test_entry_in_a_foreign_chain(ledger):
    other = NamedKey(f"{ORIGIN}/{OTHER_CHAIN}", PrivateKey.from_seed(bytes([2]) * 32))
    with pytest.raises(KeyNotValidError):
        append(ledger, note_by(other))
    check_ledger(ledger)


def test_revoked_key_with_an_early_date(ledger):
    """What the thief writes into the note does not count, nor does the time he claims it was recorded."""
    ledger.write(replace_key, CHAIN)
    ledger.write(revoke_key, CHAIN, STOLEN.verifier_key, reason="compromised")
    early = event_body("sogoc:harvesting", eventTime="2020-01-01T00:00:00.000+07:00")
    note = sign_note(format_event_text(Kind.EVENT, early), STOLEN)
    with pytest.raises(KeyNotValidError):
        append(ledger, note)
    receipt = ledger.write(record)
    entry = parse_entry(receipt.entry)
    earlier = entry.recorded_at - timedelta(days=900)
    replace_entry(
        ledger.database, receipt.index, format_entry(Entry(CHAIN, entry.seq, entry.prev, earlier, note))
    )
    assert ("log_entry", receipt.index, "signatures") in places_of(ledger)


def test_key_added_without_the_old_key(ledger):
    own = NamedKey(STOLEN.name, PrivateKey.generate())
    body = {"type": "KeyAdded", "id": "urn:uuid:1", "key": own.verifier_key.format()}
    with pytest.raises(KeyStatementError):
        append(ledger, sign_note(format_event_text(Kind.STATEMENT, body), own))
    with pytest.raises(KeyNotValidError):
        append(ledger, note_by(own))
    check_ledger(ledger)


def test_database_stolen_without_master_key(ledger):
    """Keys lie sealed, each for its own purpose: another master key, or another row's place, opens none."""
    thief = Vault(bytes(32))
    with pytest.raises(VaultError):
        ledger.read(find_secret, thief, LOG_KEY_PURPOSE)
    with ledger.database.reading() as session:
        sealed = session.scalars(select(LogKey.sealed_seed).order_by(LogKey.valid_from)).all()
    assert not any(STOLEN.private_key.seed in seed for seed in sealed)
    tamper(ledger.database, update(LogKey).where(LogKey.valid_from == 0).values(sealed_seed=sealed[1]))
    with pytest.raises(VaultError):
        Ledger.open(ledger.database, VAULT).write(record)
    with pytest.raises(VaultError):
        Ledger.open(ledger.database, thief).write(record, OTHER_CHAIN)
