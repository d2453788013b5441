"""The log for machines: each surface has its content type, its caching, and one spelling of its address."""

import gzip

import pytest

from ledger.log.checkpoints import Checkpoint, open_checkpoint
from ledger.log.consistency import check_extension, parse_consistency
from ledger.log.merkle import check_inclusion, leaf_hash, root_hash
from ledger.log.proofs import parse_proof
from ledger.log.queries import StoredTiles, read_entry
from ledger.log.remote_sources import HttpSource
from ledger.log.remote_tiles import AuthenticatedReader
from ledger.log.tiles import TileReader, parse_entry_bundle
from tests.support.ledgers import CHAIN, new_ledger, record_many
from tests.support.remote import open_log
from tests.support.serving import served


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
        "consistency/99999",
        "consistency/-1",
        "consistency/01",
        "consistency/",
        "consistency/1/",
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


SURFACES = ["checkpoint", "vkey", "tile/0/000.p/5", "tile/entries/000.p/5", "proof/1", "consistency/5"]
SHORT_LIVED = {"checkpoint", "proof/1", "consistency/5"}


@pytest.mark.parametrize("path", SURFACES)
def test_pages_of_any_site_may_read_the_log(client, path):
    assert client.get(f"/log/{path}").headers["Access-Control-Allow-Origin"] == "*"
    # Before a page of another site may ask "has it changed?", its browser asks whether it may.
    asked = client.options(f"/log/{path}", headers={"Origin": "https://example.org"})
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]


def test_pages_of_any_site_may_see_that_something_is_not_there(client):
    answer = client.get("/log/tile/0/000.p/200")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (404, "*")
    assert answer.headers["Cache-Control"] == "no-store"  # it may be there in a moment


@pytest.mark.parametrize("path", SURFACES)
def test_what_is_known_already_is_not_sent_again(client, path):
    first = client.get(f"/log/{path}")
    again = client.get(f"/log/{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    other = client.get(f"/log/{path}", headers={"If-None-Match": '"another"'})
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize("path", SURFACES)
def test_head_tells_everything_but_the_bytes(client, path):
    got, head = client.get(f"/log/{path}"), client.head(f"/log/{path}")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Length", "Cache-Control", "ETag"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("path", SURFACES)
def test_what_moves_is_kept_a_moment_and_what_does_not_for_ever(client, path):
    said = client.get(f"/log/{path}").headers["Cache-Control"]
    if path in SHORT_LIVED:
        assert said == "public, max-age=2"
    elif path == "vkey":
        assert said == "public, max-age=3600"
    else:
        assert said == "public, max-age=31536000, immutable"


def test_an_entry_bundle_is_compressed_for_who_takes_it_so(client, size):
    path = f"/log/tile/entries/000.p/{size}"
    plain = client.get(path)
    zipped = client.get(path, headers={"Accept-Encoding": "gzip, identity"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) < len(plain.data) / 2
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    refused = client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.data == plain.data
    # Hashes only grow by it.
    tile = client.get(f"/log/tile/0/000.p/{size}", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in tile.headers
    assert "Vary" not in tile.headers


def test_a_consistency_proof_joins_any_earlier_size(shop, client, size):
    ledger = shop.market.world.ledger
    newest = open_checkpoint(client.get("/log/checkpoint").data, ledger.vkey)
    for old in (0, 1, 5, size - 1, size):
        answer = client.get(f"/log/consistency/{old}")
        assert answer.content_type == "text/plain; charset=utf-8"
        with ledger.database.reading() as session:
            root = root_hash(old, TileReader(StoredTiles(session)))
        earlier = Checkpoint(ledger.origin, old, root)
        assert check_extension(parse_consistency(answer.data), earlier, ledger.vkey) == newest


def test_every_width_that_a_tile_ever_had_is_served(sqlite_database, tmp_path):
    """Also when it has grown wider since, and when it is full (C2SP tlog-tiles, "Partial Tiles")."""
    ledger = new_ledger(sqlite_database)
    client = open_log(ledger, tmp_path).test_client()
    held = []
    for count in (1, 3, 250, 1, 300):
        ledger.write(record_many, count, CHAIN)
        held.append(open_checkpoint(client.get("/log/checkpoint").data, ledger.vkey))
    assert [checkpoint.size for checkpoint in held] == [3, 6, 256, 257, 557]
    with served(open_log(ledger, tmp_path)) as address:
        for checkpoint in held:
            reader = AuthenticatedReader(HttpSource(f"{address}/log"), checkpoint)
            assert sum(1 for _ in reader.read_entries()) == checkpoint.size
    for width in (1, 2, 6, 255):
        for kind in ("0", "entries"):
            assert client.get(f"/log/tile/{kind}/000.p/{width}").status_code == 200
    whole = client.get("/log/tile/0/000")
    assert len(whole.data) == 8192
    assert client.get("/log/tile/0/000.p/255").data == whole.data[: 255 * 32]
    for path in ("tile/0/002.p/46", "tile/0/002", "tile/1/000.p/3", "tile/2/000.p/1", "tile/entries/003.p/1"):
        assert client.get(f"/log/{path}").status_code == 404


def test_the_log_is_only_read(client):
    answer = client.delete("/log/checkpoint", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "HEAD"}
