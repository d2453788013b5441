"""What was backed up comes back into either database, whole or not at all, and never over something else."""

import json
import shutil

import pytest
from sqlalchemy import text

from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint
from ledger.log.errors import HeldError, RolledBackError
from ledger.log.queries import read_entry, read_head
from ledger.trace.sealed_fields.disclosures import read_disclosures
from ledger.upkeep import restore as restoring
from ledger.upkeep.backup import take_backup
from ledger.upkeep.checking import check_whole_log
from ledger.upkeep.errors import BackupDamagedError, LedgerInTheWayError, NotABackupError, OtherVersionError
from ledger.upkeep.heads import HeadState
from ledger.upkeep.restore import restore_backup
from signing.errors import VaultError
from tests.support.boxes import CHAINS, Box, diary_step, diary_steps, wait_for, writers
from tests.support.ledgers import CHAIN


def backup_of(box, folder, **options):
    ledger = box.open()
    try:
        return take_backup(ledger, folder, photos=box.place.photos, **options)
    finally:
        ledger.database.close()


@pytest.fixture
def source(sqlite_box, tmp_path):
    """A backup of 12 entries and a photo, without the master key."""
    ledger = sqlite_box.found()
    ledger.write(diary_steps, 10)
    sqlite_box.take_photo(b"a picture")
    ledger.database.close()
    return backup_of(sqlite_box, tmp_path / "copy", settings="port = 8000\n").path


@pytest.fixture
def elsewhere(sqlite_box, source, tmp_path):
    """An empty box on another machine, with a copy of the master key."""
    box = Box(tmp_path / "elsewhere")
    box.data.mkdir()
    shutil.copy(sqlite_box.place.master_key_file, box.place.master_key_file)
    return box


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_what_was_acknowledged_comes_back(box, into, request, tmp_path):
    """All ways: SQLite and PostgreSQL, each into each, with writers at work during the backup."""
    ledger = box.found()
    photo = box.take_photo(b"a picture")
    with writers(ledger) as acknowledged:
        wait_for(acknowledged, 25)
        before = list(acknowledged)
        backup = take_backup(ledger, tmp_path / "copy", photos=box.place.photos)
        wait_for(acknowledged, 5)
    ledger.database.close()
    url = ""
    if into == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        url = request.getfixturevalue("another_postgresql") if server else ""
    other = Box(tmp_path / "other", url, SOGOC_MASTER_KEY_FILE=str(box.place.master_key_file))
    result = other.run("restore", str(backup.path), "--newest")
    assert result.exit_code == 0, result.output
    again = other.open()
    for receipt in before:
        assert again.read(read_entry, receipt.index).entry == receipt.entry
    check_whole_log(again.database, again.vault)
    assert (other.place.photos / photo.parent.name / photo.name).read_bytes() == b"a picture"
    disclosed = again.read(read_disclosures, again.vault, before[0].index)
    assert [item.value for item in disclosed] == ["TV-07"]
    for chain_id in CHAINS:  # the keys came along
        again.write(diary_step, chain_id)
    check_whole_log(again.database, again.vault)
    again.database.close()


@pytest.fixture
def another_postgresql(postgresql_server):
    with postgresql_server.new_database() as url:
        yield url


def test_an_idempotency_key_still_gives_the_first_receipt(sqlite_box, elsewhere, tmp_path):
    ledger = sqlite_box.open()
    first = ledger.write(diary_step, idempotency_key="máy 1, lần 7")
    ledger.database.close()
    restore_backup(backup_of(sqlite_box, tmp_path / "again").path, elsewhere.place, is_newest=True)
    repeated = elsewhere.open().write(diary_step, idempotency_key="máy 1, lần 7")
    assert (repeated.index, repeated.repeated) == (first.index, True)


def test_on_a_new_machine_nothing_is_signed_until_somebody_says_so(elsewhere, source):
    restored = restore_backup(source, elsewhere.place)
    assert restored.head.state is HeadState.HELD
    ledger = elsewhere.open()
    with pytest.raises(HeldError):
        ledger.write(diary_step)
    assert ledger.read(read_head).size == 12
    check_whole_log(ledger.database, ledger.vault)


