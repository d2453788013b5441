"""nginx in front of the server, as `deploy/nginx.conf` sets it up: what it spares, and what it may not do.

It may not hide a recall for longer than seconds, and it goes on answering when the server has stopped.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._loads import load
from benchmarks._nginx import find_nginx, nginx_before
from benchmarks._rounds import row
from benchmarks._server import Server
from ledger.trace.identifiers import parse_identifier, path_of
from ledger.trace.recalling import recall_lot
from web.config import Config
from web.founding import open_ledger

AIM_TIMES, AIM_RECALL_S = 25, 5
CONNECTIONS = 64
ROUNDS = 3
ASKED = 100
REASON = "Thu hồi để đo tốc độ"
"""What no page says before the recall."""


@dataclass(frozen=True, slots=True)
class Site:
    """A running server, the lot in its ledger, and the paths of the stamps on it."""

    server: Server
    config: Config
    lot: str
    stamps: tuple[str, ...]

    @property
    def lot_path(self) -> str:
        """Where the lot's own page is."""
        return path_of(parse_identifier(self.lot))


def fronted(opened: Site, seconds: float) -> list[dict[str, Any]]:
    """The rows with nginx in front, where the machine has or gets one. The server has stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name:
        program = find_nginx(Path(name)) if shutil.which("wrk") else None
        if program is None:
            print("passport: nothing measured with nginx in front, for there is none", file=sys.stderr)
            return []
        with nginx_before(program, Path(name), opened.server.port) as front:
            return [
                *rates(opened, front, seconds),
                until_recalled(opened, front),
                answered_without_server(opened, front),
            ]


def rates(opened: Site, front: Server, seconds: float) -> Iterator[dict[str, Any]]:
    """The lot's page and a stamp's, each beside the server alone."""
    for name, path in (("a lot's page", opened.lot_path), ("a stamp's page", opened.stamps[0])):
        through: list[float] = []
        alone: list[float] = []
        for _ in range(ROUNDS):
            through.append(load(front, (path,), seconds, CONNECTIONS).rate)
            alone.append(load(opened.server, (path,), seconds, CONNECTIONS).rate)
        ours, theirs = median(through), median(alone)
        # A stamp's page is answered by the server itself before its framework wakes up.
        is_aimed = path == opened.lot_path
        yield row(
            "passport", f"{name}, nginx in front", ours, "requests/s",
            against=("the same server alone", theirs), aim=f">= {AIM_TIMES} x" if is_aimed else "",
            met=ours >= AIM_TIMES * theirs if is_aimed else None,
        )  # fmt: skip


def until_recalled(opened: Site, front: Server) -> dict[str, Any]:
    """Recall the lot while its pages are in the cache, and wait for the slower of them to say so."""
    pages = {opened.lot_path, opened.stamps[0]}
    for path in pages:
        front.fetch(path)
    ledger = open_ledger(opened.config)
    try:
        told = {
            "scope": "Cả lô",
            "decided_by": "Ban giám đốc",
            "instruction": "Không dùng",
            "contact": "0912345678",
        }
        ledger.write(lambda unit: recall_lot(unit, opened.lot, reason=REASON, **told))
    finally:
        ledger.database.close()
    begin = time.perf_counter()
    while pages and time.perf_counter() - begin < 10 * AIM_RECALL_S:
        pages = {path for path in pages if REASON.encode() not in front.fetch(path)}
    took = time.perf_counter() - begin
    return row(
        "passport", "until a recall shows on both, nginx in front", took, "s",
        aim=f"<= {AIM_RECALL_S} s", met=not pages and took <= AIM_RECALL_S,
    )  # fmt: skip


def answered_without_server(opened: Site, front: Server) -> dict[str, Any]:
    """Stop the server, let the cache grow stale, and ask again and again."""
    opened.server.stop()
    time.sleep(2)
    paths = (opened.lot_path, opened.stamps[0]) * (ASKED // 2)
    answered = sum(REASON.encode() in front.fetch(path) for path in paths)
    return row(
        "passport", "pages that nginx answers when the server has stopped", 100 * answered / ASKED, "%",
        aim="100 %", met=answered == ASKED,
    )  # fmt: skip
