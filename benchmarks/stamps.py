"""A million stamps reserved and activated, beside a table with a row for each stamp.

Both are durable on SQLite. Ours is what a packer does: a job of rolls is reserved and printed, then all of it
is activated on a sealed lot, with guards and a signed statement in the log. The table knows only number, lot
and state; it gets fewer rows and its time is scaled up: its rate only falls with size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pysqlite3.dbapi2 as sqlite

from benchmarks._cooperative import Cooperative, cooperative
from benchmarks._rounds import ROUNDS, alternately, row
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps

STAMPS = 1_000_000
AIM_MS = 50


def run(stamps: int = STAMPS, row_stamps: int = 50_000) -> list[dict[str, Any]]:
    """``stamps`` in ranges, on a new lot in each round; ``row_stamps`` in rows."""
    with cooperative() as coop, row_per_stamp(row_stamps) as rows:
        lots = iter([coop.sealed_lot(stamps) for _ in range(ROUNDS)])
        ours, theirs = alternately(lambda: reserve_and_activate(coop, next(lots), stamps), rows)
    taken_ms, scaled_ms = 1_000 * ours, 1_000 * theirs * stamps / row_stamps
    return [
        row(
            "stamps", f"{stamps:,} stamps reserved and activated", taken_ms, "ms",
            against=(f"a row for each stamp, {row_stamps:,} scaled up", scaled_ms),
            aim=f"< {AIM_MS} ms", met=taken_ms < AIM_MS,
        )
    ]  # fmt: skip


def reserve_and_activate(coop: Cooperative, lot: str, stamps: int) -> None:
    """Three durable units, as a packer does it: ordered, out of the printer, on the packs."""
    job = coop.run(reserve_stamps, Reserve(count=stamps))
    coop.run(mark_printed, MarkPrinted(job.id))
    activated = coop.run(activate_stamps, Activate(lot, job=job.id))
    if activated.count != stamps:
        raise AssertionError(f"{activated.count} stamps activated, not {stamps}")


@contextmanager
def row_per_stamp(count: int) -> Iterator[Callable[[], None]]:
    """Insert ``count`` stamps, then bind them to a lot: two durable transactions on the bare driver."""
    with TemporaryDirectory(prefix="sogoc-bench-") as folder:
        connection = sqlite.connect(Path(folder) / "rows.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE stamp (number INTEGER PRIMARY KEY, state TEXT, lot INTEGER)")
        given = 0

        def work() -> None:
            nonlocal given
            first, given = given, given + count
            connection.execute("BEGIN IMMEDIATE")
            numbers = ((number,) for number in range(first, given))
            connection.executemany("INSERT INTO stamp VALUES (?, 'reserved', NULL)", numbers)
            connection.execute("COMMIT")
            connection.execute("BEGIN IMMEDIATE")
            update = "UPDATE stamp SET state = 'activated', lot = 1 WHERE number >= ? AND number < ?"
            connection.execute(update, (first, given))
            connection.execute("COMMIT")

        yield work
        connection.close()
