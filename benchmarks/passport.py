"""The public's pages under load, beside the emptiest page of the same server.

The server is granian as `sogoc serve` starts it, on a free port, over a small cooperative's ledger. Load is
from `wrk` where it is installed, else from threads of this process, which reach less on both sides.
"""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._cooperative import BASE, Cooperative, _found
from benchmarks._rounds import row
from benchmarks._server import Server, running, settings_for
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from web.config import Config, load_config
from web.founding import found_ledger

AIM_SHARE = 0.6
AIM_BYTES = 30 * 1024
STAMPS = 500
DIARY_ENTRIES = 24
CONNECTIONS = 32
ROUNDS = 3
MANY_PATHS = """local paths = {}
for path in io.lines(%r) do paths[#paths + 1] = path end
local at = math.random(#paths)
request = function() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running server and the stamps that it knows, all on one lot."""

    server: Server
    stamps: tuple[str, ...]


def run(seconds: float = 3) -> list[dict[str, Any]]:
    """Requests a second of an empty page, of one stamp's page, of many stamps' pages, in turn; sizes."""
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name, site(Path(name)) as opened:
        cold_ms = time_first_page(opened)
        works = [("/healthz",), (opened.stamps[0],), opened.stamps]
        rates: list[list[float]] = [[], [], []]
        for _ in range(ROUNDS):
            for paths, measured in zip(works, rates, strict=True):
                measured.append(load(opened, paths, seconds))
        wired, plain = weigh(opened, "gzip"), weigh(opened, "identity")
    empty, one, many = map(median, rates)
    aim = f">= {AIM_SHARE:.0%} of the empty page"
    return [
        row("passport", "one passport page, warm", one, "requests/s",
            against=("the same server's empty page", empty), aim=aim, met=one >= AIM_SHARE * empty),
        row("passport", f"passport pages of {STAMPS} stamps, warm", many, "requests/s",
            against=("the same server's empty page", empty), aim=aim, met=many >= AIM_SHARE * empty),
        row("passport", "first passport page of a lot", cold_ms, "ms"),
        row("passport", "page with its styles over the wire, without photos", wired, "bytes",
            aim=f"<= {AIM_BYTES} bytes", met=wired <= AIM_BYTES),
        row("passport", "the same, not compressed", plain, "bytes"),
    ]  # fmt: skip


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """The server over a new cooperative in ``folder``, until the block ends."""
    settings = settings_for(folder, BASE)
    stamps = print_stamps(load_config(settings))
    with running(settings) as server:
        yield Site(server, stamps)


def print_stamps(config: Config) -> tuple[str, ...]:
    """A new ledger; the paths of activated stamps on a lot with a diary behind it."""
    ledger = found_ledger(config)
    try:
        return activate(ledger.write(_found, ledger))
    finally:
        ledger.database.close()


def activate(coop: Cooperative) -> tuple[str, ...]:
    """The paths of ``STAMPS`` stamps on a new lot."""
    coop.record_many(0, DIARY_ENTRIES)
    lot = coop.sealed_lot(STAMPS)
    job = coop.run(reserve_stamps, Reserve(count=STAMPS, lot=lot))
    coop.run(mark_printed, MarkPrinted(job.id))
    coop.run(activate_stamps, Activate(lot, job=job.id))
    codec = coop.ledger.read(open_stamp_codec, coop.ledger.vault)
    assert codec is not None
    return tuple(f"/s/{code}" for code in codec.format_range(job.first, STAMPS))


def time_first_page(opened: Site) -> float:
    """Milliseconds until the first page of a lot: read, verified entry by entry, rendered."""
    opened.server.fetch("/healthz")
    begin = time.perf_counter()
    opened.server.fetch(opened.stamps[0])
    return 1_000 * (time.perf_counter() - begin)


def weigh(opened: Site, encoding: str) -> int:
    """Bytes of a page and of the styles that it asks for, in that encoding."""
    page = opened.stamps[0]
    styles = re.findall(rb'<link rel="stylesheet" href="([^"]+)"', opened.server.fetch(page))
    return sum(len(opened.server.fetch(path, encoding)) for path in (page, *map(bytes.decode, styles)))


def load(opened: Site, paths: Sequence[str], seconds: float) -> float:
    """Requests a second over all connections."""
    if shutil.which("wrk"):
        return load_by_wrk(opened, paths, seconds)
    return load_by_threads(opened, paths, seconds)


def load_by_wrk(opened: Site, paths: Sequence[str], seconds: float) -> float:
    """Load from another process, which leaves the interpreter to the server."""
    listed = opened.server.folder / "paths.txt"
    listed.write_text("\n".join(paths), encoding="ascii")
    script = opened.server.folder / "paths.lua"
    script.write_text(MANY_PATHS % str(listed), encoding="ascii")
    options = ["-t", "2", "-c", str(CONNECTIONS), "-d", f"{max(1, round(seconds))}s", "-s", str(script)]
    command = ["wrk", *options, f"http://127.0.0.1:{opened.server.port}"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told:
        raise AssertionError(told)
    found = re.search(r"Requests/sec:\s*([0-9.]+)", told)
    if found is None:
        raise AssertionError(told)
    return float(found[1])


def load_by_threads(opened: Site, paths: Sequence[str], seconds: float) -> float:
    """Load from threads of this process, each on a connection of its own."""
    counts: list[int] = []
    until = time.perf_counter() + seconds

    def ask(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", opened.server.port, timeout=10)
        number = first
        while time.perf_counter() < until:
            connection.request("GET", paths[number % len(paths)])
            connection.getresponse().read()
            number += 1
        connection.close()
        counts.append(number - first)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin)
