"""A full disk: writers are told, readers are answered, nothing is lost, and with room it goes on."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from ledger.database import DatabaseFullError, open_database
from ledger.log.queries import read_head
from ledger.upkeep import backup as taking
from ledger.upkeep.backup import take_backup
from ledger.upkeep.checking import check_whole_log
from ledger.upkeep.errors import NoSpaceError
from tests.faults.conftest import new_site
from tests.support.boxes import Box, close_opened, diary_step, diary_steps
from tests.support.busy_writer import ROOT, Acknowledged, append_acknowledged
from tests.support.failing import write_as_one_group
from tests.support.ledgers import record_many

DISK = 3 * 1024 * 1024


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 3 MiB, for those who may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("only an administrator can mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filler(site, *limit):
    arguments = [sys.executable, "-m", "tests.support.disk_filler", site.url, str(site.record), *limit]
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until_full(process):
    answers, errors = [], []
    for line in process.stdout:
        if line.startswith("full "):
            errors.append(line)
            if len(errors) == 4:
                return answers, errors
        else:
            answers.append(Acknowledged.parse(line))
    raise AssertionError("the filler ended by itself")


def fill_and_make_room(site, make_room, *limit):
    """Fill, look, make room, go on. What the writers were told when there was no room."""
    with filler(site, *limit) as process:
        answers, errors = read_until_full(process)
        size = len(answers) + 2
        ledger = site.open()
        assert ledger.read(read_head).size == size  # readers are answered
        ledger.database.close()
        make_room()
        process.stdin.write("there is room\n")
        process.stdin.flush()
        after = [line for line in process.stdout if line != "done\n"]
        assert process.wait() == 0
    answers += [Acknowledged.parse(line) for line in after]
    assert len(after) == 20
    ledger = site.open()
    for answer in answers:
        answer.check_kept(ledger)
    for answer in answers[-30:]:
        answer.check_repeated(ledger)
    ledger.database.close()
    assert site.check() == len(answers) + 2
    return errors


def test_a_disk_without_space(small_disk, sqlite_template):
    """ENOSPC for the database, its write-ahead log and the record: all of them lie on the small disk."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(os.urandom(DISK // 3))
    shutil.copy(sqlite_template, small_disk / "sogoc.db")
    site = new_site(f"sqlite:///{small_disk / 'sogoc.db'}", small_disk)
    errors = fill_and_make_room(site, ballast.unlink)
    assert all(error.startswith("full DatabaseFullError") for error in errors)


def test_a_file_that_may_not_grow(sqlite_site):
    """EFBIG: to SQLite an error of reading and writing, not a full disk."""
    errors = fill_and_make_room(sqlite_site, lambda: None, str(900_000))
    assert all("disk I/O error" in error for error in errors)


def test_a_database_at_its_largest_size(sqlite_site):
    ledger = sqlite_site.open()
    answers = [append_acknowledged(ledger, f"{n}-a") for n in range(20)]
    set_pages(ledger, "SELECT page_count FROM pragma_page_count")
    with pytest.raises(DatabaseFullError) as caught:
        ledger.write(record_many, 500)
    assert "đã đầy" in caught.value.sentence
    with pytest.raises(DatabaseFullError):
        answers.extend(append_acknowledged(ledger, f"more-{n}-b") for n in range(10**6))
    set_pages(ledger, "SELECT 1000000")
    answers += [append_acknowledged(ledger, f"after-{n}-a") for n in range(5)]
    for answer in answers:
        answer.check_kept(ledger)
    ledger.database.close()
    assert sqlite_site.check() == len(answers) + 2


def set_pages(ledger, query):
    with ledger.database.writing() as session:
        count = session.execute(text(query)).scalar()
        session.execute(text(f"PRAGMA max_page_count = {count}"))


def test_an_address_that_opens_again(sqlite_site):
    """Nothing of the limit stays behind: it belongs to the connection, not to the file."""
    ledger = sqlite_site.open()
    set_pages(ledger, "SELECT page_count FROM pragma_page_count")
    ledger.database.close()
    database = open_database(sqlite_site.url)
    with database.reading() as session:
        assert session.execute(text("PRAGMA max_page_count")).scalar() > 10**6
    database.close()


def test_a_disk_that_fills_up_inside_a_unit_of_work(tmp_path):
    """Events with rows of their own, four callers to a transaction: all are told, and all can try again."""
    box = Box(tmp_path / "box")
    ledger = box.found()
    ledger.write(diary_steps, 5)
    set_pages(ledger, "SELECT page_count FROM pragma_page_count")
    jobs = [lambda: ledger.write(diary_steps, 20) for _ in range(4)]
    for _ in range(3):
        told = write_as_one_group(ledger, jobs)
        assert {type(answer) for answer in told} == {DatabaseFullError}
    set_pages(ledger, "SELECT 1000000")
    told = write_as_one_group(ledger, jobs)
    assert sorted(receipt.index for receipts in told for receipt in receipts) == list(range(7, 87))
    check_whole_log(ledger.database, ledger.vault)
    close_opened()


def test_postgresql_without_space_is_told_alike(postgresql_server):
    """Its error 53100, raised here by hand: nobody fills the disk of a test machine."""
    with postgresql_server.new_database() as url:
        database = open_database(url)
        failing = text("DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$")
        with pytest.raises(DatabaseFullError), database.writing() as session:
            session.execute(failing)
        database.close()


@pytest.mark.parametrize("what", ["database", "photo"])
def test_a_backup_onto_a_disk_without_space(small_disk, tmp_path, monkeypatch, what):
    """Should the first look have been too hopeful, the backup stops, says so, and leaves nothing behind."""
    box = Box(tmp_path / "box")
    ledger = box.found()
    if what == "photo":
        box.take_photo(os.urandom(DISK))
    else:
        (small_disk / "ballast").write_bytes(os.urandom(DISK - 200_000))
    before = {path.name for path in small_disk.iterdir()}
    with pytest.raises(NoSpaceError, match="no space"):
        take_backup(ledger, small_disk / "copy", photos=box.place.photos)
    monkeypatch.setattr(taking, "check_space", lambda *_needed: None)
    result = box.run("backup", str(small_disk / "copy"))
    assert (result.exit_code, "không đủ chỗ" in result.output) == (1, True), result.output
    assert {path.name for path in small_disk.iterdir()} == before
    ledger.write(diary_step)
    close_opened()
