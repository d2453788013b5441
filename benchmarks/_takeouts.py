"""`python -m benchmarks._takeouts FOLDER`: everything of the cooperative in a data folder, taken out.

In a process of its own, for its peak of memory is asked. Prints seconds, bytes, and the memory in MB that it
took beyond what the program itself takes.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks._cooperative import BASE
from benchmarks._server import settings_for
from ledger.coop.actors import Actor, Role
from ledger.coop.tables import AccountRow
from ledger.coop.takeout.archive import stream_everything
from ledger.log.ledger import utc_now
from web.config import load_config
from web.founding import open_ledger


@dataclass(frozen=True, slots=True)
class TakenOut:
    """An archive that was made and sent nowhere: how long it took, its size, and the memory for it."""

    seconds: float
    size: int
    memory_mb: float


def take_out(folder: Path) -> TakenOut:
    """Take everything out in a new process."""
    command = [sys.executable, "-m", "benchmarks._takeouts", str(folder)]
    root = Path(__file__).parents[1]
    output = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    seconds, size, memory_mb = output.split()
    return TakenOut(float(seconds), int(size), float(memory_mb))


def main(folder: str) -> None:
    """The process's own part."""
    ledger = open_ledger(load_config(settings_for(Path(folder), BASE)))
    with ledger.database.reading() as session:
        account = session.scalars(select(AccountRow)).first()
        assert account is not None
        who = Actor(account.id, account.organisation, account.member_id, frozenset({Role.MANAGER}))
        before, begin = _peak_mb(), time.perf_counter()
        parts = stream_everything(session, ledger.vault, who, Path(folder) / "photos", utc_now())
        size = sum(map(len, parts))
        print(time.perf_counter() - begin, size, _peak_mb() - before)


def _peak_mb() -> float:
    """Not getrusage: its peak is at least the parent's at the time of the fork."""
    status = Path("/proc/self/status")
    found: Any = status.exists() and re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0


if __name__ == "__main__":
    main(*sys.argv[1:])
