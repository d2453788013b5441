"""Exports of the market and of a long log, for tests of what is in a copy and of what may not become one."""

import shutil
from pathlib import Path

import pytest

from ledger.database import open_database
from ledger.log.ledger import Ledger
from tests.support.ledgers import CHAIN, VAULT, SteppingClock, new_ledger, record_many
from tests.support.remote import config_of
from web.app import make_app
from web.exporting.export import Progress, export
from web.state import make_state

QUIET = Progress(begin=lambda name, total: None, advance=lambda: None)


def run(shop, folder, **options):
    state = make_state(shop.config, shop.market.world.ledger, clock=shop.market.clock)
    return export(make_app(state), state, folder, QUIET, **options)


def run_log(ledger: Ledger, folder: Path, **options):
    state = make_state(config_of(ledger, folder), ledger)
    return export(make_app(state), state, folder, QUIET, **options)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def long_log_file(sqlite_template, tmp_path_factory):
    """The database of a log of 775 entries."""
    path = tmp_path_factory.mktemp("long") / "long.db"
    shutil.copyfile(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    new_ledger(database).write(record_many, 773, CHAIN)
    database.close()
    return path


@pytest.fixture
def long_log(long_log_file, tmp_path):
    shutil.copyfile(long_log_file, tmp_path / "long.db")
    database = open_database(f"sqlite:///{tmp_path / 'long.db'}")
    yield Ledger.open(database, VAULT, clock=SteppingClock())
    database.close()


@pytest.fixture(scope="module")
def copy(shop, tmp_path_factory):
    """An export of the market, for tests that only read it."""
    folder = tmp_path_factory.mktemp("export") / "copy"
    return folder, run(shop, folder, is_checked=True)
