"""Credentials that were never issued so, were taken back, or are shown with somebody else's word for it."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from ledger.log.keys import replace_key, revoke_key
from ledger.trace.credentials.dids import issuer_did
from ledger.trace.credentials.status_lists import StatusPurpose
from ledger.trace.credentials.verifying import check_embedded, check_status, check_token
from ledger.trace.errors import CredentialError
from ledger.trace.recalling import recall_lot
from signing.base64url import format_base64url, parse_base64url
from signing.data_integrity import add_proof
from signing.jose import jwk
from signing.keys import PrivateKey
from tests.support.credentials import Fetched, parsed, payload_of, sign_token
from tests.support.farm import BASE, NOTICE, Farm


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


@pytest.fixture
def lot(farm):
    fetched = Fetched(farm, farm.story().pack)
    fetched.check_all()
    return fetched


def refused_at(check, *arguments):
    with pytest.raises(CredentialError) as refused:
        check(*arguments)
    assert "Chứng thư không đạt" in refused.value.sentence
    return refused.value.step


def with_header(token, signature=None, **header):
    """The token under another header, with its old signature or another."""
    old, payload, was = token.split(".")
    said = json.loads(parse_base64url(old)) | header
    text = format_base64url(json.dumps(said, separators=(",", ":")).encode())
    return f"{text}.{payload}.{was if signature is None else signature}"


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_token_that_says_it_needs_no_signature(farm, lot, alg):
    for signature in ("", None):
        token = with_header(lot.token, signature, alg=alg)
        assert refused_at(check_token, token, lot.did_document, farm.clock.now) == 1


@pytest.mark.parametrize("secret", ["public key", "jwk"])
def test_token_signed_with_the_public_key_as_a_secret(farm, lot, secret):
    """The oldest confusion: a MAC keyed with what everyone may read."""
    public_key = lot.key().public_key
    keyed = public_key if secret == "public key" else json.dumps(jwk(public_key)).encode()
    token = with_header(lot.token, alg="HS256")
    mac = hmac.digest(keyed, token.rpartition(".")[0].encode(), hashlib.sha512)
    token = f"{token.rpartition('.')[0]}.{format_base64url(mac)}"
    assert refused_at(check_token, token, lot.did_document, farm.clock.now) == 1


def test_token_that_brings_its_own_key(farm, lot):
    stranger = PrivateKey.from_seed(bytes([66]) * 32)
    payload = payload_of(lot.token, lot.did_document, farm.clock.now)
    document = payload | {"name": "Lô khác"}
    forged = sign_token(document, stranger, lot.did)
    # Under the stranger's own fragment, and under that of the organisation's key.
    assert refused_at(check_token, forged, lot.did_document, farm.clock.now) == 2
    (_, method) = lot.did_document["assertionMethod"]
    named = sign_token(document, stranger, lot.did, key=method)
    assert refused_at(check_token, named, lot.did_document, farm.clock.now) == 3
    for header in ({"jwk": jwk(stranger.public_key)}, {"jku": f"{BASE}/keys"}, {"x5u": BASE}, {"crit": []}):
        assert refused_at(check_token, with_header(forged, **header), lot.did_document, farm.clock.now) == 1


def test_credential_under_a_key_of_another_organisation(farm, lot):
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    theirs = Fetched(neighbour, lot.lot)
    payload = payload_of(lot.token, lot.did_document, farm.clock.now)
    forged = sign_token(payload, theirs.key(), theirs.did)
    assert refused_at(check_token, forged, lot.did_document, farm.clock.now) == 2
    assert refused_at(check_token, forged, theirs.did_document, farm.clock.now) == 2
    posing = theirs.did_document | {"id": lot.did}
    assert refused_at(check_token, forged, posing, farm.clock.now) == 2
    # Their proof under our name, with our context: the method must be the issuer's.
    document = {name: value for name, value in parsed(lot.embedded).items() if name != "proof"}
    method = theirs.did_document["assertionMethod"][0]
    embedded = add_proof(document, theirs.key(), method, farm.clock.now)
    for keys in (lot.did_document, theirs.did_document):
        assert refused_at(check_embedded, embedded, keys, farm.clock.now) == 2


def test_credential_signed_by_a_device(farm, lot):
    """A device's key is valid in the log, under the cooperative's own chain; it signs no credentials."""
    from ledger.log.keys import add_device_key, key_added_text
    from signing.keys import NamedKey
    from signing.notes import Note, countersign, format_note

    device = NamedKey(f"{farm.ledger.origin}/{farm.code}/may1", PrivateKey.from_seed(bytes([9]) * 32))
    note = format_note(countersign(Note(key_added_text(device.verifier_key), ()), device))
    farm.write(add_device_key, farm.code, note)
    payload = payload_of(lot.token, lot.did_document, farm.clock.now)
    forged = sign_token(payload, device.private_key, lot.did)
    assert refused_at(check_token, forged, lot.did_document, farm.clock.now) == 2


def test_retired_key_used_after_its_interval(farm, lot):
    old, embedded, token = lot.key(), lot.embedded, lot.token
    payload = payload_of(token, lot.did_document, farm.clock.now)
    farm.clock.now += timedelta(days=1)
    signer = farm.write(lambda unit: unit.signer(farm.code))
    farm.write(lambda unit: (replace_key(unit, farm.code), revoke_key(unit, farm.code, signer.verifier_key)))
    now = farm.clock.now + timedelta(days=1)
    # What it signed in its time still verifies; what is handed out now is signed by the new one.
    check_embedded(embedded, lot.did_document, now)
    check_token(token, lot.did_document, now)
    assert lot.token != token
    lot.check_all(now)
    late = sign_token(payload | {"iat": int(now.timestamp())}, old, lot.did)
    assert refused_at(check_token, late, lot.did_document, now) == 2
    document = {name: value for name, value in parsed(embedded).items() if name != "proof"}
    method = parsed(embedded)["proof"]["verificationMethod"]
    assert refused_at(check_embedded, add_proof(document, old, method, now), lot.did_document, now) == 2


@pytest.mark.parametrize("part", [0, 1, 2])
def test_bit_of_a_token_flipped(farm, lot, part):
    token = lot.token
    steps = set()
    parts = token.split(".")
    for place in range(0, len(parts[part]), 37):
        data = bytearray(parse_base64url(parts[part]))
        data[place * len(data) // len(parts[part])] ^= 1
        changed = ".".join([*parts[:part], format_base64url(bytes(data)), *parts[part + 1 :]])
        steps.add(refused_at(check_token, changed, lot.did_document, farm.clock.now))
    assert steps <= {1, 2, 3}


def test_bit_of_an_embedded_credential_flipped(farm, lot):
    data, steps = lot.embedded, set()
    for place in range(0, len(data), 41):
        changed = bytearray(data)
        changed[place] ^= 1
        steps.add(refused_at(check_embedded, bytes(changed), lot.did_document, farm.clock.now))
    assert steps <= {1, 2, 3}


def test_context_slipped_in_behind_the_signed_ones(farm, lot):
    """Words added behind what was signed could mean something else; the proof alone would not notice."""
    credential = parsed(lot.embedded)
    credential["@context"] = [*credential["@context"], {"weightKg": "urn:x:bags"}]
    assert refused_at(check_embedded, credential, lot.did_document, farm.clock.now) == 1


def test_recalled_lot_s_credential_shown_as_good(farm, lot):
    credential = parsed(lot.embedded)
    farm.write(recall_lot, lot.lot, **NOTICE)
    for purpose in StatusPurpose:
        fresh = check_embedded(lot.listed(purpose).embedded, lot.did_document, farm.clock.now)
        assert refused_at(check_status, credential, fresh) == 6
    token = check_token(lot.token, lot.did_document, farm.clock.now)
    fresh = check_token(lot.listed().token, lot.did_document, farm.clock.now)
    assert refused_at(check_status, token, fresh) == 6


def test_old_status_list_sent_again(farm, lot):
    """From before the recall, with its true signature: it has run out."""
    old = lot.listed()
    farm.write(recall_lot, lot.lot, **NOTICE)
    later = farm.clock.now + timedelta(hours=1, minutes=6)
    assert refused_at(check_token, old.token, lot.did_document, later) == 4
    assert refused_at(check_embedded, old.embedded, lot.did_document, later) == 4
    # Nor does it help to leave the end out, or to move it: that is signed.
    endless = {name: value for name, value in parsed(old.embedded).items() if name != "validUntil"}
    assert refused_at(check_embedded, endless, lot.did_document, later) == 3
    assert refused_at(check_status, parsed(lot.embedded), endless) == 5


def test_status_list_of_another_issuer(farm, lot):
    """The list of a neighbour where nothing is set, at our address and under our name, signed by it."""
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    theirs = Fetched(neighbour, lot.lot)
    listed = {name: value for name, value in parsed(lot.listed().embedded).items() if name != "proof"}
    credential = parsed(lot.embedded)
    own = listed | {"issuer": theirs.did}
    method = theirs.did_document["assertionMethod"][0]
    signed = check_embedded(
        add_proof(own, theirs.key(), method, farm.clock.now), theirs.did_document, farm.clock.now
    )
    assert refused_at(check_status, credential, signed) == 5
    posing = add_proof(listed, theirs.key(), method, farm.clock.now)
    assert refused_at(check_embedded, posing, lot.did_document, farm.clock.now) == 2
    assert issuer_did(BASE, neighbour.code) != lot.did


def test_status_list_of_another_number_or_purpose(farm, lot):
    credential = parsed(lot.embedded)
    listed = parsed(lot.listed().embedded)
    other = listed | {"id": listed["id"].replace("/1", "/2")}
    assert refused_at(check_status, credential, other) == 5
    subject = listed["credentialSubject"] | {"statusPurpose": "refresh"}
    assert refused_at(check_status, credential, listed | {"credentialSubject": subject}) == 5
    short = listed["credentialSubject"] | {"encodedList": "uAAAA"}
    assert refused_at(check_status, credential, listed | {"credentialSubject": short}) == 5
    assert refused_at(check_status, credential, listed | {"type": ["VerifiableCredential"]}) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"iat": None},
        {"iat": True},
        {"iat": 2**53 - 1},
        {"iss": "did:web:other.example"},
        {"proof": {}},
        {"issuer": {}},
    ],
    ids=str,
)
def test_token_with_claims_that_do_not_fit(farm, lot, changes):
    payload = payload_of(lot.token, lot.did_document, farm.clock.now) | changes
    forged = sign_token(payload, lot.key(), lot.did)
    assert refused_at(check_token, forged, lot.did_document, farm.clock.now) == 1


def test_token_of_another_purpose(farm, lot):
    payload = payload_of(lot.token, lot.did_document, farm.clock.now)
    for header in ({"type_": "JWT"}, {"type_": "vp+jwt"}, {"content_type": "vp"}):
        token = sign_token(payload, lot.key(), lot.did, **header)
        assert refused_at(check_token, token, lot.did_document, farm.clock.now) == 1
    early = farm.clock.now - timedelta(days=30)
    assert refused_at(check_token, lot.token, lot.did_document, early) == 4
