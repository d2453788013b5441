"""``POST /log/notes``: a device signs, the log answers with a proof; everything else is refused in words."""

import json
import re
from pathlib import Path

import pytest

from ledger.log.checkpoints import open_checkpoint
from ledger.log.entries import POLICY_ENTRY_BYTES, Kind, format_event_text, parse_entry
from ledger.log.merkle import check_inclusion, leaf_hash
from ledger.log.proofs import parse_proof
from ledger.log.queries import read_head
from ledger.trace.identifiers import lot_uri
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.devices import BASE, chain_id, device, event, ledger, post
from tests.support.ledgers import check_ledger

__all__ = ["chain_id", "device", "ledger"]


def note_of(body, *signers, kind=Kind.EVENT):
    return sign_note(format_event_text(kind, body), *signers)


def check_answer(ledger, answer):
    entry = answer["entry"].encode()
    proof = parse_proof(answer["proof"].encode())
    checkpoint = open_checkpoint(proof.checkpoint, ledger.vkey)
    check_inclusion(proof.index, checkpoint.size, leaf_hash(entry), proof.hashes, checkpoint.root)
    assert proof.index == answer["index"]
    return parse_entry(entry)


def test_a_signed_event_is_answered_with_entry_and_proof(own_shop, ledger, chain_id, device):
    note = note_of(event(chain_id), device)
    response = post(own_shop, note)
    assert response.status_code == 201
    answer = response.get_json()
    entry = check_answer(ledger, answer)
    assert (entry.chain_id, entry.seq, entry.note) == (chain_id, answer["seq"], note)
    assert not answer["repeated"]
    assert response.headers["Location"] == f"/log/proof/{answer['index']}"
    check_ledger(ledger)


def test_what_follows_from_the_event_is_there(own_shop, ledger, chain_id, device):
    """A lot of 1,850 kg: of that much and not more something can be made."""
    post(own_shop, note_of(event(chain_id), device))
    made = {"inputQuantityList": event(chain_id)["quantityList"], "outputQuantityList": []}
    made["outputQuantityList"] = [{"epcClass": lot_uri(BASE, chain_id, "CAPHE", "B1"), "quantity": 30}]
    body = {k: v for k, v in event(chain_id, number=2).items() if k not in {"action", "quantityList"}}
    body |= {"type": "TransformationEvent", **made}
    assert post(own_shop, note_of(body, device)).status_code == 201
    again = {**body, "eventID": event(chain_id, number=3)["eventID"]}
    again["outputQuantityList"] = [{"epcClass": lot_uri(BASE, chain_id, "CAPHE", "B2"), "quantity": 30}]
    assert post(own_shop, note_of(again, device)).status_code == 409
    check_ledger(ledger)


@pytest.mark.parametrize("key", [None, "ma-thiet-bi-17"])
def test_a_repeat_gets_the_first_entry_and_a_newer_proof(own_shop, ledger, chain_id, device, key):
    headers = {} if key is None else {"Idempotency-Key": key}
    note = note_of(event(chain_id), device)
    first = post(own_shop, note, **headers).get_json()
    post(own_shop, note_of(event(chain_id, lot="T2", number=2), device))
    response = post(own_shop, note, **headers)
    assert response.status_code == 200
    again = response.get_json()
    assert again["repeated"]
    assert (again["index"], again["entry"]) == (first["index"], first["entry"])
    check_answer(ledger, again)


def test_another_event_under_the_same_key_is_a_conflict(own_shop, chain_id, device):
    post(own_shop, note_of(event(chain_id), device), **{"Idempotency-Key": "k"})
    other = post(own_shop, note_of(event(chain_id, lot="T2", number=2), device), **{"Idempotency-Key": "k"})
    assert other.status_code == 409


