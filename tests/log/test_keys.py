"""Keys of chains: opened, replaced, held by devices, revoked; valid by log index and by nothing else."""

import pytest
from sqlalchemy import select

from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import ChainExistsError, KeyStatementError, MalformedEntryError, UnknownChainError
from ledger.log.keys import (
    add_device_key,
    chain_keys,
    key_added_text,
    key_ring,
    open_chain,
    replace_key,
    revoke_key,
)
from ledger.log.ledger import Ledger
from ledger.log.records import read_record
from ledger.log.tables import LogKey
from signing.errors import BadSignatureError, KeyNotValidError
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import sign_note
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

NAME = f"{ORIGIN}/{CHAIN}"
FIRST = NamedKey(NAME, PrivateKey.from_seed(bytes([1]) * 32))
SECOND = NamedKey(NAME, PrivateKey.from_seed(bytes([11]) * 32))
DEVICE = NamedKey(f"{NAME}/may-1", PrivateKey.from_seed(bytes([12]) * 32))
OTHER = NamedKey(f"{ORIGIN}/{OTHER_CHAIN}", PrivateKey.from_seed(bytes([2]) * 32))


@pytest.fixture
def ledger(database):
    return new_ledger(database)


def device_note(step="sogoc:sowing"):
    return sign_note(format_event_text(Kind.EVENT, event_body(step)), DEVICE)


def statement(signers, **body):
    return sign_note(format_event_text(Kind.STATEMENT, {"id": "urn:uuid:1"} | body), *signers)


def append(ledger, chain_id, note):
    return ledger.write(lambda unit: unit.append(chain_id, note))


def test_a_chain_begins_with_its_key_signed_by_itself(ledger):
    found = ledger.read(read_record, 0)
    assert (found.seq, found.kind, found.signers) == (0, Kind.STATEMENT, (NAME,))
    assert found.body["type"] == "KeyAdded"
    assert VerifierKey.parse(found.body["key"]) == FIRST.verifier_key
    assert [(held.key, held.valid_from, held.valid_until) for held in ledger.read(key_ring)] == [
        (FIRST.verifier_key, 0, None),
        (OTHER.verifier_key, 1, None),
    ]


def test_a_chain_is_opened_once(ledger):
    with pytest.raises(ChainExistsError) as caught:
        ledger.write(open_chain, CHAIN)
    assert caught.value.chain_id == CHAIN
    with pytest.raises(MalformedEntryError):
        ledger.write(open_chain, "hai từ")
    check_ledger(ledger)


def test_a_key_made_here_is_random_and_signs_after_a_restart(ledger):
    ledger.write(open_chain, "HTX2")
    ledger.write(open_chain, "HTX3")
    again = Ledger.open(ledger.database, VAULT)
    assert again.write(record, "HTX2").seq == 1
    first, second = (next(iter(ledger.read(chain_keys, name))).key for name in ("HTX2", "HTX3"))
    assert first.public_key != second.public_key
    check_ledger(ledger)


def test_seeds_are_kept_sealed(ledger):
    with ledger.database.reading() as session:
        sealed = session.scalars(select(LogKey.sealed_seed)).all()
    assert all(sealed)
    assert not any(FIRST.private_key.seed in seed for seed in sealed)


def test_a_replaced_key_signs_nothing_more_but_stays_valid(ledger):
    receipt = ledger.write(replace_key, CHAIN, private_key=SECOND.private_key)
    found = ledger.read(read_record, receipt.index)
    assert found.signers == (NAME, NAME)
    signed = ledger.write(lambda unit: unit.signer(CHAIN))
    assert signed.verifier_key == SECOND.verifier_key
    record_receipt = ledger.write(record)
    assert ledger.read(read_record, record_receipt.index).signers == (NAME,)
    old = sign_note(format_event_text(Kind.EVENT, event_body("x")), FIRST)
    append(ledger, CHAIN, old)
    check_ledger(ledger)


