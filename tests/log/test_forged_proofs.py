"""Proofs bent in every way, seen by who verifies one entry from outside."""

from dataclasses import replace

import pytest

from ledger.log.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.log.entries import parse_entry
from ledger.log.errors import VerificationError
from ledger.log.keys import key_ring
from ledger.log.merkle import node_hash
from ledger.log.proofs import Proof
from ledger.log.queries import read_head
from ledger.log.records import read_record
from ledger.log.verify import Seen, Trust, verify_entry
from signing.keys import NamedKey, PrivateKey
from tests.support.ledgers import LOG_KEY, ORIGIN, check_ledger, new_ledger, record_many


@pytest.fixture
def ledger(sqlite_database):
    ledger = new_ledger(sqlite_database)
    ledger.write(record_many, 8)
    check_ledger(ledger)
    return ledger


def verify(ledger, index, *, proof=None, entry=None, **trust):
    ring = ledger.read(key_ring)
    entry = entry or ledger.read(read_record, index).entry
    return verify_entry(entry, proof or ledger.prove(index), key_ring=ring, trust=Trust(ledger.vkey, **trust))


def fails_at(step, *arguments, **options):
    with pytest.raises(VerificationError) as caught:
        verify(*arguments, **options)
    assert caught.value.step == step


def test_proof_of_a_node_passed_off_as_a_leaf(ledger):
    """RFC 6962 §2.1: leaves and nodes are hashed apart, so a node's bytes are no entry of the log."""
    proof = ledger.prove(4)
    leaf, sibling = ledger.read(read_record, 4).leaf_hash, proof.hashes[0]
    with pytest.raises(VerificationError) as caught:
        verify(ledger, 4, entry=leaf + sibling, proof=Proof(2, proof.hashes[1:], proof.checkpoint))
    assert caught.value.step == 1
    assert node_hash(leaf, sibling)


def test_proof_under_a_checkpoint_nobody_signed(ledger):
    """An attacker builds a log of his own and signs it with a key of his own."""
    stranger = NamedKey(ORIGIN, PrivateKey.generate())
    checkpoint = open_checkpoint(ledger.checkpoint(), ledger.vkey)
    forged = sign_checkpoint(checkpoint, stranger)
    fails_at(6, ledger, 5, proof=replace(ledger.prove(5), checkpoint=forged))


def test_checkpoint_of_another_log_with_the_same_key(ledger):
    checkpoint = replace(open_checkpoint(ledger.checkpoint(), ledger.vkey), origin="la.example.vn")
    renamed = sign_checkpoint(checkpoint, NamedKey(ORIGIN, LOG_KEY))
    fails_at(2, ledger, 5, proof=replace(ledger.prove(5), checkpoint=renamed))


def test_two_checkpoints_of_one_size(ledger):
    head = ledger.read(read_head)
    seen = Checkpoint(ORIGIN, head.size, bytes(32))
    fails_at(8, ledger, 5, seen=Seen(seen))


def test_checkpoint_rolled_back(ledger):
    """Shown an older checkpoint than before, the auditor refuses it, validly signed as it is."""
    old_proof = ledger.prove(5)
    ledger.write(record_many, 3)
    seen = open_checkpoint(ledger.checkpoint(), ledger.vkey)
    verify(ledger, 5, proof=old_proof)
    fails_at(8, ledger, 5, proof=old_proof, seen=Seen(seen))


def test_replay_under_new_index(ledger):
    """An entry with its own true proof, said to stand elsewhere, or told with another seq."""
    fails_at(5, ledger, 5, proof=replace(ledger.prove(5), index=9))
    entry = ledger.read(read_record, 5).entry
    seq = parse_entry(entry).seq
    fails_at(5, ledger, 5, entry=entry.replace(b" %d " % seq, b" %d " % (seq + 1), 1))


@pytest.mark.parametrize("member", [b"sogoc:step-3", b"2026-09-01", b"ObjectEvent"])
def test_entry_changed_on_the_way(ledger, member):
    entry = ledger.read(read_record, 5).entry
    changed = entry.replace(member, member[:-1] + b"9", 1)
    assert changed != entry
    with pytest.raises(VerificationError):
        verify(ledger, 5, entry=changed)
