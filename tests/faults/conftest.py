"""Logs for faults: an address that other processes can open too, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.audit.fsck import fsck
from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.ledger import Ledger
from tests.conftest import DIALECTS
from tests.support.ledgers import VAULT, new_ledger


@dataclass(frozen=True)
class Site:
    """Where a log of two chains lives: the database's address and the record of the last signed head."""

    url: str
    record: Path

    def open(self) -> Ledger:
        """A server process that has just started. Its database is to be closed."""
        return Ledger.open(open_database(self.url), VAULT, head_record=HeadRecord(self.record))

    def check(self) -> int:
        """Fail unless the log is whole. Its size."""
        ledger = self.open()
        try:
            with ledger.database.reading() as session:
                findings = list(fsck(session))
            assert not findings, "\n".join(map(str, findings))
            return open_size(ledger)
        finally:
            ledger.database.close()


def open_size(ledger: Ledger) -> int:
    """How many entries the log has."""
    from ledger.log.queries import read_head

    return ledger.read(read_head).size


def new_site(url: str, folder: Path) -> Site:
    """A log at ``url``, whose database has its schema and no log yet."""
    site = Site(url, folder / "head")
    database = open_database(url)
    new_ledger(database, head_record=HeadRecord(site.record))
    database.close()
    return site


@pytest.fixture(params=DIALECTS)
def site(request, tmp_path) -> Iterator[Site]:
    if request.param == "sqlite":
        database = request.getfixturevalue("sqlite_database")
        yield new_site(database.url.render_as_string(hide_password=False), tmp_path)
        return
    server = request.getfixturevalue("postgresql_server")
    with server.new_database(request.getfixturevalue("postgresql_template")) as url:
        yield new_site(url, tmp_path)


@pytest.fixture
def sqlite_site(sqlite_database, tmp_path) -> Site:
    return new_site(sqlite_database.url.render_as_string(hide_password=False), tmp_path)
