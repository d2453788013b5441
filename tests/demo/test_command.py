"""``sogoc demo``."""

import pytest
from click.testing import CliRunner

from tests.demo.conftest import PORT, config_of
from web.cli import main
from web.founding import found_ledger


@pytest.fixture
def run(monkeypatch):
    def run_(data, *arguments, port=PORT):
        monkeypatch.setenv("SOGOC_DATA", str(data))
        monkeypatch.setenv("SOGOC_PORT", port)
        return CliRunner().invoke(main, ["demo", *arguments], catch_exceptions=False)

    return run_


def test_it_prints_a_link_for_each_state_and_every_login(run, copied):
    shown = run(copied.config.data, "--no-serve")
    assert shown.exit_code == 0
    for url in copied.said["passports"].values():
        assert url in shown.stdout
    for login in copied.said["logins"]:
        assert login["user"] in shown.stdout
        assert login["secret"] in shown.stdout
    for door in copied.said["doors"]:
        assert door["pin" if door["way"] == "phone" else "url"] in shown.stdout
    assert "chỉ dùng cho sổ mẫu" in shown.stdout
    assert str(copied.file(copied.said["label_pdfs"][0]["path"])) in shown.stdout


def test_it_serves_what_it_built_unless_told_otherwise(run, copied, monkeypatch):
    served = []
    monkeypatch.setattr("web.serving.serve", served.append)
    assert run(copied.config.data, "--no-serve").exit_code == 0
    assert served == []
    assert run(copied.config.data).exit_code == 0
    assert [config.public_url for config in served] == [copied.config.public_url]


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_it_warns_when_other_machines_can_come_in(host, warned, run, copied, monkeypatch):
    monkeypatch.setattr("web.serving.serve", lambda _config: None)
    monkeypatch.setenv("SOGOC_HOST", host)
    assert ("Máy khác vào được" in run(copied.config.data).stdout) is warned


def test_a_refusal_is_one_vietnamese_sentence_and_exit_code_1(run, copied, tmp_path):
    moved = run(copied.config.data, "--no-serve", port="8124")
    assert (moved.exit_code, moved.stdout) == (1, "")
    assert copied.config.public_url in moved.stderr
    found_ledger(config_of(tmp_path / "own")).database.close()
    refused = run(tmp_path / "own", "--no-serve")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "sổ thật" in refused.stderr
