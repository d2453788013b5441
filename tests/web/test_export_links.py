"""An address of the server as an address within a folder."""

from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.exporting.links import link_between, linked_files, page_path, relocate

PAGE = "ABC/class/NHO.1/index.html"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/">', '<a href="../../../index.html">'),
        ('<a href="/verify/">', '<a href="../../../verify/index.html">'),
        ('<link href="/static/css/a.css?v=12">', '<link href="../../../static/css/a.css?v=12">'),
        ('<a href="/ABC/#lo">', '<a href="../../../ABC/index.html#lo">'),
        ('<img src="/photo/1.webp">', '<img src="../../../photo/1.webp">'),
        ('<b data-bundle="/ABC/class/NHO.1/bundle">', '<b data-bundle="../../../ABC/class/NHO.1/bundle">'),
        # Not ours to change: other places, this place, and words.
        ('<a href="https://example.org/x">', '<a href="https://example.org/x">'),
        ('<a href="//example.org/x">', '<a href="//example.org/x">'),
        ('<a href="#hanh-trinh">', '<a href="#hanh-trinh">'),
        ('<use href="#i-check"/>', '<use href="#i-check"/>'),
        ('<a href="tel:0259">', '<a href="tel:0259">'),
        ("<p>href=/verify/</p>", "<p>href=/verify/</p>"),
    ],
)
def test_our_own_addresses_become_relative(before, after):
    assert relocate(before, PAGE) == after


def test_a_page_at_the_root_needs_no_way_up():
    assert relocate('<a href="/">', "index.html") == '<a href="index.html">'


def test_the_files_that_a_page_leads_to():
    html = '<a href="/"><img src="/photo/a%20b.webp?x"><a href="https://example.org/y">'
    assert list(linked_files(html)) == ["index.html", "photo/a b.webp"]


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/ABC/class/NHO.1", "ABC/class/NHO.1/index.html"),
        ("/01/08938505974194/10/A%2FB", "01/08938505974194/10/A/B/index.html"),
        ("/01/08938505974194/10/%25", "01/08938505974194/10/%/index.html"),
        ("/01/08938505974194/10/..", None),
        ("/01/08938505974194/10/%2E%2E", None),
        ("/01/08938505974194/10/a%2F..%2F..%2Fb", None),
        ("/01/08938505974194/10/a%2F%2Fb", None),
        ("/01/08938505974194/10/a%00b", None),
        ("/", None),
    ],
)
def test_a_page_stays_in_the_folder_or_is_left_out(address, page):
    assert page_path(address) == page


@given(st.lists(st.text("aB1%-._!'&", min_size=1, max_size=5), min_size=1, max_size=5))
def test_no_address_leads_out_of_the_folder(parts):
    page = page_path("/" + "/".join(quote(part, safe="") for part in parts))
    if page is None:
        assert {".", ".."} & set(parts)
    else:
        assert PurePosixPath(page).parts == (*parts, "index.html")
        reached = urljoin(f"file:///copy/{quote(PAGE)}", link_between(PAGE, page))
        assert unquote(urlsplit(reached).path) == f"/copy/{page}"
