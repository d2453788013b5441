"""A real Chromium against a real server on a free port."""

import shutil
from datetime import UTC, datetime

import pytest

from tests.support.cut_line import cut_line
from tests.support.desk import open_desk, served_later
from tests.support.hands import PATIENCE_MS, WITHOUT_SCRIPT, settle
from tests.support.serving import served, slow_words
from tests.support.shop import open_shop

# The shell has no windows, tabs and menus to keep up, and needs a quarter of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A browser without service workers, as in private windows: nothing is fetched in the background, and no page
# is an older copy. What phones do with them is the matter of the tests that ask for ``is_app``.
NO_WORKER = "Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined });"
SLOWER = 6
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
        playwright.expect.set_options(timeout=PATIENCE_MS)
        opened = running.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield Chromium(opened)
        opened.close()


class Chromium:
    """Playwright's browser: its pages have patience, and are an application only where one asks for it."""

    def __init__(self, opened) -> None:
        self._opened = opened
        self.browser_type = opened.browser_type

    def new_context(self, *, is_app=False, **options):
        """A telephone of its own; ``is_app``: the console keeps its pages on it."""
        context = self._opened.new_context(**options)
        if not options.get("java_script_enabled", True):
            WITHOUT_SCRIPT.add(context)
        if not is_app:
            context.add_init_script(NO_WORKER)
        return patient(context)

    def new_page(self, **options):
        """A page on a telephone of its own."""
        return self.new_context(**options).new_page()


def patient(context):
    """Nothing that takes long is a failure; where ``SOGOC_TEST_SLOW`` asks for it, everything takes long."""
    context.set_default_timeout(PATIENCE_MS)
    if "cpu" in slow_words():
        context.on("page", slow_down)
        for page in context.pages:
            slow_down(page)
    return context


def slow_down(page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


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
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if not may_fail:
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        if before is not None:
            before(page)
        page.goto(f"{address}{path}")
        settle(page)
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
        opened.append(context)
        return patient(context)

    yield start
    for context in opened:
        context.close()
