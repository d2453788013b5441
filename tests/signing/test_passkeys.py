import json

import pytest

from signing.errors import PasskeyError
from signing.passkeys import (
    MAX_ANSWER_CHARACTERS,
    MAX_CREDENTIAL_ID_BYTES,
    RelyingParty,
    challenge_of,
    check_assertion,
    check_registration,
    creation_options,
    credential_of,
    request_options,
)
from tests.support.passkeys import ATTESTED, PRESENT, VERIFIED, SoftPasskey

PARTY = RelyingParty("https://so.example.vn", "Sổ Gốc")
CHALLENGE = bytes(range(40))
ASKED = creation_options(PARTY, CHALLENGE, user_id=b"someone", user_name="quan.ly", known=[b"another"])
WANTED = request_options(PARTY, CHALLENGE)


@pytest.fixture
def key():
    return SoftPasskey(PARTY.origin)


def test_a_passkey_is_registered_and_signs_in(key):
    made = check_registration(PARTY, CHALLENGE, key.create(ASKED))
    assert made.credential_id == key.credential_id
    assert made.sign_count == 0
    answer = key.get(WANTED)
    assert challenge_of(answer) == CHALLENGE
    assert credential_of(answer) == key.credential_id
    assert check_assertion(PARTY, CHALLENGE, made, answer) == 0


def test_a_browser_is_asked_for_a_key_that_verifies_its_user_and_no_attestation():
    assert ASKED["authenticatorSelection"]["userVerification"] == "required"
    assert ASKED["authenticatorSelection"]["residentKey"] == "required"
    assert ASKED["excludeCredentials"] == [{"type": "public-key", "id": "YW5vdGhlcg"}]
    assert "attestation" not in ASKED
    assert WANTED["userVerification"] == "required"
    assert json.loads(json.dumps(ASKED)) == ASKED
    assert json.loads(json.dumps(WANTED)) == WANTED


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ({"origin": "https://so.example.vn.evil.example"}, PRESENT | VERIFIED),
        ({"origin": "http://so.example.vn"}, PRESENT | VERIFIED),
        ({"type": "webauthn.other"}, PRESENT | VERIFIED),
        ({"challenge": "YW5vdGhlciBjaGFsbGVuZ2U"}, PRESENT | VERIFIED),
        ({}, PRESENT),
        ({}, VERIFIED),
    ],
)
def test_an_answer_to_somebody_else_or_by_nobody_verified_is_refused(key, said, flags):
    made = check_registration(PARTY, CHALLENGE, key.create(ASKED))
    key.flags = flags
    with pytest.raises(PasskeyError):
        check_registration(PARTY, CHALLENGE, key.create(ASKED, **said))
    with pytest.raises(PasskeyError):
        check_assertion(PARTY, CHALLENGE, made, key.get(WANTED, **said))


def test_an_answer_for_another_site_is_refused(key):
    made = check_registration(PARTY, CHALLENGE, key.create(ASKED))
    with pytest.raises(PasskeyError):
        check_assertion(PARTY, CHALLENGE, made, key.get({**WANTED, "rpId": "example.vn"}))


def test_a_signature_by_another_key_is_refused(key):
    made = check_registration(PARTY, CHALLENGE, key.create(ASKED))
    with pytest.raises(PasskeyError, match="signature"):
        check_assertion(PARTY, CHALLENGE, made, SoftPasskey(PARTY.origin).get(WANTED))
    other = SoftPasskey(PARTY.origin, b"another")
    with pytest.raises(PasskeyError, match="Unknown"):
        check_assertion(PARTY, CHALLENGE, made, other.get(WANTED))


def test_a_counter_that_does_not_rise_tells_of_a_copy(key):
    key.count = 5
    made = check_registration(PARTY, CHALLENGE, key.create(ASKED))
    assert made.sign_count == 5
    for count in (5, 4, 0):
        key.count = count
        with pytest.raises(PasskeyError, match="counter"):
            check_assertion(PARTY, CHALLENGE, made, key.get(WANTED))
    key.count = 6
    assert check_assertion(PARTY, CHALLENGE, made, key.get(WANTED)) == 6


def test_a_key_of_an_algorithm_that_was_not_asked_for_is_refused(key):
    key.alg = -65535  # RS1, with SHA-1
    with pytest.raises(PasskeyError, match="algorithm"):
        check_registration(PARTY, CHALLENGE, key.create(ASKED))


def test_a_credential_id_has_a_limit(key):
    key.credential_id = bytes(MAX_CREDENTIAL_ID_BYTES)
    assert check_registration(PARTY, CHALLENGE, key.create(ASKED)).credential_id == key.credential_id
    key.credential_id += b"\0"
    with pytest.raises(PasskeyError, match="too long"):
        check_registration(PARTY, CHALLENGE, key.create(ASKED))


@pytest.mark.parametrize(
    "answer", ["", "[]", "{}", "null", "{", '{"response": {}}', '{"response": {"clientDataJSON": "e30"}}']
)
def test_what_is_no_answer_is_one_error(answer):
    for read in (challenge_of, credential_of):
        with pytest.raises(PasskeyError):
            read(answer)
    with pytest.raises(PasskeyError):
        check_registration(PARTY, CHALLENGE, answer)


def test_an_answer_has_a_limit():
    with pytest.raises(PasskeyError, match="too long"):
        challenge_of(" " * (MAX_ANSWER_CHARACTERS + 1))


def test_a_registration_without_a_credential_is_refused(key, monkeypatch):
    monkeypatch.setattr("tests.support.passkeys.ATTESTED", 0)
    assert ATTESTED
    with pytest.raises(PasskeyError):
        check_registration(PARTY, CHALLENGE, key.create(ASKED))


@pytest.mark.parametrize(
    ("origin", "is_usable"),
    [
        ("https://so.example.vn", True),
        ("https://so.example.vn:8443", True),
        ("http://localhost:8000", True),
        ("http://so.example.vn", False),
        ("http://127.0.0.1:8000", False),
        ("https://127.0.0.1", False),
        ("https://[::1]:8000", False),
    ],
)
def test_passkeys_need_a_name_and_a_secure_origin(origin, is_usable):
    assert RelyingParty(origin, "x").is_usable is is_usable


def test_a_relying_party_of_no_address_has_no_name():
    assert RelyingParty("", "x").id == ""
