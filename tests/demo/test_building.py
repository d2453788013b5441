"""Building the demo again, after a power cut, and beside a log that is somebody's own."""

import hashlib
import json
import os
import signal
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from ledger.audit.fsck import fsck
from ledger.log.queries import read_head
from ledger.trace.fsck import TraceCheck
from tests.demo.conftest import Built, config_of
from tests.support.killable import working
from web.demo.building import build_demo
from web.demo.errors import BrokenMarkerError, MovedDemoError, RealLogError
from web.demo.marker import MARKER, Marker, keep_marker
from web.founding import found_ledger

KILLED_AT = (0.30, 0.80, 0.94)
"""In the middle of the first seasons, while stamps are printed, between two bundles."""


def build_until(_out: Connection, data: Path, killed_at: float) -> None:
    """Build the demo in ``data``, and die without a word when that share of it is done."""

    def stop(_day: date, share: float) -> None:
        if share >= killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    build_demo(config_of(data), stop)


def digests(folder: Path) -> dict[str, str]:
    # Looking into an SQLite file with a write-ahead log may leave an empty log and an index beside it.
    files = [
        path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    ]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def findings_of(built: Built) -> list:
    ledger = built.open()
    try:
        with ledger.database.reading() as session:
            return list(fsck(session, projection_checks=[TraceCheck(session, ledger.vault)]))
    finally:
        ledger.database.close()


def size_of(built: Built) -> int:
    ledger = built.open()
    try:
        return ledger.read(read_head).size
    finally:
        ledger.database.close()


def test_a_complete_demo_is_left_exactly_as_it_is(copied):
    before = digests(copied.config.data)
    again = build_demo(copied.config)
    assert not again.is_new
    assert again.said == copied.said
    assert digests(copied.config.data) == before


def test_a_build_killed_three_times_is_finished_and_is_the_same_story(built, tmp_path):
    data = tmp_path / "var"
    for share in KILLED_AT:
        with working(build_until, data, share) as (process, _):
            process.join()
            assert process.exitcode == -signal.SIGKILL
        assert not (data / "demo.json").exists()
        assert findings_of(Built(config_of(data), {})) == []
    finished = build_demo(config_of(data))
    assert finished.is_new
    resumed = Built(config_of(data), finished.said)
    assert findings_of(resumed) == []
    assert size_of(resumed) == size_of(built)
    told = [(lot["product"], lot["entries"]) for lot in finished.said["lots"]]
    assert told == [(lot["product"], lot["entries"]) for lot in built.said["lots"]]
    assert list(data.rglob("*.part")) == []


def test_a_log_of_somebody_s_own_is_refused_and_nothing_is_touched(tmp_path):
    config = config_of(tmp_path / "var")
    found_ledger(config).database.close()
    before = digests(config.data)
    with pytest.raises(RealLogError) as refused:
        build_demo(config)
    assert config.origin in refused.value.sentence
    assert digests(config.data) == before


def test_another_log_than_the_demo_s_is_refused_even_in_a_demo_s_folder(tmp_path):
    config = config_of(tmp_path / "var")
    found_ledger(config).database.close()
    keep_marker(config, Marker(date(2026, 5, 12), config.public_url, "another+00000000+key"))
    with pytest.raises(RealLogError):
        build_demo(config)


def test_a_demo_for_another_address_says_so_and_changes_nothing(copied):
    before = digests(copied.config.data)
    with pytest.raises(MovedDemoError) as refused:
        build_demo(config_of(copied.config.data, SOGOC_PORT="8124"))
    assert copied.config.public_url in refused.value.sentence
    assert digests(copied.config.data) == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "sogoc/demo-story/v1"}', '{"today": 5}'])
def test_a_marker_that_cannot_be_read_is_refused(text, tmp_path):
    config = config_of(tmp_path / "var")
    config.data.mkdir()
    (config.data / MARKER).write_text(text, encoding="utf-8")
    with pytest.raises(BrokenMarkerError):
        build_demo(config)


def test_a_lost_list_is_written_again_for_the_same_log(copied):
    copied.file("demo.json").unlink()
    size = size_of(copied)
    again = build_demo(copied.config)
    assert again.is_new
    assert json.loads(copied.file("demo.json").read_text(encoding="utf-8")) == copied.said
    assert size_of(copied) == size


@pytest.mark.long
def test_the_story_is_the_same_on_postgresql(built, postgresql_server, tmp_path):
    with postgresql_server.new_database() as url:
        config = config_of(tmp_path / "var", SOGOC_DATABASE_URL=url)
        demo = build_demo(config)
        other = Built(config, demo.said)
        assert findings_of(other) == []
        assert size_of(other) == size_of(built)
        assert not build_demo(config).is_new
