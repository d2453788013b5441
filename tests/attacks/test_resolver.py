"""Requests and links made to hurt whoever follows them: nobody is sent astray, nothing runs."""

import re
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.coop.links.adding import MAX_LINKS, AddLink, add_link
from tests.support.resolving import BUYERS_GTIN, GTIN, open_resolver

MAX_LINKSET_BYTES = 80_000
SCRIPTS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}<svg/onload=alert(1)>",
    "]]><!--",
]


@pytest.fixture(scope="session")
def resolver(sqlite_template, tmp_path_factory):
    yield from open_resolver(sqlite_template, tmp_path_factory.mktemp("resolver"))


@pytest.fixture
def own_resolver(sqlite_template, tmp_path):
    yield from open_resolver(sqlite_template, tmp_path)


@pytest.fixture(autouse=True)
def no_guesses_yet(resolver):
    resolver.shop.app.extensions["sogoc"].wrong_codes._buckets.clear()


@pytest.mark.parametrize(
    "query",
    [
        "x=//ke-gian.example/",
        "@ke-gian.example/",
        "%0a//ke-gian.example",
        "\\\\ke-gian.example",
        "/../../ke-gian.example",
        "https://ke-gian.example",
        "x=%23@ke-gian.example",
        "lot=//ke-gian.example",
        "lot=%2F%2Fke-gian.example",
    ],
)
def test_redirect_bent_by_the_query(resolver, query):
    hosts = {urlsplit(resolver.base).hostname, "bep.example.vn"}
    for path in (resolver.lot, resolver.product, f"{resolver.product}/10/KHONG", f"{resolver.lot}/21/7"):
        for asked in (query, f"linkType=gs1:recipeInfo&{query}", f"{query}&linkType=gs1:recipeInfo"):
            answer = resolver.ask(f"{path}?{asked}")
            if "Location" in answer.headers:
                assert answer.status_code == 307
                assert urlsplit(answer.headers["Location"]).hostname in hosts


@pytest.mark.parametrize(
    "query",
    [
        "linkType=https://ke-gian.example/",
        "linkType=//ke-gian.example",
        "linkType=gs1:recipeInfo&linkType=https://ke-gian.example",
        "url=https://ke-gian.example",
        "target=https://ke-gian.example",
        "linkType=gs1:handledBy",
    ],
)
def test_redirect_to_a_target_the_asker_names(resolver, query):
    for path in (resolver.lot, resolver.product, resolver.lot_page, resolver.product_page):
        answer = resolver.ask(f"{path}?{query}")
        location = answer.headers.get("Location", resolver.base)
        assert urlsplit(location).hostname == urlsplit(resolver.base).hostname
        assert "ke-gian" not in location.partition("?")[0]


def test_resolver_taken_over_by_forged_headers(resolver):
    """What one asker's headers do to an answer must not be in a cache for the next."""
    forged = {
        "Host": "ke-gian.example",
        "X-Forwarded-Host": "ke-gian.example",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Prefix": "/ke-gian",
        "X-Original-URL": "/ke-gian",
        "X-Rewrite-URL": "/ke-gian",
        "Forwarded": "host=ke-gian.example;proto=gopher",
        "Origin": "https://ke-gian.example",
        "Referer": "https://ke-gian.example/",
    }
    for path in (
        resolver.lot,
        f"{resolver.lot}?linkType=linkset",
        f"{resolver.lot}?linkType=gs1:hasRetailers",
        f"{resolver.lot}?linkType=gs1:faqs",
        resolver.product,
        resolver.product_page,
        resolver.lot_page,
        "/.well-known/gs1resolver",
        f"/01/{GTIN}/foo",
        "/01/09521234543213",
    ):
        for accept in ("text/html", "application/linkset+json"):
            plain = resolver.client.get(path, headers={"Accept": accept})
            bent = resolver.client.get(path, headers={"Accept": accept, **forged})
            assert (plain.status_code, plain.data) == (bent.status_code, bent.data)
            assert dict(plain.headers) == dict(bent.headers)


def test_answer_for_one_language_or_form_kept_for_another(resolver):
    for path in (
        resolver.lot,
        f"{resolver.lot}?linkType=linkset",
        f"{resolver.lot}?linkType=gs1:hasRetailers",
    ):
        for accept in (None, "text/html", "application/json"):
            vary = {word.strip() for word in resolver.ask(path, accept=accept).headers["Vary"].split(",")}
            assert {"Accept", "Accept-Language"} <= vary
    for path in (f"/01/{GTIN}/foo", f"{resolver.lot}?linkType=gs1:faqs"):
        assert resolver.ask(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("title", SCRIPTS)
def test_script_in_the_title_of_a_link(own_resolver, title):
    world, lot = own_resolver.shop.market.world, own_resolver.shop.market.lot
    for of in (None, lot):
        world.run(
            add_link,
            AddLink(product="NHO", lot=of, link_type="faqs", target="https://a.example.vn/", title=title),
        )
    for path in (f"{own_resolver.lot}?linkType=linkset", own_resolver.product_page):
        page = own_resolver.ask(path, accept="text/html")
        assert page.status_code == 200
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.DOTALL)
        assert not [body for body in scripts if "<" in body]
        for run in ("<script>alert", "<img src=x", "<svg/onload", "<!--"):
            assert run not in page.text
        assert ("{{7*7}}" in page.text) is ("{{7*7}}" in title)
    told = own_resolver.ask(f"{own_resolver.lot}?linkType=linkset")
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert title in [link["title"] for link in told.json["linkset"][1]["https://ref.gs1.org/voc/faqs"]]
    assert title not in str(told.headers)


