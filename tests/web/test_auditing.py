"""``sogoc fsck`` as an operator and a program see it: progress, report, exit codes; and its page."""

import json
import os
import re
import signal

import pytest
from sqlalchemy import delete

from ledger.audit import report
from ledger.audit.alarms import SENTENCES, AlarmKind
from ledger.audit.monitor_report import LOOK_VERSION
from ledger.audit.monitor_state import STATE_VERSION
from ledger.audit.workers import Workers
from ledger.log.errors import WorkerError
from ledger.log.tables import LogChain
from tests.conftest import SPEC_FOLDER
from tests.support.tampering import tamper
from tests.web.test_cli import Operator
from web import founding
from web.cli import auditing
from web.cli.progress import Lines, progress
from web.config import load_config
from web.whole_files import write_whole

PAGE = (SPEC_FOLDER.parent / "audit.md").read_text(encoding="utf-8")


@pytest.fixture
def operator(tmp_path):
    operator = Operator(tmp_path / "data")
    assert operator.run("init").exit_code == 0
    place = ("--address", "Thôn Một", "--province", "Bắc Ninh", "--commune", "Xã Phúc Hòa")
    assert operator.run("user", "organisation", "HTX Thử Nghiệm", *place).exit_code == 0
    return operator


def spoil(operator):
    database = founding.open_ledger(load_config(operator.environ)).database
    tamper(database, delete(LogChain))
    database.close()


def documented(name):
    """The fenced JSON example of that name on the page."""
    return json.loads(re.search(rf"^```json {name}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1])


def test_a_whole_log_is_said_to_be_whole(operator, tmp_path):
    report = tmp_path / "report.json"
    code, said = operator.json("fsck", "--jobs", "2", "--report", str(report))
    assert (code, said["ok"], said["jobs"], said["findings"]) == (0, True, 2, [])
    assert json.loads(report.read_text(encoding="utf-8")) == said
    assert said["checked"]["entries"] == said["size"] > 0
    assert said["checked"]["projections"] > 0
    alone = operator.json("fsck", "--jobs", "1")[1]
    changing = {"seconds", "started_at", "jobs"}
    assert {k: v for k, v in alone.items() if k not in changing} == {
        k: v for k, v in said.items() if k not in changing
    }


def test_the_report_has_exactly_the_members_of_the_page(operator):
    said = operator.json("fsck")[1]
    spoil(operator)
    spoilt = operator.json("fsck")[1]
    example = documented("report")
    assert said.keys() == spoilt.keys() == example.keys()
    assert said["checked"].keys() == example["checked"].keys()
    assert spoilt["findings"][0].keys() == example["findings"][0].keys()
    kinds = {key: type(value) for key, value in example.items()}
    assert {key: type(value) for key, value in spoilt.items()} == kinds


def test_findings_are_reported_and_the_file_is_written_all_the_same(operator, tmp_path):
    report = tmp_path / "report.json"
    report.write_text('{"ok": true}', encoding="utf-8")
    spoil(operator)
    result = operator.run("fsck", "--report", str(report))
    assert result.exit_code == 1
    assert "không khớp" in result.output
    said = json.loads(report.read_text(encoding="utf-8"))
    assert (said["ok"], said["findings_count"]) == (False, len(said["findings"]))
    assert [path.name for path in tmp_path.glob("*report*")] == ["report.json"]


def test_more_findings_than_anyone_reads_are_counted(operator, monkeypatch):
    monkeypatch.setattr(report, "MAX_LISTED_FINDINGS", 0)
    spoil(operator)
    said = operator.json("fsck")[1]
    assert said["findings"] == []
    assert said["findings_count"] >= 1
    assert "chỗ nữa" in operator.run("fsck").output


def test_a_process_that_dies_is_neither_ok_nor_silent(operator, tmp_path, monkeypatch):
    class Doomed(Workers):
        def map(self, work, tasks):
            os.kill(self.pids[0], signal.SIGKILL)
            return super().map(work, tasks)

    monkeypatch.setattr("ledger.audit.workers.Workers", Doomed)
    report = tmp_path / "report.json"
    report.write_text('{"ok": true}', encoding="utf-8")
    code, said = operator.json("fsck", "--jobs", "2", "--report", str(report))
    assert (code, said["ok"], said["error"]) == (1, False, "WorkerError")
    written = json.loads(report.read_text(encoding="utf-8"))
    assert (written["ok"], written["error"]) == (False, "WorkerError")
    assert written.keys() == documented("failure").keys()
    assert written["sentence"] == WorkerError.default_sentence


def test_a_report_that_cannot_be_written_is_told(operator, tmp_path):
    assert operator.run("fsck", "--report", str(tmp_path / "none" / "report.json")).exit_code == 2
    assert operator.run("fsck", "--jobs", "0").exit_code == 2
    folder = tmp_path / "report.json"
    folder.mkdir()
    assert operator.run("fsck", "--report", str(folder)).exit_code == 2


def test_a_disk_that_is_full_is_told(operator, tmp_path, monkeypatch):
    def full(_path, _data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(auditing, "write_whole", full)
    result = operator.run("fsck", "--report", str(tmp_path / "report.json"))
    assert (result.exit_code, "Không ghi được báo cáo" in result.output) == (1, True)


def test_a_report_is_there_whole_or_as_it_was(tmp_path, monkeypatch):
    file = tmp_path / "report.json"
    write_whole(file, b"old")
    monkeypatch.setattr("web.whole_files.os.fsync", _fails)
    with pytest.raises(OSError, match="no more"):
        write_whole(file, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("report.json", b"old")]


def _fails(_descriptor):
    raise OSError("no more")


def test_small_logs_are_checked_by_one_process(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    assert [auditing._fitting_jobs(size) for size in (0, 9_999, 10_000, 1_000_000)] == [1, 1, 2, 8]


def test_plain_lines_tell_the_rate_and_the_time_left():
    said, now = [], [0.0]
    lines = Lines("Kiểm tra", 1000, clock=lambda: now[0], echo=said.append)
    for at, done in ((5, 100), (10, 200), (12, 300), (20, 1000), (21, 1000)):
        now[0] = at
        lines(done)
    assert said == ["Kiểm tra: 200/1,000, 20/giây, còn 40 giây", "Kiểm tra: 1,000/1,000, 50/giây, còn 0 giây"]


def test_a_bar_is_drawn_where_somebody_watches(monkeypatch, capsys):
    monkeypatch.setattr("web.cli.progress.is_terminal", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress("Kiểm tra", 10) as advance:
        advance(5)
        advance(10)
    assert "Kiểm tra" in capsys.readouterr().err


# -- the page ----------------------------------------------------------------------------------------------


def test_the_page_names_every_alarm_in_its_words():
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", PAGE, re.MULTILINE)
    assert dict(rows) == {kind.value: SENTENCES[kind] for kind in AlarmKind}


@pytest.mark.parametrize("version", [report.REPORT_VERSION, LOOK_VERSION, STATE_VERSION])
def test_the_page_names_every_version(version):
    assert f'"{version}"' in PAGE


@pytest.mark.parametrize("kind", AlarmKind)
def test_an_alarm_has_a_short_vietnamese_sentence(kind):
    sentence = SENTENCES[kind]
    assert sentence.endswith(".")
    assert len(sentence) <= 110
