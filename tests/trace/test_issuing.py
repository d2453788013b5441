"""What an organisation hands out about a sealed lot: valid UNTP, the same each time, bound to the log."""

import hashlib
import json
from datetime import timedelta

import jsonschema_rs
import pytest
from sqlalchemy import delete, update

from ledger.log.keys import replace_key, revoke_key
from ledger.log.log_rotation import rotate_log_key
from ledger.trace.credentials.dids import parse_did_document
from ledger.trace.credentials.status_lists import StatusPurpose
from ledger.trace.credentials.verifying import check_token, status_addresses
from ledger.trace.errors import BundleError, NoCredentialError, UnknownLotError
from ledger.trace.events.statements import PlaceRegistered
from ledger.trace.issuing import (
    lot_credential,
    lot_vc_jwt,
    operator_did_document,
    organisation_did_document,
)
from ledger.trace.sealing import seal_lot
from ledger.trace.tables import TraceCredential, TraceCredentialPlace
from signing.base64url import parse_base64url
from tests.support.credentials import Fetched, parsed, payload_of
from tests.support.farm import BASE, Farm


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


@pytest.fixture
def lot(farm):
    return Fetched(farm, farm.story().pack)


def told(lot):
    return payload_of(lot.token, lot.did_document, lot.farm.clock.now)


