"""GS1's conformance rules, one by one and in their order: docs/resolver.md says which test shows which."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.meta.tree import ROOT, table_rows
from tests.support.resolving import GTIN, RECIPE, REPORT, SHOP_EN, SHOP_VI
from tests.support.shop import open_shop

VOC = "https://ref.gs1.org/voc/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DUE = re.compile(r"`(test_\w+)`")


def linkset_of(resolver, path, **headers):
    answer = resolver.ask(f"{path}?linkType=linkset", **headers)
    assert answer.status_code == 200
    return answer.json["linkset"]


def test_every_rule_of_gs1s_file_is_in_the_table_and_every_test_named_there_exists(shared_data):
    rules = (shared_data / "gs1" / "Conformance1_2.txt").read_text(encoding="utf-8").splitlines()
    page = (ROOT / "docs/resolver.md").read_text(encoding="utf-8")
    rows = [row for row in table_rows(page) if row[0].isdigit()]
    assert [int(row[0]) for row in rows] == list(range(1, len(list(filter(None, rules))) + 1))
    here = (ROOT / "tests/web/resolver/test_conformance.py").read_text(encoding="utf-8")
    for row in rows:
        named = DUE.findall(row[-1])
        assert named or row[2] == "not due", row
        assert [name for name in named if f"def {name}(" not in here] == []


# -- 1 to 3: methods, TLS, CORS ---------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_get_head_and_options_are_answered(resolver, method):
    for path in (resolver.lot, resolver.product, resolver.lot_page, resolver.product_page):
        answer = resolver.client.open(path, method=method)
        assert answer.status_code in {200, 204, 307}
        assert method == "GET" or answer.data == b""
    assert resolver.client.post(resolver.lot).status_code in {403, 405}


def test_behind_tls_every_address_it_tells_is_https(sqlite_template, tmp_path):
    for shop in open_shop(sqlite_template, tmp_path, public_url="https://so.example.vn"):
        path = shop.market.path
        told = shop.client.get(f"{path}?linkType=linkset").json["linkset"]
        assert told[0]["anchor"] == f"https://so.example.vn{path}"
        links = [
            link for level in told for value in level.values() if isinstance(value, list) for link in value
        ]
        assert links
        assert all(link["href"].startswith("https://so.example.vn/") for link in links)


def test_scripts_of_every_site_may_read_every_answer(resolver):
    for path in (
        resolver.lot,
        f"{resolver.lot}?linkType=linkset",
        f"{resolver.lot}?linkType=gs1:faqs",
        f"/01/{GTIN}/foo",
        "/01/09521234543213",
        "/.well-known/gs1resolver",
        resolver.lot_page,
        resolver.product_page,
    ):
        assert resolver.ask(path).headers["Access-Control-Allow-Origin"] == "*", path
    for path in (resolver.lot, resolver.lot_page, resolver.product_page):
        asked = resolver.client.options(path, headers={"Origin": "https://other.example"})
        assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert "Link" in asked.headers["Access-Control-Expose-Headers"]


# -- 6 and 7: what is no Digital Link, and what is not known ------------------------------------------------


def test_what_is_no_digital_link_is_400(resolver):
    for path in (
        f"/01/{GTIN}/foo",
        f"{resolver.lot}/foo",
        f"/01/{GTIN}/21/7/10/{resolver.lot_code}",
        f"/01/{GTIN[:-1]}{(int(GTIN[-1]) + 1) % 10}",
        f"/01/{GTIN}/10/{'A' * 21}",
        f"{resolver.lot}?17=261332",
        f"{resolver.lot}?9999=1",
        "/00/106141412345678909",
        "/414/8935001000001",
        "/8003/1",
    ):
        for method in ("GET", "HEAD"):
            assert resolver.client.open(path, method=method).status_code == 400, path
    problem = resolver.ask(f"/01/{GTIN}/foo", accept="application/json")
    assert problem.content_type == "application/problem+json"
    assert "GS1 Digital Link" in problem.json["detail"]


def test_what_is_not_known_is_404_never_200(resolver):
    for path in (
        "/01/09521234543213",
        "/01/09521234543213/10/A",
        "/00/106141412345678908",
        "/414/9521234543213",
        f"{resolver.lot}?linkType=gs1:faqs",
        f"{resolver.lot}?linkType=gs1:noSuchType",
        f"{resolver.lot}?linkType=schema:about",
        f"{resolver.product_page}?lot=KHONG-CO",
    ):
        for accept in (BROWSER, "application/json", None):
            assert resolver.ask(path, accept=accept).status_code == 404, path


# -- 8, 9, 11: the linkset ----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["linkset", "all"])
def test_the_linkset_has_every_level_up_to_the_primary_key(resolver, word):
    answer = resolver.ask(f"{resolver.lot}/21/7?linkType={word}")
    assert answer.content_type == "application/linkset+json"
    told = answer.json["linkset"]
    assert [level["anchor"] for level in told] == [
        resolver.base + resolver.lot,
        resolver.base + resolver.product,
    ]
    assert [link["href"] for link in told[0][f"{VOC}certificationInfo"]] == [REPORT]
    assert [link["href"] for link in told[1][f"{VOC}hasRetailers"]] == [SHOP_VI, SHOP_EN]


def test_a_shorter_or_differently_coded_request_has_the_same_subject(resolver):
    coded = "".join(f"%{ord(letter):02X}" for letter in resolver.lot_code)
    told = linkset_of(resolver, f"/01/{GTIN.lstrip('0')}/10/{coded}/")
    assert told == linkset_of(resolver, resolver.lot)


def test_a_linkset_comes_by_accept_too_and_in_the_form_that_is_asked_for(resolver):
    plain = resolver.ask(resolver.lot, accept="application/linkset+json")
    assert (plain.status_code, plain.content_type) == (200, "application/linkset+json")
    path = f"{resolver.lot}?linkType=linkset"
    for accept, form in {
        None: "application/linkset+json",
        "*/*": "application/linkset+json",
        "application/json": "application/json",
        "application/ld+json": "application/ld+json",
        BROWSER: "text/html; charset=utf-8",
        "text/html;q=0.1, application/*": "application/linkset+json",
        "image/png": "application/linkset+json",
    }.items():
        answer = resolver.ask(path, accept=accept)
        assert (answer.status_code, answer.content_type) == (200, form), accept
        assert "Accept" in answer.headers["Vary"]
        if "json" in form:
            told = dict(answer.json)
            assert told.pop("@context", "https://ref.gs1.org/standards/resolver/linkset-context")
            assert told == plain.json
            assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["Link"]


def test_the_linkset_has_the_shape_of_gs1s_model(resolver, shared_data):
    # The model's file has a bracket too few, so its words are compared and not its JSON.
    model = (shared_data / "gs1" / "modelLinkset.json").read_text(encoding="utf-8")
    words = set(re.findall(r'"([A-Za-z]+)":', model))
    relations = re.findall(r'"(https://ref\.gs1\.org/voc/)([A-Za-z]+)":', model)
    assert {place for place, _ in relations} == {VOC}
    for level in linkset_of(resolver, resolver.lot):
        assert level.keys() >= {"anchor", "itemDescription", f"{VOC}defaultLink"}
        for name, links in level.items():
            if isinstance(links, str):
                assert name in words
                continue
            assert re.fullmatch(re.escape(VOC) + r"[a-z][A-Za-z]+", name)
            assert all(link.keys() <= words for link in links)


def test_a_redirect_names_the_linkset_in_its_link_header(resolver):
    for path in (resolver.lot, resolver.product, f"{resolver.lot}?linkType=gs1:recipeInfo"):
        for method in ("GET", "HEAD", "OPTIONS"):
            header = resolver.client.open(path, method=method).headers["Link"]
            place = re.fullmatch(r'<([^>]+)>; rel="linkset"; type="([^"]+)"; title="[^"]+"', header)
            assert place, header
            listed = resolver.ask(place[1].removeprefix(resolver.base))
            assert (listed.status_code, listed.content_type) == (200, place[2])


def test_every_link_has_a_target_a_type_and_a_title(resolver):
    for path in (resolver.lot, resolver.product, resolver.lot_page, resolver.product_page):
        for level in linkset_of(resolver, path):
            for links in (value for value in level.values() if isinstance(value, list)):
                assert links
                for link in links:
                    assert urlsplit(link["href"]).scheme in {"http", "https"}
                    assert link["title"].strip()


# -- 10, 12, 13: default, better, asked for ----------------------------------------------------------------


def test_one_link_is_the_default_and_stands_under_its_own_type_as_well(resolver):
    for level in linkset_of(resolver, resolver.lot):
        (default,) = level[f"{VOC}defaultLink"]
        assert default.keys() == {"href", "title"}
        assert default["href"] in [link["href"] for link in level[f"{VOC}pip"]]


def test_without_a_better_match_it_redirects_to_the_default_link(resolver):
    for path, page in ((resolver.lot, resolver.lot_page), (resolver.product, resolver.product_page)):
        for accept in (None, BROWSER, "*/*", "application/json", "image/png"):
            answer = resolver.ask(path, accept=accept)
            assert (answer.status_code, answer.headers["Location"]) == (307, resolver.base + page)
    named = resolver.ask(f"{resolver.lot}?linkType=gs1:defaultLink")
    assert named.status_code == 307
    assert named.headers["Location"].startswith(resolver.base + resolver.lot_page)


def test_a_serial_goes_up_to_its_lot_and_an_unknown_lot_to_its_product(resolver):
    serial = resolver.ask(f"{resolver.lot}/21/7")
    assert serial.headers["Location"] == resolver.base + resolver.lot_page
    for path in (f"{resolver.product}/21/7", f"{resolver.product}/22/V", f"{resolver.product}/235/T"):
        assert resolver.ask(path).headers["Location"] == resolver.base + resolver.product_page
    unknown = resolver.ask(f"{resolver.product}/10/KHONG%2FCO")
    assert unknown.headers["Location"] == f"{resolver.base}{resolver.product_page}?lot=KHONG%2FCO"


def test_a_credential_is_found_by_its_media_type_alone(resolver):
    for accept, end in {
        "application/vc+jwt": "/credential.jwt",
        "application/vc": "/credential",
        "application/ld+json": "/credential",
        "application/vc+jwt;q=0.5, application/vc": "/credential",
    }.items():
        for path in (resolver.lot, resolver.lot_page):
            answer = resolver.ask(path, accept=accept)
            assert answer.status_code == 307
            assert answer.headers["Location"] == resolver.base + resolver.lot_page + end
    both = resolver.ask(resolver.lot, accept="application/vc, text/html")
    assert both.headers["Location"].endswith("/credential")
    rather_a_page = resolver.ask(resolver.lot, accept="application/vc;q=0.5, text/html")
    assert rather_a_page.headers["Location"] == resolver.base + resolver.lot_page


@pytest.mark.parametrize(
    "word",
    [
        "gs1:recipeInfo",
        f"{VOC}recipeInfo",
        "https://gs1.org/voc/recipeInfo",
        "https://www.gs1.org/voc/recipeInfo",
    ],
)
def test_a_link_type_that_is_asked_for_is_where_it_redirects(resolver, word):
    for path in (resolver.lot, resolver.product, resolver.lot_page, f"{resolver.lot}/21/7"):
        answer = resolver.client.get(path, query_string={"linkType": word})
        assert answer.status_code == 307
        assert answer.headers["Location"].startswith(RECIPE.partition("#")[0])


@pytest.mark.parametrize(
    ("language", "target"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", SHOP_VI),
        ("en-GB", SHOP_EN),
        ("fr, en;q=0.5, vi;q=0.4", SHOP_EN),
        ("vi;q=0, en;q=0.1", SHOP_EN),
    ],
)
def test_among_links_of_one_type_the_language_decides(resolver, language, target):
    answer = resolver.ask(f"{resolver.lot}?linkType=gs1:hasRetailers", language=language)
    assert answer.status_code == 307
    assert answer.headers["Location"].partition("?")[0] == target
    assert "Accept-Language" in answer.headers["Vary"]


def test_where_nothing_decides_the_choice_is_left_to_the_asker(resolver):
    for language in (None, "fr", "*"):
        answer = resolver.ask(f"{resolver.lot}?linkType=gs1:hasRetailers", language=language)
        assert (answer.status_code, answer.content_type) == (300, "application/linkset+json")
        (level,) = answer.json["linkset"]
        assert level["anchor"] == resolver.base + resolver.product
        assert [link["href"] for link in level[f"{VOC}hasRetailers"]] == [SHOP_VI, SHOP_EN]
        assert "Location" not in answer.headers
    page = resolver.ask(f"{resolver.lot}?linkType=gs1:hasRetailers", accept=BROWSER)
    assert (page.status_code, page.content_type) == (300, "text/html; charset=utf-8")
    assert SHOP_VI in page.text


def test_a_credential_of_a_link_type_is_chosen_by_its_media_type(resolver):
    path = f"{resolver.lot}?linkType=gs1:dpp"
    assert (
        resolver.ask(path, accept="application/vc")
        .headers["Location"]
        .partition("?")[0]
        .endswith("/credential")
    )
    assert resolver.ask(path).status_code == 300


# -- 14 to 18 ----------------------------------------------------------------------------------------------


def test_the_pairs_of_the_query_are_passed_on_as_they_came(resolver):
    query = "utm=a%20b&utm=2&17=261231&x=%C4%90&flag&y="
    own = resolver.ask(f"{resolver.lot}?{query}").headers["Location"]
    assert own == f"{resolver.base}{resolver.lot_page}?{query}"
    theirs = resolver.ask(f"{resolver.lot}?linkType=gs1:recipeInfo&{query}").headers["Location"]
    assert theirs == f"https://bep.example.vn/nho?mua=he&linkType=gs1:recipeInfo&{query}#cach-lam"
    unknown = resolver.ask(f"{resolver.product}/10/KHONG?lot=X").headers["Location"]
    assert parse_qsl(urlsplit(unknown).query) == [("lot", "KHONG"), ("lot", "X")]


def test_the_description_says_what_the_resolver_is(resolver):
    answer = resolver.ask("/.well-known/gs1resolver")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json["resolverRoot"] == resolver.base
    assert answer.json["supportedPrimaryKeys"] == ["00", "01"]
    assert answer.json["linkTypeDefaultCanBeLinkset"] is False


def test_the_link_types_are_gs1s_and_nobody_elses(resolver):
    (namespace,) = resolver.ask("/.well-known/gs1resolver").json["supportedLinkType"]
    assert namespace == {"namespace": VOC, "prefix": "gs1:"}
    for level in linkset_of(resolver, resolver.lot):
        relations = level.keys() - {"anchor", "itemDescription"}
        assert all(name.startswith(VOC) for name in relations)


@pytest.mark.parametrize("query", ["", "?linkType=linkset", "?linkType=gs1:recipeInfo", "?x=1"])
def test_a_slash_at_the_end_changes_nothing(resolver, query):
    for path in (resolver.lot, resolver.product):
        plain, slashed = resolver.ask(path + query), resolver.ask(f"{path}/{query}")
        assert (plain.status_code, plain.headers.get("Location")) == (
            slashed.status_code,
            slashed.headers.get("Location"),
        )
        assert plain.data == slashed.data
