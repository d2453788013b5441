"""The code under the foil on a cheap phone, without script: folded away, typed, answered."""

import pytest

from ledger.coop.scans.scratch import open_scratch_codec
from tests.browser.test_passport_looks import CONTRAST, SCHEMES, SMALL_TARGETS
from tests.support.hands import follow

pytestmark = pytest.mark.browser


@pytest.fixture
def code(shop):
    number = shop.app.extensions["sogoc"].codes.parse(shop.market.codes["scratch"])
    return shop.market.world.read(open_scratch_codec, shop.market.world.ledger.vault).format(number)


@pytest.fixture
def told(open_page, shop):
    """``told(typed, …)``: the page that answers."""

    def tell(typed, **options):
        page = open_page(shop.stamp("scratch"), **options)
        page.get_by_text("Kiểm tra mã cào").first.click()
        page.get_by_label("Mã dưới lớp cào").fill(typed)
        follow(page, page.get_by_role("button", name="Kiểm tra mã cào"))
        return page

    return tell


def test_a_code_is_told_without_script(told, code):
    first = told(code.lower(), java_script_enabled=False)
    again = told(code, java_script_enabled=False)
    assert first.locator("h1").inner_text() == again.locator("h1").inner_text() == "Tem thật"
    assert again.locator("h2").inner_text().startswith("Mã cào đã được dùng lần đầu ngày ")
    follow(again, again.get_by_role("link", name="Xem trang của tem"))
    assert again.locator("#hanh-trinh").is_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_wrong_code_may_be_typed_again_at_once(told, scheme):
    page = told("1234", color_scheme=scheme, may_fail=True)
    assert page.locator("h2").inner_text() == "Mã cào chưa đúng"
    assert page.get_by_label("Mã dưới lớp cào").input_value() == "1234"
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
