"""The witness's addresses: statuses and media types of C2SP tlog-witness, limits, and what may be read."""

import io
import json

import pytest

from ledger.witness.requests import MAX_REQUEST_BYTES
from signing.errors import MalformedKeyError
from signing.keys import NamedKey, PrivateKey
from signing.notes import check_note, parse_note
from tests.support.forking_log import ForkingLog, entries
from tests.support.witnessing import new_service
from web.witnessing.app import WitnessApp, create_app
from web.witnessing.folder import LOGS, MASTER_KEY, REGISTER, found_witness, open_witness

LOG = ForkingLog()


@pytest.fixture
def app(tmp_path):
    service = new_service(tmp_path / "w.db", LOG.vkey)
    yield WitnessApp(service)
    service.register.close()


def call(app, method, path, body=b"", **environ):
    """Status, headers and body of an answer."""
    told = {}

    def start_response(status, headers):
        told.update(status=status, headers=dict(headers))

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    data = b"".join(app(environ, start_response))
    return int(told["status"][:3]), told["headers"], data


def post(app, body, **environ):
    return call(app, "POST", "/add-checkpoint", body, **environ)


def test_the_statuses_of_the_specification(app):
    stranger = NamedKey(LOG.vkey.name, PrivateKey.from_seed(bytes([66]) * 32))
    other = ForkingLog(NamedKey("khac.example/log", PrivateKey.from_seed(bytes([8]) * 32)))
    fork = entries(9, "fork")
    for body, status in (
        (LOG.request(0, entries(7)), 200),
        (b"old 0\n", 400),
        (LOG.request(7, entries(9)).replace(b"old 7", b"old 10"), 400),
        (LOG.request(7, entries(9), stranger), 403),
        (other.request(0, entries(3)), 404),
        (LOG.request(0, entries(9)), 409),
        (LOG.request(7, entries(7, "fork")), 409),
        (LOG.request(7, fork), 422),
        (LOG.request(7, entries(9)), 200),
    ):
        assert post(app, body)[0] == status
    assert post(app, LOG.request(9, entries(9)))[2].decode().startswith("— w1.example ")


@pytest.mark.parametrize("leaves", [entries(9), entries(7, "fork")])
def test_a_conflict_is_answered_with_the_size(app, leaves):
    post(app, LOG.request(0, entries(7)))
    status, headers, body = post(app, LOG.request(0, leaves))
    assert (status, headers["Content-Type"], body) == (409, "text/x.tlog.size", b"7\n")


@pytest.mark.parametrize(
    ("length", "status"),
    [("", 411), ("many", 411), ("-1", 411), ("٣", 411), (str(MAX_REQUEST_BYTES + 1), 413), ("9" * 40, 413)],
)
def test_a_body_has_a_length_and_a_limit(app, length, status):
    assert post(app, b"x", CONTENT_LENGTH=length)[0] == status


def test_methods(app):
    assert call(app, "GET", "/add-checkpoint")[:2][0] == 405
    assert call(app, "GET", "/add-checkpoint")[1]["Allow"] == "POST"
    status, headers, _ = call(app, "DELETE", "/vkey")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")
    assert call(app, "HEAD", "/vkey")[2] == b""


def test_key_health_and_state_can_be_read(app):
    assert call(app, "GET", "/healthz")[2] == b"ok\n"
    vkey = call(app, "GET", "/vkey")[2].decode().strip()
    told = json.loads(call(app, "GET", "/logs")[2])
    assert told == {
        "witness": vkey,
        "logs": [{"origin": LOG.vkey.name, "size": 0, "root": None, "cosigned_at": None}],
    }
    post(app, LOG.request(0, entries(7)))
    post(app, LOG.request(7, entries(7, "fork")))
    (log,) = json.loads(call(app, "GET", "/logs")[2])["logs"]
    assert (log["size"], log["cosigned_at"]) == (7, "2026-11-12T02:00:00+00:00")
    metrics = call(app, "GET", "/metrics")[2].decode()
    assert 'sogoc_witness_requests_total{status="200"} 1\n' in metrics
    assert 'sogoc_witness_evidence{origin="so.example.vn/goc"} 1\n' in metrics
    assert 'sogoc_witness_log_size{origin="so.example.vn/goc"} 7\n' in metrics


def test_the_latest_checkpoint_of_a_log_can_be_compared(tmp_path):
    log = ForkingLog(NamedKey("sổ.example/gốc", PrivateKey.from_seed(bytes([7]) * 32)))
    app = WitnessApp(new_service(tmp_path / "w.db", log.vkey))
    assert call(app, "GET", "/sổ.example/gốc/checkpoint")[0] == 404
    post(app, log.request(0, entries(3)))
    status, _, body = call(app, "GET", "/sổ.example/gốc/checkpoint")
    assert status == 200
    note = parse_note(body)
    vkey = call(app, "GET", "/vkey")[2].decode().strip()
    assert [line.name for line in note.signatures] == ["sổ.example/gốc", vkey.partition("+")[0]]
    check_note(note, (log.vkey,))


@pytest.mark.parametrize(
    "path", ["/", "", "/checkpoint", "/../witness.db", "/x/checkpoint", "/\xff/checkpoint"]
)
def test_nothing_else_is_there(app, path):
    assert call(app, "GET", path)[0] == 404


def test_a_folder_is_made_once_and_readable_by_its_owner_only(tmp_path):
    folder = tmp_path / "witness"
    found_witness(folder, "lien-minh.example/w1")
    (folder / LOGS).write_text(f"# sổ của huyện\nlog {LOG.vkey.format()}\n")
    key = open_witness(folder).key
    found_witness(folder, "lien-minh.example/w1")
    again = open_witness(folder)
    assert (again.key, again.origins) == (key, (LOG.vkey.name,))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {name: (folder / name).stat().st_mode & 0o777 for name in (MASTER_KEY, REGISTER)} == {
        MASTER_KEY: 0o600,
        REGISTER: 0o600,
    }


def test_a_folder_keeps_its_name_and_a_name_is_one(tmp_path):
    from ledger.witness.errors import WitnessStateError

    found_witness(tmp_path / "w", "mot.example")
    with pytest.raises(WitnessStateError) as refused:
        found_witness(tmp_path / "w", "hai.example")
    assert "mot.example" in refused.value.sentence
    with pytest.raises(MalformedKeyError):
        found_witness(tmp_path / "x", "có dấu cách")
    for missing in (tmp_path / "none", tmp_path):
        with pytest.raises(WitnessStateError):
            open_witness(missing)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / REGISTER).touch()
    with pytest.raises(WitnessStateError):
        open_witness(tmp_path / "empty")


def test_a_stolen_register_signs_nothing_without_its_master_key(tmp_path):
    from signing.errors import VaultError
    from signing.vault import create_master_key

    found_witness(tmp_path / "w", "mot.example")
    (tmp_path / "w" / MASTER_KEY).unlink()
    with pytest.raises(VaultError):
        open_witness(tmp_path / "w")
    create_master_key(tmp_path / "w" / MASTER_KEY)
    with pytest.raises(VaultError):
        open_witness(tmp_path / "w")


def test_the_server_s_worker_finds_its_witness_in_the_environment(tmp_path, monkeypatch):
    found_witness(tmp_path / "w", "mot.example")
    monkeypatch.setenv("SOGOC_WITNESS_FOLDER", str(tmp_path / "w"))
    monkeypatch.setenv("SOGOC_WITNESS_LOGS", LOG.vkey.format())
    assert post(create_app(), LOG.request(0, entries(7)))[0] == 200
