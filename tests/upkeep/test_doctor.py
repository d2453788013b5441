"""The doctor sees what is wrong around the ledger, says how to mend it, and touches nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint
from ledger.upkeep import doctor
from ledger.upkeep.doctor import Level, examine
from tests.support.boxes import diary_step
from web.founding import open_vault


def found(box, **options):
    checks = examine(box.place, lambda: open_vault(box.config), **options)
    return {check.name: check for check in checks}


def level_of(box, name, **options):
    return found(box, **options)[name].level


@pytest.fixture
def healthy(box):
    box.found().write(diary_step)
    return box


def test_all_is_well(healthy):
    """But for the test server of PostgreSQL, which is told not to flush: that is seen."""
    faults = {name for name, check in found(healthy).items() if check.level is Level.FAULT}
    assert faults == (set() if healthy.place.sqlite_file else {"durability"})


def test_what_is_said_to_programs_and_people(sqlite_box):
    sqlite_box.found()
    result = sqlite_box.run("doctor", "--json")
    said = json.loads(result.stdout)
    assert (result.exit_code, said["ok"]) == (0, True)
    assert {check["level"] for check in said["checks"]} <= {"ok", "warning"}
    assert "Khóa chính mở được" in sqlite_box.run("doctor").output


def test_without_a_ledger(sqlite_box):
    result = sqlite_box.run("doctor")
    assert (result.exit_code, "sogoc init" in result.output) == (1, True)
    assert not sqlite_box.data.exists()


def test_an_empty_database(sqlite_box):
    sqlite_box.data.mkdir()
    (sqlite_box.data / "sogoc.db").touch()
    assert level_of(sqlite_box, "schema") is Level.FAULT


def test_a_database_out_of_reach(sqlite_box, tmp_path):
    box = type(sqlite_box)(tmp_path / "box", f"postgresql://nobody@/none?host={tmp_path}")
    box.data.mkdir()
    assert level_of(box, "database") is Level.FAULT


@pytest.mark.parametrize(("mode", "level"), [(0o750, "ok"), (0o755, "warning"), (0o777, "fault")])
def test_a_folder_that_others_can_open(healthy, mode, level):
    healthy.data.chmod(mode)
    assert level_of(healthy, "data folder") == level


def test_a_master_key_that_others_can_read_or_that_opens_nothing(sqlite_box):
    sqlite_box.found()
    key = sqlite_box.place.master_key_file
    key.chmod(0o644)
    check = found(sqlite_box)["master key"]
    assert (check.level, "chmod 600" in check.sentence) == (Level.FAULT, True)
    key.chmod(0o600)
    line = key.read_text()
    key.write_text(("B" if line[0] == "A" else "A") + line[1:])
    assert level_of(sqlite_box, "master key") is Level.FAULT
    key.unlink()
    assert level_of(sqlite_box, "master key") is Level.FAULT


def test_a_clock_behind_the_last_entry(healthy):
    now = datetime.now(UTC)
    assert level_of(healthy, "clock", clock=lambda: now - timedelta(hours=1)) is Level.FAULT
    assert level_of(healthy, "clock", clock=lambda: now + timedelta(minutes=1)) is Level.OK


@pytest.mark.parametrize(("free", "level"), [(2**40, "ok"), (5 * 10**8, "warning"), (10**6, "fault")])
def test_a_disk_that_fills_up(sqlite_box, monkeypatch, free, level):
    sqlite_box.found()
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: usage)
    assert level_of(sqlite_box, "free space") == level


def test_a_head_that_is_not_the_recorded_one(healthy):
    HeadRecord(healthy.head_record).replace(Checkpoint(healthy.open().origin, 99, bytes(32)))
    check = found(healthy)["head record"]
    assert (check.level, "sogoc recover" in check.sentence) == (Level.FAULT, True)
    healthy.head_record.unlink()
    assert level_of(healthy, "head record") is Level.WARNING


def test_an_old_library(sqlite_box, monkeypatch):
    sqlite_box.found()
    monkeypatch.setattr(doctor.sqlite_driver, "sqlite_version", "3.40.1")
    assert level_of(sqlite_box, "sqlite version") is Level.FAULT


def test_an_old_postgresql(new_postgresql, tmp_path, sqlite_box, monkeypatch):
    box = type(sqlite_box)(tmp_path / "pg", new_postgresql)
    box.found()
    monkeypatch.setattr(doctor, "POSTGRESQL_OLDEST", 99)
    assert level_of(box, "postgresql version") is Level.FAULT


def test_a_database_that_is_not_in_utf8(tmp_path, postgresql_server, sqlite_box):
    postgresql_server.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    try:
        box = type(sqlite_box)(tmp_path / "pg", postgresql_server.url("latin"))
        ledger = box.found()
        assert level_of(box, "encoding") is Level.FAULT
        ledger.database.close()
    finally:
        postgresql_server.run("DROP DATABASE latin WITH (FORCE)")


def test_a_disk_in_another_machine(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\nnas:/so /srv/so nfs4 rw 0 0\n")
    assert doctor._disk_kind(Path("/srv/so/sogoc.db"), mounts).level is Level.FAULT
    assert doctor._disk_kind(Path("/srv/sogoc.db"), mounts).level is Level.OK
    assert doctor._disk_kind(Path("/srv/sogoc.db"), tmp_path / "none").level is Level.OK


def test_a_connection_that_does_not_flush(sqlite_box, monkeypatch):
    sqlite_box.found()
    monkeypatch.setattr(doctor, "_FULL", 3)  # as if FULL were less than what is wanted
    assert level_of(sqlite_box, "durability") is Level.FAULT
