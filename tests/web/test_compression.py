"""Small answers for slow networks: the same bytes after unpacking, and no secret told by a length."""

import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.compression import GzipParts, takes_gzip


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.data())
def test_parts_and_what_goes_between_come_out_whole(parts, data):
    between = data.draw(st.lists(st.binary(max_size=40), min_size=len(parts) - 1, max_size=len(parts) - 1))
    whole = b"".join(part + piece for part, piece in zip(parts, [*between, b""], strict=True))
    assert gzip.decompress(GzipParts(parts).join(between)) == whole


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("", False),
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, br", False),
        ("identity", False),
    ],
)
def test_gzip_is_taken_by_name(accept, taken):
    assert takes_gzip(accept) is taken


@pytest.mark.parametrize("round_", ["by the framework", "by the fast lane"])
def test_a_passport_is_the_same_compressed(own_shop, round_):
    client, path = own_shop.client, own_shop.stamp("valid")
    if round_ == "by the fast lane":
        client.get(path)
    plain, zipped = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) < len(plain.data) / 2
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert plain.headers["ETag"] == zipped.headers["ETag"]


def test_the_fast_lane_says_what_the_framework_says(own_shop):
    path = own_shop.stamp("valid")
    slow, fast = own_shop.client.get(path), own_shop.client.get(path)
    assert slow.data == fast.data
    assert dict(slow.headers) == dict(fast.headers)
    assert own_shop.client.get(path + "?x=1").data == slow.data


def test_the_fast_lane_is_counted(own_shop):
    from web.health import VERDICTS

    counter = VERDICTS.labels("valid")._value
    before = counter.get()
    for _ in range(3):
        own_shop.client.get(own_shop.stamp("valid"))
    assert counter.get() == before + 3


@pytest.mark.parametrize("path", ["/", "/verify/", "/static/css/passport.css", "/static/js/verify.js"])
def test_files_and_pages_are_the_same_compressed(client, path):
    with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": "gzip"}) as zipped:
        assert gzip.decompress(zipped.data) == plain.data
        assert "Accept-Encoding" in zipped.headers["Vary"]


def test_a_compressed_file_that_was_seen_is_not_sent_again(client):
    path = "/static/css/passport.css"
    with client.get(path, headers={"Accept-Encoding": "gzip"}) as first:
        tag = first.headers["ETag"]
    assert tag.startswith("W/")
    with client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": tag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_photos_and_small_answers_are_left_alone(shop, client):
    for path in ("/healthz", "/log/checkpoint", "/log/tile/0/000.p/5"):
        assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": "gzip"}).headers


def test_a_page_with_a_form_is_compressed_anew_each_time_and_its_token_is_another_text(client):
    pages = [client.get("/hop-tac-xa/dang-nhap", headers={"Accept-Encoding": "gzip"}) for _ in range(12)]
    assert all("no-store" in page.headers["Cache-Control"] for page in pages)
    assert all(page.headers["Content-Encoding"] == "gzip" for page in pages)
    tokens = {
        re.search(rb'name="csrf_token" value="([0-9a-f]{128})"', gzip.decompress(page.data))[1]
        for page in pages
    }
    assert len(tokens) == 12
    # What is compressed beside the page itself, the name in the header, is of random length.
    assert len({len(page.data) for page in pages}) > 1


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:64] + token[:64], lambda token: token[2:] + token[:2]]
)
def test_a_token_under_another_pad_opens_nothing(client, spoil):
    page = client.get("/hop-tac-xa/dang-nhap").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([0-9a-f]{128})"', page)[1]
    said = {"login": "ai-do", "secret": "mat-khau-sai", "idempotency_key": "k"}
    assert client.post("/hop-tac-xa/dang-nhap", data={**said, "csrf_token": token}).status_code != 403
    assert client.post("/hop-tac-xa/dang-nhap", data={**said, "csrf_token": spoil(token)}).status_code == 403
