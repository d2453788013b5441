"""``sogoc monitor`` as its owner types it: exit codes, evidence in its folder, a line of JSON."""

import json

import pytest
from click.testing import CliRunner

from ledger.audit.monitor_state import parse_state
from ledger.log.merkle import leaf_hash
from signing.canonical_base64 import format_base64
from tests.support.following import VKEY, key_of, opened_chain
from tests.support.ledgers import CHAIN, new_ledger, record_many
from tests.support.remote import open_log
from tests.support.serving import served
from tests.web.test_auditing import documented
from web.cli import main
from web.monitor_desk import open_desk


class Watcher:
    """Somebody who follows the copy of a log in ``folder``."""

    def __init__(self, folder):
        self.copy, self.desk = folder / "copy", folder / "desk"

    def show(self, scribe, size=None):
        scribe.files(size).write(self.copy)

    def run(self, *words, place=None, vkey=None):
        trusted = ("--vkey", vkey or VKEY.format(), "--dir", str(self.desk))
        return CliRunner().invoke(main, ["monitor", place or str(self.copy), *trusted, *words])

    def json(self, *words, **options):
        result = self.run(*words, "--json", **options)
        return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def watcher(tmp_path):
    return Watcher(tmp_path)


def test_a_log_is_followed_and_a_fork_is_kept_as_evidence(watcher):
    scribe = opened_chain(20)
    watcher.show(scribe)
    code, (said,) = watcher.json("--once")
    assert (code, said["ok"], said["new_entries"]) == (0, True, 21)
    assert "khớp" in watcher.run().output
    forked = opened_chain(25)
    watcher.show(forked)
    code, (said,) = watcher.json()
    assert (code, said["alarms"][0]["kind"], said["size"]) == (1, "fork", 21)
    place = watcher.desk / "evidence"
    (folder,) = place.iterdir()
    assert said["alarms"][0]["evidence"] == str(folder)
    assert (folder / "seen.checkpoint").read_bytes() == scribe.files()["checkpoint"]
    assert (folder / "found.checkpoint").read_bytes() == forked.files()["checkpoint"]
    assert json.loads((folder / "alarm.json").read_text(encoding="utf-8"))["kind"] == "fork"
    # The same thing seen again is kept once, and told again.
    result = watcher.run()
    assert (result.exit_code, str(folder) in result.output, len(list(place.iterdir()))) == (1, True, 1)


def test_what_is_said_has_exactly_the_members_of_the_page(watcher):
    scribe = opened_chain(3)
    scribe.record(key=key_of(CHAIN, 5))
    watcher.show(scribe)
    _, (said,) = watcher.json("--chain", CHAIN)
    example = documented("look")
    assert said.keys() == example.keys()
    for list_name in ("alarms", "key_events"):
        assert said[list_name][0].keys() == example[list_name][0].keys()
    assert said["chain"].keys() == example["chain"].keys()
    state = json.loads((watcher.desk / "state.json").read_text(encoding="utf-8"))
    assert state.keys() == documented("state").keys()


def test_earlier_alarms_are_counted_and_fail_no_later_look(watcher):
    scribe = opened_chain(3)
    scribe.record(key=key_of(CHAIN, 5))
    watcher.show(scribe)
    assert watcher.run().exit_code == 1
    scribe.record()
    watcher.show(scribe)
    code, (said,) = watcher.json()
    assert (code, said["earlier_alarms"]) == (0, 1)


def test_own_chain_keys_and_receipts(watcher, tmp_path):
    scribe = opened_chain(5)
    watcher.show(scribe)
    receipts = tmp_path / "receipts.jsonl"
    good = {"index": 4, "leaf_hash": format_base64(leaf_hash(scribe.entries[4]))}
    receipts.write_text(json.dumps(good) + "\n", encoding="utf-8")
    known = key_of(CHAIN).verifier_key.format()
    words = ("--chain", CHAIN, "--expect", "6", "--known-key", known, "--receipts", str(receipts))
    result = watcher.run(*words)
    assert (result.exit_code, "6 bản ghi" in result.output) == (0, True)
    assert "thêm khóa" in result.output
    receipts.write_text(json.dumps(good | {"index": 3}), encoding="utf-8")
    code, (said,) = watcher.json(*words)
    assert (code, said["alarms"][0]["kind"]) == (1, "receipt-broken")


