"""What the demo leaves to look at."""

import json
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest

from ledger.coop.orders.states import OrderState
from ledger.coop.people.accounts import check_login
from ledger.coop.people.cards import check_card
from ledger.coop.people.phone_logins import check_phone_login
from ledger.coop.people.phones import read_phone
from ledger.log.ledger import utc_now
from ledger.log.queries import read_head
from ledger.trace.bundles.bundle_verify import verify_bundle
from signing.keys import VerifierKey
from tests.demo.conftest import config_of
from tests.labels.printed import pdfium_pages, read_codes
from tests.support.desk import HOME, Browser
from web.app import create_app
from web.demo.outcome import STATES

VERDICTS = {
    "valid": "Tem thật",
    "seen_often": "Tem thật, nhưng đã bị quét nhiều lần",
    "not_activated": "Tem chưa kích hoạt",
    "voided": "Tem đã hủy",
    "expired": "Hàng đã quá hạn dùng",
    "recalled": "Hàng đang bị thu hồi",
    "unknown": "Không tìm thấy mã tem này",
}
TRUE_DPI = 203.2
THINGS = ("orders", "teams", "rolls", "supplies", "plots", "practice", "money", "voices")


@pytest.fixture(scope="module")
def client(built, tmp_path_factory):
    # A scan is counted, so even looking at a stamp writes.
    data = tmp_path_factory.mktemp("looked-at") / "var"
    shutil.copytree(built.config.data, data)
    return create_app(config_of(data)).test_client()


def path_of(url: str) -> str:
    return urlsplit(url).path


_SHEET = {"path", "layout", "dpi", "stamps", "codes", "urls", "design"}


def test_the_file_says_what_the_builder_said(built):
    assert json.loads(built.file("demo.json").read_text(encoding="utf-8")) == built.said


def test_it_has_every_member_that_outsiders_rely_on(built):
    said, base = built.said, built.config.public_url
    assert said.keys() >= {
        "base_url", "log_url", "vkey", "passports", "lots", "label_pdfs", "label_zpls", "cartons", "logins",
        "doors", *THINGS,
    }  # fmt: skip
    assert said["base_url"] == base
    assert said["log_url"] == f"{base}/log"
    assert tuple(said["passports"]) == STATES
    assert all(lot.keys() == {"id", "product", "url", "bundle", "entries"} for lot in said["lots"])
    printed = (*said["label_pdfs"], *said["label_zpls"])
    assert all(sheet.keys() == _SHEET for sheet in printed)
    assert all(login.keys() == {"organisation", "role", "user", "secret", "url"} for login in said["logins"])


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_a_stamp_whose_page_says_so(state, built, client):
    page = client.get(path_of(built.said["passports"][state]))
    assert page.status_code == (404 if state == "unknown" else 200)
    assert VERDICTS[state] in page.get_data(as_text=True)


def test_every_lot_has_a_page_and_a_bundle_that_verifies_under_the_key_of_the_log(built, client, ledger):
    key = VerifierKey.parse(built.said["vkey"])
    size = ledger.read(read_head).size
    assert key == ledger.vkey
    assert len(built.said["lots"]) == 6
    for lot in built.said["lots"]:
        page = client.get(path_of(lot["url"]), base_url=built.config.public_url, follow_redirects=True)
        assert page.status_code == 200
        report = verify_bundle(built.file(lot["bundle"]).read_bytes(), vkey=key)
        assert report.lot == lot["id"]
        assert lot["entries"] == sorted(lot["entries"])
        assert max(lot["entries"]) < size


def test_the_first_sheet_prints_the_stamps_that_it_names(built):
    sheet = built.said["label_pdfs"][0]
    page = next(pdfium_pages(built.file(sheet["path"]), TRUE_DPI))
    codes = [text[-13:] for text in read_codes(page)]
    assert (sheet["layout"], sheet["dpi"]) == ("a4", 203)
    assert len(codes) == 36
    assert sheet["codes"][0] in codes
    assert all(text.startswith(f"{built.config.public_url.upper()}/S/") for text in read_codes(page))
    assert sheet["urls"][0] in read_codes(page)


def test_stamps_printed_after_the_seal_name_it_and_their_bundle_agrees(built):
    sheet, bundle = built.said["label_pdfs"][0], built.file(built.said["lots"][0]["bundle"]).read_bytes()
    for url, code in zip(sheet["urls"], sheet["codes"], strict=True):
        path = path_of(url)
        assert len(path) == len("/S/") + 6 + len(code)
        report = verify_bundle(bundle, vkey=VerifierKey.parse(built.said["vkey"]), stamp=url)
        assert report.named_seal == report.sealed_index


