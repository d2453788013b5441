"""Appends until the disk is full: ``python -m tests.support.disk_filler URL RECORD [LIMIT]``.

The process says what it was answered and what the error was, waits for a line, by when there is room again,
and goes on. ``LIMIT``: how large it lets any of its files grow, in bytes; without one the disk is small.
"""

import resource
import sys
from pathlib import Path

from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.ledger import Ledger
from tests.support.busy_writer import append_acknowledged
from tests.support.failing import write_as_one_group
from tests.support.ledgers import VAULT

AFTER = 20
WAITERS = 4


def main(url: str, record: str, limit: str = "") -> None:
    """Fill, be told, wait, go on. Lines: acknowledgements; ``full CLASS``; acknowledgements; ``done``."""
    ledger = Ledger.open(open_database(url), VAULT, head_record=HeadRecord(Path(record)))
    if limit:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), hard))
    _fill(ledger)
    sys.stdin.readline()
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    for number in range(AFTER):
        _say(append_acknowledged(ledger, f"after-{number}-a").format())
    _say("done")
    ledger.database.close()


def _fill(ledger: Ledger) -> None:
    """Groups of four until one is refused; it is refused to all four, and again while the disk is full."""
    for number in range(10**6):
        keys = [f"before-{number}-{n}-{'ab'[n % 2]}" for n in range(WAITERS)]
        told = write_as_one_group(ledger, [lambda key=key: append_acknowledged(ledger, key) for key in keys])
        errors = [answer for answer in told if isinstance(answer, Exception)]
        for answer in told:
            if not isinstance(answer, Exception):
                _say(answer.format())
        for error in errors:
            _say(f"full {type(error).__name__} {error}".replace("\n", " "))
        if errors:
            return


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
