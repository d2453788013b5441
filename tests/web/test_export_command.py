"""``sogoc export`` as an operator types it: exit codes, sentences, JSON; and what a copy is good for."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.web.test_exporting import copy
from web.cli import main

__all__ = ["copy"]


@pytest.fixture
def operator(tmp_path):
    """``operator(*words)`` runs a command over a ledger with one organisation."""
    environ = {"SOGOC_DATA": str(tmp_path / "data"), "SOGOC_PUBLIC_URL": "http://127.0.0.1:8000"}

    def run(*words):
        return CliRunner().invoke(main, list(map(str, words)), env=environ)

    assert run("init").exit_code == 0
    place = ("--address", "Thôn Một", "--province", "Bắc Ninh", "--commune", "Xã Phúc Hòa")
    assert run("user", "organisation", "HTX Thử Nghiệm", *place).exit_code == 0
    return run


def test_a_copy_is_written_and_brought_up_to_date(operator, tmp_path):
    folder = tmp_path / "ban sao"
    first = operator("export", folder, "--check")
    assert first.exit_code == 0, first.output
    assert "mọi bản ghi trong bản sao đều khớp" in first.output
    again = operator("export", folder)
    assert (again.exit_code, "0 tệp mới" in again.output) == (0, True)


def test_a_program_reads_what_was_done(operator, tmp_path):
    result = operator("export", tmp_path / "copy", "--json")
    said = json.loads(result.stdout)
    assert (result.exit_code, said["ok"], said["organisations"], said["size_before"]) == (0, True, 1, None)
    assert said["written"] > 20
    assert said["missing_photos"] == said["without_proof"] == said["without_address"] == []


def test_a_refusal_is_a_sentence_and_exit_code_1(operator, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "thu.txt").write_text("of my own")
    refused = operator("export", folder)
    assert refused.exit_code == 1
    assert "đang có tệp khác" in refused.output
    told = operator("export", folder, "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["error"] == "FolderTakenError"


def test_what_is_no_folder_is_a_usage_error(operator, tmp_path):
    (tmp_path / "file").touch()
    assert operator("export", tmp_path / "file").exit_code == 2
    assert operator("export").exit_code == 2


def test_sogoc_verify_and_the_program_on_the_stick_accept_every_bundle_of_a_copy(copy):
    folder, _ = copy
    vkey = (folder / "log" / "vkey").read_text("utf-8").strip()
    bundles = sorted(folder.rglob("bundle"))
    assert bundles
    for bundle in bundles:
        result = CliRunner().invoke(main, ["verify", str(bundle), "--vkey", vkey, "--json"])
        assert (result.exit_code, json.loads(result.stdout)["own_key"]) == (0, True)
    program = folder / "static" / "verify" / "sogoc_verify.py"
    done = subprocess.run(
        [sys.executable, program, bundles[0], "--vkey", vkey], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