def test_there_are_sheets_rolls_and_crate_stamps(built):
    sheets = built.said["label_pdfs"]
    assert {sheet["layout"] for sheet in sheets} == {"a4", "roll"}
    assert all(built.file(sheet["path"]).stat().st_size > 10_000 for sheet in sheets)
    crates = next(sheet for sheet in sheets if "NA-DAI" in sheet["path"])
    assert len(read_codes(next(pdfium_pages(built.file(crates["path"]), TRUE_DPI)))) == 8


def test_processed_food_has_the_label_that_the_law_asks_for(built):
    sheet = next(sheet for sheet in built.said["label_pdfs"] if sheet["design"] == "food_70x50")
    with pypdfium2.PdfDocument(built.file(sheet["path"])) as document:
        text = document[0].get_textpage().get_text_range()
        assert len(document) == sheet["stamps"]
    for said in ("Xúc xích", "500 g", "INS 250", "Không dùng khi bao bì hở", "HTX Chăn nuôi Suối Lành"):
        assert said in text


def test_the_stamps_of_a_roll_are_there_for_a_label_printer_too(built):
    (sheet,) = built.said["label_zpls"]
    text = built.file(sheet["path"]).read_bytes()
    assert text.count(b"^XGR:SOGOCD.GRF") == sheet["stamps"]
    assert sheet["codes"] in [pdf["codes"] for pdf in built.said["label_pdfs"]]


def test_cartons_have_labels_that_lead_to_their_lot(built, client):
    (cartons,) = built.said["cartons"]
    page = client.get(path_of(cartons["url"])).get_data(as_text=True)
    assert f"{cartons['packs_each']} gói" in page
    assert path_of(cartons["lot"]) in page
    symbols = read_codes(next(pdfium_pages(built.file(cartons["path"]), TRUE_DPI)))
    assert len(symbols) == 8
    assert cartons["url"].upper() in symbols


def test_everybody_who_is_listed_can_sign_in(copied):
    ledger = copied.open()
    roles = {login["role"] for login in copied.said["logins"]}
    assert roles == {"grower", "recorder", "team_lead", "packer", "accountant", "manager", "distributor"}
    for login in copied.said["logins"]:
        actor = check_login(ledger.database, login["user"], login["secret"], utc_now())
        assert {str(role) for role in actor.roles} == {login["role"]}
    ledger.database.close()


def test_a_telephone_number_with_its_pin_and_a_card_open_accounts_too(copied):
    ledger, doors = copied.open(), copied.said["doors"]
    assert {"xavien.nho", "donggoi.nho"} <= {door["user"] for door in doors if door["way"] == "phone"}
    assert {"xavien.nho", "ghiso.nho"} <= {door["user"] for door in doors if door["way"] == "card"}
    secrets = {login["user"]: login["secret"] for login in copied.said["logins"]}
    for door in doors:
        known = check_login(ledger.database, door["user"], secrets[door["user"]], utc_now())
        if door["way"] == "phone":
            phone, pin = read_phone(door["phone"]), door["pin"]
            opened = check_phone_login(ledger.database, ledger.vault, phone, pin, utc_now())
        else:
            card = door["url"].partition("#")[2]
            opened = check_card(ledger.database, ledger.vault, card, "", utc_now())
        assert opened == known
    ledger.database.close()


def test_there_is_an_order_in_every_state(built):
    states = [order["name"] for order in built.said["orders"]]
    assert set(states) == {*OrderState, "declined"}
    assert len(states) == len(set(states))


@pytest.mark.parametrize("kind", THINGS)
def test_everything_that_is_named_can_be_looked_at(kind, copied):
    browser = signed_in(copied)["grower" if kind == "practice" else "manager"]
    for thing in copied.said[kind]:
        address = urlsplit(thing["url"])
        page = browser.get(f"{address.path}?{address.query}")
        assert page.status == 200, thing
        assert kind not in ("teams", "supplies") or thing["name"] in page.text


def signed_in(built):
    """The manager's browser, and the grower's, whose practice season it is."""
    app = create_app(built.config)
    browsers = {}
    for login in built.said["logins"]:
        if login["user"] in ("quanly.nho", "xavien.nho"):
            browser = browsers[login["role"]] = Browser(app)
            assert browser.fill(f"{HOME}dang-nhap", login=login["user"], secret=login["secret"]).path == HOME
    return browsers


def test_every_key_is_explained(built):
    page = (Path(__file__).parents[2] / "docs/demo.md").read_text(encoding="utf-8")
    assert [key for key in built.said if f"`{key}`" not in page] == []
