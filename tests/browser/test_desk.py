"""The distributor's desk in a browser: the codes of a hand scanner, answered one by one, also later."""

import pytest
from playwright.sync_api import expect

from tests.support import hands
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import PATIENCE_MS
from tests.support.screens import PHONE, examine, keep_pictures

pytestmark = pytest.mark.browser

ANSWERED = "[data-desk-rows] .scan--good, [data-desk-rows] .scan--caution, [data-desk-rows] .scan--bad"


@pytest.fixture(scope="module")
def warehouse(sqlite_template, tmp_path_factory):
    """A console to whose distributor ten packs of a stamped lot are on their way; twelve codes of it."""
    with served_later() as (site, mount):
        for desk in open_desk(sqlite_template, tmp_path_factory.mktemp("warehouse"), public_url=site):
            mount(desk.app)
            lot = desk.world.stamped(12)
            desk.world.shipped(lot, 10)
            yield site, [desk.world.codec().format(number) for number in range(1, 13)]


@pytest.fixture
def page(browser, warehouse):
    context = browser.new_context(**PHONE)
    shown = context.new_page()
    hands.sign_in(shown, warehouse[0], "distributor")
    yield shown
    context.close()


def scan(page, *codes):
    """Type as a hand scanner does: a code and Enter, one after the other."""
    for code in codes:
        page.locator("#code").fill(code)
        page.locator("#code").press("Enter")


def answered(page, count):
    expect(page.locator(ANSWERED)).to_have_count(count, timeout=PATIENCE_MS)


def test_crates_are_scanned_one_after_the_other_and_signed_for(page, warehouse):
    _, codes = warehouse
    scan(page, *codes[:10], f"HTTPS://X/S/{codes[0]}", "rách")
    answered(page, 11)
    assert [one.inner_text() for one in page.locator("[data-desk-count]").all()] == ["9", "1", "1"]
    # The newest stand on top; what is not well says what to do.
    expect(page.locator(".scan--bad")).to_contain_text("Không tìm thấy mã này")
    expect(page.locator(".scan--caution")).to_contain_text("quét 2 lần")
    expect(page.locator("#code")).to_be_focused()
    assert examine(page) == []
    keep_pictures(page, "distributor", "kiem-tem-dang-quet")
    hands.press(page)
    expect(page.locator("h1")).to_have_text("Phiếu kiểm 11 mã", timeout=PATIENCE_MS)
    assert examine(page) == []
    hands.follow(page, page.get_by_role("link", name="Đếm và ký nhận"))
    assert page.locator("[name=counted]").input_value() == "9"
    # What was signed is not scanned anew.
    hands.go(page, f"{warehouse[0]}{HOME}")
    expect(page.locator("[data-desk-live]")).to_be_hidden()


def test_what_is_scanned_without_a_network_is_answered_later(page, warehouse):
    _, codes = warehouse
    scan(page, codes[10])
    answered(page, 1)
    page.context.set_offline(True)
    scan(page, codes[11])
    expect(page.locator("[data-desk-waiting]")).to_contain_text("mất mạng", timeout=PATIENCE_MS)
    page.context.set_offline(False)
    answered(page, 2)
    page.reload()
    hands.settle(page)
    answered(page, 2)
