"""What an attacker does who owns the database: takes the guard rail away, then changes what he likes."""

from typing import Any

from sqlalchemy import delete, select, text, update

from ledger.audit.fsck import Finding, fsck
from ledger.database import Database
from ledger.log.ledger import Ledger
from ledger.log.merkle import leaf_hash
from ledger.log.tables import LogEntry
from ledger.log.triggers import TRIGGERS


def disarm(database: Database) -> None:
    """Drop or disable every trigger on the log's tables."""
    with database.writing() as session:
        if database.dialect == "postgresql":
            for table in TRIGGERS:
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            return
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))


def tamper(database: Database, *statements: Any) -> None:
    """Run ``statements`` without triggers."""
    disarm(database)
    with database.writing() as session:
        for statement in statements:
            session.execute(statement)


def entry_bytes(database: Database, index: int) -> bytes:
    """The stored bytes of an entry."""
    with database.reading() as session:
        return session.execute(select(LogEntry.entry).where(LogEntry.index == index)).scalar_one()


def replace_entry(database: Database, index: int, data: bytes) -> None:
    """Put other bytes in an entry's place, with the leaf hash column to match."""
    columns = {"entry": data, "leaf_hash": leaf_hash(data)}
    tamper(database, update(LogEntry).where(LogEntry.index == index).values(columns))


def remove_entries(database: Database, first: int, last: int) -> None:
    """Delete the rows of the entries ``first`` to ``last``."""
    tamper(database, delete(LogEntry).where(LogEntry.index.between(first, last)))


def findings_of(ledger: Ledger) -> list[Finding]:
    """What fsck says."""
    with ledger.database.reading() as session:
        return list(fsck(session))


def places_of(ledger: Ledger) -> set[tuple[str, int | None, str]]:
    """Where and about what fsck complains: (table, index, what)."""
    return {(finding.where, finding.index, finding.what) for finding in findings_of(ledger)}
