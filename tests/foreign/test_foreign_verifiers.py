"""Other people's verifiers accept our credentials and refuse each forgery: jose, Digital Bazaar's, jsonld."""

import json
import shutil
from datetime import timedelta

import pytest

from ledger.log.keys import replace_key, revoke_key
from ledger.trace.credentials.dids import token_method
from ledger.trace.credentials.lot_credential import CONTEXT_PATH, LOT_CONTEXT
from ledger.trace.credentials.status_lists import StatusPurpose
from ledger.trace.recalling import recall_lot
from signing.base64url import format_base64url, parse_base64url
from signing.keys import PrivateKey
from tests.support.credentials import Fetched, parsed, payload_of, sign_token
from tests.support.farm import BASE, NOTICE, Farm

UNTP = "https://vocabulary.uncefact.org/untp/0.7.0/context/"
W3C = "https://www.w3.org/ns/credentials/v2"


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


@pytest.fixture
def lot(farm):
    return Fetched(farm, farm.story().pack)


class Desk:
    """A folder with what a verifier would fetch, and the verifier."""

    def __init__(self, verifier, folder, lot, shared_data):
        self.verifier, self.folder, self.lot = verifier, folder, lot
        self.names = {W3C: "w3c.json", UNTP: "untp.json", f"{BASE}{CONTEXT_PATH}": "lot.json"}
        shutil.copyfile(shared_data / "untp" / "credentials-v2.jsonld", folder / "w3c.json")
        shutil.copyfile(shared_data / "untp" / "untp-0.7.0-context.jsonld", folder / "untp.json")
        (folder / "lot.json").write_bytes(LOT_CONTEXT)
        self.fetch()

    def fetch(self):
        """Everything anew, as it is served now."""
        self.put(self.lot.did, json.dumps(self.lot.did_document).encode())
        for purpose in StatusPurpose:
            listed = self.lot.listed(purpose).embedded
            self.put(parsed(listed)["id"], listed)

    def put(self, address, data):
        name = self.names.setdefault(address, f"{len(self.names)}.json")
        (self.folder / name).write_bytes(data)
        (self.folder / "documents.json").write_text(json.dumps(self.names))

    def words(self, command, data):
        path = self.folder / "given"
        path.write_bytes(data)
        return command, self.folder, path, self.lot.farm.clock.now.isoformat()

    def accepts(self, command, data):
        return self.verifier.accepts(*self.words(command, data))

    def rejects(self, command, data):
        return self.verifier.rejects(*self.words(command, data))


@pytest.fixture
def desk(credential_verifier, tmp_path, lot, shared_data):
    return Desk(credential_verifier, tmp_path, lot, shared_data)


def flipped(token, part):
    parts = token.split(".")
    data = bytearray(parse_base64url(parts[part]))
    data[len(data) // 2] ^= 1
    return ".".join([*parts[:part], format_base64url(bytes(data)), *parts[part + 1 :]]).encode()


def test_jose_verifies_our_token(desk, lot):
    assert desk.accepts("token", lot.token.encode()) == f"{lot.lot}#dpp"
    assert desk.accepts("token", lot.listed().token.encode()).endswith("/status/revocation/1")


@pytest.mark.parametrize("part", [0, 1, 2])
def test_jose_refuses_a_flipped_bit(desk, lot, part):
    desk.rejects("token", flipped(lot.token, part))


def test_jose_refuses_a_key_that_the_issuer_does_not_list(desk, lot):
    stranger = PrivateKey.from_seed(bytes([66]) * 32)
    payload = payload_of(lot.token, lot.did_document, lot.farm.clock.now)
    assert "signs no credentials" in desk.rejects("token", sign_token(payload, stranger, lot.did).encode())
    known = token_method(lot.did, lot.key().public_key)
    forged = sign_token(payload, stranger, lot.did, key=known)
    assert "signature verification failed" in desk.rejects("token", forged.encode())


def test_digital_bazaar_verifies_our_proof_and_our_status_lists(desk, lot):
    assert desk.accepts("embedded", lot.embedded) == f"{lot.lot}#credential"


def test_digital_bazaar_refuses_a_changed_value(desk, lot):
    desk.rejects("embedded", lot.embedded.replace(b'"weightKg":"100"', b'"weightKg":"900"'))


def test_digital_bazaar_sees_a_recall(desk, farm, lot):
    farm.write(recall_lot, lot.lot, **NOTICE)
    desk.fetch()
    assert "revocation, message" in desk.rejects("embedded", lot.embedded)


def test_digital_bazaar_refuses_a_status_list_that_ran_out(desk, farm, lot):
    farm.clock.now += timedelta(hours=2)
    assert "status list" in desk.rejects("embedded", lot.embedded)
    desk.fetch()
    assert desk.accepts("embedded", lot.embedded)


def test_what_a_retired_key_signed_still_verifies_elsewhere(desk, farm, lot):
    token = lot.token
    signer = farm.write(lambda unit: unit.signer(farm.code))
    farm.write(replace_key, farm.code)
    farm.write(revoke_key, farm.code, signer.verifier_key)
    desk.fetch()
    assert desk.accepts("embedded", lot.embedded)
    assert desk.accepts("token", token.encode())
    assert desk.accepts("token", lot.token.encode())


def test_a_json_ld_processor_knows_every_word(desk, lot):
    payload = payload_of(lot.token, lot.did_document, lot.farm.clock.now)
    assert int(desk.accepts("expand", json.dumps(payload).encode())) > 60
    assert int(desk.accepts("expand", lot.embedded)) > 30
    assert int(desk.accepts("expand", lot.listed().embedded)) > 10
    desk.rejects("expand", json.dumps(parsed(lot.embedded) | {"aWordOfNobody": "x"}).encode())


def test_a_command_that_the_program_does_not_know(credential_verifier):
    assert credential_verifier.run("everything").returncode == 2
