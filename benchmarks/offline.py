"""The console's first page on a phone whose browser was just opened: without a network, beside with one.

Chromium starts anew for each opening, so the service worker does too; counted is from asking for the page
until it is drawn and its forms can be kept. The server is granian as `sogoc serve` starts it; to be without a
network it is stopped. Where there is no Chromium or no Playwright, only the weight is measured.
"""

from __future__ import annotations

import gzip
import importlib
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._cooperative import Cooperative, _found
from benchmarks._rounds import row
from benchmarks._server import running, settings_for
from ledger.coop.actors import Role
from ledger.coop.people.accounts import CreateAccount, create_account
from ledger.log.unit import Unit
from web.config import load_config
from web.console.offline.offline import parts
from web.founding import found_ledger
from web.templating import STATIC

AIM_MS = 1_000
ROUNDS = 5
DIARY_ENTRIES = 24
LOGIN, SECRET = "ghi.so", "cho-so-goc-2026"
HOME = "/hop-tac-xa/"
PHONE = {"width": 360, "height": 640}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
)
WAIT_MS = 60_000


def run(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Milliseconds until the first page is there, with and without a network; what the console weighs."""
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name:
        folder = Path(name)
        settings = _settle(folder / "data")
        files = [_file_of(part).read_bytes() for part in parts()]
        weight = row(
            "offline", "styles and modules that a phone keeps, compressed",
            sum(len(gzip.compress(file)) for file in files) / 1024, "KB",
            against=("as they are", sum(map(len, files)) / 1024),
        )  # fmt: skip
        return [*_openings(folder, settings, rounds), weight]


def _file_of(address: str) -> Path:
    return STATIC / re.sub(r"^/static/(v-[0-9a-f]+/)?", "", address).partition("?")[0]


def _openings(folder: Path, settings: dict[str, str], rounds: int) -> Iterator[dict[str, Any]]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        playwright = importlib.import_module("playwright.sync_api")
    except ImportError:
        return
    if chromium is None:
        return
    with playwright.sync_playwright() as browsers:
        phone = _Phone(browsers.chromium, chromium, folder / "phone", settings["SOGOC_PUBLIC_URL"])
        with running(settings):
            phone.keep_pages()
            online = [phone.open_home() for _ in range(rounds)]
        offline = [phone.open_home() for _ in range(rounds)]
    for name, ours, theirs in (
        ("first page in a browser just opened, no network", median(offline), median(online)),
        ("the slowest of these", max(offline), max(online)),
    ):
        yield row(
            "offline", name, ours, "ms",
            against=("with a network", theirs), aim=f"≤ {AIM_MS:,} ms", met=ours <= AIM_MS,
        )  # fmt: skip


class _Phone:
    """A browser with a profile of its own, closed between two openings."""

    def __init__(self, kind: Any, chromium: str, profile: Path, address: str) -> None:
        self._kind, self._chromium, self._profile, self._address = kind, chromium, profile, address

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        context = self._kind.launch_persistent_context(
            str(self._profile),
            executable_path=self._chromium,
            args=list(FLAGS),
            viewport=PHONE,
            locale="vi-VN",
        )
        try:
            context.set_default_timeout(WAIT_MS)
            yield context.pages[0]
        finally:
            context.close()

    def keep_pages(self) -> None:
        """Sign in and wait until the pages are kept."""
        with self._opened() as page:
            page.goto(f"{self._address}{HOME}")
            page.get_by_label("Tên đăng nhập").fill(LOGIN)
            page.get_by_label("Mật khẩu").fill(SECRET)
            page.locator(".thumb .button--main").click()
            page.locator(".top__who").wait_for()
            page.goto(f"{self._address}{HOME}")
            page.locator("html[data-kept]").wait_for()

    def open_home(self) -> float:
        """Open the browser; milliseconds until the first page is there."""
        with self._opened() as page:
            begin = time.perf_counter()
            page.goto(f"{self._address}{HOME}", wait_until="commit")
            page.locator("h1").first.wait_for()
            page.locator("html[data-queue-ready]").wait_for()
            taken = time.perf_counter() - begin
            page.wait_for_load_state("networkidle")
            return 1_000 * taken


def _settle(folder: Path) -> dict[str, str]:
    """A ledger with one cooperative, its diary, and a recorder who can sign in: the server's settings."""
    folder.mkdir()
    settings = settings_for(folder, "")
    settings["SOGOC_PUBLIC_URL"] = f"http://127.0.0.1:{settings['SOGOC_PORT']}"
    ledger = found_ledger(load_config(settings))
    try:
        coop: Cooperative = ledger.write(_found, ledger)
        coop.record_many(0, DIARY_ENTRIES)
        ledger.write(_add_recorder, coop)
    finally:
        ledger.database.close()
    return settings


def _add_recorder(unit: Unit, coop: Cooperative) -> None:
    who = coop.manager
    roles = frozenset({Role.RECORDER})
    create_account(unit, CreateAccount(who.organisation, LOGIN, SECRET, roles, who.member_id))
