"""A day at work on a phone of 360 × 740, from the door to the door, with a picture of every step.

Pictures are kept where ``SOGOC_SCREENSHOTS`` names a folder: ``day-<who>-<number>-<what>.png``.
"""

from typing import Any

from tests.support import hands
from tests.support.desk import HOME
from tests.support.screens import MAX_HEIGHT, pictures_wanted
from tests.support.world import SECRET

PHONE = {"width": 360, "height": 740}
COUNT_TAPS = """addEventListener('pointerdown', (event) => {
  if (event.isTrusted) sessionStorage.setItem('taps', Number(sessionStorage.getItem('taps')) + 1);
}, true)"""
"""What a finger does: a label that passes its click on to its box was tapped once."""
_STICKS_OUT = """() => [...document.querySelectorAll('main *, header *')]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1
    && !e.closest('[data-scrolls], .scroll, table'))
  .map((e) => e.outerHTML.slice(0, 100)).slice(0, 3)"""


class Day:
    """Somebody's phone from signing in to signing out. ``page`` is Playwright's."""

    def __init__(self, page: Any, who: str, address: str) -> None:
        self.page, self._who, self._address, self._seen = page, who, address, 0

    # -- the doors -------------------------------------------------------------------------------------

    def sign_in(self, login: str, secret: str = SECRET) -> None:
        """Type what one signs in with at the door."""
        self.look("door")
        self.page.get_by_label("Số điện thoại hoặc tên đăng nhập").fill(login)
        self.page.get_by_label("Mã PIN hoặc mật khẩu").fill(secret)
        self.press()
        self.page.wait_for_url(f"**{HOME}")
        self.look("home")

    def sign_out(self) -> None:
        """Leave by the account's page; the way back asks who one is."""
        self.tap("Tài khoản", name="account")
        hands.follow(self.page, self.page.get_by_role("button", name="Đăng xuất"))
        self.page.get_by_role("heading", level=1, name="Đăng nhập").wait_for()
        self.home()
        self.page.get_by_role("heading", level=1, name="Đăng nhập").wait_for()
        assert self.page.get_by_role("link", name="Tài khoản").count() == 0

    # -- moving on -------------------------------------------------------------------------------------

    def home(self) -> None:
        """Open the app again, as its picture on the phone does."""
        hands.go(self.page, f"{self._address}{HOME}")

    def open(self, group: str) -> None:
        """Open a group of links on the first page."""
        if not self.page.locator("details.group[open]", has_text=group).count():
            self.page.locator("details.group summary", has_text=group).click()

    def tap(self, link: str, *, name: str = "", exact: bool = False) -> None:
        """Follow a link by its words."""
        self.follow(self.page.get_by_role("link", name=link, exact=exact).first)
        if name:
            self.look(name)

    def follow(self, pressed: Any) -> None:
        """Press a locator that leads to another page."""
        hands.follow(self.page, pressed)

    def press(self) -> None:
        """Press the page's one action, where the thumb is."""
        hands.press(self.page)

    def done(self, name: str, heading: str = "Đã ghi vào sổ") -> None:
        """Press the action; the page that follows says that it is done."""
        self.look(f"{name}-asked")
        self.press()
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        self.look(name)

    # -- looking ---------------------------------------------------------------------------------------

    def look(self, name: str) -> None:
        """Nothing of the page sticks out of the screen and it has one title; its picture is kept."""
        page = self.page
        page.locator("h1").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, page.url)
        assert page.evaluate(_STICKS_OUT) == [], (name, page.url)
        assert page.locator("h1:visible").count() == 1, (name, page.url)
        self._seen += 1
        folder = pictures_wanted()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            # As high as the page, so that what keeps to the screen's end does not lie across it.
            height = min(page.evaluate("document.documentElement.scrollHeight"), MAX_HEIGHT)
            page.set_viewport_size({**PHONE, "height": max(PHONE["height"], height)})
            page.screenshot(path=folder / f"day-{self._who}-{self._seen:02d}-{name}.png")
            page.set_viewport_size(PHONE)
