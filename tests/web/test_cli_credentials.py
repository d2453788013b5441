"""``sogoc verify`` reads a lot's credential in both forms, with the files that stand beside it."""

import json

import pytest
from click.testing import CliRunner

from web.cli import main

CODE = {"passed": 0, "failed": 1, "misused": 2}


@pytest.fixture(scope="module")
def files(shop, tmp_path_factory):
    """The files of the market's lot, and of the recalled one, as anybody fetches them."""
    folder, client = tmp_path_factory.mktemp("credentials"), shop.client
    code, base = shop.market.path.split("/")[1], shop.market.world.ledger.id_base
    recalled = shop.market.recalled_lot.removeprefix(base)
    wanted = {
        "did.json": f"/{code}/did.json",
        "token": f"{shop.market.path}/credential.jwt",
        "embedded": f"{shop.market.path}/credential",
        "recalled": f"{recalled}/credential.jwt",
        "revocation": f"/{code}/status/revocation/1",
        "message": f"/{code}/status/message/1",
    }
    for name, path in wanted.items():
        answer = client.get(path)
        assert answer.status_code == 200, path
        (folder / name).write_bytes(answer.data)
    return folder


@pytest.fixture(autouse=True)
def today(shop, monkeypatch):
    """The command reads the machine's clock; the market has its own."""
    from web.cli import verified_credentials

    class Clock:
        @staticmethod
        def now(_zone):
            return shop.market.clock()

    monkeypatch.setattr(verified_credentials, "datetime", Clock)


def verify(files, name, *words):
    return CliRunner().invoke(main, ["verify", str(files / name), "--did", str(files / "did.json"), *words])


@pytest.mark.parametrize(
    ("name", "lists"), [("token", ["revocation"]), ("embedded", ["revocation", "message"])]
)
def test_both_forms_pass_with_their_lists(files, name, lists):
    words = [word for one in lists for word in ("--status", str(files / one))]
    done = verify(files, name, *words)
    assert done.exit_code == CODE["passed"], done.output
    assert "6 status: đạt" in done.output
    assert "Lưu ý" not in done.output


def test_without_its_list_it_says_what_was_not_asked(files):
    done = verify(files, "token", "--json")
    told = json.loads(done.output)
    assert told["ok"]
    assert "có thể đã bị thu hồi" in told["warnings"][0]
    assert "status" not in verify(files, "token").output.partition("ĐÚNG")[0]


def test_a_recalled_lot_fails_at_its_status(files):
    done = verify(files, "recalled", "--status", str(files / "revocation"), "--json")
    assert done.exit_code == CODE["failed"]
    assert json.loads(done.output)["step"] == 6


def test_a_changed_credential_and_another_issuers_fail(files, shop, tmp_path):
    changed = json.loads((files / "embedded").read_bytes())
    changed["credentialSubject"]["product"] = "Nho giả"
    (tmp_path / "changed").write_text(json.dumps(changed), encoding="utf-8")
    (tmp_path / "did.json").write_bytes((files / "did.json").read_bytes())
    assert verify(tmp_path, "changed").exit_code == CODE["failed"]
    other = shop.client.get(f"/{shop.market.world.neighbour.code}/did.json").data
    (tmp_path / "did.json").write_bytes(other)
    done = CliRunner().invoke(
        main, ["verify", str(files / "token"), "--did", str(tmp_path / "did.json"), "--json"]
    )
    assert json.loads(done.output)["step"] == 2


def test_it_asks_for_the_issuers_document(files, tmp_path):
    done = CliRunner().invoke(main, ["verify", str(files / "token")])
    assert done.exit_code == CODE["misused"]
    (tmp_path / "did.json").write_text("[]")
    done = CliRunner().invoke(main, ["verify", str(files / "token"), "--did", str(tmp_path / "did.json")])
    assert done.exit_code == CODE["failed"]
