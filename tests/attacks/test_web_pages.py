"""What a page may never do: run what was typed into it, be framed, or believe a changed byte."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import update

from ledger.log.tables import LogEntry
from ledger.trace.events.statements import (
    CertificateFiled,
    OrganisationRegistered,
    PlaceRegistered,
    ProductRegistered,
)
from ledger.trace.recalling import recall_lot
from tests.support.farm import Farm
from tests.support.tampering import entry_bytes, findings_of, replace_entry, tamper
from web.app import make_app
from web.state import make_state

PAYLOAD = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${7*7}<!--&amp;"
SCRIPT = Path(__file__).parents[2] / "web" / "static" / "verify" / "sogoc_verify.py"


class Elements(HTMLParser):
    """Every element of a page with its attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def poisoned(sqlite_database, tmp_path, shop):
    """A farm whose every public text is the payload, and its page."""
    farm = Farm(sqlite_database)
    bad = PAYLOAD
    farm.state(
        OrganisationRegistered(
            organisation=farm.code, name=bad, kind="cooperative", address=bad, province=bad[:80],
            commune=bad[:80], phone=bad[:30], website="https://x.example/%22%3E",
        )
    )  # fmt: skip
    farm.state(
        PlaceRegistered(
            place=farm.place, name=bad, kind="plot", province=bad[:80], commune=bad[:80],
            growing_area_code=bad[:60],
        )
    )  # fmt: skip
    farm.state(
        ProductRegistered(
            product=farm.product, code="NHO", name=bad, name_en=bad, template="fruit_nho", origin=bad,
            storage=bad, warning=bad, ingredients=bad,
        )
    )  # fmt: skip
    day = farm.clock.now.date()
    farm.state(
        CertificateFiled(
            certificate=f"http://127.0.0.1:8000/{farm.code}/cert/C1", scheme=bad[:80], number=bad[:80],
            issuer=bad, valid_from=day, valid_to=day.replace(year=2030), products=(farm.product,),
        )
    )  # fmt: skip
    season, _ = farm.season()
    farm.diary(season, 1, step="trellis", note_work=bad)
    raw, _ = farm.harvest(season, "261001-1", 100, 30)
    lot, _ = farm.pack([(raw, 50)], "261002-1", 100, 31)
    notice = dict.fromkeys(("reason", "scope", "decided_by", "instruction", "contact"), bad)
    farm.write(recall_lot, lot, **notice)
    app = make_app(make_state(shop.config, farm.ledger, clock=farm.clock))
    return app.test_client().get(lot.removeprefix("http://127.0.0.1:8000"))


def test_script_in_any_text_field(poisoned):
    page = Elements(poisoned.text)
    assert poisoned.status_code == 200
    assert page.text.count("<script>alert(1)</script>") > 8
    assert {attributes.get("src", "")[:8] for tag, attributes in page.found if tag == "script"} == {
        "/static/"
    }
    assert all(not name.startswith("on") for _, attributes in page.found for name in attributes)
    assert all(attributes.get("src") != "x" for _, attributes in page.found)
    assert page.text.count("{{7*7}}") == page.text.count("${7*7}") > 8


def test_scheme_in_a_link(poisoned):
    links = [attributes["href"] for tag, attributes in Elements(poisoned.text).found if "href" in attributes]
    # The producer's own site is the one link that leads away; nothing but a web address becomes one.
    ours = re.compile(r"/|#|\?lang=en$|tel:[0-9+]*$|http://127|https://x\.example/%22%3E$")
    assert [link for link in links if ours.match(link) is None] == []


def test_page_framed_or_scripted_by_others(shop):
    for path in (
        "/",
        shop.stamp("valid"),
        "/khong-co",
        "/log/checkpoint",
        "/healthz",
        f"{shop.market.path}/bundle",
    ):
        headers = shop.client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "object-src 'none'" in policy
        assert "base-uri 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def test_page_with_inline_script_or_style(shop):
    for path in (
        "/",
        "/verify/",
        shop.stamp("valid"),
        shop.stamp("unknown"),
        shop.stamp("recalled"),
        "/khong-co",
    ):
        found = Elements(shop.client.get(path).text).found
        assert all("src" in attributes for tag, attributes in found if tag == "script")
        assert all(tag != "style" and "style" not in attributes for tag, attributes in found)
        outside = [
            a for _, a in found for name in ("src", "href") if a.get(name, "/").startswith(("http", "//"))
        ]
        assert [a for a in outside if a.get("rel") != "canonical" and a.get("rel") != "alternate"] == []


