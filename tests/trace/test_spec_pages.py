"""Every example of a format's page is derived again, from the inputs that the page gives."""

import itertools
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger.log.canonical import format_canonical, parse_canonical
from ledger.trace import identifiers as ids
from ledger.trace.credentials.dids import DidKey, did_document, token_method
from ledger.trace.credentials.lot_credential import credential_digest
from ledger.trace.credentials.moments import parse_moment
from ledger.trace.credentials.status_lists import StatusPurpose, build_status_list, find_place
from ledger.trace.credentials.verifying import check_embedded, check_status, check_token
from ledger.trace.digests import digest_of
from ledger.trace.events.epcis import check_event, document_of
from ledger.trace.events.sealed import Disclosure, commitment, rules_for, seal_event, sealed_pointers, unseal
from ledger.trace.events.statements import STATEMENTS, parse_statement
from ledger.trace.guards import GuardWarning, Override, event_members
from ledger.trace.sectors import templates
from ledger.trace.sectors.fields import check_values
from ledger.trace.sectors.templates import GUARDS, template
from signing.canonical_base64 import format_base64
from signing.data_integrity import add_proof, multikey
from signing.jose import sign_jws, thumbprint
from signing.keys import PrivateKey

BASE, ORG = "http://127.0.0.1:8000", "K7QM2X9T4D"


def lines_of(block):
    return dict(line.split(" ", 1) for line in block.splitlines())


def test_identifiers(spec_examples):
    page = spec_examples("identifiers")
    uris = lines_of(page["uris"])
    assert uris == {
        "place": ids.place_uri(BASE, ORG, "NM-01"),
        "product": ids.product_uri(BASE, ORG, "NHO"),
        "season": ids.lot_uri(BASE, ORG, "NHO", ids.season_code(date(2026, 6, 1), 1)),
        "lot": ids.lot_uri(BASE, ORG, "NHO", ids.lot_code(date(2026, 11, 12), 1)),
        "transaction": ids.transaction_uri(BASE, ORG, "PX-261113-1"),
        "party": ids.party_uri(BASE, ORG),
        "certificate": ids.certificate_uri(BASE, ORG, "VG-2026"),
        "transformation": ids.transformation_uri(BASE, ORG, "SAY-1"),
        "gs1-lot": ids.gs1_lot_uri("9521234543213", "261112-1"),
        "gs1-item": ids.format_identifier(ids.Gs1Identifier("09521234543213", "A/B", "7")),
    }
    for name, path in lines_of(page["paths"]).items():
        assert ids.path_of(ids.parse_identifier(uris[name])) == path
    assert page["digest"] == digest_of(b"nho.jpg") + "\n"


def test_event_json(spec_examples):
    page = {label: json.loads(text) for label, text in spec_examples("event-json").items()}
    event = page["event"]
    check_event(event)
    step = template(event["sogoc:template"]).step(event["sogoc:step"])
    assert check_values(step, page["typed"]) == event["sogoc:fields"]
    assert (step.event_type, step.biz_step, step.disposition) == (
        event["type"],
        event["bizStep"],
        event["disposition"],
    )
    exported = document_of([event], datetime(2026, 11, 12, tzinfo=UTC))
    assert {name: value for name, value in exported.items() if name != "epcisBody"} == page["document"]
    (passed,) = page["override"]["sogoc:override"]
    override = Override(passed["reason"], passed["by"])
    assert event_members((GuardWarning(passed["guard"], "", {}, override),)) == page["override"]


