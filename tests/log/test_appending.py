"""What ``append`` takes in, what it answers with the first receipt, and what it refuses."""

import pytest

from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import (
    IdempotencyConflictError,
    MalformedError,
    MalformedEventNoteError,
)
from ledger.log.queries import (
    read_head,
)
from ledger.log.records import read_record
from signing.errors import BadSignatureError, KeyNotValidError
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.ledgers import (
    CHAIN,
    ORIGIN,
    OTHER_CHAIN,
    check_ledger,
    event_body,
    new_ledger,
    record,
)


@pytest.fixture
def ledger(database):
    return new_ledger(database)


def size_of(ledger):
    return ledger.read(read_head).size


def outside_note(body=None, seed=1):
    """A note signed elsewhere with the key of CHAIN (seed 1) or another one."""
    key = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([seed]) * 32))
    return sign_note(format_event_text(Kind.EVENT, body or event_body("sogoc:sowing")), key)


def test_a_receipt_is_repeated_for_the_same_idempotency_key(ledger):
    note = outside_note()
    first = ledger.write(lambda unit: unit.append(CHAIN, note, idempotency_key="lần 1"))
    size = size_of(ledger)
    again = ledger.write(lambda unit: unit.append(CHAIN, note, idempotency_key="lần 1"))
    assert again.repeated
    assert (again.index, again.seq, again.entry, again.leaf_hash, again.recorded_at) == (
        first.index,
        first.seq,
        first.entry,
        first.leaf_hash,
        first.recorded_at,
    )
    assert size_of(ledger) == size
    check_ledger(ledger)


def test_a_receipt_is_repeated_within_one_unit(ledger):
    note = outside_note()

    def twice(unit):
        return [unit.append(CHAIN, note, idempotency_key="k") for _ in range(2)]

    first, again = ledger.write(twice)
    assert (again.index, again.repeated, first.repeated) == (first.index, True, False)
    check_ledger(ledger)


def test_a_key_for_another_text_is_a_conflict(ledger):
    first = ledger.write(lambda unit: unit.append(CHAIN, outside_note(), idempotency_key="k"))
    with pytest.raises(IdempotencyConflictError) as caught:
        ledger.write(lambda unit: unit.append(CHAIN, outside_note(), idempotency_key="k"))
    assert (caught.value.index, caught.value.chain_id, caught.value.idempotency_key) == (
        first.index,
        CHAIN,
        "k",
    )
    check_ledger(ledger)


def test_keys_of_different_chains_do_not_meet(ledger):
    first = ledger.write(record, CHAIN, idempotency_key="k")
    second = ledger.write(record, OTHER_CHAIN, idempotency_key="k")
    assert (first.repeated, second.repeated) == (False, False)
    assert ledger.write(lambda unit: unit.find_receipt(CHAIN, "k")).index == first.index
    assert ledger.write(lambda unit: unit.find_receipt(CHAIN, "other")) is None
    check_ledger(ledger)


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_an_idempotency_key_has_1_to_200_characters(ledger, key):
    ledger.write(record, idempotency_key="k" * 200)
    with pytest.raises(MalformedError):
        ledger.write(record, idempotency_key=key)
    check_ledger(ledger)


def test_a_note_from_outside_is_checked(ledger):
    assert ledger.write(lambda unit: unit.append(CHAIN, outside_note())).index == 2
    forged = outside_note().replace(b"sowing", b"mowing")
    stranger = outside_note(seed=9)
    for note, refusal in [
        (forged, BadSignatureError),
        (stranger, KeyNotValidError),
        (b"no note", MalformedEventNoteError),
    ]:
        with pytest.raises(refusal):
            ledger.write(lambda unit, note=note: unit.append(CHAIN, note))
    with pytest.raises(KeyNotValidError):
        ledger.write(lambda unit: unit.append(OTHER_CHAIN, outside_note()))
    check_ledger(ledger)


def test_a_refused_note_does_not_spoil_the_rest_of_the_unit(ledger):
    def refuse_then_append(unit):
        with pytest.raises(BadSignatureError):
            unit.append(CHAIN, outside_note().replace(b"sowing", b"mowing"))
        return record(unit)

    assert ledger.write(refuse_then_append).index == 2
    check_ledger(ledger)


def test_a_partner_signs_along(ledger):
    partner = NamedKey(f"{ORIGIN}/{OTHER_CHAIN}", PrivateKey.from_seed(bytes([2]) * 32))

    def append(unit):
        return unit.append(CHAIN, unit.sign(CHAIN, Kind.EVENT, event_body("shipping"), partner))

    receipt = ledger.write(append)
    assert ledger.read(read_record, receipt.index).signers == (f"{ORIGIN}/{CHAIN}", partner.name)
    check_ledger(ledger)


def test_a_signer_nobody_added_does_not_sign_along(ledger):
    stranger = NamedKey(f"{ORIGIN}/{OTHER_CHAIN}", PrivateKey.from_seed(bytes([9]) * 32))
    with pytest.raises(KeyNotValidError):
        ledger.write(
            lambda unit: unit.append(CHAIN, unit.sign(CHAIN, Kind.EVENT, event_body("shipping"), stranger))
        )
    check_ledger(ledger)
