"""What erasing a person asks of the database's files, beyond its rows (docs/privacy.md).

A row that was overwritten may still lie in free space of the file, in the write-ahead log, or in an old
version of the row. What is left there is sealed, but the master key would open it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from ledger.database import Database

TABLES = (
    "data_key", "coop_member", "coop_account", "coop_session",
    "coop_phone_login", "coop_pin", "coop_card", "coop_passkey",
    "coop_page_report",
)  # fmt: skip
"""Where an erasure overwrites or deletes rows."""


@contextmanager
def overwriting(session: Session) -> Iterator[None]:
    """Inside, what SQLite overwrites or deletes is zeroed in the file, not only given free."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")


def scrub_database(database: Database) -> bool:
    """After an erasure was committed: drop what the database keeps of rows as they were. Never inside a unit.

    SQLite empties its write-ahead log, PostgreSQL writes the small tables concerned anew. ``False`` when
    readers kept SQLite from it: a later call or the next restart will do it. Backups keep what they hold.
    """
    if database.dialect == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(TABLES)}")
        return True
    raw = database.engine.raw_connection()
    try:
        row = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.close()
    return bool(row[0] == 0)
