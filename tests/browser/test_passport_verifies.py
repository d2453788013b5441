"""Self-verification in the browser: ticks what holds, says what does not, admits what it cannot."""

import json
import shutil

import pytest

from ledger.database import open_database
from ledger.trace.bundles.seals import printed_seal
from tests.browser.conftest import ELSEWHERE
from tests.support.forged_bundles import FORGERIES, forge
from tests.support.long_story import tell_long_story

pytestmark = pytest.mark.browser

VERIFY = """async (texts) => {
  const { verifyBundle } = await import('/static/js/verify.js');
  const told = {};
  for (const [name, text] of Object.entries(texts)) {
    told[name] = await verifyBundle(text).then(() => 0, (error) => error.step ?? String(error));
  }
  return told;
}"""


@pytest.fixture(scope="session")
def bundle(shop):
    return shop.client.get(f"{shop.market.path}/bundle").json


def result(page):
    page.wait_for_selector("[data-result]:not([hidden])")
    return page.locator("[data-result]").inner_text()


def ticks(page):
    return page.eval_on_selector_all(
        "[data-steps] > li:not([hidden])", "items => items.map((item) => item.className)"
    )


def with_bundle(text):
    """Serve other bytes as the proof file."""
    return lambda page: page.route("**/bundle", lambda route: route.fulfill(body=text))


@pytest.mark.parametrize("state", ["valid", "expired", "recalled"])
def test_a_true_passport_ticks_step_after_step(open_page, shop, state):
    page = open_page(shop.stamp(state))
    assert "tất cả khớp chữ ký" in result(page)
    # The log's own key was used: a warning, not a failure.
    assert ticks(page) == ["is-passed"] * 5 + ["is-warned"] + ["is-passed"] * 4
    assert "máy bạn đã kiểm" in page.locator("header").inner_text()


def test_a_lot_that_is_not_sealed_is_not_said_to_be_complete(open_page, shop):
    page = open_page(shop.market.season.removeprefix(shop.market.world.ledger.id_base))
    told = result(page)
    assert "không thiếu bước nào" not in told
    assert "lô chưa ký nên chưa chắc đã đủ bước" in told
    assert ticks(page)[8:] == ["is-warned", "is-warned"]


def test_every_lot_of_the_market_verifies(open_page, shop):
    market = shop.market
    lots = (market.season, *market.raw_lots, market.lot, market.expired_lot, market.recalled_lot)
    texts = {
        lot: shop.client.get(f"{lot.removeprefix(market.world.ledger.id_base)}/bundle").text for lot in lots
    }
    assert open_page("/").evaluate(VERIFY, texts) == dict.fromkeys(lots, 0)


def test_corrections_keys_that_come_and_go_other_hands_and_recalls_verify(
    open_page, sqlite_template, tmp_path
):
    shutil.copyfile(sqlite_template, tmp_path / "sogoc.db")
    database = open_database(f"sqlite:///{tmp_path / 'sogoc.db'}")
    _, bundles = tell_long_story(database)
    database.close()
    texts = {what: json.dumps(bundle) for what, bundle in bundles.items()}
    assert open_page("/").evaluate(VERIFY, texts) == dict.fromkeys(bundles, 0)


def test_every_forged_bundle_fails_at_its_step(open_page, bundle):
    # Half a character cannot travel to the browser as text: its own test is the script's.
    names = [name for name in FORGERIES if name != "an_entry_with_half_a_character"]
    told = open_page("/").evaluate(VERIFY, {name: forge(bundle, name) for name in names})
    assert told == {name: FORGERIES[name][0] for name in names}


def test_a_proof_that_does_not_hold_turns_the_verdict(open_page, shop, bundle):
    page = open_page(shop.stamp("valid"), before=with_bundle(forge(bundle, "a_step_left_out")))
    assert "Kiểm tra không đạt ở bước 9" in result(page)
    assert page.locator("h1").inner_text() == "Dữ liệu không khớp chữ ký"
    assert ticks(page)[8:] == ["is-failed", ""]
    assert page.locator("header").get_attribute("data-verdict") == "tampered"


def test_a_true_proof_of_another_lot_turns_the_verdict(open_page, shop):
    other = shop.client.get(f"{shop.stamp('recalled')}/bundle").text
    page = open_page(shop.stamp("valid"), before=with_bundle(other))
    assert "Kiểm tra không đạt" in result(page)