def test_a_key_is_valid_from_its_own_entry_to_its_revocation(ledger):
    added = ledger.write(replace_key, CHAIN, private_key=SECOND.private_key).index
    revoked = ledger.write(revoke_key, CHAIN, FIRST.verifier_key).index
    ring = ledger.read(key_ring)
    assert ring.key_for(NAME, SECOND.key_id, added) == SECOND.verifier_key
    assert ring.key_for(NAME, FIRST.key_id, revoked) == FIRST.verifier_key
    for key, index in [(SECOND, added - 1), (FIRST, revoked + 1)]:
        with pytest.raises(KeyNotValidError):
            ring.key_for(NAME, key.key_id, index)
    with pytest.raises(KeyNotValidError):
        append(ledger, CHAIN, sign_note(format_event_text(Kind.EVENT, event_body("x")), FIRST))
    ledger.write(record)
    check_ledger(ledger)


def test_the_private_half_of_a_revoked_key_is_destroyed(ledger):
    ledger.write(replace_key, CHAIN)
    ledger.write(revoke_key, CHAIN, FIRST.verifier_key, reason="lost")
    with ledger.database.reading() as session:
        sealed = session.execute(
            select(LogKey.valid_until, LogKey.sealed_seed).where(LogKey.key_id == FIRST.key_id)
        ).one()
    assert tuple(sealed) == (4, None)
    check_ledger(ledger)


def test_a_chain_whose_last_key_is_revoked_is_closed(ledger):
    ledger.write(revoke_key, CHAIN, FIRST.verifier_key, reason="retired")
    for use_case in (record, replace_key):
        with pytest.raises(UnknownChainError):
            ledger.write(use_case, CHAIN)
    with pytest.raises(ChainExistsError):
        ledger.write(open_chain, CHAIN)
    assert ledger.write(record, OTHER_CHAIN).seq == 1
    check_ledger(ledger)


def test_everything_about_keys_in_one_unit(ledger):
    def live_a_life(unit):
        open_chain(unit, "HTX2")
        record(unit, "HTX2")
        old = unit.signer("HTX2").verifier_key
        replace_key(unit, "HTX2")
        revoke_key(unit, "HTX2", old)
        return record(unit, "HTX2")

    assert ledger.write(live_a_life).seq == 4
    assert ledger.write(record, "HTX2").seq == 5
    check_ledger(ledger)


def test_a_device_signs_offline_after_its_key_was_added(ledger):
    with pytest.raises(KeyNotValidError):
        append(ledger, CHAIN, device_note())
    possession = sign_note(key_added_text(DEVICE.verifier_key), DEVICE)
    added = ledger.write(add_device_key, CHAIN, possession)
    assert ledger.read(read_record, added.index).signers == (DEVICE.name, NAME)
    receipt = append(ledger, CHAIN, device_note())
    assert ledger.read(read_record, receipt.index).signers == (DEVICE.name,)
    ledger.write(revoke_key, CHAIN, DEVICE.verifier_key, reason="lost")
    with pytest.raises(KeyNotValidError):
        append(ledger, CHAIN, device_note("later"))
    check_ledger(ledger)


def test_the_server_key_goes_on_signing_beside_a_device(ledger):
    ledger.write(add_device_key, CHAIN, sign_note(key_added_text(DEVICE.verifier_key), DEVICE))
    receipt = ledger.write(record)
    assert ledger.read(read_record, receipt.index).signers == (NAME,)
    check_ledger(ledger)


def test_a_device_key_is_added_by_its_holder(ledger):
    thief = NamedKey(DEVICE.name, PrivateKey.from_seed(bytes([13]) * 32))
    forged = sign_note(key_added_text(DEVICE.verifier_key), DEVICE)[:-10] + b"AAAAAAAA=\n"
    for note, refusal in [
        (sign_note(key_added_text(DEVICE.verifier_key), thief), KeyNotValidError),
        (sign_note(key_added_text(DEVICE.verifier_key), FIRST), Exception),
        (device_note(), KeyStatementError),
        (forged, Exception),
    ]:
        with pytest.raises(refusal):
            ledger.write(add_device_key, CHAIN, note)
    check_ledger(ledger)