def test_the_newest_backup_may_go_on_at_once(elsewhere, source):
    result = elsewhere.run("restore", str(source), "--newest")
    assert (result.exit_code, "ghi tiếp được ngay" in result.output) == (0, True)
    assert elsewhere.open().write(diary_step).index == 12
    assert HeadRecord(elsewhere.head_record).read().size == 13


def test_beside_a_record_that_agrees_it_goes_on(sqlite_box, source):
    """The database was lost, or moves to PostgreSQL; the record of the last signed head is still there."""
    (sqlite_box.data / "sogoc.db").unlink()
    assert restore_backup(source, sqlite_box.place).head.state is HeadState.AGREES
    assert sqlite_box.open().write(diary_step).index == 12


def test_an_older_backup_beside_a_newer_record_does_not_sign(sqlite_box, source):
    ledger = sqlite_box.open()
    ledger.write(diary_steps, 3)
    ledger.database.close()
    (sqlite_box.data / "sogoc.db").unlink()
    result = sqlite_box.run("restore", str(source))
    assert (result.exit_code, "thiếu 3 bản ghi" in result.output) == (0, True)
    with pytest.raises(RolledBackError):
        sqlite_box.open().write(diary_step)
    assert HeadRecord(sqlite_box.head_record).read().size == 15


def test_a_spoilt_record_is_left_for_a_person_to_look_at(elsewhere, source):
    elsewhere.head_record.write_bytes(b"spoilt")
    assert restore_backup(source, elsewhere.place).head.state is HeadState.SPOILT
    assert elsewhere.head_record.read_bytes() == b"spoilt"


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal"])
def test_nothing_is_written_over(elsewhere, source, suffix):
    """Not even beside what is left of another database: its write-ahead log would be applied to this one."""
    left = elsewhere.data / f"sogoc.db{suffix}"
    left.write_bytes(b"")
    with pytest.raises(LedgerInTheWayError) as caught:
        restore_backup(source, elsewhere.place)
    assert str(left) in caught.value.sentence
    assert {path.name for path in elsewhere.data.iterdir()} == {"master.key", left.name}


def test_nothing_is_written_over_in_postgresql(new_postgresql, sqlite_box, source, tmp_path):
    key = str(sqlite_box.place.master_key_file)
    other = Box(tmp_path / "other", new_postgresql, SOGOC_MASTER_KEY_FILE=key)
    assert other.run("restore", str(source)).exit_code == 0
    result = other.run("restore", str(source))
    assert (result.exit_code, "đang có sổ" in result.output) == (1, True)


@pytest.mark.parametrize(
    "name", ["manifest.json", "manifest.seal", "SHA256SUMS", "sogoc.db", "settings.toml", "photo"]
)
@pytest.mark.parametrize("how", ["flip", "cut", "remove"])
def test_a_damaged_backup_is_refused(elsewhere, source, name, how):
    path = next(source.rglob("*.webp")) if name == "photo" else source / name
    data = path.read_bytes()
    middle = len(data) // 2
    if how == "flip":
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    elif how == "cut":
        path.write_bytes(data[:middle])
    else:
        path.unlink()
    with pytest.raises((BackupDamagedError, NotABackupError)) as caught:
        restore_backup(source, elsewhere.place)
    assert caught.value.sentence
    assert [path.name for path in elsewhere.data.iterdir()] == ["master.key"]


def test_a_backup_of_another_master_key_is_refused(source, tmp_path):
    stranger = Box(tmp_path / "stranger")
    stranger.found().database.close()
    (stranger.data / "sogoc.db").unlink()
    with pytest.raises(BackupDamagedError, match="niêm phong"):
        restore_backup(source, stranger.place)


def test_without_the_master_key_it_says_where_to_put_it(source, tmp_path):
    bare = Box(tmp_path / "bare")
    with pytest.raises(VaultError):
        restore_backup(source, bare.place)
    result = bare.run("restore", str(source))
    assert (result.exit_code, "master.key" in result.output) == (1, True)
    assert not (bare.data / "sogoc.db").exists()


