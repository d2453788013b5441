import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.data_integrity import CheckedProof, _hash_data, add_proof, check_proof, multikey, parse_multikey
from signing.errors import BadSignatureError, MalformedKeyError, MalformedProofError
from signing.keys import PrivateKey

KEY = PrivateKey.from_seed(b"d" * 32)
METHOD = f"did:key:{multikey(KEY.public_key)}"
CREATED = datetime(2026, 7, 1, 6, 30, tzinfo=timezone(timedelta(hours=7)))
DOCUMENT = {"@context": ["https://www.w3.org/ns/credentials/v2"], "name": "Chè Thái Nguyên", "weight": 12.5}
SIGNED = add_proof(DOCUMENT, KEY, METHOD, CREATED)


def with_proof(**changes):
    proof = {name: value for name, value in (SIGNED["proof"] | changes).items() if value is not None}
    return SIGNED | {"proof": proof}


@pytest.fixture
def vectors(shared_data):
    return shared_data / "vectors" / "vc-eddsa-jcs-2022"


@pytest.fixture
def vector_key(vectors):
    pair = json.loads((vectors / "keyPair.json").read_text())
    secret = base58.b58decode(pair["privateKeyMultibase"][1:])
    key = PrivateKey.from_seed(secret.removeprefix(b"\x80\x26"))
    assert multikey(key.public_key) == pair["publicKeyMultibase"]
    return key


def test_the_w3c_vector_is_reproduced_byte_for_byte(vectors, vector_key):
    unsigned = json.loads((vectors / "unsigned.json").read_text())
    expected = json.loads((vectors / "signedJCS.json").read_text())
    options = json.loads((vectors / "proofConfigJCS.json").read_text())
    created = datetime.fromisoformat(options["created"])
    signed = add_proof(unsigned, vector_key, options["verificationMethod"], created)
    assert signed == expected
    assert signed["proof"]["proofValue"] == (vectors / "sigBTC58JCS.txt").read_text().strip()


def test_the_signed_hashes_are_those_of_the_w3c_vector(vectors):
    unsigned = json.loads((vectors / "unsigned.json").read_text())
    options = json.loads((vectors / "proofConfigJCS.json").read_text())
    combined = (vectors / "combinedHashJCS.txt").read_text().strip()
    assert _hash_data(unsigned, options).hex() == combined
    canonical = (vectors / "canonDocJCS.txt").read_bytes()
    assert hashlib.sha256(canonical).hexdigest() == combined[64:]


def test_the_w3c_vector_verifies(vectors, vector_key):
    signed = json.loads((vectors / "signedJCS.json").read_text())
    checked = check_proof(signed, vector_key.public_key)
    assert checked.verification_method == signed["proof"]["verificationMethod"]
    assert checked.created == "2023-02-24T23:36:38Z"


def test_a_document_we_sign_verifies():
    checked = check_proof(SIGNED, KEY.public_key)
    assert checked == CheckedProof(METHOD, "assertionMethod", "2026-06-30T23:30:00Z")
    assert {name: value for name, value in SIGNED.items() if name != "proof"} == DOCUMENT


def test_the_order_of_members_does_not_matter():
    check_proof(dict(reversed(SIGNED.items())), KEY.public_key)


def test_a_document_without_context_may_be_signed():
    signed = add_proof({"name": "Chè"}, KEY, METHOD, CREATED)
    assert "@context" not in signed["proof"]
    check_proof(signed, KEY.public_key)


@pytest.mark.parametrize(
    "changed",
    [
        SIGNED | {"name": "Chè khác"},
        SIGNED | {"more": 1},
        with_proof(created="2026-06-30T23:30:01Z"),
        with_proof(created=None),
        with_proof(verificationMethod="did:example:other"),
        with_proof(expires="2030-01-01T00:00:00Z"),
        with_proof(proofValue="z" + base58.b58encode(bytes(63) + b"\x01").decode()),
    ],
    ids=["changed", "added", "time", "no time", "method", "expires", "signature"],
)
def test_what_was_changed_does_not_verify(changed):
    with pytest.raises(BadSignatureError):
        check_proof(changed, KEY.public_key)