def test_a_page_that_says_other_things_than_the_proof_turns_the_verdict(open_page, shop):
    path = shop.stamp("valid")
    forged = shop.client.get(path).text.replace("Nho hạ đen", "Nho thượng hạng")

    def say_otherwise(page):
        page.route(f"**{path}", lambda route: route.fulfill(body=forged, content_type="text/html"))

    assert "Kiểm tra không đạt" in result(open_page(path, before=say_otherwise))


def test_a_stamp_that_names_the_seal_is_compared_as_well(open_page, shop):
    short = shop.market.world.read(printed_seal, shop.market.lot)
    page = open_page(f"/S/{short}{shop.market.codes['valid']}")
    assert "tất cả khớp chữ ký" in result(page)
    assert ticks(page) == ["is-passed"] * 5 + ["is-warned"] + ["is-passed"] * 5
    page = open_page(f"/S/000000{shop.market.codes['valid']}")
    assert "in cho một bản ghi khác" in result(page)
    assert ticks(page)[10] == "is-failed"
    assert page.locator("h1").inner_text() == "Tem không khớp bản ghi"


def test_a_recall_is_not_hidden_by_a_stamp_that_names_another_seal(open_page, shop):
    page = open_page(f"/S/000000{shop.market.codes['recalled']}")
    assert "in cho một bản ghi khác" in result(page)
    assert page.locator("h1").inner_text() == "Hàng đang bị thu hồi"


def test_a_server_that_keeps_the_proof_back_is_told_from_no_network(open_page, shop):
    def refuse(page):
        page.route("**/bundle", lambda route: route.fulfill(status=404, body="{}"))

    page = open_page(shop.stamp("valid"), before=refuse, may_fail=True)
    assert "Máy chủ không đưa tệp bằng chứng (mã 404)" in result(page)
    assert "is-passed" not in ticks(page)


def test_without_network_nothing_is_claimed(open_page, shop):
    def cut(page):
        page.route("**/bundle", lambda route: route.abort())

    page = open_page(shop.stamp("valid"), before=cut, may_fail=True)
    assert "Chưa tải được tệp bằng chứng" in result(page)
    assert page.locator("h1").inner_text() == "Tem thật"
    assert "is-passed" not in ticks(page)


def test_without_a_secure_connection_the_reader_is_told_why_not(open_page, shop, site):
    port = site.rpartition(":")[2]
    page = open_page(shop.stamp("valid"), address=f"http://{ELSEWHERE}:{port}")
    assert "kết nối không mã hóa" in result(page)
    assert not page.locator("[data-check]").is_visible()


def test_a_browser_without_ed25519_tells_so(open_page, shop):
    def forget(page):
        page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('no Ed25519'))")

    assert "chưa kiểm tra được chữ ký Ed25519" in result(open_page(shop.stamp("valid"), before=forget))


def test_who_saves_data_is_asked_first(open_page, shop):
    def save(page):
        page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")

    page = open_page(shop.stamp("valid"), before=save)
    page.wait_for_selector("[data-check]:not([hidden])")
    assert ticks(page) == [""] * 10
    page.locator("[data-check]").click()
    assert "tất cả khớp chữ ký" in result(page)


# -- the page for kept files ---------------------------------------------------------------------------------


def choose(page, text, vkey=""):
    page.wait_for_selector("[data-check-file]:not([hidden])")
    file = {"name": "proof.json", "mimeType": "application/json", "buffer": text.encode()}
    page.locator("#tep").set_input_files(file)
    if vkey:
        page.get_by_text("Khóa mà bạn tin").click()
        page.locator("#khoa").fill(vkey)
    page.get_by_role("button", name="Kiểm tra").click()
    return result(page)


def test_a_kept_file_is_checked_against_the_reader_s_own_key(open_page, shop, bundle):
    page = open_page("/verify/")
    vkey = shop.market.world.ledger.vkey.format()
    assert choose(page, json.dumps(bundle), vkey).startswith("Khớp: 15 bản ghi")
    assert ticks(page) == ["is-passed"] * 10


def test_a_kept_file_that_was_changed_fails_at_its_step(open_page, bundle):
    page = open_page("/verify/")
    assert "ở bước 10" in choose(page, forge(bundle, "a_credential_with_another_weight"))
    assert ticks(page)[9] == "is-failed"


def test_the_key_of_another_log_fails_a_kept_file(open_page, bundle):
    from signing.keys import PrivateKey, VerifierKey

    other = VerifierKey("so.example.vn/goc", PrivateKey.from_seed(bytes(32)).public_key).format()
    assert "ở bước 6" in choose(open_page("/verify/"), json.dumps(bundle), other)
