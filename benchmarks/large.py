"""A log of 1,000,000 entries: what of it grows with its size, and what must not.

The same events as in the group `log`, signed and appended by a thousand in a unit, on SQLite.
"""

from __future__ import annotations

import gc
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._rounds import ROUNDS, row
from benchmarks.log import new_ledger, record
from ledger.log.anti_rollback import HeadRecord
from ledger.log.ledger import Ledger
from ledger.log.unit import Unit

SIZE = 1_000_000
SMALL = 1_000
UNIT = 1_000
SAMPLE = 200
AIM_PROOF_MS, AIM_START_S, AIM_GROWTH_MB = 2, 1, 16


def run(size: int = SIZE) -> list[dict[str, Any]]:
    """Build the log; the figures at ``SMALL`` entries stand beside those at ``size``."""
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name:
        folder = Path(name)
        with new_ledger(f"sqlite:///{folder / 'ledger.db'}", folder) as ledger:
            grow(ledger, 0, SMALL)
            small = measure(ledger, SMALL, folder)
            # What the first tenth leaves in caches is not growth.
            first = size // 10
            grow(ledger, SMALL, first - SMALL)
            before, begin = memory_mb(), time.perf_counter()
            grow(ledger, first, size - first)
            rate = (size - first) / (time.perf_counter() - begin)
            growth = memory_mb() - before
            return list(rows(size, small, measure(ledger, size, folder), rate, growth))


def rows(
    size: int, small: tuple[float, float], large: tuple[float, float], rate: float, growth: float
) -> Iterator[dict[str, Any]]:
    """Proof, start, memory."""
    yield row("large", f"proof of an entry, log of {size:,}", large[0], "ms",
              against=(f"log of {SMALL:,}", small[0]), aim=f"≤ {AIM_PROOF_MS} ms",
              met=large[0] <= AIM_PROOF_MS)  # fmt: skip
    yield row("large", "open the log and append the first entry, proved", large[1], "s",
              against=(f"log of {SMALL:,}", small[1]), aim=f"≤ {AIM_START_S} s",
              met=large[1] <= AIM_START_S)  # fmt: skip
    yield row("large", f"appends by {UNIT:,} while it grows to {size:,}", rate, "/s")
    yield row("large", "memory that its last nine tenths leave behind", growth, "MB",
              aim=f"≤ {AIM_GROWTH_MB} MB", met=growth <= AIM_GROWTH_MB)  # fmt: skip


def grow(ledger: Ledger, first: int, count: int) -> None:
    """Append ``count`` events, ``UNIT`` in a transaction."""

    def append(unit: Unit, start: int) -> None:
        for number in range(start, min(start + UNIT, first + count)):
            record(unit, number)

    for start in range(first, first + count, UNIT):
        ledger.write(append, start)


def measure(ledger: Ledger, size: int, folder: Path) -> tuple[float, float]:
    """Median milliseconds of a proof of one entry, and seconds until a new process has appended one."""
    chance = random.Random(7)
    proofs = [seconds(lambda: ledger.prove(chance.randrange(size))) for _ in range(SAMPLE)]
    starts = [seconds(partial(open_and_append, ledger, folder, at)) for at in range(ROUNDS)]
    return 1_000 * median(proofs), median(starts)


def open_and_append(ledger: Ledger, folder: Path, at: int) -> None:
    opened = Ledger.open(ledger.database, ledger.vault, head_record=HeadRecord(folder / "head"))
    opened.write_proved(record, -1 - at)


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def memory_mb() -> float:
    """Resident memory of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
