"""The verifier as one file, opened from a disk: true proofs, attacked ones, stamps, no network."""

import json

import pytest

from ledger.trace.bundles.seals import printed_seal
from signing.keys import PrivateKey, VerifierKey
from tests.support.forged_bundles import FORGERIES, forge
from tests.support.stamp_texts import stamp_texts
from web.inlining import inline_script

pytestmark = pytest.mark.browser

HALF_A_CHARACTER = "an_entry_with_half_a_character"
"""Cannot travel to the browser as text."""


@pytest.fixture(scope="session")
def bundle(shop):
    return shop.client.get(f"{shop.market.path}/bundle").json


@pytest.fixture(scope="session")
def shorts(shop):
    """The characters of the valid lot's seal and of the recalled one's."""
    market = shop.market
    return [market.world.read(printed_seal, lot) for lot in (market.lot, market.recalled_lot)]


@pytest.fixture
def open_file(shop, open_page, tmp_path):
    """The file as it is handed out, opened from a folder of one's own."""

    def open_(*, text=None, before=None):
        file = tmp_path / "kiem-tra.html"
        file.write_text(text or shop.client.get("/kiem-tra.html").text, encoding="utf-8")
        page = open_page("", address=file.as_uri(), before=before, may_fail=True)
        page.wait_for_selector("[data-check-file]:not([hidden])")
        return page

    return open_


def check(page, *, text=None, stamp="", vkey=""):
    """Fill in and press; what the page says then."""
    page.evaluate("document.querySelector('[data-result]').hidden = true")
    if text is not None:
        file = {"name": "proof.json", "mimeType": "application/json", "buffer": text.encode()}
        page.locator("#tep").set_input_files(file)
    page.locator("#tem").fill(stamp)
    page.evaluate("vkey => { document.querySelector('#khoa').value = vkey; }", vkey)
    page.get_by_role("button", name="Kiểm tra").click()
    page.wait_for_selector("[data-result]:not([hidden])")
    return page.locator("[data-result]").inner_text()


def marks(page):
    return page.eval_on_selector_all(
        "[data-steps] > li:not([hidden])", "items => items.map((item) => item.className)"
    )


def test_a_proof_file_is_checked_without_any_network(open_file, bundle):
    def cut(page):
        page.route("http*://**", lambda route: route.abort())

    page = open_file(before=cut)
    assert check(page, text=json.dumps(bundle)).startswith("Khớp: 15 bản ghi")
    assert marks(page) == ["is-passed"] * 10
    assert "Đúng khóa đi kèm trang" in page.locator("[data-steps]").inner_text()
    facts = page.locator("[data-facts]").inner_text()
    assert "Nho hạ đen" in facts
    assert "HTX Nho Đồi Mây" in facts
    page.get_by_text("Dán nội dung tệp").click()
    page.locator("#dan-tep").fill(forge(bundle, "an_entry_with_another_word"))
    assert "ở bước 2" in check(page)
    assert not page.locator("[data-facts]").is_visible()


def test_an_attacked_file_is_refused_at_its_step(open_file, bundle):
    page = open_file()
    for name in ("not_json", "another_entry_before", "a_proof_cut_short", "a_step_left_out", "no_credential"):
        assert f"ở bước {FORGERIES[name][0]}." in check(page, text=forge(bundle, name))


def test_the_modules_in_one_script_refuse_what_every_verifier_refuses(open_file, shop, bundle, shorts):
    texts = {name: forge(bundle, name) for name in FORGERIES if name != HALF_A_CHARACTER}
    stamps = stamp_texts(shop.market.codes["valid"], *shorts)
    harness = """async ({script, bundle, texts, stamps}) => {
      const verify = await new Function(`return (async () => {${script}\\nreturn verifyBundle; })()`)();
      const step = (text, stamp) => verify(text, {stamp}).then(() => 0, (error) => error.step);
      const told = {forged: {}, stamps: {}};
      for (const [name, text] of Object.entries(texts)) told.forged[name] = await step(text, null);
      for (const [name, stamp] of Object.entries(stamps)) told.stamps[name] = await step(bundle, stamp);
      return told;
    }"""
    told = open_file().evaluate(
        harness,
        {
            "script": inline_script("verify.js"),
            "bundle": json.dumps(bundle),
            "texts": texts,
            "stamps": {name: text for name, (text, _) in stamps.items()},
        },
    )
    assert told["forged"] == {name: FORGERIES[name][0] for name in texts}
    assert told["stamps"] == {name: step for name, (_, step) in stamps.items()}


def test_a_scanned_stamp_is_asked_of_its_own_host(open_file, shop, site, shorts):
    page, code = open_file(), shop.market.codes["valid"]
    assert check(page, stamp=f"{site.upper()}/S/{shorts[0]}{code}").startswith("Khớp: 15 bản ghi")
    assert marks(page) == ["is-passed"] * 11
    assert f"Máy chủ {site.removeprefix('http://')} nói: Tem thật" in page.locator("main").inner_text()
    assert "bị tráo" in check(page, stamp=f"{site}/s/{shorts[1]}{code}")
    assert marks(page)[10] == "is-failed"
    assert "chỉ là lời của máy chủ" in check(page, stamp=f"{site}/s/{shop.market.codes['not_activated']}")
    check(page, stamp=f"{site}/s/{shop.market.codes['recalled']}")
    assert "Hàng đang bị thu hồi" in page.locator("[data-alarms]").inner_text()
    assert marks(page)[10] == "is-warned"


def test_a_host_that_does_not_answer_proves_nothing(open_file, shop):
    page = open_file()
    assert "Chưa hỏi được máy chủ 127.0.0.1:9" in check(page, stamp=f"http://127.0.0.1:9/s/{'0' * 13}")
    assert "Chưa đọc được mã tem" in check(page, stamp="https://sogoc.vn/what")
    assert "is-passed" not in marks(page)


def test_a_log_s_key_is_pinned_at_first_sight_and_another_is_refused(open_file, shop, bundle):
    made = shop.client.get("/kiem-tra.html").text
    known = shop.market.world.ledger.vkey.format()
    page = open_file(text=made.replace(f'[{{"vkey": "{known}", "witnesses": []}}]', "[]"))
    assert "Khớp" in check(page, text=json.dumps(bundle))
    assert "Lần đầu gặp sổ này" in page.locator("[data-steps]").inner_text()
    page.reload()
    page.wait_for_selector("[data-check-file]:not([hidden])")
    assert "Khớp" in check(page, text=json.dumps(bundle))
    assert "Đúng khóa đã ghim" in page.locator("[data-steps]").inner_text()
    page.get_by_text("Khóa mà bạn tin").click()
    page.get_by_role("button", name="Bỏ ghim").click()
    other = VerifierKey("so.example.vn/goc", PrivateKey.from_seed(bytes(32)).public_key).format()
    pinned = json.dumps({"so.example.vn/goc": {"vkey": other, "witnesses": [], "since": "2026-01-01"}})
    page.evaluate("pinned => localStorage.setItem('sogoc-trust', pinned)", pinned)
    assert "khác khóa đã ghim" in check(page, text=json.dumps(bundle))
