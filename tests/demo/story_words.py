"""What the tests of the demo read out of its log."""

from collections.abc import Iterator
from typing import Any

from ledger.log.ledger import Ledger
from ledger.log.queries import read_head
from ledger.log.records import Record, read_records


def records_of(ledger: Ledger) -> list[Record]:
    with ledger.database.reading() as session:
        return list(read_records(session, range(read_head(session).size)))


def log_bytes(ledger: Ledger) -> bytes:
    return b"\n".join(record.entry for record in records_of(ledger))


def values_in(body: Any) -> Iterator[Any]:
    """Every value in a JSON body, at any depth."""
    if isinstance(body, dict):
        for value in body.values():
            yield from values_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from values_in(value)
    else:
        yield body