@pytest.fixture
def untp(shared_data):
    schema = json.loads((shared_data / "untp" / "untp-dpp-schema-0.7.0.json").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def test_a_careful_verifier_accepts_both_forms(lot):
    lot.check_all()
    lot.check_all(lot.farm.clock.now + timedelta(days=400))


def test_a_sealed_lot_is_a_valid_untp_product_passport(lot, untp):
    assert [error.message for error in untp.iter_errors(told(lot))] == []


def test_a_raw_lot_sold_loose_is_one_too(farm, lot, untp):
    story_lot = farm.lot("261001-1")
    farm.write(seal_lot, story_lot)
    loose = told(Fetched(farm, story_lot))
    assert [error.message for error in untp.iter_errors(loose)] == []
    assert loose["credentialSubject"]["dimensions"]["weight"] == {"value": 40, "unit": "KGM"}


def test_the_passport_says_what_the_seal_says(lot):
    subject = told(lot)["credentialSubject"]
    assert (subject["id"], subject["batchNumber"]) == (lot.lot, "261004-1")
    assert (subject["productionDate"], subject["expiryDate"]) == ("2026-10-04", "2026-11-03")
    assert subject["dimensions"]["weight"] == {"value": 100, "unit": "KGM"}
    assert subject["producedAtFacility"]["name"] == "Vườn nho số 1"
    assert [(one["role"], one["party"]["id"]) for one in subject["relatedParty"]] == [("producer", lot.did)]
    assert subject["productCategory"][0]["code"] == "01330"
    assert sum(material["massFraction"] for material in subject["materialProvenance"]) == pytest.approx(1)


def test_the_token_names_the_digest_that_stands_in_the_seal(lot):
    first = told(lot)["credentialSubject"]["relatedDocument"][0]
    digest = parse_base64url(first["digestMultibase"][1:])
    assert (digest[:2], digest[2:]) == (b"\x12\x20", hashlib.sha256(lot.embedded).digest())
    assert first["linkURL"] == f"{lot.lot}/credential"


def test_both_forms_name_the_same_bit(lot):
    credential, token = parsed(lot.embedded), told(lot)
    revocation = credential["credentialStatus"][0]
    assert revocation | {"statusListIndex": int(revocation["statusListIndex"])} == token["credentialStatus"]
    assert status_addresses(credential) == tuple(
        f"{BASE}/{lot.farm.code}/status/{purpose}/1" for purpose in StatusPurpose
    )


def test_a_token_is_the_same_each_time_whatever_happens_to_the_lot_later(farm, lot):
    first = lot.token
    farm.ship(lot.lot, 10, 40)
    assert lot.token == first


def test_a_place_that_was_renamed_is_called_by_its_new_name_from_then_on(farm, lot):
    first = told(lot)
    farm.clock.now += timedelta(days=9)
    farm.state(
        PlaceRegistered(
            place=farm.place, name="Tên mới", kind="plot", province="Ninh Thuận", commune="Phước Thuận"
        )
    )
    renamed = told(lot)
    assert renamed["iat"] == int(farm.clock.now.timestamp())
    assert renamed["credentialSubject"]["producedAtFacility"]["name"] == "Tên mới"
    facility = first["credentialSubject"]["producedAtFacility"]
    subject = renamed["credentialSubject"] | {"producedAtFacility": facility}
    assert renamed | {"iat": first["iat"], "credentialSubject": subject} == first


def test_a_token_is_signed_by_the_key_of_today(farm, lot):
    before = lot.token
    signer = farm.write(lambda unit: unit.signer(farm.code))
    farm.clock.now += timedelta(days=3)
    farm.write(replace_key, farm.code)
    farm.write(revoke_key, farm.code, signer.verifier_key)
    after = lot.token
    assert before != after
    assert told(lot)["iat"] == int(farm.clock.now.timestamp())
    keys = parse_did_document(lot.did_document).methods
    assert [key.revoked_at is None for key in keys.values()] == [False, False, True, True]
    check_token(before, lot.did_document, farm.clock.now)


def test_an_organisation_that_closed_signs_no_more(farm, lot):
    signer = farm.write(lambda unit: unit.signer(farm.code))
    farm.write(revoke_key, farm.code, signer.verifier_key, reason="retired")
    for ask in (lambda: lot.token, lot.listed):
        with pytest.raises(NoCredentialError) as refused:
            ask()
        assert "không còn ký" in refused.value.sentence
    assert lot.embedded


def test_a_lot_that_is_not_sealed_has_no_credential(farm, lot):
    for query in (lot_credential, lambda session, name: lot_vc_jwt(session, farm.vault, name)):
        with pytest.raises(NoCredentialError):
            farm.read(query, farm.lot("261001-1"))
        with pytest.raises(UnknownLotError):
            farm.read(query, farm.lot("NONE"))


def test_a_tampered_lot_gets_no_credential(farm, lot):
    farm.tamper(update(TraceCredential).values(json=parsed(lot.embedded) | {"name": "Khác"}))
    for query in (lambda: lot.embedded, lambda: lot.token):
        with pytest.raises(BundleError) as refused:
            query()
        assert refused.value.step == 10


def test_a_lot_whose_place_was_lost_says_nothing_of_its_status(farm, lot):
    farm.tamper(delete(TraceCredentialPlace))
    assert "credentialStatus" not in told(lot)
    assert ("trace_credential_place", "a row") in {(one.where, one.expected) for one in farm.findings()}


@pytest.mark.parametrize("change", [{"position": 5}, {"index": 3}, {"organisation": "A000000000"}], ids=str)
def test_a_place_that_was_moved_is_found(farm, lot, change):
    farm.tamper(update(TraceCredentialPlace).values(**change))
    assert {one.where for one in farm.findings()} == {"trace_credential_place"}


def test_a_place_of_no_seal_is_found(farm, lot):
    farm.tamper(update(TraceCredentialPlace).values(digest="ni:///sha-256;none"))
    assert {one.expected for one in farm.findings()} == {None, "a row"}


def test_an_organisation_that_nobody_knows_has_no_did_document(farm):
    for code in ("A000000000", "nobody", "../x"):
        with pytest.raises(UnknownLotError):
            farm.read(organisation_did_document, code)


def test_the_operator_tells_its_log_and_the_keys_of_it(farm):
    document = farm.read(operator_did_document, f"{BASE}/log")
    assert document["id"] == "did:web:127.0.0.1%3A8000"
    assert document["service"][0]["serviceEndpoint"] == f"{BASE}/log"
    assert len(document["verificationMethod"]) == 2
    assert "assertionMethod" not in document
    farm.write(rotate_log_key)
    assert len(farm.read(operator_did_document, f"{BASE}/log")["verificationMethod"]) == 4
