"""A backup is whole or not there, holds everything that was acknowledged before it, and no secret."""

import subprocess
import threading

import pytest

from ledger.log.queries import read_entry, read_head
from ledger.upkeep import backup as taking
from ledger.upkeep.backup import take_backup
from ledger.upkeep.checking import open_file
from ledger.upkeep.errors import BackupDamagedError, NoSpaceError, PlaceTakenError
from ledger.upkeep.manifest import parse_manifest
from ledger.upkeep.restore import read_backup
from signing.vault import load_master_key
from tests.support.boxes import diary_step, diary_steps, wait_for, writers
from tests.support.tampering import remove_entries, tamper
from web.config import load_config


def names(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def copied_log(folder):
    """The copied database, opened beside the backup so that this stays as it is."""
    copy = folder.parent / "opened.db"
    copy.write_bytes((folder / "sogoc.db").read_bytes())
    return open_file(copy)


def test_everything_acknowledged_before_the_start_is_in_it(box, tmp_path):
    ledger = box.found()
    with writers(ledger) as acknowledged:
        wait_for(acknowledged, 40)
        before = list(acknowledged)
        said = box.run("backup", str(tmp_path / "copy"), "--verify")
        assert said.exit_code == 0, said.output
        wait_for(acknowledged, 10)
    manifest, copy = read_backup(tmp_path / "copy"), copied_log(tmp_path / "copy")
    with copy.reading() as session:
        assert read_head(session).size == manifest.size >= 2 + len(before)
        for receipt in before:
            assert read_entry(session, receipt.index).entry == receipt.entry
    copy.close()


def test_what_a_backup_holds(box, tmp_path):
    ledger = box.found()
    photo = box.take_photo(b"a picture")
    (photo.parent / "half.part").write_bytes(b"still being uploaded")
    said = box.run("backup", str(tmp_path / "copy"), "--verify")
    assert said.exit_code == 0, said.output
    kept = f"photos/{photo.parent.name}/{photo.name}"
    facts = {"manifest.json", "manifest.seal", "SHA256SUMS", "settings.toml"}
    assert names(tmp_path / "copy") == {"sogoc.db", kept} | facts
    assert (tmp_path / "copy" / kept).read_bytes() == b"a picture"
    manifest = read_backup(tmp_path / "copy")
    assert (manifest.size, manifest.origin) == (2, ledger.origin)
    assert manifest.source == ledger.database.dialect
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "copy").rglob("*")}
    assert modes | {(tmp_path / "copy").stat().st_mode & 0o077} == {0}


def test_the_master_key_comes_along_only_on_request(sqlite_box, tmp_path):
    sqlite_box.found()
    key = sqlite_box.place.master_key_file
    assert sqlite_box.run("backup", str(tmp_path / "without")).exit_code == 0
    secret, line = load_master_key(key), key.read_bytes().strip()
    for path in (path for path in (tmp_path / "without").rglob("*") if path.is_file()):
        assert secret not in path.read_bytes()
        assert line not in path.read_bytes()
    assert sqlite_box.run("backup", str(tmp_path / "with"), "--with-master-key").exit_code == 0
    assert load_master_key(tmp_path / "with" / "master.key") == secret


def test_anybody_can_check_the_digests(sqlite_box, tmp_path):
    sqlite_box.found()
    sqlite_box.take_photo(b"a picture")
    folder = take_backup(sqlite_box.open(), tmp_path / "copy", photos=sqlite_box.place.photos).path
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)


def test_nothing_is_written_over(sqlite_box, tmp_path):
    sqlite_box.found()
    (tmp_path / "copy").mkdir()
    with pytest.raises(PlaceTakenError):
        take_backup(sqlite_box.open(), tmp_path / "copy", photos=sqlite_box.place.photos)
    result = sqlite_box.run("backup", str(tmp_path / "copy"))
    assert (result.exit_code, "đã có sẵn" in result.output) == (1, True)
    assert names(tmp_path / "copy") == set()


@pytest.mark.parametrize("at", ["copy_photos", "_describe", "_write_manifest"])
def test_a_backup_that_stops_half_way_is_not_there(sqlite_box, tmp_path, monkeypatch, at):
    def stop(*_arguments, **_options):
        raise KeyboardInterrupt

    ledger = sqlite_box.found()
    with monkeypatch.context() as patched:
        patched.setattr(taking, at, stop)
        with pytest.raises(KeyboardInterrupt):
            take_backup(ledger, tmp_path / "to" / "copy", photos=sqlite_box.place.photos)
    assert list((tmp_path / "to").iterdir()) == []
    # What a power cut leaves behind has another name, and the next backup removes it.
    (tmp_path / "to" / ".copy.part").mkdir()
    take_backup(ledger, tmp_path / "to" / "copy", photos=sqlite_box.place.photos)
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["copy"]


