"""The public's pages under load, beside the emptiest page of the same server; alone, and with nginx in front.

The server is granian as `sogoc serve` starts it, on a free port, over a small cooperative's ledger. Load is
from `wrk` where it is installed, else from threads of this process, which reach less on both sides.
"""

from __future__ import annotations

import re
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._cooperative import BASE, Cooperative, _found
from benchmarks._fronted import Site, fronted
from benchmarks._loads import load
from benchmarks._rounds import row
from benchmarks._server import running, settings_for
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from web.config import Config, load_config
from web.founding import found_ledger

AIM_SHARE = 0.6
AIM_BYTES = 14 * 1024
AIM_P99_MS = 50
STAMPS = 500
DIARY_ENTRIES = 24
CONNECTIONS, CROWD, IDLE = 32, 64, 400
ROUNDS = 3


def run(seconds: float = 3) -> list[dict[str, Any]]:
    """Requests a second of an empty page, of one stamp's page, of many stamps' pages, in turn; sizes."""
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name, site(Path(name)) as opened:
        cold_ms = time_first_page(opened)
        works = [("/healthz",), (opened.stamps[0],), opened.stamps]
        rates: list[list[float]] = [[], [], []]
        load(opened.server, opened.stamps, seconds)  # warm: both processes have seen every stamp
        for _ in range(ROUNDS):
            for paths, measured in zip(works, rates, strict=True):
                measured.append(load(opened.server, paths, seconds).rate)
        crowded = crowd(opened, seconds)
        wired, plain = weigh(opened, "gzip"), weigh(opened, "identity")
        # What follows ends with the server stopped.
        behind = fronted(opened, seconds)
    empty, one, many = map(median, rates)
    aim = f">= {AIM_SHARE:.0%} of the empty page"
    return [
        row("passport", "one passport page, warm", one, "requests/s",
            against=("the same server's empty page", empty), aim=aim, met=one >= AIM_SHARE * empty),
        row("passport", f"passport pages of {STAMPS} stamps, warm", many, "requests/s",
            against=("the same server's empty page", empty), aim=aim, met=many >= AIM_SHARE * empty),
        *crowded,
        row("passport", "first passport page of a lot", cold_ms, "ms"),
        row("passport", "page with its styles over the wire, without photos", wired, "bytes",
            aim=f"<= {AIM_BYTES} bytes", met=wired <= AIM_BYTES),
        row("passport", "the same, not compressed", plain, "bytes"),
        *behind,
    ]  # fmt: skip


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """The server over a new cooperative in ``folder``, until the block ends."""
    settings = settings_for(folder, BASE)
    config = load_config(settings)
    lot, stamps = print_stamps(config)
    with running(settings) as server:
        yield Site(server, config, lot, stamps)


def print_stamps(config: Config) -> tuple[str, tuple[str, ...]]:
    """A new ledger; a lot with a diary behind it, and the paths of activated stamps on it."""
    ledger = found_ledger(config)
    try:
        return activate(ledger.write(_found, ledger))
    finally:
        ledger.database.close()


def activate(coop: Cooperative) -> tuple[str, tuple[str, ...]]:
    """A new lot, and the paths of ``STAMPS`` stamps on it."""
    coop.record_many(0, DIARY_ENTRIES)
    lot = coop.sealed_lot(STAMPS)
    job = coop.run(reserve_stamps, Reserve(count=STAMPS, lot=lot))
    coop.run(mark_printed, MarkPrinted(job.id))
    coop.run(activate_stamps, Activate(lot, job=job.id))
    codec = coop.ledger.read(open_stamp_codec, coop.ledger.vault)
    assert codec is not None
    return lot, tuple(f"/s/{code}" for code in codec.format_range(job.first, STAMPS))


def crowd(opened: Site, seconds: float) -> list[dict[str, Any]]:
    """What one in a hundred waits among ``CROWD`` connections, ``IDLE`` others being open without a word."""
    if not shutil.which("wrk"):
        return []
    waits: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        with ExitStack() as stack:
            for _ in range(IDLE):
                stack.enter_context(socket.create_connection(("127.0.0.1", opened.server.port)))
            paths = (opened.stamps[0], "/healthz")
            one, none = (load(opened.server, (path,), seconds, CROWD) for path in paths)
        waits.append((one.p99_ms, none.p99_ms))
    p99_ms, empty_ms = (median(each) for each in zip(*waits, strict=True))
    return [
        row("passport", f"99th percentile of the waits, {CROWD} connections, {IDLE} idle", p99_ms, "ms",
            against=("the same server's empty page", empty_ms), aim=f"<= {AIM_P99_MS} ms",
            met=p99_ms <= AIM_P99_MS),
    ]  # fmt: skip


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
