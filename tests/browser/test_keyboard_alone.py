"""A day of work without touching the screen: signing in, a step, packing, signing out, by keys alone."""

import pytest

from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import go, settle
from tests.support.world import SECRET

pytestmark = pytest.mark.browser

ACTIVE = """() => { const e = document.activeElement;
  if (e === document.body) return null;
  return [e.labels?.[0]?.textContent, e.getAttribute('aria-label'), e.textContent].filter(Boolean).join(' ')
    .replace(/\\s+/g, ' ').trim(); }"""
RINGED = """() => { const e = document.activeElement;
  return [e, e.closest('label'), e.closest('p')?.querySelector('label')].filter(Boolean)
    .some((x) => getComputedStyle(x).outlineStyle !== 'none'); }"""
MOST_STOPS = 60


@pytest.fixture(scope="module")
def site(sqlite_template, tmp_path_factory):
    """A cooperative with a season to harvest."""
    with served_later() as (address, mount):
        for desk in open_desk(sqlite_template, tmp_path_factory.mktemp("keys"), public_url=address):
            mount(desk.app)
            desk.world.season(days=90)
            yield address


@pytest.fixture
def keys(browser, site):
    """A page and nothing but its keyboard."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    go(page, f"{site}{HOME}")
    yield page
    context.close()


def go_to(page, words):
    """Tab to what is called so; every stop on the way shows where one is."""
    for _ in range(MOST_STOPS):
        said = page.evaluate(ACTIVE)
        assert said is None or page.evaluate(RINGED), f"nothing shows that the keyboard is at {said!r}"
        if said is not None and words in said:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never comes to {words!r}; last at {said!r}")


def write(page, words, text):
    go_to(page, words)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def press(page, words, heading):
    go_to(page, words)
    enter(page, heading)


def enter(page, heading):
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # Until its script has run, a page shows questions that only another answer makes sense of.
    settle(page)
    page.get_by_role("heading", level=1, name=heading).wait_for()


def test_a_day_by_keyboard_alone(keys):
    write(keys, "tên đăng nhập", "team_lead")
    write(keys, "mật khẩu", SECRET)
    enter(keys, "Việc cần quyết hôm nay")

    go_to(keys, "Ngoài đồng")
    keys.keyboard.press("Enter")
    press(keys, "Vụ đang làm", "Vụ đang làm")
    press(keys, "Nho hạ đen", "Nho hạ đen")
    press(keys, "Thu hoạch", "Thu hoạch")
    write(keys, "Sản lượng thu", "120,5")
    press(keys, "Ghi vào sổ", "Đã ghi vào sổ")

    press(keys, "Đóng gói", "Đóng gói")
    go_to(keys, "500 g")
    keys.keyboard.press("Space")
    press(keys, "Chỉ ghi đóng gói", "Đã ghi vào sổ")

    press(keys, "Tài khoản", "Tài khoản")
    press(keys, "Đăng xuất", "Đăng nhập")


def test_the_way_past_the_bar_is_the_first_stop(keys):
    write(keys, "tên đăng nhập", "packer")
    write(keys, "mật khẩu", SECRET)
    enter(keys, "Hàng chờ đóng gói")
    go_to(keys, "Tới nội dung")
    keys.keyboard.press("Enter")
    assert keys.url.endswith("#noi-dung")
