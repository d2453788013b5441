"""Counts scans in memory and writes them down about once a second, away from the requests.

What is not written when the process dies is lost: a second of counts. Nothing is ever written twice: a batch
whose fate is not known is dropped.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from multiprocessing.util import Finalize

from ledger.coop.scans.scan_counts import ScanKey, Tally, add_scans, fold_scans
from ledger.coop.scans.scan_rules import ScanLimits
from ledger.database import Database, DatabaseUnavailableError
from web.seen_devices import SeenDevices

FLUSH_S = 1.0
MAX_WAITING = 100_000
"""Stamps, days and provinces that may wait while the database is away; further ones are not counted."""
AT_ONCE = 500
"""Counts written in one transaction: other writers wait that long."""

_REMEMBERED = 4
_AT_THE_END = 10
_log = logging.getLogger(__name__)


class ScanCounter:
    """The scans that this process saw. Safe to share by threads; ``start`` begins to write them down."""

    def __init__(
        self, database: Database, seen: SeenDevices, limits: ScanLimits, today: Callable[[], date]
    ) -> None:
        self._database = database
        self._seen = seen
        self._limits = limits
        self._today = today
        self._lock = threading.Lock()
        self._waiting: dict[ScanKey, int] = {}
        self._unwritten: Counter[int] = Counter()
        self._writing: Counter[int] = Counter()
        self._written: tuple[tuple[int, Counter[int]], ...] = ()
        self._folded_on: date | None = None
        self._turn = threading.Lock()
        self._stopped = threading.Event()

    def is_new(self, number: int, device: str) -> bool:
        """Whether a scan is to be counted: the device was not for this stamp, half an hour ago or less."""
        return self._seen.is_new(device, number)

    def count(self, key: ScanKey) -> None:
        """Count a scan that is new."""
        with self._lock:
            if len(self._waiting) < MAX_WAITING or key in self._waiting:
                self._waiting[key] = self._waiting.get(key, 0) + 1
                self._unwritten[key.number] += 1

    def total(self, number: int, tally: Tally) -> int:
        """How often a stamp was scanned: what ``tally`` has, and what this process saw beyond it.

        Takes no lock, since every page asks: while a batch changes hands one may be told twice, or not yet.
        """
        total = tally.total + self._unwritten.get(number, 0) + self._writing.get(number, 0)
        for generation, counts in self._written:
            if generation > tally.generation:
                total += counts.get(number, 0)
        return total

    def flush(self) -> None:
        """Write down what waits. Raises nothing for a database that is away or full."""
        with self._turn:
            while batch := self._take():
                if not self._write(batch):
                    return
            self._fold()

    def start(self) -> None:
        """Write down about once a second what waits, and the rest when the process ends."""
        threading.Thread(target=self._run, name="scan-counter", daemon=True).start()
        # Processes of a server end without ``atexit``; this is called in them as in any other.
        Finalize(None, self.stop, exitpriority=_AT_THE_END)

    def stop(self) -> None:
        """Write down the rest."""
        if not self._stopped.is_set():
            self._stopped.set()
            self.flush()

    def _run(self) -> None:
        while not self._stopped.wait(FLUSH_S):
            try:
                self.flush()
            except Exception:  # noqa: BLE001 — whatever it is, the next second is worth counting
                _log.exception("scans were not counted")

    def _take(self) -> dict[ScanKey, int]:
        """Some of what waits, on its way to be written."""
        with self._lock:
            batch = {key: self._waiting[key] for key in list(self._waiting)[:AT_ONCE]}
            for key, count in batch.items():
                del self._waiting[key]
                self._move(key.number, count, self._unwritten, self._writing)
            return batch

    def _write(self, batch: dict[ScanKey, int]) -> bool:
        """Write a batch; gives whether to go on. What certainly was not written waits again."""
        has_begun = False
        try:
            with self._database.writing() as session:
                has_begun = True
                generation = add_scans(session, batch, self._limits)
        except DatabaseUnavailableError as error:
            _log.warning("%d scans %s: %s", sum(batch.values()), "lost" if has_begun else "wait", error)
            self._end(batch, is_back=not has_begun)
            return False
        except BaseException:
            self._end(batch, is_back=False)
            raise
        with self._lock:
            # A tally read from now on has these; whoever still holds an older one adds them by itself.
            self._written = (*self._written[1 - _REMEMBERED :], (generation, self._writing))
            self._writing = Counter()
        return True

    def _end(self, batch: dict[ScanKey, int], *, is_back: bool) -> None:
        with self._lock:
            self._writing = Counter()
            if is_back:
                for key, count in batch.items():
                    self._waiting[key] = self._waiting.get(key, 0) + count
                    self._unwritten[key.number] += count

    def _fold(self) -> None:
        """Once a day, and once after the start."""
        today = self._today()
        if self._folded_on == today:
            return
        try:
            with self._database.writing() as session:
                fold_scans(session, today)
            self._folded_on = today
        except DatabaseUnavailableError as error:
            _log.warning("old scans were not folded: %s", error)

    @staticmethod
    def _move(number: int, count: int, source: Counter[int], target: Counter[int]) -> None:
        target[number] += count
        source[number] -= count
        if not source[number]:
            del source[number]