ADDED = {"type": "KeyAdded", "key": SECOND.verifier_key.format()}
REVOKED = {"type": "KeyRevoked", "key": FIRST.verifier_key.format(), "reason": "lost"}


@pytest.mark.parametrize(
    ("signers", "body", "refusal"),
    [
        ((FIRST,), ADDED, KeyStatementError),
        ((SECOND,), ADDED, KeyStatementError),
        ((OTHER, SECOND), ADDED, KeyStatementError),
        ((FIRST, OTHER), ADDED | {"key": OTHER.verifier_key.format()}, KeyStatementError),
        ((FIRST,), ADDED | {"key": FIRST.verifier_key.format()}, KeyStatementError),
        ((FIRST, SECOND), ADDED | {"device": "x"}, KeyStatementError),
        ((FIRST, SECOND), ADDED | {"key": "no key"}, KeyStatementError),
        ((FIRST, SECOND), ADDED | {"key": 7}, KeyStatementError),
        ((FIRST, SECOND), {"type": "KeyAdded"}, KeyStatementError),
        ((FIRST,), REVOKED | {"reason": "không thích"}, KeyStatementError),
        ((FIRST,), REVOKED | {"key": OTHER.verifier_key.format()}, KeyStatementError),
        ((FIRST,), REVOKED | {"key": SECOND.verifier_key.format()}, KeyNotValidError),
        ((OTHER,), REVOKED, KeyNotValidError),
    ],
)
def test_a_key_statement_by_whom_it_may_not_be_is_refused(ledger, signers, body, refusal):
    with pytest.raises(refusal):
        append(ledger, CHAIN, statement(signers, **body))
    assert len(ledger.read(key_ring)) == 2
    ledger.write(record)
    check_ledger(ledger)


def test_key_statements_that_are_in_order_are_taken_in(ledger):
    append(ledger, CHAIN, statement((FIRST, SECOND), **ADDED))
    append(ledger, CHAIN, statement((SECOND,), **REVOKED))
    assert [held.valid_until for held in ledger.read(chain_keys, CHAIN)] == [4, None]
    check_ledger(ledger)


def test_a_valid_key_is_not_added_again(ledger):
    append(ledger, CHAIN, statement((FIRST, SECOND), **ADDED))
    with pytest.raises(KeyStatementError, match="valid already"):
        append(ledger, CHAIN, statement((FIRST, SECOND), **ADDED, id="urn:uuid:2"))
    check_ledger(ledger)


def test_a_wrong_signature_on_a_key_statement_is_refused(ledger):
    note = statement((FIRST, SECOND), **ADDED)
    last_line = note.splitlines()[-1]
    with pytest.raises(BadSignatureError):
        append(ledger, CHAIN, note.replace(last_line[-12:-4], b"AAAAAAAA"))
    assert len(ledger.read(key_ring)) == 2
    check_ledger(ledger)


def test_an_event_that_speaks_of_keys_changes_none(ledger):
    body = {"type": "KeyRevoked", "key": FIRST.verifier_key.format(), "id": "urn:uuid:1"}
    append(ledger, CHAIN, sign_note(format_event_text(Kind.EVENT, body), FIRST))
    ledger.write(record)
    assert [held.valid_until for held in ledger.read(key_ring)] == [None, None]
    check_ledger(ledger)


@pytest.mark.parametrize(
    "name", ["so.example.vn/goc", f"{NAME}/a/b", "la.example.vn/HTX7K3M9Q2", f"{NAME}/-"]
)
def test_a_signer_whose_name_is_of_no_chain_is_unknown(ledger, name):
    stranger = NamedKey(name, PrivateKey.from_seed(bytes([1]) * 32))
    note = sign_note(format_event_text(Kind.EVENT, event_body("x")), FIRST, stranger)
    with pytest.raises(KeyNotValidError):
        append(ledger, CHAIN, note)
    check_ledger(ledger)
