"""The log's own key: replaced, two at once, revoked; known to other processes and to fsck; in a token."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from ledger.log.anti_rollback import HeadRecord
from ledger.log.authors import LOG_CHAIN, check_log_signatures, log_keys_at
from ledger.log.checkpoints import open_checkpoint, parse_checkpoint_note, sign_checkpoint
from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import KeyStatementError, LastKeyError, MalformedCheckpointError, NoLogError
from ledger.log.keys import key_ring, open_chain
from ledger.log.ledger import Ledger
from ledger.log.log_keys import (
    LOG_KEY_PURPOSE,
    format_log_keys,
    open_log_signers,
    open_own_checkpoint,
    read_log_keys,
)
from ledger.log.log_rotation import revoke_log_key, rotate_log_key
from ledger.log.queries import read_identity
from ledger.log.records import read_record
from ledger.log.sealed_secrets import find_secret
from ledger.log.tables import LogKey, LogSecret
from signing.errors import BadSignatureError, KeyNotValidError, TokenError, UnknownSignerError
from signing.hsm import Pkcs11Token
from signing.keyring import HeldKey
from signing.keys import NamedKey, PrivateKey
from signing.notes import Note, check_note, sign_note
from signing.vault import Vault
from tests.support.ledgers import (
    CHAIN,
    LOG_KEY,
    ORIGIN,
    VAULT,
    SteppingClock,
    check_ledger,
    event_body,
    new_ledger,
    record,
)
from tests.support.tokens import new_place

FIRST = NamedKey(ORIGIN, LOG_KEY)
SECOND = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([21]) * 32))
THIRD = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([22]) * 32))
FOURTH = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([23]) * 32))


@pytest.fixture
def ledger(database):
    return new_ledger(database)


def signers_of(checkpoint):
    _, note = parse_checkpoint_note(checkpoint)
    return [(line.name, line.key_id) for line in note.signatures]


def lines(*keys):
    return [(ORIGIN, key.key_id) for key in keys]


def statement(signers, **body):
    return sign_note(format_event_text(Kind.STATEMENT, {"id": "urn:uuid:1"} | body), *signers)


def test_while_two_keys_are_valid_each_checkpoint_has_a_line_of_both(ledger):
    before = ledger.checkpoint()
    added = ledger.write(rotate_log_key, new=SECOND)
    assert (added.chain_id, added.seq) == (LOG_CHAIN, 1)
    assert signers_of(before) == lines(FIRST)
    assert signers_of(ledger.checkpoint()) == lines(FIRST, SECOND)
    ledger.write(record)
    assert signers_of(ledger.checkpoint()) == lines(FIRST, SECOND)
    for key in (FIRST, SECOND):
        assert open_checkpoint(ledger.checkpoint(), key.verifier_key).size == 5
    # The one that verifies the checkpoints of before as well.
    assert ledger.vkey == FIRST.verifier_key
    assert ledger.read(format_log_keys).decode().split() == [k.verifier_key.format() for k in (FIRST, SECOND)]
    check_ledger(ledger)


def test_behind_the_revocation_only_the_new_key_signs(ledger):
    ledger.write(rotate_log_key, new=SECOND)
    ledger.write(record)
    last_of_both = ledger.checkpoint()
    ledger.write(revoke_log_key, FIRST.verifier_key)
    assert signers_of(ledger.checkpoint()) == lines(SECOND)
    open_checkpoint(last_of_both, FIRST.verifier_key)
    with pytest.raises(UnknownSignerError):
        open_checkpoint(ledger.checkpoint(), FIRST.verifier_key)
    check_ledger(ledger)


def test_the_log_s_own_chain_tells_who_followed_whom(ledger):
    ledger.write(rotate_log_key, new=SECOND)
    ledger.write(revoke_log_key, FIRST.verifier_key, reason="lost")
    told = [ledger.read(read_record, index) for index in (2, 3, 4)]
    assert [(item.chain_id, item.seq, item.body["type"]) for item in told] == [
        (LOG_CHAIN, 0, "KeyAdded"),
        (LOG_CHAIN, 1, "KeyAdded"),
        (LOG_CHAIN, 2, "KeyRevoked"),
    ]
    assert [len(item.signers) for item in told] == [1, 2, 1]
    held = [item for item in ledger.read(key_ring) if item.key.name == ORIGIN]
    assert held == [HeldKey(FIRST.verifier_key, 2, 5), HeldKey(SECOND.verifier_key, 3, None)]


def test_rotating_and_revoking_in_one_unit_leaves_no_overlap(ledger):
    def replace_at_once(unit):
        rotate_log_key(unit, new=SECOND)
        revoke_log_key(unit, FIRST.verifier_key, reason="compromised")
        record(unit)

    ledger.write(replace_at_once)
    assert signers_of(ledger.checkpoint()) == lines(SECOND)
    check_ledger(ledger)


def test_a_key_made_here_is_kept_sealed_and_the_first_one_s_seed_moves(ledger):
    ledger.write(rotate_log_key)
    with ledger.database.reading() as session:
        assert find_secret(session, VAULT, LOG_KEY_PURPOSE) is None
        sealed = session.scalars(select(LogKey.sealed_seed).where(LogKey.chain_id == LOG_CHAIN)).all()
    assert len(sealed) == 2
    assert not any(LOG_KEY.seed in seed for seed in sealed)
    ledger.write(revoke_log_key, FIRST.verifier_key)
    with ledger.database.reading() as session:
        held = session.scalars(
            select(LogKey.sealed_seed).where(LogKey.key_id == FIRST.key_id, LogKey.chain_id == LOG_CHAIN)
        )
        assert held.all() == [None]
    Ledger.open(ledger.database, VAULT).write(record)
    check_ledger(ledger)


def test_another_process_notices(database):
    here = new_ledger(database)
    there = Ledger.open(database, VAULT, clock=SteppingClock())
    there.write(record)
    here.write(rotate_log_key, new=SECOND)
    there.write(record)
    assert signers_of(there.checkpoint()) == lines(FIRST, SECOND)
    there.write(revoke_log_key, FIRST.verifier_key)
    here.write(record)
    assert signers_of(here.checkpoint()) == lines(SECOND)
    assert here.vkey == there.vkey == SECOND.verifier_key
    check_ledger(there)


def test_a_rotation_that_was_undone_leaves_the_old_signers(ledger):
    def fail(unit):
        rotate_log_key(unit, new=THIRD)
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        ledger.write(fail)
    ledger.write(record)
    assert signers_of(ledger.checkpoint()) == lines(FIRST)
    ledger.write(rotate_log_key, new=SECOND)
    assert signers_of(ledger.checkpoint()) == lines(FIRST, SECOND)
    check_ledger(ledger)


def test_rotated_again_and_again(ledger, tmp_path):
    ledger.write(rotate_log_key, new=SECOND)
    ledger.write(rotate_log_key, new=THIRD)
    assert signers_of(ledger.checkpoint()) == lines(FIRST, SECOND, THIRD)
    ledger.write(revoke_log_key, THIRD.verifier_key, reason="lost")
    assert signers_of(ledger.checkpoint()) == lines(FIRST, SECOND)
    ledger.write(rotate_log_key, new=FOURTH)
    ledger.write(revoke_log_key, FIRST.verifier_key)
    ledger.write(revoke_log_key, SECOND.verifier_key)
    assert signers_of(ledger.checkpoint()) == lines(FOURTH)
    check_ledger(ledger)
    again = Ledger.open(ledger.database, VAULT, head_record=HeadRecord(tmp_path / "head"))
    again.write(record)
    check_ledger(again)


def test_the_last_key_of_the_log_is_never_revoked(ledger):
    with pytest.raises(LastKeyError) as caught:
        ledger.write(revoke_log_key, FIRST.verifier_key, reason="compromised")
    assert caught.value.key == FIRST.verifier_key.format()
    ledger.write(rotate_log_key, new=SECOND)
    ledger.write(revoke_log_key, FIRST.verifier_key)
    for key, refusal in [(FIRST, KeyNotValidError), (THIRD, KeyNotValidError), (SECOND, LastKeyError)]:
        with pytest.raises(refusal):
            ledger.write(revoke_log_key, key.verifier_key)
    check_ledger(ledger)


def test_a_key_of_another_name_or_a_valid_one_is_no_new_key(ledger):
    for key in (FIRST, NamedKey("so.example.vn/khac", PrivateKey.generate())):
        with pytest.raises(KeyStatementError):
            ledger.write(rotate_log_key, new=key)
    assert signers_of(ledger.checkpoint()) == lines(FIRST)
    check_ledger(ledger)


ADDED = {"type": "KeyAdded", "key": SECOND.verifier_key.format()}
OWN = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([1]) * 32))


@pytest.mark.parametrize(
    ("signers", "body", "refusal"),
    [
        ((SECOND,), ADDED, KeyStatementError),
        ((FIRST,), ADDED | {"key": FIRST.verifier_key.format()}, KeyStatementError),
        ((OWN, SECOND), ADDED, KeyNotValidError),
        ((OWN,), {"type": "KeyAdded", "key": OWN.verifier_key.format()}, KeyStatementError),
        ((SECOND,), {"type": "KeyRevoked", "key": FIRST.verifier_key.format()}, KeyNotValidError),
        ((FIRST,), {"type": "LotSealed", "lot": "x"}, KeyStatementError),
    ],
)
def test_nobody_else_begins_the_log_s_own_chain(ledger, signers, body, refusal):
    note = statement(signers, **body)
    with pytest.raises(refusal):
        ledger.write(lambda unit: unit.append(LOG_CHAIN, note))
    with pytest.raises(refusal):
        ledger.append(LOG_CHAIN, note)
    ledger.write(record)
    assert signers_of(ledger.checkpoint()) == lines(FIRST)
    check_ledger(ledger)


def test_no_organisation_gets_the_log_s_own_chain(ledger):
    with pytest.raises(KeyStatementError):
        ledger.write(open_chain, LOG_CHAIN)
    with pytest.raises(KeyStatementError):
        ledger.write(open_chain, LOG_CHAIN, private_key=LOG_KEY)
    check_ledger(ledger)


def test_a_log_key_signs_no_event_of_a_chain(ledger):
    ledger.write(rotate_log_key, new=SECOND)
    note = sign_note(format_event_text(Kind.EVENT, event_body("x")), OWN, SECOND)
    with pytest.raises(KeyNotValidError) as caught:
        ledger.write(lambda unit: unit.append(CHAIN, note))
    assert caught.value.name == ORIGIN
    event = sign_note(format_event_text(Kind.EVENT, event_body("x")), SECOND)
    with pytest.raises(KeyStatementError):
        ledger.write(lambda unit: unit.append(LOG_CHAIN, event))
    check_ledger(ledger)


def test_a_first_key_that_the_log_never_had_is_not_signed_with(ledger):
    """Whoever gets a chain of their own into the database past the guard gets no checkpoint."""
    with ledger.database.writing() as session:
        row = {"valid_from": 99, "chain_id": LOG_CHAIN, "name": ORIGIN, "key_id": SECOND.key_id}
        session.add(LogKey(**row, public_key=SECOND.verifier_key.public_key))
    with pytest.raises(KeyStatementError, match="first key"):
        Ledger.open(ledger.database, VAULT).write(record)


def test_a_log_whose_keys_are_all_gone_says_so(ledger):
    with ledger.database.writing() as session:
        session.delete(session.get(LogSecret, LOG_KEY_PURPOSE))
    for use_case in (record, rotate_log_key):
        with pytest.raises(NoLogError):
            Ledger.open(ledger.database, VAULT).write(use_case)
    with ledger.database.writing() as session:
        row = {"valid_from": 99, "valid_until": 100, "chain_id": LOG_CHAIN, "name": ORIGIN}
        session.add(LogKey(**row, key_id=FIRST.key_id, public_key=FIRST.verifier_key.public_key))
    with ledger.database.reading() as session, pytest.raises(NoLogError, match="valid any more"):
        open_log_signers(session, VAULT, read_identity(session))


# -- who signed which checkpoint, from the key ring alone ------------------------------------------------


RING = [
    HeldKey(OWN.verifier_key, 0),
    HeldKey(FIRST.verifier_key, 2, 6),
    HeldKey(SECOND.verifier_key, 3, None),
]


def test_each_size_has_its_signers():
    found = {size: log_keys_at(RING, FIRST.verifier_key, size) for size in range(8)}
    first, second = FIRST.verifier_key, SECOND.verifier_key
    assert found == dict.fromkeys(range(4), (first,)) | dict.fromkeys((4, 5), (first, second)) | {
        6: (second,),
        7: (second,),
    }
    assert log_keys_at(RING[:1], first, 5) == (first,)
    with pytest.raises(KeyStatementError, match="began with"):
        log_keys_at(RING, second, 5)
    with pytest.raises(KeyStatementError, match="no key of the log is left"):
        log_keys_at(RING[:2], first, 7)


def test_a_checkpoint_has_the_lines_of_all_its_signers_and_of_no_other_log_key(ledger):
    checkpoint, _ = parse_checkpoint_note(ledger.checkpoint())

    def check(size, *keys, ring=RING):
        note = parse_checkpoint_note(sign_checkpoint(checkpoint, *keys))[1]
        check_log_signatures(note, ring, FIRST.verifier_key, size)

    witness = NamedKey("lien-minh.example", PrivateKey.generate())
    strange = NamedKey(ORIGIN, PrivateKey.generate())
    check(3, FIRST)
    check(4, FIRST, witness, SECOND, strange)
    check(9, SECOND)
    for size, keys, refusal in [
        (4, (FIRST,), UnknownSignerError),
        (4, (SECOND,), UnknownSignerError),
        (9, (witness,), UnknownSignerError),
        (9, (FIRST, SECOND), KeyNotValidError),
        (3, (FIRST, SECOND), KeyNotValidError),
    ]:
        with pytest.raises(refusal):
            check(size, *keys)
    signed = parse_checkpoint_note(sign_checkpoint(checkpoint, SECOND))[1]
    with pytest.raises(BadSignatureError):
        check_log_signatures(Note(signed.text + b"x\n", signed.signatures), RING, FIRST.verifier_key, 9)


def test_a_stored_checkpoint_is_opened_under_the_keys_of_its_size(ledger):
    before = ledger.checkpoint()
    ledger.write(rotate_log_key, new=SECOND)
    ledger.write(revoke_log_key, FIRST.verifier_key)
    for note in (before, ledger.checkpoint()):
        assert ledger.read(open_own_checkpoint, note) == parse_checkpoint_note(note)[0]
    checkpoint, _ = parse_checkpoint_note(ledger.checkpoint())
    with pytest.raises(UnknownSignerError):
        ledger.read(open_own_checkpoint, sign_checkpoint(checkpoint, THIRD))
    foreign = sign_checkpoint(replace(checkpoint, origin="so.example.vn/khac"), SECOND)
    with pytest.raises(MalformedCheckpointError):
        ledger.read(open_own_checkpoint, foreign)
    assert ledger.read(read_log_keys, 0) == (FIRST.verifier_key,)


# -- a key in a token --------------------------------------------------------------------------------------


def test_the_log_s_key_moves_into_a_token(database, tmp_path):
    new_ledger(database)
    held = Pkcs11Token(new_place(tmp_path))
    token = Pkcs11Token(place := new_place(tmp_path))
    ledger = Ledger.open(database, Vault(bytes(range(32)), token=token), clock=SteppingClock())
    ledger.write(rotate_log_key, new=token.generate(ORIGIN))
    ledger.write(record)
    ledger.write(revoke_log_key, FIRST.verifier_key)
    _, note = parse_checkpoint_note(ledger.checkpoint())
    assert check_note(note, [ledger.vkey]) == (ORIGIN,)
    assert len(note.signatures) == 1
    with database.reading() as session:
        seeds = session.scalars(select(LogKey.sealed_seed).where(LogKey.chain_id == LOG_CHAIN)).all()
        assert seeds == [None, None]
        assert session.scalars(select(LogSecret.purpose)).all() == []
    again = Ledger.open(database, Vault(bytes(range(32)), token=Pkcs11Token(place)))
    again.write(record)
    check_ledger(again)
    for other in (VAULT, Vault(bytes(range(32)), token=held)):
        with pytest.raises(TokenError):
            Ledger.open(database, other).write(record)
    assert again.read(read_log_keys) == (again.vkey,)
