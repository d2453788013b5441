"""The schema is what the migrations make of it, and they make what the rooms' tables say."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ledger
from ledger import migrations
from ledger.database import Base, open_database


@pytest.fixture
def history(tmp_path, monkeypatch) -> Path:
    """A folder of migrations without any, in place of the program's own."""
    folder = tmp_path / "migrations"
    kept = shutil.ignore_patterns("__pycache__", "0*.py")
    shutil.copytree(Path(migrations.__file__).parent, folder, ignore=kept)
    monkeypatch.setattr(migrations, "_FOLDER", folder)
    return folder


@pytest.fixture
def written(history, tmp_path) -> Path:
    """One migration to every room's tables, written on SQLite and meant for both."""
    scratch = open_database(f"sqlite:///{tmp_path / 'scratch.db'}")
    try:
        return migrations.write_revision(scratch, "initial", "0001")
    finally:
        scratch.close()


def test_a_database_without_migrations_has_no_revision(history, empty_database):
    assert migrations.head_revision() is None
    migrations.migrate(empty_database)
    assert migrations.current_revision(empty_database) is None
    assert migrations.is_current(empty_database)


def test_a_written_migration_makes_the_rooms_tables_on_both_databases(written, empty_database):
    assert written.name == "0001_initial.py"
    assert not migrations.is_current(empty_database)
    assert migrations.schema_differences(empty_database)
    migrations.migrate(empty_database)
    assert migrations.current_revision(empty_database) == "0001"
    assert migrations.is_current(empty_database)
    assert migrations.schema_differences(empty_database) == []


def test_migrating_twice_changes_nothing(written, empty_database):
    migrations.migrate(empty_database)
    migrations.migrate(empty_database)
    assert migrations.current_revision(empty_database) == "0001"


def test_processes_that_start_together_migrate_once(written, empty_database):
    program = (
        "import sys, pathlib; from ledger import database, migrations;"
        "migrations._FOLDER = pathlib.Path(sys.argv[1]);"
        "migrations.migrate(database.open_database(sys.argv[2]))"
    )
    url = empty_database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", program, str(written.parents[1]), url]
    started = [subprocess.Popen(command, cwd=Path(ledger.__path__[0]).parent) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert migrations.schema_differences(empty_database) == []


def test_a_migration_that_fails_leaves_nothing_behind(written, empty_database):
    source = written.read_text()
    written.write_text(source.rstrip() + "\n    raise RuntimeError('power cut')\n")
    with pytest.raises(RuntimeError, match="power cut"):
        migrations.migrate(empty_database)
    assert migrations.current_revision(empty_database) is None
    written.write_text(source)
    migrations.migrate(empty_database)
    assert migrations.schema_differences(empty_database) == []


def test_the_programs_own_migrations_agree_with_its_tables(empty_database):
    if migrations.head_revision() is None:
        pytest.skip("the program has no migration yet")
    migrations.migrate(empty_database)
    assert migrations.schema_differences(empty_database) == []


def test_every_rooms_tables_are_found():
    migrations.load_tables()
    rooms = {path.parent.name for path in Path(ledger.__path__[0]).glob("*/tables.py")}
    assert rooms <= {mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}
