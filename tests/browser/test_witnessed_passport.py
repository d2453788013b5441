"""The passport of a witnessed log in a browser: who witnessed is named, checked, and fits a small screen."""

import json

import pytest

from ledger.log.witnesses import WitnessKey
from signing.keys import PrivateKey
from tests.browser.test_passport_looks import CONTRAST, SCHEMES, SMALL_TARGETS
from tests.support.serving import served
from tests.support.witnessed_shop import open_witnessed_shop
from tests.web.test_witnessed_pages import WITNESS_FORGERIES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def witnessed(sqlite_template, tmp_path_factory):
    yield from open_witnessed_shop(sqlite_template, tmp_path_factory.mktemp("witnessed"))


@pytest.fixture(scope="module")
def shop(witnessed):
    return witnessed.shop


@pytest.fixture(scope="module")
def site(witnessed):
    with served(witnessed.app) as address:
        yield address


@pytest.fixture
def bundle(witnessed):
    return witnessed.client.get(f"{witnessed.shop.market.path}/bundle").json


def result(page):
    page.wait_for_selector("[data-result]:not([hidden])")
    return page.locator("[data-result]").inner_text()


def step(page, number):
    return page.locator("[data-steps] > li").nth(number - 1)


def test_steps_7_and_8_name_who_witnessed_and_are_checked_here(open_page, shop):
    page = open_page(shop.stamp("valid"))
    assert "tất cả khớp chữ ký" in result(page)
    told = step(page, 7).inner_text()
    assert "2 trên 2 bên làm chứng đã xác nhận: Liên minh HTX Ninh Thuận (" in told
    assert "Siêu thị Bến Thành (" in told
    assert "Đã kiểm chữ ký của 2 bên, theo khóa trong tệp." in told
    assert step(page, 7).get_attribute("class") == "is-passed"
    assert "Độ mới: sổ được xác nhận lúc" in step(page, 8).inner_text()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_fits_a_small_screen_and_can_be_read(open_page, shop, scheme):
    page = open_page(shop.stamp("valid"), color_scheme=scheme)
    result(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(SMALL_TARGETS) == []


def test_a_false_cosignature_turns_the_verdict(open_page, shop, bundle):
    WITNESS_FORGERIES["a_false_cosignature"][1](bundle)
    text = json.dumps(bundle)
    page = open_page(
        shop.stamp("valid"),
        before=lambda page: page.route("**/bundle", lambda route: route.fulfill(body=text)),
    )
    assert "Kiểm tra không đạt ở bước 7" in result(page)
    assert page.locator("h1").inner_text() == "Dữ liệu không khớp chữ ký"


VERIFY = """async ([texts, options]) => {
  const { verifyBundle } = await import('/static/js/verify.js');
  const told = {};
  for (const [name, text] of Object.entries(texts)) {
    told[name] = await verifyBundle(text, options).then(() => 0, (error) => error.step ?? String(error));
  }
  return told;
}"""


def test_every_forged_file_fails_at_its_step(open_page, bundle):
    texts = {}
    for name, (_, change) in WITNESS_FORGERIES.items():
        forged = json.loads(json.dumps(bundle))
        change(forged)
        texts[name] = json.dumps(forged)
    told = open_page("/").evaluate(VERIFY, [texts, {}])
    steps = {name: number for name, (number, _) in WITNESS_FORGERIES.items()}
    # A key that is none is noticed in the browser when it is used.
    assert told == {**steps, "a_witness_key_of_another_id": 7}


def test_the_reader_s_own_policy_decides(open_page, witnessed, bundle):
    page, texts = open_page("/"), {"bundle": json.dumps(bundle)}
    keys = [key.format() for key in witnessed.keys]
    stranger = WitnessKey("khac.example", PrivateKey.from_seed(bytes(32)).public_key).format()
    for options, expected in (
        ({"witnesses": keys}, 0),
        ({"witnesses": [*keys, stranger], "quorum": 2}, 0),
        ({"witnesses": [*keys, stranger]}, 7),
        ({"witnesses": [stranger]}, 7),
        # The market's clock is months away from the browser's.
        ({"witnesses": keys, "maxAgeHours": 24}, 8),
        ({"maxAgeHours": 24}, 8),
    ):
        assert page.evaluate(VERIFY, [texts, options]) == {"bundle": expected}


def test_a_kept_file_is_checked_against_the_reader_s_own_witnesses(open_page, witnessed, bundle):
    page = open_page("/verify/")
    page.wait_for_selector("[data-check-file]:not([hidden])")
    file = {"name": "proof.json", "mimeType": "application/json", "buffer": json.dumps(bundle).encode()}
    page.locator("#tep").set_input_files(file)
    page.get_by_text("Khóa mà bạn tin").click()
    page.locator("#lam-chung").fill("\n".join(key.format() for key in witnessed.keys))
    page.get_by_role("button", name="Kiểm tra").click()
    assert result(page).startswith("Khớp:")
    assert "Liên minh HTX Ninh Thuận: " in step(page, 7).inner_text()
    assert "theo khóa trong tệp" not in step(page, 7).inner_text()
    stranger = WitnessKey("khac.example", PrivateKey.from_seed(bytes(32)).public_key).format()
    page.locator("#lam-chung").fill(stranger)
    page.get_by_role("button", name="Kiểm tra").click()
    page.wait_for_selector("[data-steps] > li.is-failed")
    assert step(page, 7).get_attribute("class") == "is-failed"
