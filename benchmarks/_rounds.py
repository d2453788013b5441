"""Measuring side by side: each round does every work once, so that what disturbs one disturbs all."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

ROUNDS = 5


def alternately(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Median seconds of each work, their runs taken in turn."""
    seconds: list[list[float]] = [[] for _ in works]
    with set_apart():
        for _ in range(rounds):
            for work, taken in zip(works, seconds, strict=True):
                begin = time.perf_counter()
                work()
                taken.append(time.perf_counter() - begin)
    return [median(taken) for taken in seconds]


@contextmanager
def set_apart() -> Iterator[None]:
    """Keep the garbage collector from walking what was there before: how much that is depends on no work.

    It still collects what the works leave behind.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def row(
    group: str,
    name: str,
    value: float,
    unit: str,
    *,
    against: tuple[str, float] | None = None,
    aim: str = "",
    met: bool | None = None,
) -> dict[str, Any]:
    """A row of the report. ``against``: what stands beside it and how much that reaches, in the same unit."""
    words, theirs = against or ("", 0.0)
    figure = f"{theirs:,.0f}" if theirs >= 100 else f"{theirs:.3g}"
    return {
        "group": group,
        "name": name,
        "value": value,
        "unit": unit,
        "against": f"{words}: {figure} {unit}" if against else "",
        "ratio": value / theirs if against else None,
        "aim": aim,
        "met": met,
    }
