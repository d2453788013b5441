"""The credential of a sealed lot: what it says, who says it, and that a change is noticed."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ledger.trace.credentials.dids import (
    DidKey,
    did_document,
    issuer_did,
    operator_did,
    parse_did_document,
    token_method,
    verification_method,
)
from ledger.trace.credentials.lot_credential import (
    LOT_CONTEXT,
    LotClaim,
    build_credential,
    credential_digest,
    digest_multibase,
)
from ledger.trace.credentials.moments import parse_moment
from ledger.trace.credentials.status_lists import StatusPlace, find_place
from ledger.trace.digests import digest_of
from ledger.trace.errors import TraceError
from ledger.trace.events.statements import HistoryDigest
from signing.data_integrity import add_proof, check_proof
from signing.errors import BadSignatureError, MalformedKeyError
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
    terms = json.loads(LOT_CONTEXT)["@context"]
    subject = credential["credentialSubject"]
    for word in [*subject, *subject["history"], subject["type"], credential["type"][1]]:
        assert word in terms or word in {"id", "type", "name"}


def test_what_a_lot_has_not_is_left_out():
    loose = replace(CLAIM, gtin=None, expires_on=None, packs=None, net_g=None)
    subject = build_credential(loose, public_url=URL, issued_at=NOW)["credentialSubject"]
    assert not {"gtin", "expiresOn", "packs", "netG"} & set(subject)


def test_a_signed_credential_verifies_and_a_changed_one_does_not():
    did = issuer_did(URL, ORG)
    method = verification_method(did, KEY.public_key)
    signed = add_proof(build_credential(CLAIM, public_url=URL, issued_at=NOW), KEY, method, NOW)
    assert check_proof(signed, KEY.public_key).verification_method == method
    forged = {**signed, "credentialSubject": {**signed["credentialSubject"], "packs": 2400}}
    with pytest.raises(BadSignatureError):
        check_proof(forged, KEY.public_key)
    assert credential_digest(signed) != credential_digest(forged)
    assert credential_digest(signed) == credential_digest(dict(reversed(signed.items())))


def test_the_words_of_a_credential_are_bound_by_their_digest():
    credential = build_credential(CLAIM, public_url=URL, issued_at=NOW)
    context = f"{URL}/ns/lot/v1"
    assert credential["@context"][1] == context
    # Verifiers may have kept it: it must never change.
    digest = "uEiAQk09PTnFGQsZ_kr_Uk9z2kO7UZkZ4OKsQ7l1lMG7uvQ"
    assert digest_multibase(digest_of(LOT_CONTEXT)) == digest
    assert credential["relatedResource"] == [{"id": context, "digestMultibase": digest}]


def test_a_credential_names_its_place_in_two_lists():
    place = StatusPlace(ORG, 3, 131_071)
    credential = build_credential(CLAIM, public_url=URL, issued_at=NOW, status=place)
    revocation, message = credential["credentialStatus"]
    assert revocation == {
        "id": f"{URL}/{ORG}/status/revocation/3#131071",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "131071",
        "statusListCredential": f"{URL}/{ORG}/status/revocation/3",
    }
    assert (message["statusPurpose"], message["statusSize"], message["statusListIndex"]) == (
        "message",
        1,
        "131071",
    )
    assert [said["status"] for said in message["statusMessage"]] == ["0x0", "0x1"]
    assert find_place(credential) == place


def test_a_credential_of_before_there_were_lists_names_none():
    assert find_place(build_credential(CLAIM, public_url=URL, issued_at=NOW)) is None


@pytest.mark.parametrize(
    "change", [{"statusListIndex": 5}, {"statusListIndex": "x"}, {"statusPurpose": "refresh"}]
)
def test_a_status_in_other_words_is_not_ours(change):
    credential = build_credential(CLAIM, public_url=URL, issued_at=NOW, status=StatusPlace(ORG, 1, 5))
    credential["credentialStatus"][0] |= change
    with pytest.raises(TraceError):
        find_place(credential)


# -- whose keys ----------------------------------------------------------------------------------------------

DID = issuer_did(URL, ORG)
KEYS = [PrivateKey.from_seed(bytes([n]) * 32).public_key for n in (1, 2)]


def test_the_did_document_names_every_key_twice():
    document = did_document(DID, [DidKey(key) for key in KEYS])
    assert document["id"] == DID
    methods = document["verificationMethod"]
    assert document["assertionMethod"] == [method["id"] for method in methods]
    assert [method["type"] for method in methods] == ["Multikey", "JsonWebKey"] * 2
    assert methods[1]["publicKeyJwk"]["crv"] == "Ed25519"
    wanted = [method(DID, key) for key in KEYS for method in (verification_method, token_method)]
    assert document["assertionMethod"] == wanted
    assert {key.public_key for key in parse_did_document(document).methods.values()} == set(KEYS)


def test_a_revoked_key_stays_in_the_did_document_with_the_moment():
    document = did_document(DID, [DidKey(KEYS[0], NOW), DidKey(KEYS[1])])
    assert [method.get("revoked") for method in document["verificationMethod"]] == [
        "2026-11-12T10:00:00Z"
    ] * 2 + [None] * 2
    keys = parse_did_document(document)
    assert keys.did == DID
    assert keys.methods[token_method(DID, KEYS[0])] == DidKey(KEYS[0], NOW)
    assert keys.methods[verification_method(DID, KEYS[1])] == DidKey(KEYS[1])


def test_the_operator_has_a_did_of_its_own_that_signs_no_credentials():
    service = {"id": f"{operator_did(URL)}#log", "type": "TransparencyLog", "serviceEndpoint": f"{URL}/log"}
    document = did_document(operator_did(URL), [DidKey(KEYS[0])], services=[service], asserts=False)
    assert (document["id"], document["service"]) == ("did:web:127.0.0.1%3A8000", [service])
    assert parse_did_document(document).methods == {}


def changed(document, **members):
    first, *others = document["verificationMethod"]
    return document | {"verificationMethod": [first | members, *others]}


def test_keys_that_are_not_the_issuer_s_or_of_another_kind_are_passed_over():
    document = did_document(DID, [DidKey(KEYS[0])])
    method = verification_method(DID, KEYS[0])
    assert method in parse_did_document(document).methods
    for members in ({"controller": "did:web:other.example"}, {"type": "JsonWebKey2020"}):
        assert method not in parse_did_document(changed(document, **members)).methods
    elsewhere = changed(document, id="did:web:other.example#key")
    elsewhere["assertionMethod"] = ["did:web:other.example#key"]
    assert parse_did_document(elsewhere).methods == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"id": 7, "verificationMethod": []},
        {"id": "https://so.example.vn", "verificationMethod": []},
        {"id": DID, "verificationMethod": [{}] * 2001},
        {"id": DID, "verificationMethod": 7},
        {"id": DID, "verificationMethod": [{"id": "a"}], "assertionMethod": ["a"]},
        changed(did_document(DID, [DidKey(KEYS[0])]), revoked="yesterday"),
        changed(did_document(DID, [DidKey(KEYS[0])]), revoked=5),
    ],
)
def test_what_is_no_did_document_is_refused(wrong):
    with pytest.raises(TraceError):
        parse_did_document(wrong)


def test_a_method_that_stands_there_twice_is_refused():
    document = did_document(DID, [DidKey(KEYS[0])])
    document["verificationMethod"].append(document["verificationMethod"][0])
    with pytest.raises(TraceError, match="twice"):
        parse_did_document(document)


def test_a_key_that_is_none_is_refused():
    with pytest.raises(MalformedKeyError):
        parse_did_document(changed(did_document(DID, [DidKey(KEYS[0])]), publicKeyMultibase="z6Mk"))


@pytest.mark.parametrize(
    "text", ["2026-11-12", "2026-11-12T10:00:00", "2026-13-12T10:00:00Z", "0001-01-01T00:00:00+09:00"]
)
def test_a_moment_needs_a_day_that_there_is_and_its_offset(text):
    with pytest.raises(TraceError):
        parse_moment(text)
