"""A real Chromium against a real server on a free port."""

import shutil
from datetime import UTC, datetime

import pytest

from tests.support.cut_line import cut_line
from tests.support.desk import open_desk, served_later
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
LARGE_PHONE = {"width": 360, "height": 740}
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


@pytest.fixture
def field(sqlite_template, tmp_path):
    """The desk over a new world, behind a line that can be cut."""
    with served_later() as (address, mount), cut_line(address) as line:
        for desk in open_desk(sqlite_template, tmp_path, public_url=line.address):
            # The phone's own clock is the real one, and tells which day is today.
            desk.world.clock.now = datetime.now(UTC).replace(microsecond=0)
            desk.world.season()
            mount(desk.app)
            yield desk, line


@pytest.fixture
def phone(browser, tmp_path):
    """``phone()``: the browser of one phone, its storage kept in between; closed before the next."""
    kind, opened = browser.browser_type, []

    def start():
        context = kind.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=CHROMIUM,
            args=list(FLAGS),
            viewport=LARGE_PHONE,
            locale="vi-VN",
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield start
    for context in opened:
        context.close()
