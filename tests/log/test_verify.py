"""The eight steps, each failing by its number; and an entry that passes them all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note, sign_checkpoint
from ledger.log.errors import VerificationError
from ledger.log.keys import key_ring
from ledger.log.merkle import prove_consistency
from ledger.log.proofs import format_proof
from ledger.log.queries import StoredTiles, read_head
from ledger.log.tiles import TileReader
from ledger.log.verify import STEPS, Link, Seen, Trust, verify_entry
from ledger.log.witnesses import Witness, WitnessKey, WitnessPolicy
from signing.keyring import KeyRing
from signing.keys import NamedKey, PrivateKey
from signing.notes import countersign, format_note
from tests.support.ledgers import LOG_KEY, ORIGIN, START, new_ledger, proven_entries, record_many

WITNESS = Witness("lien-minh.example.vn", PrivateKey.from_seed(bytes([21]) * 32), START)
WITNESS_KEY = WitnessKey(WITNESS.name, WITNESS.private_key.public_key)
POLICY = WitnessPolicy((WITNESS_KEY,), 1)


@pytest.fixture
def case(sqlite_database):
    """The entry at index 5 (seq 4 of its chain) of a log of 9, as keyword arguments of ``verify_entry``."""
    ledger = new_ledger(sqlite_database)
    ledger.write(record_many, 3)
    old = ledger.read(read_head)
    ledger.write(record_many, 4)
    with ledger.database.reading() as session:
        entry, proof, link = list(proven_entries(session))[5]
        _, note = parse_checkpoint_note(proof.checkpoint)
        proof = replace(proof, checkpoint=format_note(countersign(note, WITNESS)))
        consistency = prove_consistency(old.size, 9, TileReader(StoredTiles(session)))
        return {
            "entry": entry,
            "proof": proof,
            "link": link,
            "key_ring": key_ring(session),
            "trust": Trust(
                ledger.vkey,
                witnesses=POLICY,
                seen=Seen(Checkpoint(ORIGIN, old.size, old.root), consistency),
                max_age=timedelta(hours=1),
                now=START + timedelta(minutes=59),
            ),
        }


def trusting(case, **changes):
    return {**case, "trust": replace(case["trust"], **changes)}


def proving(case, **changes):
    return {**case, "proof": replace(case["proof"], **changes)}


def linking(case, **changes):
    return {**case, "link": replace(case["link"], **changes)}


def fails_at(step, case):
    with pytest.raises(VerificationError) as caught:
        verify_entry(**case)
    error = caught.value
    assert (error.step, error.name) == (step, STEPS[step - 1][0])
    assert error.evidence
    assert f"bước {step} ({STEPS[step - 1][1]})" in error.sentence
    return error


def test_an_entry_passes_all_steps(case):
    verified = verify_entry(**case)
    assert verified.is_linked
    assert (verified.record.index, verified.record.seq, verified.record.entry) == (5, 4, case["entry"])
    assert verified.checkpoint.size == 9
    assert verified.witnessed_at == {WITNESS.name: START}
    assert verify_entry(**{**case, "proof": format_proof(case["proof"])}) == verified
    assert verify_entry(**case, expected_leaf=verified.record.leaf_hash) == verified


def test_a_verifier_may_ask_for_less(case):
    verified = verify_entry(**{**case, "link": None, "trust": Trust(case["trust"].log_key)})
    assert (verified.is_linked, verified.witnessed_at) == (False, {})


def test_step_1_parse(case):
    other_type = case["entry"].replace(b"sogoc/event/v1", b"sogoc/event/v2")
    fails_at(1, {**case, "entry": b"x" + case["entry"]})
    fails_at(1, {**case, "entry": other_type})
    fails_at(1, {**case, "proof": b"x" + format_proof(case["proof"])})
    fails_at(1, proving(case, checkpoint=b"x"))


def test_step_2_signatures(case):
    fails_at(2, {**case, "key_ring": KeyRing()})
    fails_at(2, {**case, "entry": case["entry"].replace(b"sogoc:step", b"sogoc:stop")})
    fails_at(2, proving(case, checkpoint=sign_checkpoint(Checkpoint("la.example.vn", 9, bytes(32)), WITNESS)))
    revoked = KeyRing()
    for held in case["key_ring"]:
        revoked.add(held.key, held.valid_from, 5)
    error = fails_at(2, {**case, "key_ring": revoked})
    assert error.evidence["index"] == 5


def test_step_3_chain_link(case):
    fails_at(3, linking(case, index=5))
    fails_at(3, linking(case, index=3))
    fails_at(3, linking(case, hashes=case["link"].hashes[:-1]))
    fails_at(3, linking(case, entry=case["entry"]))
    error = fails_at(3, linking(case, entry=case["link"].entry.replace(b" 3 ", b" 2 ")))
    assert error.evidence["prev"]


def test_step_3_the_first_entry_has_no_link(sqlite_database):
    ledger = new_ledger(sqlite_database)
    with ledger.database.reading() as session:
        _, (entry, proof, link) = proven_entries(session)
        first = {"entry": entry, "proof": proof, "key_ring": key_ring(session), "trust": Trust(ledger.vkey)}
    assert link is None
    assert verify_entry(**first).is_linked
    fails_at(3, {**first, "link": Link(0, proof.hashes)})


def test_step_3_a_link_may_come_without_the_entry(case):
    assert verify_entry(**linking(case, entry=None)).is_linked


def test_step_4_leaf_hash(case):
    error = fails_at(4, {**case, "expected_leaf": bytes(32)})
    assert error.evidence["expected"] == bytes(32)


def test_step_5_inclusion(case):
    hashes = case["proof"].hashes
    fails_at(5, {**proving(case, index=4), "link": None})
    fails_at(5, proving(case, hashes=hashes[:-1]))
    fails_at(5, proving(case, hashes=(*hashes[:-1], bytes(32))))
    smaller = sign_checkpoint(Checkpoint(ORIGIN, 5, bytes(32)), NamedKey(ORIGIN, LOG_KEY))
    fails_at(5, {**proving(case, checkpoint=smaller), "link": None})


def test_step_6_checkpoint_signature(case):
    stranger = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([99]) * 32))
    fails_at(6, trusting(case, log_key=stranger.verifier_key))
    checkpoint, _ = parse_checkpoint_note(case["proof"].checkpoint)
    fails_at(6, proving(case, checkpoint=sign_checkpoint(checkpoint, stranger)))


def test_step_7_witness_policy(case):
    other = WitnessKey("tinh.example.vn", PrivateKey.from_seed(bytes([22]) * 32).public_key)
    fails_at(7, trusting(case, witnesses=WitnessPolicy((WITNESS_KEY, other), 2)))
    fails_at(7, trusting(case, witnesses=WitnessPolicy((other,), 1)))
    spoilt = case["proof"].checkpoint[:-12] + b"AAAAAAA" + case["proof"].checkpoint[-5:]
    fails_at(7, proving(case, checkpoint=spoilt))


def test_step_8_freshness(case):
    seen = case["trust"].seen
    fails_at(8, trusting(case, max_age=timedelta(minutes=58)))
    fails_at(8, trusting(case, now=None))
    fails_at(8, trusting(case, witnesses=WitnessPolicy()))
    fails_at(8, trusting(case, seen=replace(seen, consistency=())))
    fails_at(8, trusting(case, seen=replace(seen, checkpoint=replace(seen.checkpoint, root=bytes(32)))))
    fails_at(8, trusting(case, seen=Seen(Checkpoint(ORIGIN, 10, bytes(32)))))
    fails_at(8, trusting(case, seen=Seen(replace(seen.checkpoint, origin="la.example.vn"))))


def test_the_same_checkpoint_seen_before_is_fresh(case):
    checkpoint, _ = parse_checkpoint_note(case["proof"].checkpoint)
    verify_entry(**trusting(case, seen=Seen(checkpoint)))
