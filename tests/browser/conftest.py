"""A real Chromium against a real server on a free port."""

import shutil

import pytest

from tests.support.serving import served
from tests.support.shop import open_shop

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
# A name that is not this machine to the browser: no secure context, as on a farm's own network.
ELSEWHERE = "so-goc.example"


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        arguments = [*FLAGS, *CAMERA, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"]
        opened = running.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def shop(sqlite_template, tmp_path_factory):
    yield from open_shop(sqlite_template, tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def site(shop):
    """The address of the shop's pages, served by threads of this process."""
    with served(shop.app) as address:
        yield address


@pytest.fixture
def open_page(browser, site):
    """``open_page(path, **context options)`` on a phone; what goes wrong in a page fails the test."""
    contexts, wrong = [], []

    def open_(path, *, before=None, address=site, may_fail=False, **options):
        context = browser.new_context(
            **{"viewport": {"width": 360, "height": 640}, "locale": "vi-VN", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if not may_fail:
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        if before is not None:
            before(page)
        page.goto(f"{address}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []
