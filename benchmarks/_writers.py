"""Many threads that write at once, each as fast as it is answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

WRITERS = 64


@dataclass(frozen=True, slots=True)
class Pace:
    """What ``count`` writes took: all together, and the 99th percentile of the waits for an answer."""

    per_second: float
    p99_ms: float


def write_at_once(write: Callable[[int], object], each: int, first: int, writers: int = WRITERS) -> Pace:
    """``write(number)`` for ``writers * each`` numbers from ``first`` on, ``each`` by every thread."""
    waits: list[float] = []
    failures: list[BaseException] = []
    ready = threading.Barrier(writers + 1)

    def work(number: int) -> None:
        mine = []
        ready.wait()
        try:
            for at in range(each):
                begin = time.perf_counter()
                write(number + at)
                mine.append(time.perf_counter() - begin)
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)
        waits.extend(mine)

    threads = [
        threading.Thread(target=work, args=(first + number * each,), name=f"writer {number}")
        for number in range(writers)
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    if failures:
        raise failures[0]
    return Pace(len(waits) / seconds, 1_000 * sorted(waits)[len(waits) * 99 // 100])
