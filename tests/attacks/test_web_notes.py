"""Attacks on `POST /log/notes`, where nothing but a signature says who may write."""

from ledger.log.entries import Kind, format_event_text
from ledger.log.keys import replace_key, revoke_key
from ledger.log.queries import read_entries, read_head
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.devices import chain_id, device, event, ledger, post
from tests.support.ledgers import check_ledger

__all__ = ["chain_id", "device", "ledger"]


def text_of(chain_id, number=1):
    return format_event_text(Kind.EVENT, event(chain_id, f"T{number}", number))


def size(ledger):
    return ledger.read(read_head).size


def test_note_posted_in_anothers_name(own_shop, ledger, chain_id, device):
    before = size(ledger)
    thief = NamedKey(device.name, PrivateKey.from_seed(bytes([3]) * 32))
    assert post(own_shop, sign_note(text_of(chain_id), thief)).status_code == 422
    assert size(ledger) == before


def test_note_posted_with_a_signature_from_elsewhere(own_shop, ledger, chain_id, device):
    """The line is genuine and public: it stands under every entry of the cooperative."""
    before = size(ledger)
    genuine = sign_note(text_of(chain_id, 2), device)
    signature = genuine[genuine.rindex(b"\n\n") + 1 :]
    assert post(own_shop, text_of(chain_id) + signature).status_code == 422
    assert size(ledger) == before


def test_note_posted_again_by_a_stranger(own_shop, ledger, chain_id, device):
    """Notes are public: whoever reads the log can send one again, under any idempotency key."""
    note = sign_note(text_of(chain_id), device)
    first = post(own_shop, note, **{"Idempotency-Key": "cua-minh"})
    assert first.status_code == 201
    after = size(ledger)
    assert post(own_shop, note, **{"Idempotency-Key": "cua-minh"}).get_json()["repeated"]
    for headers in ({}, {"Idempotency-Key": "nguoi-la"}):
        assert post(own_shop, note, **headers).status_code == 422
    assert size(ledger) == after
    check_ledger(ledger)


def test_every_note_of_the_log_posted_again(own_shop, ledger):
    """What the server signed itself, steps, statements and key changes among it."""
    before = size(ledger)
    for stored in ledger.read(read_entries, range(before)):
        own_shop.ticks.now += 60  # the limit on refusals is another attack's
        note = stored.entry.partition(b"\n\n")[2]
        assert post(own_shop, note).status_code in {400, 404, 422}
    assert size(ledger) == before
    check_ledger(ledger)


def test_note_posted_under_a_revoked_key(own_shop, ledger, chain_id, device):
    note = sign_note(text_of(chain_id), device)
    # The server has seen the key: what it remembers of it must not count any more.
    assert post(own_shop, sign_note(text_of(chain_id, 2), device)).status_code == 201
    ledger.write(replace_key, chain_id)
    ledger.write(revoke_key, chain_id, device.verifier_key)
    before = size(ledger)
    assert post(own_shop, note).status_code == 422
    assert size(ledger) == before
    check_ledger(ledger)


def test_notes_posted_in_a_flood(own_shop, ledger, chain_id, device):
    before = size(ledger)
    answers = [post(own_shop, b"x" * 8000).status_code for _ in range(200)]
    assert answers.count(429) >= 75
    assert size(ledger) == before
    own_shop.ticks.now += 120
    assert post(own_shop, sign_note(text_of(chain_id), device)).status_code == 201
