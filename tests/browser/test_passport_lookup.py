"""The lookup box with and without a scanner."""

import pytest

pytestmark = pytest.mark.browser

# Stands in for a browser that reads QR codes; headless Chromium has no such detector.
READER = """window.BarcodeDetector = class {
  static async getSupportedFormats() { return ['qr_code']; }
  async detect() { return [{ rawValue: 'HTTPS://SO.EXAMPLE.VN/S/%s' }]; }
};"""


def test_a_typed_code_leads_to_the_passport(open_page, shop):
    page = open_page("/")
    page.get_by_label("Mã trên tem").fill(shop.market.codes["valid"].lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{shop.stamp('valid')}")
    assert page.locator("h1").inner_text() == "Tem thật"


def test_the_scanner_is_offered_only_where_the_browser_can_read(open_page):
    page = open_page("/", before=lambda page: page.add_init_script("delete window.BarcodeDetector"))
    assert not page.locator("[data-scan]").is_visible()


def test_a_scanned_stamp_leads_to_the_passport(open_page, shop):
    code = shop.market.codes["valid"]
    page = open_page("/", before=lambda page: page.add_init_script(READER % code), permissions=["camera"])
    page.get_by_role("button", name="Quét bằng máy ảnh").click()
    page.wait_for_url(f"**{shop.stamp('valid')}")


def test_a_refused_camera_leaves_the_box(open_page, shop):
    refuse = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no'));"
    script = READER % shop.market.codes["valid"] + refuse
    page = open_page("/", before=lambda page: page.add_init_script(script))
    page.get_by_role("button", name="Quét bằng máy ảnh").click()
    page.get_by_text("Chưa mở được máy ảnh").wait_for()
    assert page.get_by_label("Mã trên tem").is_visible()
