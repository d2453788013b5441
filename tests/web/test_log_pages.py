"""The log for machines: each surface has its content type, its caching, and one spelling of its address."""

import pytest

from ledger.log.checkpoints import open_checkpoint
from ledger.log.merkle import check_inclusion, leaf_hash
from ledger.log.proofs import parse_proof
from ledger.log.queries import read_entry
from ledger.log.tiles import parse_entry_bundle


@pytest.fixture
def size(shop, client):
    return open_checkpoint(client.get("/log/checkpoint").data, shop.market.world.ledger.vkey).size


def test_the_checkpoint_is_signed_and_kept_for_a_moment_only(shop, client):
    answer = client.get("/log/checkpoint")
    checkpoint = open_checkpoint(answer.data, shop.market.world.ledger.vkey)
    assert checkpoint.size == shop.market.world.size()
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "max-age=2" in answer.headers["Cache-Control"]


def test_the_verifier_key_is_one_line(shop, client):
    answer = client.get("/log/vkey")
    assert answer.text == shop.market.world.ledger.vkey.format() + "\n"
    assert answer.content_type == "text/plain; charset=utf-8"


def test_tiles_are_bytes_and_never_change(client, size):
    answer = client.get(f"/log/tile/0/000.p/{size}")
    assert (answer.status_code, len(answer.data)) == (200, 32 * size)
    assert answer.content_type == "application/octet-stream"
    assert "immutable" in answer.headers["Cache-Control"]


def test_an_entry_bundle_holds_the_entries_behind_the_tile(client, size):
    entries = parse_entry_bundle(client.get(f"/log/tile/entries/000.p/{size}").data)
    hashes = client.get(f"/log/tile/0/000.p/{size}").data
    assert b"".join(leaf_hash(entry) for entry in entries) == hashes


def test_a_proof_file_leads_to_the_checkpoint_in_it(shop, client, size):
    answer = client.get(f"/log/proof/{size - 1}")
    proof = parse_proof(answer.data)
    entry = shop.market.world.read(read_entry, size - 1).entry
    root = open_checkpoint(proof.checkpoint, shop.market.world.ledger.vkey).root
    check_inclusion(size - 1, size, leaf_hash(entry), proof.hashes, root)
    assert answer.content_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",  # not full yet
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/00/000.p/5",
        "tile/0/x000/000.p/5",
        "tile/64/000.p/1",
        "tile/-1/000.p/1",
        "tile/entries/001.p/1",
        "tile/entries/000.p/5/",
        "tile/0/../0/000.p/5",
        "tile/0/%2e%2e/000.p/5",
        "tile/0/000.p/٥",
        "proof/99999",
        "proof/-1",
        "proof/01",
        "proof/1e1",
        "proof/٣",
        "proof/99999999999999999999999",
        "proof/",
        "proof/1/",
        "checkpoint/",
        "tile/",
        "",
    ],
)
def test_other_spellings_and_what_is_not_there_answer_404(client, path):
    answer = client.get(f"/log/{path}")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == 404


@pytest.mark.parametrize("path", ["checkpoint", "vkey", "tile/0/000.p/5", "proof/1"])
def test_pages_of_any_site_may_read_the_log(client, path):
    assert client.get(f"/log/{path}").headers["Access-Control-Allow-Origin"] == "*"


def test_the_log_is_only_read(client):
    answer = client.delete("/log/checkpoint", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "HEAD"}