def test_a_checkpoint_of_somebody_else_is_compared(watcher, tmp_path):
    scribe, other = opened_chain(30), tmp_path / "theirs"
    watcher.show(scribe)
    other.write_bytes(scribe.files(12)["checkpoint"])
    assert watcher.run("--compare", str(other)).exit_code == 0
    other.write_bytes(opened_chain(11).files()["checkpoint"])
    code, (look, compared) = watcher.json("--compare", str(other))
    assert (code, look["ok"], compared["alarms"][0]["kind"]) == (1, True, "fork")
    other.write_bytes(b"x" * 1_000_001)
    assert watcher.run("--compare", str(other)).exit_code == 2


def test_a_server_is_followed_over_http(watcher, sqlite_database, tmp_path):
    ledger = new_ledger(sqlite_database)
    ledger.write(record_many, 300)
    with served(open_log(ledger, tmp_path)) as address:
        place = f"{address}/log"
        code, (said,) = watcher.json(place=place)
        assert (code, said["size"]) == (0, 302), said
        ledger.write(record_many, 40)
        assert watcher.json(place=place)[1][0]["new_entries"] == 40
        assert watcher.run(place=f"{address}/elsewhere").exit_code == 1
    code, (said,) = watcher.json(place=place)
    assert (code, said["alarms"][0]["kind"]) == (1, "unreachable")


def test_a_look_is_repeated_until_somebody_ends_it(watcher, monkeypatch):
    scribe, naps = opened_chain(3), []
    watcher.show(scribe)

    def sleep(seconds):
        naps.append(seconds)
        scribe.record()
        watcher.show(scribe)
        if len(naps) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("web.cli.monitoring.time.sleep", sleep)
    _, said = watcher.json("--every", "60")
    assert [look["size"] for look in said] == [4, 5, 6]
    assert naps == [60.0] * 3


@pytest.mark.parametrize(
    "words",
    [
        ("--expect", "3"),
        ("--known-key", key_of(CHAIN).verifier_key.format()),
        ("--max-age", "3"),
        ("--quorum", "1"),
        ("--witness", "x"),
        ("--chain", CHAIN, "--known-key", "x"),
        ("--once", "--every", "5"),
        ("--every", "0"),
        ("--receipts", __file__),
    ],
    ids=str,
)
def test_what_does_not_fit_together_is_a_usage_error(watcher, words):
    watcher.show(opened_chain(1))
    assert watcher.run(*words).exit_code == 2


def test_a_bad_key_or_no_place_is_told(watcher):
    assert watcher.run(vkey="x").exit_code == 2
    result = watcher.run()
    assert (result.exit_code, "Không đọc được sổ" in result.output) == (1, True)


def test_a_folder_is_of_one_log_and_one_monitor_at_a_time(watcher):
    watcher.show(opened_chain(1))
    assert watcher.run().exit_code == 0
    other = key_of("log", 5).verifier_key.format()
    result = watcher.run(vkey=other)
    assert (result.exit_code, "sổ khác" in result.output) == (1, True)
    with open_desk(watcher.desk):
        result = watcher.run()
        assert (result.exit_code, "đang dùng thư mục" in result.output) == (1, True)
    (watcher.desk / "state.json").write_bytes(b"{}")
    assert watcher.run().exit_code == 1


def test_a_state_of_any_size_is_not_read(watcher, monkeypatch):
    watcher.show(opened_chain(1))
    assert watcher.run().exit_code == 0
    monkeypatch.setattr("web.monitor_desk.MAX_STATE_BYTES", 100)
    result = watcher.run()
    assert (result.exit_code, "thư mục mới" in result.output) == (1, True)


def test_a_monitor_that_cannot_remember_stops(watcher, monkeypatch):
    def full(_path, _data):
        raise OSError(28, "No space left on device")

    watcher.show(opened_chain(1))
    monkeypatch.setattr("web.monitor_desk.write_whole", full)
    result = watcher.run("--every", "5")
    assert (result.exit_code, "Không ghi được vào thư mục" in result.output) == (1, True)


def test_evidence_is_on_the_disk_before_the_state_goes_on(watcher, monkeypatch):
    scribe = opened_chain(3)
    scribe.record(key=key_of(CHAIN, 5))
    watcher.show(scribe)
    real = __import__("web.monitor_desk", fromlist=["write_whole"]).write_whole

    def write(path, data):
        if path.name == "state.json":
            assert list((watcher.desk / "evidence").glob("*/alarm.json"))
        real(path, data)

    monkeypatch.setattr("web.monitor_desk.write_whole", write)
    assert watcher.run().exit_code == 1
    assert parse_state((watcher.desk / "state.json").read_bytes()).walked == 5
