"""Attacks on who looks from outside: proofs of other things, logs that show two faces."""

from dataclasses import replace

import pytest

from ledger.database import create_schema, open_database
from ledger.log.checkpoints import open_checkpoint
from ledger.log.errors import ConsistencyError, VerificationError
from ledger.log.keys import key_ring
from ledger.log.merkle import check_consistency, prove_consistency
from ledger.log.queries import StoredTiles
from ledger.log.records import read_record
from ledger.log.tiles import TileReader
from ledger.log.verify import Seen, Trust, verify_entry
from tests.support.ledgers import check_ledger, new_ledger, record_many


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


def test_proof_for_another_leaf(ledger):
    verify(ledger, 5)
    fails_at(5, ledger, 5, proof=ledger.prove(6))
    fails_at(5, ledger, 5, proof=replace(ledger.prove(6), index=5))
    fails_at(5, ledger, 5, proof=replace(ledger.prove(5), index=6))


def test_split_view_shown_to_auditor(ledger, tmp_path):
    """The operator keeps a second log under the same key, and shows it to the auditor."""
    second = open_database(f"sqlite:///{tmp_path / 'second.db'}")
    create_schema(second)
    other = new_ledger(second)
    other.write(record_many, 12)
    check_ledger(other)
    shown_first = open_checkpoint(ledger.checkpoint(), ledger.vkey)
    shown_then = open_checkpoint(other.checkpoint(), ledger.vkey)
    with other.database.reading() as session:
        proof = prove_consistency(shown_first.size, shown_then.size, TileReader(StoredTiles(session)))
    with pytest.raises(ConsistencyError):
        check_consistency(shown_first.size, shown_first.root, shown_then.size, shown_then.root, proof)
    fails_at(8, other, 5, seen=Seen(shown_first, proof))
    verify(other, 5)
    second.close()
