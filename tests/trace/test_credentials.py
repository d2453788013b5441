"""The credential of a sealed lot: what it says, who says it, and that a change is noticed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ledger.trace.credentials import (
    LotClaim,
    build_credential,
    credential_digest,
    did_document,
    issuer_did,
    verification_method,
)
from ledger.trace.digests import digest_of
from ledger.trace.statements import HistoryDigest
from signing.data_integrity import add_proof, check_proof, multikey
from signing.errors import BadSignatureError
from signing.keys import PrivateKey

URL, ORG = "http://127.0.0.1:8000", "K7QM2X9T4D"
NOW = datetime(2026, 11, 12, 10, 0, tzinfo=UTC)
KEY = PrivateKey.from_seed(bytes(32))
CLAIM = LotClaim(
    lot=f"{URL}/{ORG}/class/NHO.261112-1",
    lot_code="261112-1",
    product_name="Nho hạ đen",
    gtin="09521234543213",
    organisation=ORG,
    organisation_name="HTX Chi Lăng",
    packed_on=date(2026, 11, 12),
    expires_on=date(2026, 11, 22),
    packs=240,
    net_g=Decimal(500),
    weight_kg=Decimal(120),
    history=HistoryDigest(7, digest_of(b"history")),
)


@pytest.mark.parametrize(
    ("public_url", "did"),
    [
        ("https://so.example.vn", f"did:web:so.example.vn:{ORG}"),
        ("http://127.0.0.1:8000", f"did:web:127.0.0.1%3A8000:{ORG}"),
        ("https://example.vn:8443/so/goc/", f"did:web:example.vn%3A8443:so:goc:{ORG}"),
    ],
)
def test_the_issuer_is_found_where_the_pages_are(public_url, did):
    assert issuer_did(public_url, ORG) == did


def test_a_credential_says_what_was_sealed():
    credential = build_credential(CLAIM, public_url=URL, issued_at=NOW)
    assert credential["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert credential["type"][0] == "VerifiableCredential"
    assert credential["validFrom"] == "2026-11-12T10:00:00Z"
    assert credential["issuer"] == {"id": issuer_did(URL, ORG), "name": "HTX Chi Lăng"}
    assert credential["credentialSubject"] == {
        "id": CLAIM.lot,
        "type": "ProductLot",
        "name": "Nho hạ đen",
        "gtin": "09521234543213",
        "lotCode": "261112-1",
        "producer": {"id": issuer_did(URL, ORG), "name": "HTX Chi Lăng"},
        "packedOn": "2026-11-12",
        "expiresOn": "2026-11-22",
        "packs": 240,
        "netG": "500",
        "weightKg": "120",
        "history": {"count": 7, "digest": digest_of(b"history")},
    }


def test_every_word_of_the_subject_is_declared():
    credential = build_credential(CLAIM, public_url=URL, issued_at=NOW)
    terms = credential["@context"][1]
    subject = credential["credentialSubject"]
    for word in [*subject, *subject["history"], subject["type"], credential["type"][1]]:
        assert word in terms or word in {"id", "type", "name"}


def test_what_a_lot_has_not_is_left_out():
    loose = replace(CLAIM, gtin=None, expires_on=None, packs=None, net_g=None)
    subject = build_credential(loose, public_url=URL, issued_at=NOW)["credentialSubject"]
    assert not {"gtin", "expiresOn", "packs", "netG"} & set(subject)


def test_a_signed_credential_verifies_and_a_changed_one_does_not():
    did = issuer_did(URL, ORG)
    method = verification_method(did, multikey(KEY.public_key))
    signed = add_proof(build_credential(CLAIM, public_url=URL, issued_at=NOW), KEY, method, NOW)
    assert check_proof(signed, KEY.public_key).verification_method == method
    forged = {**signed, "credentialSubject": {**signed["credentialSubject"], "packs": 2400}}
    with pytest.raises(BadSignatureError):
        check_proof(forged, KEY.public_key)
    assert credential_digest(signed) != credential_digest(forged)
    assert credential_digest(signed) == credential_digest(dict(reversed(signed.items())))


def test_the_did_document_names_every_key():
    did = issuer_did(URL, ORG)
    keys = [multikey(PrivateKey.from_seed(bytes([n]) * 32).public_key) for n in (1, 2)]
    document = did_document(did, keys)
    assert document["id"] == did
    assert document["assertionMethod"] == [f"{did}#{key}" for key in keys]
    assert [method["publicKeyMultibase"] for method in document["verificationMethod"]] == keys
