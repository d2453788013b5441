"""Attacks on the log's own key and on devices' keys: stolen, invented, added by whom they may not be."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import NotAllowedError, NotFoundError
from ledger.coop.people.device_keys import AddDevice, RevokeDevice, add_device, device_keys, revoke_device
from ledger.log.authors import LOG_CHAIN
from ledger.log.canonical import format_canonical
from ledger.log.checkpoints import parse_checkpoint_note, sign_checkpoint
from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import KeyStatementError, LastKeyError, VerificationError
from ledger.log.keys import key_added_text, revoke_key
from ledger.log.ledger import Ledger
from ledger.log.log_key_history import follow_log_keys
from ledger.log.log_keys import open_own_checkpoint
from ledger.log.log_rotation import revoke_log_key, rotate_log_key
from ledger.log.proven_queries import read_log_key_history
from ledger.log.tables import LogHead, LogKey, LogSecret
from signing.errors import BadSignatureError, KeyNotValidError, TokenError
from signing.hsm import Pkcs11Token
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
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
from tests.support.tampering import places_of, tamper
from tests.support.tokens import new_place

STOLEN = NamedKey(ORIGIN, LOG_KEY)
OWN = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([1]) * 32))
THIEF = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([66]) * 32))


@pytest.fixture
def ledger(database):
    return new_ledger(database)


def added(key, *signers):
    body = {"type": "KeyAdded", "id": "urn:uuid:1", "key": key.verifier_key.format()}
    return sign_note(format_event_text(Kind.STATEMENT, body), *signers)


def replaced_at_once(unit):
    rotate_log_key(unit)
    return revoke_log_key(unit, STOLEN.verifier_key, reason="compromised")


def test_checkpoint_signed_by_a_revoked_log_key(ledger):
    """In the database, fsck names it; in a file, who asks for the history of the keys sees it."""
    ledger.write(replaced_at_once)
    ledger.write(record)
    checkpoint, _ = parse_checkpoint_note(ledger.checkpoint())
    forged = sign_checkpoint(checkpoint, STOLEN)
    with pytest.raises(KeyNotValidError):
        ledger.read(open_own_checkpoint, forged)
    followed = follow_log_keys(ledger.read(read_log_key_history), [STOLEN.verifier_key])
    assert STOLEN.verifier_key not in followed.at(checkpoint.size)
    tamper(ledger.database, update(LogHead).values(checkpoint=forged))
    assert ("log_head", None, "checkpoint") in places_of(ledger)


def test_log_chain_begun_by_a_stranger(ledger):
    """The first statement of the log's own chain is signed by itself alone: anyone could make one."""
    for hand_in in (
        lambda: ledger.append(LOG_CHAIN, added(THIEF, THIEF)),
        lambda: ledger.write(lambda unit: unit.append(LOG_CHAIN, added(THIEF, THIEF))),
    ):
        with pytest.raises(KeyStatementError):
            hand_in()
    row = {"valid_from": 9, "chain_id": LOG_CHAIN, "name": ORIGIN, "key_id": THIEF.key_id}
    values = row | {"public_key": THIEF.verifier_key.public_key}
    tamper(ledger.database, insert(LogKey).values(values))
    with pytest.raises(KeyStatementError):
        Ledger.open(ledger.database, VAULT).write(record)
    assert ("log_key", 9, "key") in places_of(ledger)


def test_log_key_added_by_a_cooperative(ledger):
    ledger.write(rotate_log_key)
    for signers in ((THIEF,), (OWN, THIEF), (THIEF, OWN)):
        with pytest.raises((KeyStatementError, KeyNotValidError)):
            ledger.append(LOG_CHAIN, added(THIEF, *signers))
    with pytest.raises(KeyStatementError):
        ledger.write(lambda unit: unit.append(CHAIN, added(THIEF, OWN, THIEF)))
    check_ledger(ledger)


def test_key_history_that_leads_to_a_thief(ledger):
    """A file may call any key the first, and sign with it: nothing leads there from the reader's own."""
    ledger.write(rotate_log_key)
    body = json.loads(ledger.read(read_log_key_history))
    checkpoint, _ = parse_checkpoint_note(body["checkpoint"].encode())
    body["checkpoint"] = sign_checkpoint(checkpoint, THIEF).decode()
    body["first"], body["entries"] = THIEF.verifier_key.format(), []
    forged = format_canonical(body) + b"\n"
    assert follow_log_keys(forged, [THIEF.verifier_key]).current == (THIEF.verifier_key,)
    with pytest.raises(VerificationError) as caught:
        follow_log_keys(forged, [STOLEN.verifier_key])
    assert caught.value.step == 6