def test_strict_transport_only_where_there_is_transport_security(shop):
    assert "Strict-Transport-Security" not in shop.client.get("/").headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-CSRF-Token": "a" * 64},
        {"Cookie": "sogoc-form=" + "a" * 43, "X-CSRF-Token": "a" * 64},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
def test_sign_in_sent_from_another_site(shop, method, headers):
    answer = shop.client.open("/hop-tac-xa/dang-nhap", method=method, headers=headers)
    assert answer.status_code == 403


def test_body_larger_than_any_form(shop):
    answer = shop.client.post("/hop-tac-xa/dang-nhap", data={"a": "x" * 2_000_000})
    assert answer.status_code in {403, 413}


# -- a changed byte ------------------------------------------------------------------------------------------


def entries_of(shop):
    """What the page of the lot rests on: index and text of each entry."""
    bundle = shop.client.get(f"{shop.market.path}/bundle").json
    return {item["index"]: item["entry"] for item in bundle["entries"]}


def find_entry(shop, word):
    return next(index for index, text in entries_of(shop).items() if word in text)


def title_of(shop):
    return re.search(r"<h1>(.*?)</h1>", shop.client.get(shop.stamp("valid")).text)[1]


def test_entry_rewritten_in_database(own_shop):
    assert title_of(own_shop) == "Tem thật"
    for index in entries_of(own_shop):
        kept = entry_bytes(own_shop.database, index)
        signature = kept[-20:-19]
        other = b"A" if signature != b"A" else b"B"
        # When it was recorded, and a character of who signed it: both are outside what was signed.
        for changed in (kept.replace(b".000Z", b".001Z", 1), kept[:-20] + other + kept[-19:]):
            replace_entry(own_shop.database, index, changed)
            own_shop.second()
            assert title_of(own_shop) == "Dữ liệu không khớp chữ ký", index
            assert index in {finding.index for finding in findings_of(own_shop.market.world.ledger)}
        replace_entry(own_shop.database, index, kept)
    own_shop.second()
    assert title_of(own_shop) == "Tem thật"


def test_entry_row_removed_behind_the_page(own_shop):
    assert title_of(own_shop) == "Tem thật"
    index = find_entry(own_shop, '"sogoc:step":"fertilising"')
    tamper(own_shop.database, update(LogEntry).where(LogEntry.index == index).values(index=10_000))
    own_shop.second()
    assert title_of(own_shop) == "Dữ liệu không khớp chữ ký"
    assert own_shop.client.get(f"{own_shop.market.path}/bundle").status_code == 409


def test_tampered_page_offers_no_proof_and_is_not_kept(own_shop):
    index = find_entry(own_shop, "Nho hạ đen")
    data = entry_bytes(own_shop.database, index)
    replace_entry(own_shop.database, index, data.replace("đen".encode(), "tím".encode()))
    own_shop.second()
    page = own_shop.client.get(own_shop.stamp("valid"))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-cache"
    assert "data-bundle" not in page.text
    told = own_shop.client.get(own_shop.stamp("valid"), headers={"Accept": "application/json"}).json
    assert (told["verdict"]["state"], told["bundle"]) == ("tampered", None)


def test_photo_exchanged_in_the_store(own_shop):
    file = next(path for path in (own_shop.config.data / "photos").glob("??/*.webp"))
    assert own_shop.client.get(f"/photo/{file.name}").status_code == 200
    file.write_bytes(file.read_bytes()[:-1] + b"\x00\x01")
    assert own_shop.client.get(f"/photo/{file.name}").status_code == 404


# -- without the server --------------------------------------------------------------------------------------


def test_bundle_verified_without_the_server(shop, tmp_path):
    file = tmp_path / "proof.json"
    file.write_bytes(shop.client.get(f"{shop.market.path}/bundle").data)
    vkey = shop.market.world.ledger.vkey.format()
    command = [sys.executable, "-I", str(SCRIPT), str(file), "--vkey", vkey, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert json.loads(done.stdout)["ok"]
