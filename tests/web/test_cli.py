"""The command ``sogoc`` as an operator types it: exit codes, sentences, JSON."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import COMMANDS, main

HEADINGS = "Ngày làm;Việc làm;Nơi làm;Nguồn nước"


class Operator:
    """Somebody at a terminal, with a data folder of their own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environ = {"SOGOC_DATA": str(data), "SOGOC_PUBLIC_URL": "http://127.0.0.1:8000"}

    def run(self, *words: str, text: str | None = None):
        return CliRunner().invoke(main, list(words), env=self.environ, input=text)

    def json(self, *words: str):
        result = self.run(*words, "--json")
        return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def operator(tmp_path) -> Operator:
    return Operator(tmp_path / "data")


@pytest.fixture
def founded(operator) -> Operator:
    assert operator.run("init").exit_code == 0
    return operator


@pytest.fixture
def coop(founded) -> tuple[Operator, str]:
    place = ("--address", "Thôn Một", "--province", "Bắc Ninh", "--commune", "Xã Phúc Hòa")
    code, said = founded.json("user", "organisation", "HTX Thử Nghiệm", *place)
    assert code == 0
    added = founded.run(
        "user", "add", said["organisation"], "quanly", "--role", "manager", "--secret", "mot-hai-ba-4"
    )
    assert added.exit_code == 0, added.output
    return founded, said["organisation"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(operator, command):
    result = operator.run(command, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_init_twice_changes_nothing(operator):
    first, second = operator.json("init"), operator.json("init")
    assert first == second
    assert first[0] == 0
    assert (operator.data / "master.key").stat().st_mode & 0o077 == 0


def test_without_a_ledger_every_command_says_what_to_do(operator):
    for words in (["fsck"], ["serve"], ["key", "list"], ["user", "list", "K7Q2M9XD4T"]):
        result = operator.run(*words)
        assert result.exit_code == 1
        assert "sogoc init" in result.output


def test_a_lost_master_key_beside_a_log_is_never_replaced(founded):
    (founded.data / "master.key").unlink()
    result = founded.run("init")
    assert result.exit_code == 1
    assert not (founded.data / "master.key").exists()


def test_a_bad_setting_is_a_usage_error(founded):
    founded.environ["SOGOC_PORT"] = "99999"
    assert founded.run("fsck").exit_code == 2


def test_organisation_login_and_keys(coop):
    operator, organisation = coop
    assert operator.json("user", "list", organisation) == (0, [{"login": "quanly", "roles": ["manager"]}])
    _, keys = operator.json("key", "list", organisation)
    assert [key["log"] for key in keys] == [True, False]
    assert operator.run("key", "replace", organisation, "--revoke", "compromised").exit_code == 0
    _, keys = operator.json("key", "list", organisation)
    assert [key["valid_until"] is None for key in keys[1:]] == [False, True]
    assert operator.json("fsck")[1]["ok"] is True


def test_a_login_for_nobody_and_a_weak_secret_are_refused(coop):
    operator, organisation = coop
    strange = operator.run(
        "user", "add", "K7Q2M9XD4T", "ai-do", "--role", "manager", "--secret", "mot-hai-ba-4"
    )
    assert (strange.exit_code, "Không tìm thấy" in strange.output) == (1, True)
    weak = operator.run("user", "add", organisation, "ai-do", "--role", "manager", "--secret", "12")
    assert weak.exit_code == 1


def test_fsck_names_the_entry_whose_byte_was_flipped(coop):
    operator, _ = coop
    assert operator.run("fsck").exit_code == 0
    connection = sqlite3.connect(operator.data / "sogoc.db")
    entry = connection.execute('SELECT entry FROM log_entry WHERE "index" = 1').fetchone()[0]
    connection.execute("DROP TRIGGER log_entry_refuse_update")
    flipped = entry[:200] + bytes([entry[200] ^ 1]) + entry[201:]
    connection.execute('UPDATE log_entry SET entry = ? WHERE "index" = 1', (flipped,))
    connection.commit()
    connection.close()
    code, said = operator.json("fsck")
    assert code == 1
    assert any(finding["index"] == 1 for finding in said["findings"])
    assert "bản ghi 1" in operator.run("fsck").output


def test_a_faulty_diary_reports_every_cell(coop, tmp_path):
    operator, _ = coop
    diary = tmp_path / "nhat-ky.csv"
    diary.write_text(f"{HEADINGS}\n31/02/2026;Tưới nước;;Nước máy\n", encoding="utf-8")
    missing = operator.run("import", str(diary), "--as", "quanly", "--season", "V260101-1")
    assert (missing.exit_code, "V260101-1" in missing.output) == (1, True)
    assert operator.run("import", str(diary), "--as", "quanly").exit_code == 2
    assert operator.run("import", str(diary), "--as", "khong-co", "--season", "x").exit_code == 1


def test_an_epcis_document_is_imported_once(coop, tmp_path, shared_data):
    operator, _ = coop
    document = json.loads((shared_data / "epcis/valid/epcis-coffee-chain.jsonld").read_text(encoding="utf-8"))
    document["epcisBody"]["eventList"] = document["epcisBody"]["eventList"][:4]
    file = tmp_path / "chain.jsonld"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert operator.json("import", str(file), "--as", "quanly")[1]["written"] == 4
    assert operator.json("import", str(file), "--as", "quanly")[1] | {"indexes": []} == {
        "ok": True,
        "written": 0,
        "repeated": 4,
        "indexes": [],
    }
    document["epcisBody"]["eventList"][0]["bizStep"] = "flying"
    file.write_text(json.dumps(document), encoding="utf-8")
    code, said = operator.json("import", str(file), "--as", "quanly")
    assert (code, said["problems"][0]["pointer"]) == (1, "/epcisBody/eventList/0/bizStep")


def test_verify_refuses_what_is_no_bundle_and_names_the_step(operator, tmp_path):
    file = tmp_path / "x.json"
    file.write_text('{"type":"sogoc/bundle/v1"}', encoding="utf-8")
    code, said = operator.json("verify", str(file))
    assert (code, said["ok"], said["step"]) == (1, False, 1)
    assert "bước 1" in operator.run("verify", str(file)).output
    assert operator.run("verify", str(file), "--vkey", "nonsense").exit_code == 2
    assert operator.run("verify", str(tmp_path / "none")).exit_code == 2
