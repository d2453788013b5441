"""``sogoc token``: made, listed and revoked by whoever runs the server; shown once."""

import json

import pytest
from click.testing import CliRunner

from web.cli import main


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The command, over a ledger of its own with one organisation, whose code is ``run.code``."""
    environ = {"SOGOC_DATA": str(tmp_path_factory.mktemp("tokens"))}

    def run(*words):
        return CliRunner().invoke(main, list(words), env=environ)

    assert run("init").exit_code == 0
    where = ("--address", "Thôn Hiệp Hòa", "--province", "Khánh Hòa", "--commune", "Phước Thuận")
    run.code = json.loads(run("user", "organisation", "HTX Đồi Sim", *where, "--json").stdout)["organisation"]
    return run


def test_a_token_is_made_listed_and_revoked(run):
    made = json.loads(run("token", "make", run.code, "kế toán", "--scope", "query", "--json").stdout)
    assert made["token"].startswith("sogoc_")
    listed = run("token", "list", run.code, "--json").stdout
    assert made["token"] not in listed
    assert json.loads(listed)[0]["scopes"] == ["query"]
    assert run("token", "revoke", run.code, made["id"]).exit_code == 0
    assert json.loads(run("token", "list", run.code, "--json").stdout)[0]["is_revoked"]
    assert "đã thu hồi" in run("token", "list", run.code).stdout


def test_only_the_token_is_on_standard_output(run):
    made = run("token", "make", run.code, "kho", "--scope", "capture", "--scope", "query")
    assert made.stdout.startswith("sogoc_")
    assert made.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("make", "NOSUCHCODE", "x", "--scope", "query"),
        ("make", "{code}", "x", "--scope", "capture", "--partner", "y"),
        ("revoke", "{code}", "none"),
    ],
)
def test_what_cannot_be_done_is_told(run, words):
    failed = run("token", *(word.format(code=run.code) for word in words))
    assert failed.exit_code == 1
    assert failed.stderr
