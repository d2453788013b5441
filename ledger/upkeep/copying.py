"""The whole database from one place to another: out of one snapshot, with every table, into an empty one.

SQLite to SQLite is one statement (``VACUUM INTO``): it copies from one snapshot while writers go on, and
leaves out what was deleted, such as destroyed keys. Everything else goes row by row through the types of the
tables, so that a backup of either database can be put into the other.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite_driver
from sqlalchemy import Table, func, insert, inspect, select, text
from sqlalchemy.orm import Session

from ledger.database import Base, Database
from ledger.migrations import load_tables
from ledger.upkeep.errors import LedgerInTheWayError, NoSpaceError
from ledger.upkeep.files import keep_private, sync_file

ROWS_AT_ONCE = 2000
LARGE_ROWS_AT_ONCE = 20
_LARGE = frozenset({"coop_document", "coop_voice"})
"""Tables of pictures and sound: up to some megabytes a row."""

_SQLITE_FULL = "database or disk is full"


def tables() -> list[Table]:
    """Every table of every room, those that others refer to first."""
    load_tables()
    return list(Base.metadata.sorted_tables)


def copy_sqlite_file(source: Path, target: Path) -> None:
    """Write what is committed in the SQLite file ``source`` to the new file ``target``, durably.

    Raises ``NoSpaceError``.
    """
    # Read-only: a backup must not be able to change what it copies. The library is ours, not the system's.
    with closing(sqlite_driver.connect(f"{source.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite_driver.OperationalError as error:
            if _SQLITE_FULL in str(error):
                raise NoSpaceError(target.parent) from error
            raise
    keep_private(target)
    sync_file(target)


def copy_tables(source: Session, target: Session) -> None:
    """Copy every row of every table; ``target`` has the same schema and no rows. The caller commits.

    ``source`` should be one snapshot (``Database.reading``). Memory is flat.
    """
    for table in tables():
        for rows in _batches(source, table):
            target.execute(insert(table), rows)
        _set_counter(target, table)


def check_no_rows(database: Database) -> None:
    """Raise ``LedgerInTheWayError`` when any table of ours holds a row."""
    with database.reading() as session:
        present = set(inspect(session.connection()).get_table_names())
        for table in tables():
            if table.name in present and session.execute(select(table).limit(1)).first() is not None:
                raise LedgerInTheWayError(table.name)


def database_bytes(database: Database) -> int:
    """How much the database takes on its disk."""
    if database.dialect == "sqlite":
        path = Path(database.url.database or "")
        return sum(
            file.stat().st_size for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()
        )
    with database.reading() as session:
        return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _batches(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    # In the order of the primary key: entries must be written one behind the other.
    statement = select(table).order_by(*table.primary_key)
    at_once = LARGE_ROWS_AT_ONCE if table.name in _LARGE else ROWS_AT_ONCE
    result = session.execute(statement, execution_options={"yield_per": at_once})
    for partition in result.mappings().partitions():
        yield [dict(row) for row in partition]


def _set_counter(session: Session, table: Table) -> None:
    """On PostgreSQL, numbers for new rows go on behind the copied ones."""
    column = table.autoincrement_column
    if column is None or session.get_bind().dialect.name != "postgresql":
        return
    largest = session.execute(select(func.max(column))).scalar()
    if largest is not None:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        session.execute(select(func.setval(sequence, largest)))
