"""Addresses made to hurt: one clear page, the right status, nothing written, nobody sent elsewhere."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

CODE = "0123456789ABC"
HOSTILE_CODES = [
    "",
    " ",
    "%00",
    "%0d%0aSet-Cookie:%20a=b",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1 --",
    "{{7*7}}",
    "${jndi:ldap://evil.example/a}",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "..%252f..%252fetc",
    "a/b/c",
    "bundle",
    "０１２３４５６７８９ＡＢＣ",
    "٠١٢٣٤٥٦٧٨٩ABC",
    "0123456789ABſ",
    "0123456789ABK",
    "0123456789AB\u0130",
    "0123456789A\u200bBC",
    "\u202e0123456789ABC",
    "0123456789ABC\u0301",
    "\ufeff0123456789ABC",
    "0123456789ABU",
    "O" * 13,
    "-" * 64,
    "0" * 13,
    "Z" * 13,
    "9" * 64,
    "A" * 1000,
    "💩" * 13,
    "%ff%fe",
    "%e0%80%af",
]


@pytest.fixture(autouse=True)
def no_guesses_yet(shop):
    """Each test begins with the patience of the server unspent."""
    shop.app.extensions["sogoc"].wrong_codes._buckets.clear()


@pytest.mark.parametrize("code", HOSTILE_CODES)
@pytest.mark.parametrize("prefix", ["/s/", "/S/"])
def test_hostile_code_in_the_address(shop, prefix, code):
    page = shop.client.get(prefix + (code if "%" in code else quote(code, safe="/ ")))
    assert page.status_code == 404
    assert "<h1>" in page.text
    assert "alert(1)</script>" not in page.text
    assert "<img src=x" not in page.text


@given(st.text(max_size=80))
def test_any_text_in_the_address(shop, text):
    state = shop.app.extensions["sogoc"]
    state.wrong_codes._buckets.clear()
    for path in (
        f"/s/{quote(text)}",
        f"/01/{quote(text)}",
        f"/A123456789/class/{quote(text)}",
        f"/?ma={quote(text)}",
    ):
        assert shop.client.get(path).status_code in {200, 303, 400, 404}


@pytest.mark.parametrize("length", [2049, 8000, 60_000])
def test_over_long_address(shop, length):
    for path in ("/s/" + "A" * length, "/?ma=" + "A" * length, "/log/tile/0/" + "x001/" * (length // 5)):
        answer = shop.client.get(path)
        assert answer.status_code == 414
        assert "13 ký tự" in answer.get_data(as_text=True) or answer.json["status"] == 414


@pytest.mark.parametrize(
    "name", ["../../sogoc.db", "..%2f..%2fmaster.key", "%2e%2e/master.key", "x", "a" * 64, "/etc"]
)
@pytest.mark.parametrize(
    "prefix", ["/photo/", "/static/", "/static/css/../../", "/log/tile/0/", "/log/tile/entries/"]
)
def test_path_traversal_in_photo_and_tile(shop, prefix, name):
    assert shop.client.get(prefix + name).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        f"//evil.example/s/{CODE}",
        f"https://evil.example/s/{CODE}",
        f"https:evil.example/s/{CODE}",
        f"\\\\evil.example\\s\\{CODE}",
        f"/\\evil.example/s/{CODE}",
        f"https://evil.example@127.0.0.1/s/{CODE}",
        "//evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "http://127.0.0.1:8000/A123456789/class/../../../evil",
        f"{CODE}\r\nLocation: https://evil.example",
    ],
)
def test_redirect_to_a_foreign_site(shop, typed):
    answer = shop.client.get("/", query_string={"ma": typed})
    assert answer.status_code in {303, 400}
    assert re.fullmatch(rf"/s/{CODE}|None", str(answer.headers.get("Location")))


@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example/verify", "/verify//", "/\\evil.example", "//"]
)
def test_double_slash_never_redirects(shop, path):
    answer = shop.client.get(path, base_url="http://127.0.0.1:8000")
    assert answer.status_code in {200, 404}
    assert "Location" not in answer.headers


def test_page_taken_over_by_host_header(shop):
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    for path in (
        "/",
        shop.stamp("valid"),
        shop.market.path,
        "/verify/",
        "/khong-co",
        "/?ma=x",
        shop.stamp("unknown"),
    ):
        answer = shop.client.get(path, headers=headers)
        told = answer.get_data(as_text=True) + str(answer.headers)
        assert "evil.example" not in told
        assert "gopher" not in told


@pytest.mark.parametrize(
    "accept", ["application/json", "application/problem+json", "*/*", "text/html;q=x", "\x00", "," * 500]
)
def test_hostile_accept_header(shop, accept):
    for path in (shop.stamp("valid"), shop.stamp("unknown"), "/khong-co", "/log/nope"):
        assert shop.client.get(path, headers={"Accept": accept}).status_code in {200, 404}


@pytest.mark.parametrize("tag", ['"', "W/", 'W/"' + "a" * 9000 + '"', "*", ", , ,", "\x7f"])
def test_hostile_etag(shop, tag):
    assert shop.client.get(shop.stamp("valid"), headers={"If-None-Match": tag}).status_code in {200, 304}


def test_codes_guessed_by_the_hundred(shop):
    client = shop.app.test_client()
    statuses = [client.get(f"/s/{number:013d}".replace("1", "2")).status_code for number in range(100)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    # Whoever holds a genuine stamp is not made to wait for it, whatever a neighbour does.
    assert client.get(shop.stamp("valid")).status_code == 200
