"""What interrupts an export, and what it leaves alone: others' folders, another log, a fork."""

import contextlib
import os
import shutil

import pytest

from ledger.database import open_database
from ledger.log.checkpoints import open_checkpoint
from ledger.log.errors import TileMismatchError
from ledger.log.queries import read_head
from ledger.log.remote_sources import FolderSource
from ledger.log.remote_tiles import AuthenticatedReader
from tests.support.export_fixtures import copy, files_of, long_log, long_log_file, run_log
from tests.support.ledgers import CHAIN, new_ledger, record_many
from tests.support.tampering import entry_bytes, remove_entries, replace_entry
from web.exporting import pages
from web.exporting.errors import (
    ChangedFileError,
    FolderBusyError,
    FolderTakenError,
    FolderUnusableError,
    ForkedExportError,
    OlderLogError,
    OtherLogError,
    UnsoundLogError,
)
from web.exporting.folder import Folder
from web.state import make_state

__all__ = ["copy", "long_log", "long_log_file"]


class Killed(BaseException):
    """What a power cut is to a program."""


@pytest.mark.parametrize("after", range(0, 40, 5))
def test_an_export_that_is_killed_leaves_a_whole_log_and_goes_on(long_log, tmp_path, monkeypatch, after):
    """At every few files: what the folder's checkpoint says is all there, before and after the next run."""
    folder = tmp_path / "copy"
    run_log(long_log, folder)
    long_log.write(record_many, 800, CHAIN)
    shutil.rmtree(folder / "static")  # so that there is something to write before the log, too
    replace, left = Folder._replace, iter(range(after))

    def write(self, path, data):
        if path.startswith("static/") and after < 30:
            return replace(self, path, data)
        if next(left, None) is None:
            (self.root / f".so-goc-draft-{os.getpid()}").write_bytes(data[: len(data) // 2])
            raise Killed
        return replace(self, path, data)

    monkeypatch.setattr(Folder, "_replace", write)
    with contextlib.suppress(Killed):
        run_log(long_log, folder)
    monkeypatch.undo()
    checkpoint = open_checkpoint((folder / "log/checkpoint").read_bytes(), long_log.vkey)
    entries = AuthenticatedReader(FolderSource(folder / "log"), checkpoint).read_entries()
    assert sum(1 for _ in entries) == checkpoint.size
    done = run_log(long_log, folder, is_checked=True)
    assert done.size == 1575
    assert not list(folder.glob(".so-goc-draft-*"))


def test_a_first_export_that_was_killed_has_no_checkpoint_and_goes_on(long_log, tmp_path, monkeypatch):
    folder, replace = tmp_path / "copy", Folder._replace

    def write(self, path, data):
        if path == "log/tile/entries/001":
            raise Killed
        return replace(self, path, data)

    monkeypatch.setattr(Folder, "_replace", write)
    with pytest.raises(Killed):
        run_log(long_log, folder)
    assert not (folder / "log/checkpoint").exists()
    monkeypatch.undo()
    assert run_log(long_log, folder, is_checked=True).size_before is None


def test_a_tile_that_was_lost_is_written_again(long_log, tmp_path):
    folder = tmp_path / "copy"
    run_log(long_log, folder)
    (folder / "log/tile/0/001").unlink()
    (folder / "log/tile/entries/002").write_bytes(b"")
    assert run_log(long_log, folder, is_checked=True).written == 2


# -- refusing ------------------------------------------------------------------------------------------------


def refused(error, ledger, folder):
    before = files_of(folder) if folder.exists() else {}
    with pytest.raises(error) as caught:
        run_log(ledger, folder)
    assert files_of(folder) == before
    assert str(folder) in caught.value.sentence
    return caught.value


def test_a_folder_with_somebody_s_files_is_left_alone(long_log, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "luan-van.docx").write_bytes(b"five years of work")
    refused(FolderTakenError, long_log, folder)


def test_another_log_s_copy_is_left_alone(long_log, copy):
    folder, _ = copy
    note = (folder / "log/checkpoint").read_text("utf-8")
    try:
        (folder / "log/checkpoint").write_text(note.replace("so.example.vn/goc", "so.example.vn/khac", 1))
        assert refused(OtherLogError, long_log, folder).found == "so.example.vn/khac"
    finally:
        (folder / "log/checkpoint").write_text(note)


def test_another_log_s_copy_that_was_only_begun_is_left_alone(long_log, tmp_path):
    folder = tmp_path / "copy"
    (folder / "log").mkdir(parents=True)
    (folder / "log/vkey").write_text("so.example.vn/khac+00000000+AAAA\n")
    refused(OtherLogError, long_log, folder)


def test_a_copy_of_a_fork_is_left_alone(long_log, tmp_path, sqlite_template):
    folder = tmp_path / "copy"
    shutil.copyfile(sqlite_template, tmp_path / "fork.db")
    database = open_database(f"sqlite:///{tmp_path / 'fork.db'}")
    fork = new_ledger(database)
    fork.write(record_many, 300, CHAIN)
    run_log(fork, folder)
    database.close()
    assert refused(ForkedExportError, long_log, folder).size == 302


def test_a_copy_that_is_ahead_of_the_database_is_left_alone(long_log, tmp_path, sqlite_template):
    folder = tmp_path / "copy"
    run_log(long_log, folder)
    shutil.copyfile(sqlite_template, tmp_path / "old.db")
    database = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    error = refused(OlderLogError, new_ledger(database), folder)
    assert (error.found, error.size) == (775, 2)
    database.close()


def test_a_checkpoint_that_is_none_is_left_alone(long_log, tmp_path):
    folder = tmp_path / "copy"
    (folder / "log").mkdir(parents=True)
    (folder / "log/checkpoint").write_text("no checkpoint\n")
    refused(FolderTakenError, long_log, folder)


def test_a_changed_file_is_found_and_left_for_a_person_to_look_at(long_log, tmp_path):
    folder = tmp_path / "copy"
    run_log(long_log, folder)
    partial = folder / "log/tile/0/003.p/7"
    partial.write_bytes(bytes(32 * 7))
    with pytest.raises(ChangedFileError) as caught:
        run_log(long_log, folder)
    assert caught.value.path == "log/tile/0/003.p/7"
    partial.unlink()
    run_log(long_log, folder, is_checked=True)
    whole = folder / "log/tile/0/001"
    whole.write_bytes(bytes(8192))
    with pytest.raises(TileMismatchError):
        run_log(long_log, folder, is_checked=True)


def test_a_log_that_does_not_hold_is_not_spread(long_log, tmp_path):
    """An entry that was rewritten or removed in the database stops the copy; the older copy stays whole."""
    folder = tmp_path / "copy"
    run_log(long_log, folder)
    before = files_of(folder)
    long_log.write(record_many, 300, CHAIN)
    tampered = entry_bytes(long_log.database, 900).replace(b"sogoc:step", b"sogoc:stop")
    replace_entry(long_log.database, 900, tampered)
    for _ in range(2):
        with pytest.raises(UnsoundLogError) as caught:
            run_log(long_log, folder)
        assert "sogoc fsck" in caught.value.sentence
        remove_entries(long_log.database, 900, 900)
    assert (folder / "log/checkpoint").read_bytes() == before["log/checkpoint"]
    assert "log/tile/entries/003" not in files_of(folder)
    with pytest.raises(UnsoundLogError):
        run_log(long_log, tmp_path / "another")


def test_a_lot_whose_record_was_changed_says_so_and_has_no_bundle(own_shop, tmp_path):
    ledger = own_shop.market.world.ledger
    index = ledger.read(read_head).size - 1
    shown = Folder(tmp_path / "copy")
    with shown.held(), own_shop.app.app_context():
        state = make_state(own_shop.config, ledger, clock=own_shop.market.clock)
        entry = entry_bytes(ledger.database, index)
        ending = b"A=\n" if not entry.endswith(b"A=\n") else b"E=\n"
        replace_entry(ledger.database, index, entry[:-3] + ending)
        writer = pages.PageExport(state, shown)
        list(writer.export_organisations())
    recalled = own_shop.market.recalled_lot.removeprefix(ledger.id_base)[1:]
    assert 'data-verdict="tampered"' in shown.read(f"{recalled}/index.html").decode()
    assert shown.read(f"{recalled}/bundle") is None
    assert writer.tally.bundles < writer.tally.lots


def test_two_exports_into_one_folder_take_turns(long_log, tmp_path):
    folder = tmp_path / "copy"
    with Folder(folder).held(), pytest.raises(FolderBusyError):
        run_log(long_log, folder)
    run_log(long_log, folder)


def test_a_folder_that_cannot_be_written_is_told(long_log, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FolderUnusableError):
        run_log(long_log, tmp_path / "file" / "copy")
    folder = tmp_path / "copy"
    run_log(long_log, folder)
    (folder / "index.html").unlink()
    (folder / "index.html").mkdir()
    with pytest.raises(FolderUnusableError) as caught:
        run_log(long_log, folder)
    assert caught.value.path == "index.html"