def test_another_key_does_not_verify():
    with pytest.raises(BadSignatureError) as bad:
        check_proof(SIGNED, PrivateKey.from_seed(b"e" * 32).public_key)
    assert bad.value.name == METHOD


@pytest.mark.parametrize(
    "changed",
    [
        DOCUMENT,
        DOCUMENT | {"proof": []},
        DOCUMENT | {"proof": [SIGNED["proof"]]},
        with_proof(type="Ed25519Signature2020"),
        with_proof(cryptosuite="eddsa-rdfc-2022"),
        with_proof(proofPurpose="authentication"),
        with_proof(verificationMethod=None),
        with_proof(created=2026),
        with_proof(proofValue=None),
        with_proof(proofValue=7),
        with_proof(proofValue="u" + SIGNED["proof"]["proofValue"][1:]),
        with_proof(proofValue=SIGNED["proof"]["proofValue"] + "\n"),
        with_proof(proofValue="z0OIl"),
        with_proof(proofValue="z" + "2" * 128),
        with_proof(proofValue="z" + base58.b58encode(b"short").decode()),
        with_proof(expires=2**53),
        SIGNED | {"@context": ["https://example.org/other"]},
        SIGNED | {"@context": []},
        SIGNED | {"weight": float("nan")},
    ],
    ids=range(19),
)
def test_another_form_is_refused(changed):
    with pytest.raises(MalformedProofError):
        check_proof(changed, KEY.public_key)


def test_contexts_added_behind_are_passed_over():
    check_proof(SIGNED | {"@context": [*DOCUMENT["@context"], "https://example.org/more"]}, KEY.public_key)


def test_a_context_may_be_one_string():
    signed = add_proof({"@context": "https://www.w3.org/ns/credentials/v2"}, KEY, METHOD, CREATED)
    check_proof(signed, KEY.public_key)


def test_the_purpose_is_the_one_asked_for():
    signed = add_proof(DOCUMENT, KEY, METHOD, CREATED, "authentication")
    assert check_proof(signed, KEY.public_key, "authentication").proof_purpose == "authentication"
    with pytest.raises(MalformedProofError, match="proofPurpose"):
        check_proof(signed, KEY.public_key)


def test_a_signed_document_is_not_signed_again():
    with pytest.raises(MalformedProofError, match="already"):
        add_proof(SIGNED, KEY, METHOD, CREATED)


@pytest.mark.parametrize("value", [2**53, float("inf"), "\ud800", {1: 2}, {"a"}], ids=repr)
def test_what_has_no_canonical_json_is_not_signed(value):
    with pytest.raises(MalformedProofError, match="canonical"):
        add_proof({"value": value}, KEY, METHOD, CREATED)


def test_a_document_too_deep_to_write_is_refused():
    deep = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(MalformedProofError, match="canonical"):
        add_proof(deep, KEY, METHOD, CREATED)


def test_a_moment_without_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        add_proof(DOCUMENT, KEY, METHOD, datetime(2026, 7, 1))  # noqa: DTZ001


def test_a_fraction_of_a_second_is_left_out():
    signed = add_proof(DOCUMENT, KEY, METHOD, datetime(2026, 7, 1, 0, 0, 0, 999_999, tzinfo=UTC))
    assert signed["proof"]["created"] == "2026-07-01T00:00:00Z"


@given(st.binary(min_size=32, max_size=32))
def test_parse_multikey_undoes_multikey(public_key):
    text = multikey(public_key)
    assert text.startswith("z6Mk")
    assert parse_multikey(text) == public_key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "6Mk",
        multikey(bytes(32)) + " ",
        "z" + base58.b58encode(bytes(34)).decode(),
        "z" + multikey(b"x" * 32),
    ],
)
def test_another_multikey_is_refused(text):
    with pytest.raises(MalformedKeyError):
        parse_multikey(text)


def test_the_multikey_of_another_length_is_refused():
    with pytest.raises(MalformedKeyError):
        multikey(bytes(31))
