"""What the checks of a passport ask beyond what a changed table shows: keys, seals, credentials."""

import copy
from dataclasses import replace

import pytest

from ledger.log.keys import replace_key, revoke_key
from ledger.log.queries import StoredTiles
from ledger.log.tiles import TileReader
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.bundles.evidence import gather_evidence
from ledger.trace.bundles.integrity import (
    REMEMBERED,
    _Included,
    check_credential,
    check_evidence,
    check_history,
)
from ledger.trace.credentials.lot_credential import credential_digest
from ledger.trace.errors import TraceError
from ledger.trace.events.parsing import parse_known
from ledger.trace.sealing import seal_lot
from signing.keyring import KeyRing
from tests.support.farm import Farm


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


@pytest.fixture
def story(farm):
    return farm.story()


def check(farm, evidence):
    with farm.ledger.database.reading() as session:
        return check_evidence(evidence, farm.ledger.vkey, TileReader(StoredTiles(session))).integrity


def test_keys_that_were_replaced_and_revoked_still_prove_what_they_signed(farm, story):
    old = farm.write(lambda unit: unit.signer(farm.code)).verifier_key
    farm.write(replace_key, farm.code)
    farm.write(revoke_key, farm.code, old, reason="superseded")
    lot, _ = farm.pack([(story.graded, 5)], "261009-1", 10, 36)
    sealed = farm.write(seal_lot, lot)
    for shown_lot in (story.pack, lot):
        assert farm.passport(shown_lot).integrity.ok
        bundle = farm.read(lot_bundle, shown_lot)
        assert verify_bundle(bundle, vkey=farm.ledger.vkey).warnings == ()
    # The old key, revoked, does not stand for a seal of today.
    evidence = farm.read(gather_evidence, lot)
    credential = copy.deepcopy(sealed.credential)
    credential["proof"]["verificationMethod"] = story.sealed.credential["proof"]["verificationMethod"]
    assert check(farm, replace(evidence, credential=credential)).step == 10


def test_history_out_of_order_or_beyond_the_seal(farm, story):
    evidence = farm.read(gather_evidence, story.pack)
    for history in (
        evidence.history[::-1],
        (*evidence.history, story.sealed.index),
        evidence.history[:-1],
        (*evidence.history[:-1], 10_000),
    ):
        assert check(farm, replace(evidence, history=history)).step == 9
    assert check(farm, replace(evidence, sealed_index=story.sealed.index + 1)).step == 9


def test_seal_entry_itself_missing(farm, story):
    evidence = farm.read(gather_evidence, story.pack)
    entries = tuple(item for item in evidence.entries if item[0] != story.sealed.index)
    assert check(farm, replace(evidence, entries=entries)).step == 9
    with pytest.raises(TraceError):
        check_history(None, (), ())


def test_credential_of_another_lot_or_key(farm, story):
    evidence = farm.read(gather_evidence, story.pack)
    (seal,) = (item for item in parse_known(evidence.entries) if item.index == story.sealed.index)
    ring = KeyRing()
    key = farm.write(lambda unit: unit.signer(farm.code)).verifier_key
    ring.add(key, 0)
    check_credential(seal, story.sealed.credential, ring, farm.ledger.origin)
    with pytest.raises(TraceError, match="was no key"):
        check_credential(seal, story.sealed.credential, KeyRing(), farm.ledger.origin)
    with pytest.raises(TraceError, match="another or none"):
        check_credential(seal, None, ring, farm.ledger.origin)


def test_seal_without_credential_needs_none(farm, story):
    evidence = farm.read(gather_evidence, story.pack)
    (seal,) = (item for item in parse_known(evidence.entries) if item.index == story.sealed.index)
    body = {name: value for name, value in seal.record.body.items() if name != "credential"}
    bare = replace(seal, record=replace(seal.record, body=body))
    check_credential(bare, None, KeyRing(), farm.ledger.origin)
    with pytest.raises(TraceError, match="another or none"):
        check_credential(bare, story.sealed.credential, KeyRing(), farm.ledger.origin)


def test_credential_signed_by_the_right_key_about_another_lot(farm, story):
    """Issuer and key are right and the seal names it, but its subject is not the sealed lot."""
    from ledger.trace.credentials.dids import verification_method
    from signing.data_integrity import add_proof

    signer = farm.write(lambda unit: unit.signer(farm.code))
    document = {name: value for name, value in story.sealed.credential.items() if name != "proof"}
    document["credentialSubject"] = {**document["credentialSubject"], "id": story.first}
    method = verification_method(document["issuer"]["id"], signer.private_key.public_key)
    credential = add_proof(document, signer.private_key, method, farm.clock.now)
    evidence = farm.read(gather_evidence, story.pack)
    (seal,) = (item for item in parse_known(evidence.entries) if item.index == story.sealed.index)
    body = {**seal.record.body, "credential": credential_digest(credential)}
    named = replace(seal, record=replace(seal.record, body=body))
    ring = KeyRing()
    ring.add(signer.verifier_key, 0)
    with pytest.raises(TraceError, match="another lot"):
        check_credential(named, credential, ring, farm.ledger.origin)


def test_memory_of_proven_leaves_is_bounded():
    included = _Included()
    for index in range(REMEMBERED + 10):
        included.add((index, 1, b"", b""))
    assert not included.knows((9, 1, b"", b""))
    assert included.knows((10, 1, b"", b""))
