"""fsck by several processes, beside the bare hashes and signatures it cannot do without on as many processes.

First the log alone, 200,000 entries: chains, key ring, signatures, tree, tiles, checkpoint. Then a log that
people made - diaries, harvests, packs, seals and stamps, written by the use cases - with every row of the
tracing tables, and every sealed value opened against its commitment. Starting the processes counts.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._cooperative import Cooperative, cooperative
from benchmarks._primitives import primitives
from benchmarks._rounds import alternately, row
from benchmarks.log import CHAIN, event, new_ledger, postgresql
from ledger.audit.fsck import fsck
from ledger.audit.workers import Workers
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from ledger.log.entries import Kind
from ledger.log.ledger import Ledger
from ledger.log.queries import read_head
from ledger.log.unit import Unit
from ledger.trace.fsck import TraceCheck

WITHIN = 1.5
PACKS = 120
UNIT_ENTRIES, UNIT_STEPS = 2_000, 200
MASTER_KEY = bytes(range(32))
"""That of ``_cooperative``."""
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. A round of the log alone takes half a minute, so there are three and not five."""

    entries: int = 200_000
    steps: int = 6_000
    lots: int = 100
    rounds: int = 3
    databases: Sequence[str] = (SQLITE, POSTGRESQL)


def run(**sizes: Any) -> list[dict[str, Any]]:
    """The log alone and with the tracing tables, on each of the databases that can be had."""
    wanted = Sizes(**sizes)
    rows: list[dict[str, Any]] = []
    for name in wanted.databases:
        with _empty_database(name) as (url, folder):
            if url is not None:
                rows.append(log_alone(url, folder, name, wanted))
        with _empty_database(name) as (url, _):
            if url is not None:
                rows.append(with_tables(url, name, wanted))
    return rows


@contextmanager
def _empty_database(name: str) -> Iterator[tuple[str | None, Path]]:
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as path:
        folder = Path(path)
        if name == SQLITE:
            yield f"sqlite:///{folder / 'ledger.db'}", folder
            return
        with postgresql(folder) as url:
            yield url, folder


def log_alone(url: str, folder: Path, name: str, wanted: Sizes) -> dict[str, Any]:
    """Diary steps of one chain, appended by thousands."""
    with new_ledger(url, folder) as ledger:
        for first in range(0, wanted.entries, UNIT_ENTRIES):
            ledger.write(_append, first, min(UNIT_ENTRIES, wanted.entries - first))
        return measure(ledger, url, f"{name}: the log alone", wanted.rounds, master_key=None)


def with_tables(url: str, name: str, wanted: Sizes) -> dict[str, Any]:
    """A cooperative's books, with all that is derived from them."""
    with cooperative(url) as coop:
        keep_books(coop, wanted.steps, wanted.lots)
        title = f"{name}: with the tracing tables"
        return measure(coop.ledger, url, title, wanted.rounds, master_key=MASTER_KEY)


def measure(ledger: Ledger, url: str, name: str, rounds: int, *, master_key: bytes | None) -> dict[str, Any]:
    """One row: fsck beside its primitives, in turn."""
    size, jobs = ledger.read(read_head).size, len(os.sched_getaffinity(0))
    with primitives(url, size, jobs, master_key) as bare:
        check = _check(ledger, jobs, with_tables=master_key is not None)
        ours, theirs = (size / taken for taken in alternately(check, bare, rounds=rounds))
    return row(
        "fsck", f"{name}, {size:,} entries, {jobs} processes", ours, "entries/s",
        against=("bare SHA-256 and Ed25519 on as many", theirs),
        aim=f"≥ 1 / {WITHIN} of it", met=ours * WITHIN >= theirs,
    )  # fmt: skip


def _check(ledger: Ledger, jobs: int, *, with_tables: bool) -> Callable[[], None]:
    def check() -> None:
        with Workers(jobs) as workers, ledger.database.reading() as session:
            checks = (TraceCheck(session, ledger.vault),) if with_tables else ()
            for finding in fsck(session, projection_checks=checks, workers=workers):
                raise AssertionError(finding)

    return check


def _append(unit: Unit, first: int, count: int) -> None:
    for number in range(first, first + count):
        unit.append(CHAIN, unit.sign(CHAIN, Kind.EVENT, event(number)))


def keep_books(coop: Cooperative, steps: int, lots: int) -> None:
    """A cooperative's seasons, without waiting for anything."""
    for first in range(0, steps, UNIT_STEPS):
        coop.record_many(first, min(UNIT_STEPS, steps - first))
    for _ in range(lots):
        lot = coop.sealed_lot(PACKS)
        job = coop.run(reserve_stamps, Reserve(count=PACKS, lot=lot))
        coop.run(mark_printed, MarkPrinted(job.id))
        coop.run(activate_stamps, Activate(lot, job=job.id))
