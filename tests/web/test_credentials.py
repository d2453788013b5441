"""The addresses that verifiers of credentials ask: forms, types, caching, and how fast a recall shows."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from ledger.trace.capture import capture_statement
from ledger.trace.credentials.lot_credential import LOT_CONTEXT
from ledger.trace.credentials.status_lists import StatusPurpose
from ledger.trace.credentials.verifying import (
    check_embedded,
    check_status,
    check_token,
    status_addresses,
)
from ledger.trace.derived.registers import find_statement
from ledger.trace.digests import format_digest
from ledger.trace.errors import CredentialError
from ledger.trace.events.statements import ProductRegistered
from ledger.trace.identifiers import lot_code_of, product_uri
from tests.support.credentials import parsed
from tests.support.export_fixtures import run
from tests.support.market import _recall


def organisation_of(shop):
    return shop.market.path.split("/")[1]


def did_of(shop):
    return shop.client.get(f"/{organisation_of(shop)}/did.json").json


def path_of(address):
    return urlsplit(address).path


def lot_of(shop):
    return shop.client.get(f"{shop.market.path}/bundle").json["lot"]


def now_of(shop):
    return shop.market.clock()


def test_a_lot_s_credential_is_served_as_the_seal_s_digest_has_it(shop, client):
    answer = client.get(f"{shop.market.path}/credential")
    assert (answer.status_code, answer.content_type) == (200, "application/vc")
    bundle = client.get(f"{shop.market.path}/bundle").json
    assert parsed(answer.data) == bundle["credential"]
    digest = format_digest(hashlib.sha256(answer.data).digest())
    assert any(digest in entry["entry"] for entry in bundle["entries"])
    check_embedded(answer.data, did_of(shop), now_of(shop))


@pytest.mark.parametrize(
    ("accept", "served"),
    [
        ("*/*", "application/vc"),
        ("application/vc", "application/vc"),
        ("application/ld+json", "application/ld+json"),
        ("application/vc+jwt", "application/vc+jwt"),
        ("application/vc+jwt;q=0.5, application/vc", "application/vc"),
        ("text/html", "application/vc"),
    ],
)
def test_accept_chooses_the_form(shop, client, accept, served):
    answer = client.get(f"{shop.market.path}/credential", headers={"Accept": accept})
    assert (answer.content_type, "Accept" in answer.headers["Vary"]) == (served, True)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_token_has_an_address_of_its_own(shop, client):
    token = client.get(f"{shop.market.path}/credential.jwt")
    assert token.content_type == "application/vc+jwt"
    credential = check_token(token.text, did_of(shop), now_of(shop))
    assert credential["type"] == ["DigitalProductPassport", "VerifiableCredential"]


def test_a_lot_with_a_gtin_has_its_credential_there_too(own_shop):
    world, client = own_shop.market.world, own_shop.client
    product = product_uri(world.ledger.id_base, world.coop.code, "NHO")
    filed = world.read(find_statement, ProductRegistered, product).statement
    world.ledger.write(capture_statement, world.coop.code, replace(filed, gtin="08938505974194"))
    page = f"/01/08938505974194/10/{lot_code_of(own_shop.market.lot)}"
    for form in ("credential", "credential.jwt"):
        told = client.get(f"{page}/{form}")
        assert (told.status_code, told.data) == (200, client.get(f"{own_shop.market.path}/{form}").data)
        assert client.get(f"/01/08938505974195/10/A/{form}").status_code == 400
        assert client.get(f"/01/08938505974194/10/NONE/{form}").status_code == 404


def test_a_copy_holds_both_forms_and_their_words(shop, tmp_path):
    copy = tmp_path / "copy"
    run(shop, copy)
    for name in ("credential", "credential.jwt"):
        path = f"{shop.market.path}/{name}"
        assert (copy / path[1:]).read_bytes() == shop.client.get(path).data
    assert (copy / "ns/lot/v1").read_bytes() == LOT_CONTEXT


def test_what_was_seen_is_not_sent_again(shop, client):
    for path in ("credential", "credential.jwt"):
        first = client.get(f"{shop.market.path}/{path}")
        again = client.get(f"{shop.market.path}/{path}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "max-age=60" in first.headers["Cache-Control"]


def test_the_lists_that_a_credential_names_are_where_it_says(shop, client):
    credential = parsed(client.get(f"{shop.market.path}/credential").data)
    for address in status_addresses(credential):
        listed = client.get(path_of(address))
        assert (listed.status_code, listed.content_type) == (200, "application/vc")
        assert listed.headers["Cache-Control"] == "public, max-age=15"
        check_status(credential, check_embedded(listed.data, did_of(shop), now_of(shop)))
        token = client.get(path_of(address), headers={"Accept": "application/vc+jwt"})
        assert token.content_type == "application/vc+jwt"
        check_status(credential, check_token(token.text, did_of(shop), now_of(shop)))


@pytest.mark.parametrize(
    "path",
    [
        "/A000000000/status/revocation/1",
        "/nobody/status/revocation/1",
        "/{organisation}/status/suspension/1",
        "/{organisation}/status/revocation/0",
        "/{organisation}/status/revocation/2",
        "/{organisation}/status/revocation/99999999999999999999",
        "/{organisation}/status/revocation/x",
        "/{organisation}/class/NONE.1/credential",
        "/{organisation}/class/NONE.1/credential.jwt",
        "/{organisation}/class/%00/credential",
        "/nobody/did.json",
    ],
)
def test_what_there_is_not_is_not_found(shop, client, path):
    answer = client.get(path.format(organisation=organisation_of(shop)))
    assert answer.status_code in {400, 404}


def test_the_operator_s_document_tells_the_log(client):
    document = client.get("/.well-known/did.json")
    assert document.content_type == "application/did+json"
    assert document.json["service"][0]["serviceEndpoint"].endswith("/log")


def test_the_words_of_a_credential_are_served(shop, client):
    credential = parsed(client.get(f"{shop.market.path}/credential").data)
    context = client.get(path_of(credential["@context"][1]))
    assert (context.status_code, context.content_type) == (200, "application/ld+json")
    assert "immutable" in context.headers["Cache-Control"]


def test_a_recall_shows_in_the_status_list_at_once(own_shop):
    client, market = own_shop.client, own_shop.market
    credential = parsed(client.get(f"{market.path}/credential").data)
    before = [client.get(path_of(address)).headers["ETag"] for address in status_addresses(credential)]
    _recall(market.world, lot_of(own_shop))
    own_shop.second()
    for address, tag in zip(status_addresses(credential), before, strict=True):
        answer = client.get(path_of(address), headers={"If-None-Match": tag})
        assert answer.status_code == 200
        listed = check_embedded(answer.data, did_of(own_shop), now_of(own_shop))
        with pytest.raises(CredentialError) as refused:
            check_status(credential, listed)
        assert refused.value.step == 6
    # The credential itself is what it was; only its status is another.
    assert parsed(client.get(f"{market.path}/credential").data) == credential


def test_a_list_that_says_the_same_is_signed_anew_before_it_runs_out(own_shop):
    client = own_shop.client
    path = f"/{organisation_of(own_shop)}/status/{StatusPurpose.MESSAGE}/1"
    first = parsed(client.get(path).data)
    own_shop.market.clock.now += timedelta(minutes=4)
    own_shop.second()
    assert parsed(client.get(path).data) == first
    own_shop.market.clock.now += timedelta(minutes=2)
    own_shop.second()
    assert parsed(client.get(path).data)["validUntil"] > first["validUntil"]
