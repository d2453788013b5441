"""What a hand does in a browser: press, and wait until the next page stands.

A form of the console is kept on the phone before it is sent, so a press comes back long before the page has
changed, and whatever a test does next would still be done to the page that goes. Everything that leads to
another page is pressed by ``follow`` or ``press``.
"""

from typing import Any
from weakref import WeakSet

from tests.support.desk import HOME
from tests.support.world import SECRET

PATIENCE_MS = 30_000
"""How long a browser test waits for anything: a slow machine is no failure."""
WITHOUT_SCRIPT: WeakSet[Any] = WeakSet()
"""The contexts in which no script runs."""

MAIN = ".thumb .button--main"
"""The page's one action, where the thumb is."""

# Pages of the console have a manifest; what a phone has kept says since when.
_NEWEST = "html[data-js]:not([data-saved-at]), html:not(:has(link[rel=manifest]))"
_NEWER_IS_THERE = "[data-saved-fresh]:not([hidden]) a"


def settle(page: Any) -> None:
    """Wait until the page stands: loaded, its script at work, and no kept copy that a newer one replaces."""
    page.wait_for_load_state()
    if page.context in WITHOUT_SCRIPT:
        return
    newer = page.locator(_NEWER_IS_THERE)
    page.locator(_NEWEST).or_(newer).first.wait_for(state="attached")
    # What is filled in from a mark in the address would be lost with it.
    if newer.count() and "#" not in page.url:
        follow(page, newer)


def follow(page: Any, pressed: Any) -> None:
    """Press what leads to another page, and wait until that stands."""
    with page.expect_navigation():
        pressed.click()
    settle(page)


def press(page: Any) -> None:
    """Press the page's one action and wait until the page that follows stands."""
    follow(page, page.locator(MAIN))


def go(page: Any, address: str) -> None:
    """Type an address, and wait until its page stands."""
    page.goto(address)
    settle(page)


def reload(page: Any) -> None:
    """Open the page anew, and wait until it stands."""
    page.reload()
    settle(page)


def sign_in(page: Any, site: str, login: str, secret: str = SECRET) -> None:
    """Come in by the door, and wait for the first page."""
    page.goto(f"{site}{HOME}dang-nhap")
    page.locator("#login").fill(login)
    page.locator("#secret").fill(secret)
    press(page)
    page.locator(".top__who").wait_for()