def test_another_event_under_the_same_id_is_refused(own_shop, ledger, chain_id, device):
    post(own_shop, note_of(event(chain_id), device))
    response = post(own_shop, note_of(event(chain_id, lot="T2"), device))
    assert response.status_code == 422
    assert "đã có ở bản ghi" in response.get_json()["detail"]
    check_ledger(ledger)


def refusals(chain_id, device):
    stranger = NamedKey(device.name, PrivateKey.from_seed(bytes([9]) * 32))
    good = event(chain_id)
    return {
        "not a note": (b"not a note", 400),
        "a stranger's key": (note_of(good, stranger), 422),
        "no chain of this log": (note_of(good, NamedKey("other.example/HTX1", stranger.private_key)), 404),
        "a statement": (note_of({"type": "LotRecalled"}, device, kind=Kind.STATEMENT), 422),
        "a step of the diary": (note_of({**good, "sogoc:step": "harvest"}, device), 422),
        "sealed fields": (note_of({**good, "sogoc:sealed": {"/a": "x"}}, device), 422),
        "a correction": (note_of({**good, "errorDeclaration": {}}, device), 422),
        "no id": (note_of({k: v for k, v in good.items() if k != "eventID"}, device), 422),
        "a person": (note_of({**good, "sogoc:worker": "ND-0042"}, device), 422),
        "not EPCIS": (note_of({**good, "action": "REMOVE"}, device), 422),
        "a future event": (note_of({**good, "eventTime": "2999-01-01T00:00:00.000+07:00"}, device), 422),
        "another's lot": (
            note_of({**good, "quantityList": [{"epcClass": lot_uri(BASE, "HTX0B1C2D3", "X", "1")}]}, device),
            400,
        ),
    }


NAMES = tuple(refusals("HTX7K3M9Q2", NamedKey("o/HTX7K3M9Q2", PrivateKey.from_seed(bytes(32)))))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_refused_leaves_nothing_behind(own_shop, ledger, chain_id, device, name):
    note, status = refusals(chain_id, device)[name]
    size = ledger.read(read_head).size
    response = post(own_shop, note)
    assert response.status_code == status, response.get_data(as_text=True)
    problem = response.get_json()
    assert response.content_type == "application/problem+json"
    assert problem["detail"]
    assert ledger.read(read_head).size == size
    assert post(own_shop, note_of(event(chain_id, lot="T9", number=9), device)).status_code == 201
    check_ledger(ledger)


def test_too_long_a_body_is_refused_before_it_is_read(own_shop):
    assert post(own_shop, b"x" * (POLICY_ENTRY_BYTES + 1)).status_code == 413


def test_a_form_is_not_a_note(own_shop):
    response = own_shop.client.post("/log/notes", data={"a": "b"})
    assert response.status_code == 415


@pytest.mark.parametrize("key", ["", "x" * 200, "dấu"])
def test_a_key_that_is_none_is_refused(own_shop, chain_id, device, key):
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    response = post(own_shop, note_of(event(chain_id), device), **headers)
    assert response.status_code == 400


def test_who_sends_rubbish_is_slowed_down_and_others_are_not(own_shop, chain_id, device):
    statuses = [post(own_shop, b"rubbish").status_code for _ in range(125)]
    assert statuses.count(429) == 5
    own_shop.ticks.now += 60
    assert post(own_shop, note_of(event(chain_id), device)).status_code == 201


def test_a_page_of_another_site_may_not_use_the_other_forms_this_way(own_shop):
    """Only the signed body is exempt from the form token."""
    assert own_shop.client.post("/console/login", data=json.dumps({})).status_code == 403


def test_the_answer_has_the_members_that_the_specification_names(own_shop, chain_id, device):
    page = (Path(__file__).parents[2] / "docs" / "spec" / "note-append.md").read_text(encoding="utf-8")
    table = page.split("JSON object.")[1].split("Anything else")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall("`([a-z]+)`", cell)}
    assert set(post(own_shop, note_of(event(chain_id), device)).get_json()) == named