@pytest.mark.parametrize(
    "text",
    ["%0d%0aSet-Cookie:%20a=b", "%0aLocation:%20https://ke-gian.example", "%00", "%e2%80%a8", "A%3E;rel=x"],
)
def test_header_injected_through_an_address(resolver, text):
    for path in (
        f"/01/{GTIN}/10/{text}",
        f"{resolver.lot}?x={text}",
        f"{resolver.lot}?linkType={text}",
        f"{resolver.lot}?linkType=gs1:recipeInfo&{text}={text}",
        f"{resolver.product_page}?lot={text}",
    ):
        for method in ("GET", "OPTIONS"):
            answer = resolver.client.open(path, method=method)
            assert answer.status_code in {200, 204, 307, 400, 404}
            assert "Set-Cookie" not in answer.headers
            assert all("\r" not in value and "\n" not in value for value in answer.headers.values())
            for header in answer.headers.getlist("Link"):
                assert header.count("<") == header.count(">") == 1


def test_linkset_grown_without_bound(own_resolver):
    world, lot = own_resolver.shop.market.world, own_resolver.shop.market.lot
    for of, held in ((None, 3), (lot, 1)):
        for number in range(MAX_LINKS - held):
            target = f"https://a.example.vn/{number}/".ljust(500, "x")
            world.run(
                add_link, AddLink(product="NHO", lot=of, link_type="faqs", target=target, title="ộ" * 120)
            )
    for accept in ("application/linkset+json", "application/ld+json"):
        answer = own_resolver.ask(f"{own_resolver.lot}?linkType=linkset", accept=accept)
        assert answer.status_code == 200
        assert len(answer.data) < MAX_LINKSET_BYTES
    heads = own_resolver.ask(own_resolver.lot).headers
    assert len(str(heads)) < 4000


def test_question_grown_without_bound(resolver):
    assert resolver.ask(f"{resolver.lot}?" + "30=1&" * 41).status_code == 400
    assert resolver.ask(f"{resolver.lot}?" + "30=1&" * 500).status_code == 414
    assert resolver.ask(f"{resolver.lot}?" + "linkType=all&" * 100).status_code == 200
    assert resolver.ask(f"/01/{GTIN}" + "/10/A" * 200).status_code == 400
    long = ",".join(f"application/x{number}" for number in range(5000))
    assert resolver.ask(resolver.lot, accept=long, language=long).status_code == 307


def test_made_up_lot_under_a_genuine_products_name(resolver):
    for path in (f"/01/{GTIN}/10/GIA-MAO", f"/01/{BUYERS_GTIN}/10/GIA-MAO"):
        target = resolver.ask(path).headers["Location"].removeprefix(resolver.base)
        page = resolver.ask(target, accept="text/html")
        assert page.status_code == 404
        assert 'data-verdict="unknown"' in page.text
        assert "Lô hàng thật" not in page.text


def test_lot_smuggled_into_a_products_page(resolver):
    """The page repeats a number only as text, and only one that could be a lot's."""
    for text in (*SCRIPTS, "x" * 5000, "Gọi 0900 000 000 để nhận thưởng"):
        answer = resolver.client.get(resolver.product_page, query_string={"lot": text})
        assert answer.status_code in {404, 414}
        assert "alert(1)</script>" not in answer.text
        assert "0900 000 000" not in answer.text


@settings(max_examples=40)
@given(
    st.text(max_size=60),
    st.text(max_size=40),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
)
def test_any_question_to_the_resolver(resolver, path, word, accept):
    state = resolver.shop.app.extensions["sogoc"]
    for place in (
        f"/01/{quote(path)}",
        f"/01/{GTIN}/{quote(path)}",
        f"/00/{quote(path)}",
        f"/8004/{quote(path)}",
        f"{resolver.lot}?linkType={quote(word)}",
        f"{resolver.lot}?{quote(word, safe='=&')}",
        f"{resolver.lot_page}?linkType={quote(word)}",
        f"{resolver.product_page}?lot={quote(word)}",
    ):
        state.wrong_codes._buckets.clear()
        answer = resolver.ask(place, accept=accept, language=accept)
        assert answer.status_code in {200, 300, 307, 400, 404}, place