def test_a_backup_with_the_master_key_needs_nothing_else(sqlite_box, source, tmp_path):
    key = sqlite_box.place.master_key_file
    whole = backup_of(sqlite_box, tmp_path / "whole", master_key_file=key).path
    bare = Box(tmp_path / "bare")
    assert bare.run("restore", str(whole), "--newest").exit_code == 0
    assert bare.place.master_key_file.stat().st_mode & 0o777 == 0o600
    assert bare.open().write(diary_step).index == 12


@pytest.mark.parametrize("at", ["_restore_photos", "_guard_head", "_restore_key", "_into_file"])
def test_a_restore_that_stops_half_way_can_be_done_again(elsewhere, source, monkeypatch, at):
    def stop(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(restoring, at, stop)
        with pytest.raises(KeyboardInterrupt):
            restore_backup(source, elsewhere.place)
    assert not list(elsewhere.data.glob("sogoc.*"))
    assert restore_backup(source, elsewhere.place).head.state is HeadState.HELD


def test_a_restore_into_postgresql_that_stops_leaves_no_row(
    new_postgresql, sqlite_box, source, tmp_path, monkeypatch
):
    other = Box(
        tmp_path / "other", new_postgresql, SOGOC_MASTER_KEY_FILE=str(sqlite_box.place.master_key_file)
    )
    copy = restoring.copy_tables

    def stop(read, written):
        copy(read, written)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(restoring, "copy_tables", stop)
        with pytest.raises(KeyboardInterrupt):
            restore_backup(source, other.place)
    restore_backup(source, other.place)
    check_whole_log(other.open().database, other.open().vault)


def test_new_rows_are_numbered_behind_the_restored_ones(new_postgresql, sqlite_box, source, tmp_path):
    """A person written about for the first time after the restore gets a data key of a new number."""
    other = Box(
        tmp_path / "other", new_postgresql, SOGOC_MASTER_KEY_FILE=str(sqlite_box.place.master_key_file)
    )
    restore_backup(source, other.place, is_newest=True)
    ledger = other.open()
    ledger.write(diary_step, CHAINS[1])
    check_whole_log(ledger.database, ledger.vault)


def test_a_backup_of_a_newer_version_is_refused(sqlite_box, elsewhere, tmp_path):
    sqlite_box.open().database.close()
    database = open_database(sqlite_box.config.database_url)
    folder = backup_of(sqlite_box, tmp_path / "again").path
    database.close()
    copy = open_database(f"sqlite:///{folder / 'sogoc.db'}")
    with copy.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(OtherVersionError):
        restoring._bring_up_to_date(copy)
    copy.close()


def test_a_folder_that_is_no_backup(elsewhere, tmp_path):
    (tmp_path / "nothing").mkdir()
    result = elsewhere.run("restore", str(tmp_path / "nothing"))
    assert (result.exit_code, "không phải bản sao lưu" in result.output) == (1, True)
    assert elsewhere.run("restore", str(tmp_path / "missing")).exit_code == 2


def test_what_is_said_to_programs(elsewhere, source):
    result = elsewhere.run("restore", str(source), "--json")
    said = json.loads(result.stdout)
    assert (said["size"], said["state"], said["missing"], said["damaged_photos"]) == (12, "held", 0, [])


def test_a_record_that_is_ahead_is_never_moved_back(elsewhere, source):
    ahead = Checkpoint("127.0.0.1:8000/log", 99, bytes(32))
    HeadRecord(elsewhere.head_record).write(ahead)
    restored = restore_backup(source, elsewhere.place)
    assert (restored.head.state, restored.head.missing) == (HeadState.BEHIND, 87)
    assert HeadRecord(elsewhere.head_record).read() == ahead


def test_the_chain_goes_on_where_it_ended(elsewhere, source):
    restore_backup(source, elsewhere.place, is_newest=True)
    receipt = elsewhere.open().write(diary_step)
    assert (receipt.chain_id, receipt.seq) == (CHAIN, 11)
