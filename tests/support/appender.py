"""Appends to a log until it is killed: ``python -m tests.support.appender URL``.

Each line of its output acknowledges one unit: the indexes and leaf hashes of its entries, after the commit.
"""

import sys
from pathlib import Path

from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.ledger import Ledger
from tests.support.ledgers import VAULT, record_many


def main(url: str, record_path: str) -> None:
    """Units of 1 to 7 entries, for ever."""
    ledger = Ledger.open(open_database(url), VAULT, head_record=HeadRecord(Path(record_path)))
    count = 0
    while True:
        count = count % 7 + 1
        receipts = ledger.write(record_many, count)
        print(" ".join(f"{receipt.index}:{receipt.leaf_hash.hex()}" for receipt in receipts), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