def test_a_disk_without_room_is_told_before_the_start(box, tmp_path, monkeypatch):
    ledger = box.found()
    monkeypatch.setattr(taking, "database_bytes", lambda _database: 2**60)
    with pytest.raises(NoSpaceError) as caught:
        take_backup(ledger, tmp_path / "copy", photos=box.place.photos)
    assert "không đủ chỗ" in caught.value.sentence
    assert not (tmp_path / "copy").exists()


def test_a_damaged_photo_is_named_and_left_out(sqlite_box, tmp_path):
    sqlite_box.found()
    sqlite_box.take_photo(b"good")
    bad = sqlite_box.take_photo(b"bad")
    bad.write_bytes(b"rot")
    result = sqlite_box.run("backup", str(tmp_path / "copy"))
    assert result.exit_code == 0
    assert bad.name in result.stderr
    assert not list((tmp_path / "copy").rglob(bad.name))
    assert read_backup(tmp_path / "copy").files == 3


def test_photos_of_an_earlier_backup_are_linked(sqlite_box, tmp_path):
    ledger = sqlite_box.found()
    old, rotten = sqlite_box.take_photo(b"old"), sqlite_box.take_photo(b"rotten")
    first = take_backup(ledger, tmp_path / "first", photos=sqlite_box.place.photos)
    next((tmp_path / "first").rglob(rotten.name)).write_bytes(b"changed in the backup")
    new = sqlite_box.take_photo(b"new")
    result = sqlite_box.run("backup", str(tmp_path / "second"), "--earlier", str(first.path))
    assert result.exit_code == 0, result.output
    links = {path.name: path.stat().st_nlink for path in (tmp_path / "second" / "photos").rglob("*.webp")}
    assert links == {old.name: 2, new.name: 1, rotten.name: 1}
    read_backup(tmp_path / "second")


@pytest.mark.parametrize("is_thorough", [False, True])
def test_a_copy_that_does_not_verify_is_no_backup(sqlite_box, tmp_path, is_thorough):
    ledger = sqlite_box.found()
    ledger.write(diary_steps, 8)
    first, last = (4, 4) if is_thorough else (9, 9)
    remove_entries(ledger.database, first, last)
    with pytest.raises(BackupDamagedError):
        take_backup(ledger, tmp_path / "copy", photos=sqlite_box.place.photos, is_thorough=is_thorough)
    assert not (tmp_path / "copy").exists()


def test_what_was_deleted_is_not_copied(sqlite_box, tmp_path):
    """A destroyed key must not lie in the free pages of a copy, whatever the original still holds."""
    from sqlalchemy import delete, insert

    from ledger.log.tables import LogSecret

    ledger, secret = sqlite_box.found(), bytes(range(200)) * 40
    tamper(ledger.database, insert(LogSecret).values(purpose="gone", sealed=secret))
    tamper(ledger.database, delete(LogSecret).where(LogSecret.purpose == "gone"))
    folder = take_backup(ledger, tmp_path / "copy", photos=sqlite_box.place.photos).path
    assert secret[:500] not in (folder / "sogoc.db").read_bytes()


def test_two_backups_at_once_do_not_meet(sqlite_box, tmp_path):
    ledger = sqlite_box.found()
    taken = []

    def take(name):
        taken.append(take_backup(ledger, tmp_path / name, photos=sqlite_box.place.photos))

    threads = [threading.Thread(target=take, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.write(diary_step)
    assert [read_backup(backup.path).size for backup in taken] == [2, 2]


def test_the_settings_hold_no_password(box, tmp_path):
    box.found()
    assert box.run("backup", str(tmp_path / "copy")).exit_code == 0
    text = (tmp_path / "copy" / "settings.toml").read_text()
    assert 'public_url = "http://127.0.0.1:8000"' in text
    assert "postgresql" not in text
    load_config({"SOGOC_CONFIG": str(tmp_path / "copy" / "settings.toml")})  # and can be used as they are
    assert str(box.data) not in text


def test_the_manifest_says_what_was_copied(sqlite_box, tmp_path):
    ledger = sqlite_box.found()
    folder = take_backup(ledger, tmp_path / "copy", photos=sqlite_box.place.photos).path
    manifest = parse_manifest((folder / "manifest.json").read_bytes())
    with ledger.database.reading() as session:
        head = read_head(session)
    assert (manifest.size, manifest.root) == (head.size, head.root)
    assert manifest.verifier_key == ledger.vkey.format()