def test_last_key_revoked_so_that_nobody_can_sign(ledger):
    with pytest.raises(LastKeyError):
        ledger.write(revoke_log_key, STOLEN.verifier_key, reason="compromised")
    with pytest.raises(LastKeyError):
        ledger.write(revoke_key, CHAIN, OWN.verifier_key, reason="compromised")
    ledger.write(record)
    check_ledger(ledger)


def test_clock_set_back_to_revive_a_key(ledger):
    """The server's own clock is a year back: the key is no more valid for it."""
    ledger.write(replaced_at_once)
    past = SteppingClock()
    past.now -= timedelta(days=365)
    late = Ledger.open(ledger.database, VAULT, clock=past)
    old = parse_checkpoint_note(late.checkpoint())[1].signatures
    late.write(record)
    new = parse_checkpoint_note(late.checkpoint())[1].signatures
    assert [line.key_id for line in new] == [line.key_id for line in old] != [STOLEN.key_id]
    body = {"type": "KeyRevoked", "id": "urn:uuid:2", "key": late.vkey.format(), "reason": "lost"}
    with pytest.raises(KeyNotValidError):
        late.append(LOG_CHAIN, sign_note(format_event_text(Kind.STATEMENT, body), STOLEN))
    check_ledger(late)


def test_log_key_in_a_token_sought_in_the_database(database, tmp_path):
    """Whoever has the database and the master key has no key to sign with."""
    token = Pkcs11Token(new_place(tmp_path))
    new_ledger(database)
    ledger = Ledger.open(database, Vault(bytes(range(32)), token=token), clock=SteppingClock())
    ledger.write(rotate_log_key, new=token.generate(ORIGIN))
    ledger.write(revoke_log_key, STOLEN.verifier_key)
    with database.reading() as session:
        seeds = select(LogKey.sealed_seed).where(
            LogKey.chain_id == LOG_CHAIN, LogKey.sealed_seed.is_not(None)
        )
        assert session.scalars(seeds).all() == []
        assert session.scalars(select(LogSecret.sealed)).all() == []
    with pytest.raises(TokenError):
        Ledger.open(database, VAULT).write(record)
    check_ledger(ledger)


# -- devices ----------------------------------------------------------------------------------------------


def request_of(world, device, *, seed=12, organisation=None, signer=None):
    key = NamedKey(
        f"{world.ledger.origin}/{organisation or world.coop.code}/{device}",
        PrivateKey.from_seed(bytes([seed]) * 32),
    )
    return key, sign_note(key_added_text(key.verifier_key), signer or key)


def test_event_of_a_device_that_was_lost(world):
    key, note = request_of(world, "may-1")
    world.run(add_device, AddDevice(note))
    signed = sign_note(format_event_text(Kind.EVENT, event_body("sogoc:sowing")), key)
    world.run(revoke_device, RevokeDevice(key.verifier_key.format(), "lost"))
    with pytest.raises(KeyNotValidError):
        world.ledger.append(world.coop.code, signed)


def test_device_key_handed_in_by_who_does_not_hold_it(world):
    """Only who holds a key can have it added: else another's signatures would count as one's own."""
    thief, _ = request_of(world, "may-1", seed=13)
    _, forged = request_of(world, "may-1", signer=thief)
    with pytest.raises((KeyNotValidError, BadSignatureError)):
        world.run(add_device, AddDevice(forged))
    _, note = request_of(world, "may-1")
    with pytest.raises(BadSignatureError):
        world.run(add_device, AddDevice(note[:-12] + b"AAAAAAAAAA=\n"))
    assert world.read(device_keys, world.coop.code) == ()


def test_device_of_another_organisation_added_or_ended(world):
    key, note = request_of(world, "may-1", organisation=world.neighbour.code)
    with pytest.raises(NotFoundError):
        world.run(add_device, AddDevice(note))
    world.run(add_device, AddDevice(note), world.neighbour_manager)
    for command in (RevokeDevice(key.verifier_key.format()), RevokeDevice("x")):
        with pytest.raises(NotFoundError):
            world.run(revoke_device, command)
    nobody = Actor("x", world.neighbour.code, None, frozenset(Role) - {Role.MANAGER})
    with pytest.raises(NotAllowedError):
        world.run(revoke_device, RevokeDevice(key.verifier_key.format()), nobody)
    assert [item.valid_until for item in world.read(device_keys, world.neighbour.code)] == [None]
