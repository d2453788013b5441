"""Every screen in English: no Vietnamese word is left but what people wrote, names of places, and quotations.

The screens are those of ``test_every_screen.py``; where pictures are wanted, they lie beside the Vietnamese.
"""

import re

import pytest

from ledger.trace.sectors.reference import PROVINCES as PROVINCES_OF_TODAY
from tests.attacks.test_console_requests import OPEN
from tests.browser.test_every_screen import every_route, is_page, phone, sign_in  # noqa: F401  # fixtures
from tests.support import hands
from tests.support.hands import follow, go
from tests.support.screens import PHONE, examine, keep_pictures
from web.languages.choosing import COOKIE

pytestmark = pytest.mark.browser

LETTERS = re.compile("[À-ÖØ-öø-ỹ]")
# What is shown, with everything opened: texts outside of what is marked as Vietnamese or does not speak.
SHOWN = """() => {
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const quoted = (each) => each.closest('[lang="vi"], script, style, svg, datalist, textarea');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [document.title];
  while (walker.nextNode()) {
    if (!quoted(walker.currentNode.parentElement)) found.push(walker.currentNode.textContent.trim());
  }
  const spoken = /^(alt|aria-label|place.*er|title)$/;
  for (const each of document.body.querySelectorAll("*")) {
    const names = quoted(each) ? [] : each.getAttributeNames().filter((name) => spoken.test(name));
    for (const name of names) found.push(each.getAttribute(name));
  }
  return found.filter(Boolean);
}"""
THEIRS = (
    "Bà Tư",
    "Cửa hàng",
    "Công ty Phân phối Sen Xanh",
    "HTX Nho Đồi Mây",
    "Hiệu chuẩn cân",
    "Máy in kho",
    "Máy văn phòng",
    "Mẫu nho",
    "Ngăn mát",
    "Nguyễn Thị",
    "Nho hạ đen dập",
    "Nho hạ đen",
    "Phước Thuận",
    "Thôn Hiệp Hòa",
    "Phân của riêng hợp tác xã",
    "Tổ đóng gói",
    "Vùng nho",
    "Vườn nho số",
    "Xưởng đóng gói",
    "máy kế toán",
)
"""What the people of the tests' world wrote."""
OURS = (
    # Names, and what is written on things that stay Vietnamese.
    "Sổ Gốc",
    "Cốc Cốc",
    "Vườn na số 2",
    "HTX Na Tám",
    "Hướng dẫn",
    # The letter of a clause.
    ".đ",
    # Units that have no English name.
    "lạng",
    "yến",
    "tạ",
    "sào",
    "mẫu",
    "công",
    "đồng",
    # Examples of what is typed.
    "Quang Lang",
    "Việt Nam",
    "Sản lượng dự kiến",
    "Đà Nẵng",
    "Không có",
    "Thăn",
    "Lê Thị Hoa",
    "tổ trưởng, đóng gói",
    "Họ tên (name), Số điện thoại (telephone), Việc (work)",
)
PROVINCES = re.compile("|".join(province.name for province in PROVINCES_OF_TODAY))


def left_over(page):
    """The texts of a page in which a Vietnamese word is neither somebody's own nor a name."""
    texts = page.evaluate(SHOWN)
    known = sorted((*THEIRS, *OURS), key=len, reverse=True)
    left = []
    for text in texts:
        rest = PROVINCES.sub("", text)
        for word in known:
            rest = rest.replace(word, "")
        if LETTERS.search(rest):
            left.append(text)
    return left


@pytest.fixture
def english(browser):
    """``english(site, cookies)``: a page of an English telephone, English chosen for the console."""
    contexts = []

    def take(site, kept=()):
        context = browser.new_context(**{**PHONE, "locale": "en-GB"})
        contexts.append(context)
        context.add_cookies([*kept, {"name": COOKIE, "value": "en", "url": f"{site}/hop-tac-xa"}])
        return context.new_page()

    yield take
    for context in contexts:
        context.close()


@pytest.fixture
def read(english):
    """``read(site, who, cookies, paths)``: the pages with words left over, in English."""

    def go(site, who, kept, paths):
        page, wrong = english(site, kept), {}
        for path in paths:
            hands.go(page, f"{site}{path}")
            assert page.get_attribute("html", "lang") == "en", path
            wrong[path] = left_over(page)
            fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            wrong[path] += [] if fits else ["wider than the screen"]
            keep_pictures(page, who, path, "en")
        return {path: found for path, found in wrong.items() if found}

    return go


@pytest.mark.parametrize("part", range(2))
def test_no_route_of_the_console_has_vietnamese_words_left(read, phone, every_route, part):  # noqa: F811
    site, routes = every_route
    kept = sign_in(phone(), site, "manager")
    paths = [path for name, path in sorted(routes.items()) if name not in OPEN]
    assert len(paths) > 120
    assert read(site, "route", kept, paths[part::2]) == {}


def test_the_door_is_english_too(read, every_route):  # noqa: F811
    site, routes = every_route
    assert read(site, "nobody", (), [path for name, path in routes.items() if name in OPEN]) == {}


def test_public_pages_are_english_too(read, site, shop):
    stamps = [f"/s/{code}" for code in shop.market.codes.values()]
    known = ("Phân hữu cơ vi sinh", "Bọ trĩ", "Trung tâm Chứng nhận", "in nhòe", "dư lượng", "không ăn")
    left = read(site, "public", (), ["/", "/verify/", *stamps, shop.market.path, "/khong-co"])
    assert {
        path: texts
        for path, found in left.items()
        if (texts := [text for text in found if not any(word in text for word in known)])
    } == {}


def test_axe_finds_nothing_on_english_pages(english, phone, every_route):  # noqa: F811
    site, routes = every_route
    page = english(site, sign_in(phone(), site, "manager"))
    for name in ("console.home", "console.account", "console.components", "console.start_season"):
        go(page, f"{site}{routes[name]}")
        assert examine(page) == [], name


def test_a_person_switches_and_the_scripts_follow(phone, every_route):  # noqa: F811
    site, routes = every_route
    page = phone(sign_in(phone(), site, "manager"))
    page.set_viewport_size(PHONE["viewport"])
    go(page, f"{site}{routes['console.account']}")
    follow(page, page.get_by_role("button", name="English"))
    page.wait_for_selector("h1:has-text('Account')")
    go(page, f"{site}{routes['console.start_season']}")
    assert page.locator("[data-lunar-said]").first.inner_text().startswith("lunar")
    go(page, f"{site}{routes['console.account']}")
    follow(page, page.get_by_role("button", name="Tiếng Việt"))
    page.wait_for_selector("h1:has-text('Tài khoản')")
