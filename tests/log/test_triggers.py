"""The guard rail lets the log grow and lets nothing else pass."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from ledger.log.tables import (
    SINGLE_ROW,
    LogEntry,
    LogHead,
)
from tests.support.ledgers import (
    check_ledger,
    new_ledger,
    record_many,
)
from tests.support.tampering import (
    disarm,
)


@pytest.fixture
def ledger(database):
    """Ten entries: 0 and 1 open the chains, 2 to 9 are of the first."""
    ledger = new_ledger(database)
    ledger.write(record_many, 8)
    check_ledger(ledger)
    return ledger


def _row_of(database, index):
    with database.reading() as session:
        table = LogEntry.__table__
        return dict(session.execute(select(table).where(table.c.index == index)).one()._mapping)


def test_head_and_tiles_may_grow(ledger):
    ledger.write(record_many, 250)
    check_ledger(ledger)


@pytest.mark.parametrize(
    "table", ["log_entry", "log_head", "log_tile", "log_identity", "log_chain", "log_key"]
)
def test_replace_and_truncate_refused_by_triggers(ledger, table):
    if ledger.database.dialect == "sqlite":
        statement = text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    else:
        statement = text(f"TRUNCATE {table}")
    with pytest.raises(DBAPIError, match="append-only"), ledger.database.writing() as session:
        session.execute(statement)
    check_ledger(ledger)


def test_entry_inserted_beyond_the_end_refused_by_sqlite(sqlite_database):
    """PostgreSQL has no REPLACE to guard against; there fsck finds the gap."""
    new_ledger(sqlite_database)
    row = _row_of(sqlite_database, 1) | {"index": 20, "seq": 99}
    with pytest.raises(DBAPIError, match="append-only"), sqlite_database.writing() as session:
        session.execute(insert(LogEntry).values(row))


def test_second_log_in_one_database_refused(ledger):
    disarm(ledger.database)
    for row_id in (SINGLE_ROW, SINGLE_ROW + 1):
        with pytest.raises(DBAPIError), ledger.database.writing() as session:
            session.execute(insert(LogHead).values(id=row_id, size=0, root=bytes(32), checkpoint=b""))
    check_ledger(ledger)