def test_sealed_fields(spec_examples):
    page = spec_examples("sealed-fields")
    event, public = json.loads(page["event"]), json.loads(page["public"])
    check_event(event)
    check_event(public)
    step = template(event["sogoc:template"]).step(event["sogoc:step"])
    numbers = itertools.count(1)
    sealed, disclosures = seal_event(event, rules_for(step, event), salt=lambda: bytes([next(numbers)]) * 32)
    assert sealed == public
    assert [written(disclosure) for disclosure in disclosures] == page["disclosures"].splitlines()
    assert unseal(public, [read(line) for line in page["disclosures"].splitlines()]) == event
    first = disclosures[0]
    preimage = b"sogoc/sealed/v1\x00" + first.salt + format_canonical(first.value)
    assert page["preimage"] == preimage.hex() + "\n"
    assert page["commitment"] == commitment(first.salt, first.value) + "\n"
    assert sealed_pointers(public)[first.pointer] + "\n" == page["commitment"]
    assert len(format_base64(bytes(32))) == len(page["commitment"]) - 1


def written(disclosure):
    value = format_canonical(disclosure.value).decode()
    subject = f" {disclosure.subject}" if disclosure.subject else ""
    return f"{disclosure.pointer} {disclosure.salt.hex()} {value}{subject}"


def read(line):
    pointer, salt, value, *_ = line.split(" ")
    return Disclosure(pointer, bytes.fromhex(salt), parse_canonical(value.encode()))


def test_credential(spec_examples):
    page = spec_examples("credential")
    document, credential, passport, listed = (
        json.loads(page[name]) for name in ("did", "credential", "passport", "list")
    )
    key = PrivateKey.from_seed(bytes.fromhex(page["seed"]))
    did = document["id"]
    assert page["multikey"] == multikey(key.public_key) + "\n"
    assert page["thumbprint"] == thumbprint(key.public_key) + "\n"
    assert document == did_document(did, [DidKey(key.public_key)])
    assert page["digest"] == credential_digest(credential) + "\n"
    options = {"key": token_method(did, key.public_key), "type_": "vc+jwt", "content_type": "vc"}
    assert page["token"] == sign_jws(format_canonical(passport), key, **options) + "\n"
    now = parse_moment(listed["validFrom"])
    assert check_token(page["token"].strip(), document, now) == passport
    for signed in (credential, listed):
        bare = {name: value for name, value in signed.items() if name != "proof"}
        assert (
            add_proof(
                bare, key, signed["proof"]["verificationMethod"], parse_moment(signed["proof"]["created"])
            )
            == signed
        )
        check_embedded(signed, document, now)
    for said in (credential, passport):
        check_status(said, listed)
    assert find_place(credential).position == passport["credentialStatus"]["statusListIndex"]
    url, purpose = listed["id"], StatusPurpose.REVOCATION
    bare = {name: value for name, value in listed.items() if name != "proof"}
    assert bare | {"credentialSubject": None} == build_status_list(did, url, purpose, [], now) | {
        "credentialSubject": None
    }


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_statements(spec_examples, name):
    page = spec_examples("statements")
    assert set(page) == set(STATEMENTS)
    body = json.loads(page[name])
    statement = parse_statement(body)
    assert type(statement).__name__ == name
    assert statement.body() == body


def test_templates(spec_examples):
    page = {label: json.loads(text) for label, text in spec_examples("templates").items()}
    raw = next(item for item in templates._RAW["templates"] if item["id"] == page["head"]["id"])
    assert {name: value for name, value in raw.items() if name != "steps"} == page["head"]
    step = next(item for item in raw["steps"] if item["code"] == page["step"]["code"])
    shown = {field["key"] for field in page["step"]["fields"]}
    fields = [field for field in step["fields"] if field["key"] in shown]
    assert {**step, "fields": fields} == page["step"]


def test_every_guard_is_in_the_table_as_the_data_has_it():
    page = (Path(__file__).parents[2] / "docs/spec/templates.md").read_text(encoding="utf-8")
    guards = page[page.index("| `phi_block_harvest` |") :].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in guards.splitlines()]
    assert [row[0].strip("`") for row in rows] == list(GUARDS)
    for row, spec in zip(rows, GUARDS.values(), strict=True):
        assert row[1] == spec.severity
        assert (row[2].strip() == "manager") == (spec.override == "manager_with_reason_public")
