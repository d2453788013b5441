"""The passport on a cheap phone: everything above the journey on one screen, readable in both schemes."""

import re

import pytest

from tests.support.screens import examine, keep_pictures

pytestmark = pytest.mark.browser

LANGUAGES = ("vi", "en")
STATES = ["valid", "seen_often", "scratch", "expired", "recalled", "voided", "not_activated", "unknown"]
SCHEMES = ["light", "dark"]

# For every visible text: its colour against the nearest opaque background, by WCAG 2.2's formula.
CONTRAST = """() => {
  const channel = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest(".skip")) continue;
    const style = getComputedStyle(element), back = ground(element);
    const ink = parse(style.color);
    let opacity = 1;
    for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    const shown = over([...ink.slice(0, 3), (ink[3] ?? 1) * opacity], back);
    const [a, b] = [light(shown), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${walker.currentNode.data.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""

SMALL_TARGETS = """() => [...document.querySelectorAll('button, .button, input, summary')]
  .filter((e) => e.checkVisibility())
  .map((e) => [e.textContent.trim() || e.name, e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 48 || box.width < 48)
  .map(([text]) => text)"""


@pytest.mark.parametrize("state", ["valid", "seen_often", "scratch", "expired", "recalled"])
def test_everything_above_the_journey_fits_one_screen(open_page, shop, state):
    page = open_page(shop.stamp(state))
    assert page.locator("#hanh-trinh").bounding_box()["y"] <= 640
    assert page.locator("h1").bounding_box()["y"] < 60


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_wider_than_the_screen(open_page, shop, state):
    page = open_page(shop.stamp(state), viewport={"width": 320, "height": 568}, may_fail=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("state", STATES)
def test_text_has_contrast(open_page, shop, state, scheme):
    page = open_page(shop.stamp(state), color_scheme=scheme, may_fail=True)
    assert page.evaluate(CONTRAST) == []


def test_axe_finds_nothing_on_a_passport_in_any_state(open_page, site, shop):
    page = open_page("/khong-co", may_fail=True)
    wrong = {}
    pages = {state: shop.stamp(state) for state in STATES}
    pages |= {"lot": shop.market.path, "report": f"/phan-anh{pages['valid']}"}
    for name, path in pages.items():
        for language in LANGUAGES:
            page.goto(f"{site}{path}?lang={language}")
            keep_pictures(page, "passport", name, language)
            wrong[name, language] = examine(page)
    assert {where: found for where, found in wrong.items() if found} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", ["/", "/verify/", "/khong-co"])
def test_other_pages_have_contrast_and_fit_too(open_page, path, scheme):
    page = open_page(path, color_scheme=scheme, may_fail=True)
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", ["/", "/verify/"])
def test_fingers_find_their_targets(open_page, path):
    assert open_page(path).evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("state", STATES)
def test_fingers_find_their_targets_on_a_passport(open_page, shop, state):
    assert open_page(shop.stamp(state), may_fail=True).evaluate(SMALL_TARGETS) == []


def test_the_passport_is_whole_without_script(open_page, shop):
    page = open_page(shop.stamp("valid"), java_script_enabled=False)
    assert page.locator("h1").inner_text() == "Tem thật"
    assert page.locator("#hanh-trinh li").count() == 6
    assert page.get_by_role("link", name="Tải bằng chứng").is_visible()
    assert page.get_by_text("Kiểm tra không cần trang này").is_visible()
    assert not page.locator("[data-check]").is_visible()
    assert not page.locator("[data-share]").is_visible()


def test_a_wide_screen_shows_the_goods_beside_their_story(open_page, shop):
    page = open_page(shop.stamp("valid"), viewport={"width": 1280, "height": 900})
    goods, story = page.locator(".facts").bounding_box(), page.locator("#hanh-trinh").bounding_box()
    assert goods["x"] + goods["width"] < story["x"]
    assert story["y"] < 300


def test_the_page_is_printed_on_two_sheets_of_a4_at_most(open_page, shop):
    page = open_page(shop.stamp("valid"))
    page.emulate_media(media="print")
    assert not page.locator("footer").is_visible()
    assert page.locator("h1").is_visible()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


def test_what_is_folded_opens_by_keys_and_a_certificate_by_its_name(open_page, shop):
    page = open_page(shop.stamp("valid"), java_script_enabled=False)
    paper = page.locator("#chung-nhan dl").first
    assert not paper.is_visible()
    page.get_by_role("link", name="VietGAP").first.click()
    paper.wait_for(state="visible")


def test_a_report_is_sent_without_script(open_page, shop):
    page = open_page(shop.stamp("valid"), java_script_enabled=False)
    page.get_by_role("link", name="Báo trang này sai").click()
    page.get_by_label("Tem này dán trên hàng khác").check()
    page.get_by_label("Kể thêm").fill("Dán trên cam, không phải nho")
    page.get_by_role("button", name="Gửi phản ánh").click()
    page.get_by_role("heading", name="Đã nhận phản ánh").wait_for()
    assert re.fullmatch("[0-9A-F]{4}-[0-9A-F]{4}", page.locator(".report__code").inner_text())
