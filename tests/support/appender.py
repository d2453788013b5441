"""Appends to a log until it is killed."""

from multiprocessing.connection import Connection
from pathlib import Path

from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.ledger import Ledger
from tests.support.ledgers import VAULT, record_many


def append_for_ever(out: Connection, url: str, record_path: str) -> None:
    """Units of 1 to 7 entries; each is acknowledged after its commit: index and leaf hash of each entry."""
    ledger = Ledger.open(open_database(url), VAULT, head_record=HeadRecord(Path(record_path)))
    count = 0
    while True:
        count = count % 7 + 1
        out.send([(receipt.index, receipt.leaf_hash) for receipt in ledger.write(record_many, count)])
