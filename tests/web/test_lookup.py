"""Whatever people type or scan: a way to the page, or what is wrong with it."""

import pytest

from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.gs1.gtins import check_digit
from signing.errors import StampCodeError
from web.public.lookup import path_for

GTIN = "893500000001" + check_digit("893500000001")
BASE = "http://127.0.0.1:8000"
CODE = "0123456789ABC"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        " 0123 4567 89ab c ",
        "0123-4567-89AB-C",
        "0123.4567.89AB.C",
        "0123 – 4567 — 89AB C",
        "0123\u00a04567\u00a089AB\u00a0C",
        "o123456789abc",
        f"HTTPS://SO.EXAMPLE.VN/S/{CODE}",
        f"https://so.example.vn/s/{CODE}?x=1#y",
        f"so.example.vn/s/{CODE}",
        f"//evil.example/s/{CODE}",
        f"http://so.example.vn/s/{CODE}/",
    ],
)
def test_a_code_is_found_however_it_is_typed_or_scanned(typed):
    assert path_for(typed, BASE) == f"/s/{CODE}"


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        (f"{BASE}/K7QM2X9T4D/class/NHO.261112-1", "/K7QM2X9T4D/class/NHO.261112-1"),
        (f"https://id.gs1.org/01/0{GTIN}/10/AB-1", f"/01/0{GTIN}/10/AB-1"),
        (f"https://x.vn/01/{GTIN}/10/A%2FB", f"/01/0{GTIN}/10/A%2FB"),
        (f"https://id.gs1.org/01/{GTIN}", f"/01/0{GTIN}"),
        (f"{BASE}/K7QM2X9T4D/product/NHO", "/K7QM2X9T4D/product/NHO"),
    ],
)
def test_the_address_of_a_lot_leads_to_its_page_here(typed, path):
    assert path_for(typed, BASE) == path


@pytest.mark.parametrize(
    "typed", ["", "   ", "abc", "0123456789AB", "0123456789ABCD", "0123456789AB!", "ABC" * 99]
)
def test_what_is_no_code_is_told_what_is_wrong(typed):
    with pytest.raises(StampCodeError):
        path_for(typed, BASE)


@pytest.mark.parametrize(
    "typed",
    ["https://evil.example/", "javascript://x/%0aalert(1)", "/etc/passwd", "//[", "http://x/s/", "a/b"],
)
def test_other_addresses_lead_nowhere(typed):
    with pytest.raises((MalformedIdentifierError, StampCodeError)):
        path_for(typed, BASE)


def test_the_box_sends_on_to_the_passport(shop, client):
    answer = client.get("/", query_string={"ma": shop.market.codes["valid"].lower()})
    assert (answer.status_code, answer.headers["Location"]) == (303, shop.stamp("valid"))


def test_a_mistyped_code_comes_back_with_what_is_wrong(client):
    answer = client.get("/", query_string={"ma": "0123"})
    assert answer.status_code == 400
    assert "Mã tem có 13 ký tự, mã vừa gõ có 4." in answer.text
    assert 'value="0123"' in answer.text


def test_the_first_page_asks_for_a_code_and_nothing_else(client):
    page = client.get("/").text
    assert 'name="ma"' in page
    assert "password" not in page
    assert "data-scan hidden" in page


def test_the_page_to_check_a_kept_file_names_the_key(shop, client):
    page = client.get("/verify/").text
    assert shop.market.world.ledger.vkey.format().replace("+", "&#43;") in page or (
        shop.market.world.ledger.vkey.format() in page
    )
    assert page.count("data-said") == 11
    assert client.get("/verify").status_code == 200


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("t8h2 m4kq 7000 c0", "/c/T8H2M4KQ7000C0"),
        ("HTTPS://HTX.EXAMPLE.VN/C/T8H2M4KQ7000C0", "/c/T8H2M4KQ7000C0"),
        ("(00) 1061 4141 2345 6789 08", "/00/106141412345678908"),
        ("https://htx.example.vn/00/106141412345678908", "/c/106141412345678908"),
    ],
)
def test_the_code_of_a_carton_leads_to_its_page(typed, path):
    assert path_for(typed, BASE) == path
