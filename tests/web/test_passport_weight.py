"""What every public page has in common: few bytes, strict HTML, one language for each file."""

import gzip
import re
import shutil

import pytest
import tinyhtml5.parser

from web import stylesheets
from web.languages import catalogues

MAX_BYTES = 14 * 1024
"""A page with its styles, compressed, without photos: the first flight of a TCP connection (RFC 6928)."""
STATES = (
    "valid", "seen_often", "scratch", "expired", "recalled", "voided", "not_activated", "unknown",
)  # fmt: skip
OTHERS = ("/", "/verify/", "/khong-co")
GZIP = {"Accept-Encoding": "gzip"}


def paths(shop):
    stamps = [shop.stamp(state) for state in STATES]
    return [*stamps, shop.market.path, f"/phan-anh{stamps[0]}", f"/phan-anh{shop.market.path}", *OTHERS]


def sheets(text):
    return re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("state", [*STATES, "lot"])
def test_a_passport_with_its_styles_comes_in_the_first_flight(shop, client, state, language):
    path = shop.market.path if state == "lot" else shop.stamp(state)
    sent = client.get(f"{path}?lang={language}", headers=GZIP)
    text = (gzip.decompress(sent.data) if "Content-Encoding" in sent.headers else sent.data).decode()
    (sheet,) = sheets(text)
    assert len(sent.data) + len(client.get(sheet, headers=GZIP).data) <= MAX_BYTES


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_public_page_is_html_without_an_error(shop, client, language):
    wrong = {}
    for path in paths(shop):
        parser = tinyhtml5.parser.HTMLParser()
        parser.parse(client.get(f"{path}?lang={language}").text)
        ids = re.findall(r'\sid="([^"]+)"', client.get(f"{path}?lang={language}").text)
        if parser.errors or len(ids) != len(set(ids)):
            wrong[path] = [(place, error) for place, error, _ in parser.errors]
    assert wrong == {}


def test_nothing_on_a_public_page_comes_from_elsewhere_or_runs_inline(shop, client):
    for path in paths(shop):
        text = client.get(path).text
        for address in re.findall(r'\s(?:src|srcset|data|poster|action)="([^"]+)"', text) + sheets(text):
            assert address.startswith(("/", "?")), (path, address)
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*(?:src=|type=\"application/json\"))",
            text,
        ), path


def test_no_public_page_claims_to_conform_to_a_law(shop, client):
    for path in paths(shop):
        for language in ("vi", "en"):
            text = client.get(f"{path}?lang={language}").text.casefold()
            assert not re.search(r"nghị định|hộ chiếu số đạt|tuân thủ|conform|compli", text), path


# -- styles ----------------------------------------------------------------------------------------------


def test_the_shared_sheet_says_what_its_parts_say():
    whole = stylesheets.public_sheet().decode()
    for part in stylesheets.PARTS:
        text = (stylesheets.FOLDER / f"{part}.css").read_text("utf-8")
        bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        for selector in re.findall(r"([^{}@;]+)\{", bare):
            assert stylesheets.shrink(selector) in whole


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a :hover { color: red; }", "a :hover{color:red}"),
        ("a > b,\nc { margin: 0 1px }", "a>b,c{margin:0 1px}"),
        (
            "@media (min-width: 4rem) { a { width: calc(1px + 2px); } }",
            "@media (min-width:4rem){a{width:calc(1px + 2px)}}",
        ),
        ('/* x */ a::after { content: "✓"; }', 'a::after{content:"✓"}'),
    ],
)
def test_a_sheet_is_made_short(text, short):
    assert stylesheets.shrink(text) == short


def test_a_sheet_of_another_build_is_not_answered(client):
    good = client.get(stylesheets.address())
    assert (good.status_code, good.mimetype) == (200, "text/css")
    assert "immutable" in good.headers["Cache-Control"]
    other = client.get("/static/s-0000000000/public.css")
    assert (other.status_code, other.headers["Cache-Control"]) == (404, "no-store")


# -- a third language --------------------------------------------------------------------------------------


@pytest.fixture
def third_language(tmp_path, monkeypatch):
    """A language that one file adds: every sentence in it, in angle brackets."""
    home = catalogues._FOLDER
    shutil.copy(home / "en.po", tmp_path / "en.po")
    text = (home / "en.po").read_text("utf-8").replace("Language: en", "Language: fr", 1)
    text = re.sub(r'^(msgstr(?:\[\d\])? )"(.+)"$', r'\1"‹\2›"', text, flags=re.MULTILINE)
    (tmp_path / "fr.po").write_text(text, "utf-8")
    monkeypatch.setattr(catalogues, "_FOLDER", tmp_path)
    for known in (catalogues.languages, catalogues.names):
        known.cache_clear()
    yield "fr"
    monkeypatch.undo()
    for known in (catalogues.languages, catalogues.names):
        known.cache_clear()


def test_a_third_language_is_one_more_file(third_language, own_shop):
    page = own_shop.client.get(f"{own_shop.stamp('valid')}?lang=fr")
    assert (page.status_code, page.headers["Content-Language"]) == (200, "fr")
    assert '<html lang="fr">' in page.text
    assert "<h1>‹Genuine stamp›</h1>" in page.text
    assert '<p lang="vi">Tem thật</p>' in page.text
    assert 'hreflang="en"' in page.text
    assert "‹Journey›" in page.text
    assert "‹Harvest" in page.text
    assert (
        own_shop.client.get(own_shop.stamp("valid"), headers={"Accept-Language": "fr-FR"}).text == page.text
    )
    assert "<h1>Tem thật</h1>" in own_shop.client.get(own_shop.stamp("valid")).text
