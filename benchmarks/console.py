"""The console of a large cooperative, page by page: how long the server takes, and what a telephone loads.

300 members, 2,000 plots with a season each, 100,000 entries. The pages are those that anybody can open
without naming a thing, and one of each kind that names one. In this process, without a network.
"""

from __future__ import annotations

import gzip
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from benchmarks._cooperative import BASE, Cooperative, _found
from benchmarks._rounds import row, set_apart
from benchmarks._server import settings_for
from ledger.coop.actors import Role
from ledger.coop.field.diary import record_step
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.people.accounts import CreateAccount, create_account
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.log.unit import Unit
from web.app import create_app
from web.config import load_config
from web.console.blueprint import PREFIX
from web.founding import found_ledger

AIM_MS, AIM_BYTES = 100, 50 * 1024
UNIT = 500
ROUNDS = 3
LOGIN, SECRET = "quanly", "do-nhanh-2026"
# Files rather than pages: they are made for the printer or another program, and say so.
FILES = frozenset(
    {"text/calendar", "application/pdf", "application/zip", "application/json", "text/csv", "image/png"}
)
ASSETS = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"')
IMPORTS = re.compile(rb'from "(\./[a-z_]+\.js)"|import "(\./[a-z_]+\.js)"')


@dataclass(frozen=True, slots=True)
class Office:
    """A signed-in manager's browser, and a season to look at."""

    app: Flask
    client: FlaskClient
    season: str


def run(members: int = 300, plots: int = 2_000, entries: int = 100_000) -> list[dict[str, Any]]:
    """The slowest and the heaviest page of the console, and the median of all."""
    with (
        tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name,
        office(Path(name), members, plots, entries) as opened,
    ):
        paths = list(pages(opened))
        with set_apart():
            took = {path: time_page(opened.client, path) for path in paths}
        weighs = {path: weigh_page(opened.client, path) for path in paths}
    slowest, heaviest = max(took, key=took.__getitem__), max(weighs, key=weighs.__getitem__)
    size = f"{members:,} members, {plots:,} plots, {entries:,} entries"
    door = took[f"{PREFIX}/tai-khoan"]
    return [
        row("console", f"slowest of {len(paths)} pages ({shown(slowest)}); {size}", took[slowest], "ms",
            against=("the page of one's own account", door), aim=f"≤ {AIM_MS} ms",
            met=took[slowest] <= AIM_MS),
        row("console", "median page", median(took.values()), "ms", aim=f"≤ {AIM_MS} ms",
            met=median(took.values()) <= AIM_MS),
        row("console", f"heaviest first load ({shown(heaviest)}), compressed, with styles and scripts",
            weighs[heaviest] / 1024, "KB", aim="≤ 50 KB", met=weighs[heaviest] <= AIM_BYTES),
        row("console", "median first load", median(weighs.values()) / 1024, "KB", aim="≤ 50 KB",
            met=median(weighs.values()) <= AIM_BYTES),
    ]  # fmt: skip


@contextmanager
def office(folder: Path, members: int, plots: int, entries: int) -> Iterator[Office]:
    """A cooperative of that size in ``folder``, its manager signed in."""
    config = load_config(settings_for(folder, BASE))
    ledger = found_ledger(config)
    try:
        coop = ledger.write(_found, ledger)
        seasons = settle(coop, members, plots)
        keep_diary(coop, seasons, entries)
    finally:
        ledger.database.close()
    app = create_app(config)
    client = app.test_client()
    door = client.get(f"{PREFIX}/dang-nhap").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', door)
    assert token is not None
    said = {"csrf_token": token[1], "idempotency_key": "do", "login": LOGIN, "secret": SECRET}
    assert client.post(f"{PREFIX}/dang-nhap", data=said).status_code == 303
    yield Office(app, client, seasons[len(seasons) // 2])


def settle(coop: Cooperative, members: int, plots: int) -> list[str]:
    """Members, and a season of grapes on each plot; the manager's account. The seasons' lots."""

    def people(unit: Unit) -> None:
        for number in range(members):
            add_member(unit, coop.manager, AddMember(name=f"Hộ {number}", phone=f"09{number:08d}"))
        roles = frozenset({Role.MANAGER})
        account = CreateAccount(coop.manager.organisation, LOGIN, SECRET, roles, coop.manager.member_id)
        create_account(unit, account)

    def land(unit: Unit, numbers: range) -> list[str]:
        lots = []
        for number in numbers:
            code = f"T{number}"
            place = RegisterPlace(
                code=code,
                name=f"Thửa {number}",
                kind="plot",
                province="Khánh Hòa",
                commune="Phước Thuận",
                area_m2=Decimal(10_000),
            )
            register_place(unit, coop.manager, place)
            begun = coop.today - timedelta(days=100 + number % 20)
            season = OpenSeason(product="NHO", place=code, started_on=begun)
            lots.append(open_season(unit, coop.manager, season).lot)
        return lots

    coop.ledger.write(people)
    return [
        lot
        for first in range(0, plots, UNIT)
        for lot in coop.ledger.write(land, range(first, min(first + UNIT, plots)))
    ]


def keep_diary(coop: Cooperative, seasons: list[str], entries: int) -> None:
    """``entries`` works, season after season, a unit at a time."""

    def works(unit: Unit, numbers: range) -> None:
        for number in numbers:
            command = coop.record(number // len(seasons) + number)
            own = type(command)(
                lot=seasons[number % len(seasons)],
                step=command.step,
                values=command.values,
                done_on=command.done_on,
                photos=command.photos,
            )
            record_step(unit, coop.manager, own)

    for first in range(0, entries, UNIT):
        coop.ledger.write(works, range(first, min(first + UNIT, entries)))


def pages(opened: Office) -> Iterator[str]:
    """The console's pages: those without a name in their address, and a season's."""
    for rule in sorted(opened.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint.startswith("console.") and "GET" in (rule.methods or ()) and not rule.arguments:
            answer = opened.client.get(rule.rule, headers={"Accept": "text/html"})
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield rule.rule
    with opened.app.test_request_context():
        made = opened.app.url_for
        yield made("console.season", season=opened.season)
        yield made("console.record", step_code="pest_control", lot=opened.season)
        yield made("console.choose_season", step_code="pest_control")


def time_page(client: FlaskClient, path: str) -> float:
    """Milliseconds of one answer, the median of some."""
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        client.get(path, headers={"Accept": "text/html"}).get_data()
        took.append(1_000 * (time.perf_counter() - begin))
    return median(took)


def weigh_page(client: FlaskClient, path: str) -> int:
    """Bytes of a page and of all styles and scripts that it loads, compressed, nothing kept from before."""
    page = client.get(path, headers={"Accept": "text/html"}).get_data()
    wanted, seen, total = [found.decode() for found in ASSETS.findall(page)], set[str](), packed(page)
    while wanted:
        asset = wanted.pop()
        if asset in seen:
            continue
        seen.add(asset)
        data = client.get(asset).get_data()
        total += packed(data)
        wanted += [f"/static/js/{(one or two).decode()[2:]}" for one, two in IMPORTS.findall(data)]
    return total


def packed(data: bytes) -> int:
    """How many bytes of ``data`` travel."""
    return len(gzip.compress(data, 6, mtime=0))


def shown(path: str) -> str:
    """An address without the console's own name."""
    return path.removeprefix(PREFIX)[:60] or "/"
