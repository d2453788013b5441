"""A server that may not sign still answers: reading goes on, and writing says why not, and what to do."""

import pytest

from ledger.database import DatabaseFullError
from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint
from tests.support.desk import HOME, open_desk
from tests.support.world import SECRET


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def ledger(desk, tmp_path):
    """The ledger of a server that starts beside a record, as ``sogoc serve`` does."""
    ledger = desk.app.extensions["sogoc"].ledger
    ledger._head_record, ledger._memory = HeadRecord(tmp_path / "head"), None
    return ledger


def sign_in(desk, accept="text/html"):
    """The plainest thing that writes."""
    client, door = desk.app.test_client(), f"{HOME}dang-nhap"
    page = client.get(door)
    assert page.status_code == 200
    token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "login": "grower", "secret": SECRET}
    return client.post(door, data=form, headers={"Accept": accept})


def check_reads(desk):
    client = desk.app.test_client()
    for path in ("/", "/log/checkpoint", "/readyz"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("how", ["rolled back", "held"])
def test_an_old_backup_in_place_is_told_to_whoever_writes(desk, ledger, tmp_path, how):
    record = HeadRecord(tmp_path / "head")
    head = Checkpoint(ledger.origin, 10**6, bytes(32))
    if how == "held":
        record.hold(head)
    else:
        record.write(head)
    page = sign_in(desk)
    assert page.status_code == 503
    assert "sogoc recover" in page.get_data(as_text=True)
    problem = sign_in(desk, "application/json")
    assert (problem.status_code, "sogoc recover" in problem.json["detail"]) == (503, True)
    check_reads(desk)


def test_a_full_disk_is_told_to_whoever_writes(desk, ledger, monkeypatch):
    def refuse():
        raise DatabaseFullError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(ledger.database, "writing", refuse)
        page = sign_in(desk)
        check_reads(desk)
    assert page.status_code == 503
    assert "đã đầy" in page.get_data(as_text=True)
    assert sign_in(desk).status_code == 303
