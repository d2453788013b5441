"""Several use cases in one transaction, in a given order: what many threads do by chance."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ledger.log.ledger import Ledger
from ledger.log.unit import Unit


def write_together(
    ledger: Ledger,
    use_cases: Sequence[Callable[[Unit], Any]],
    *,
    proved: bool = False,
    before: Callable[[], object] = lambda: None,
) -> list[Any]:
    """The result of each use case, or the exception it ended with, all taken in one group.

    ``before`` runs when they all wait.
    """
    write: Callable[..., Any] = ledger.write_proved if proved else ledger.write
    begun, go = threading.Event(), threading.Event()

    def hold(_unit: Unit) -> None:
        begun.set()
        if not go.wait(30):
            raise AssertionError("nobody let it go")

    with ThreadPoolExecutor(len(use_cases) + 1) as threads:
        # While one is at work, the others gather behind it, one after another.
        holding = threads.submit(ledger.write, hold)
        if not begun.wait(30):
            raise AssertionError("it did not begin")
        answers = []
        for number, use_case in enumerate(use_cases, start=1):
            answers.append(threads.submit(write, use_case))
            while len(ledger._queue._waiting) < number:
                threading.Event().wait(0.001)
        before()
        go.set()
        holding.result(30)
        return [answer.exception(30) or answer.result(30) for answer in answers]
