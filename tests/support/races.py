"""Many hands at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any


def at_once(count: int, do: Callable[[int], Any]) -> list[Any]:
    """``do(0)`` … ``do(count - 1)`` from so many threads, all let go together; results or errors."""
    gate = Barrier(count)

    def run(number: int) -> Any:
        gate.wait()
        try:
            return do(number)
        except Exception as error:  # noqa: BLE001  # the caller looks at whatever came
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
