"""``sogoc key``: keys of the log, of organisations and of devices, as an operator and a manager use them."""

import json

import pytest

from signing.canonical_base64 import parse_base64
from signing.keys import NamedKey, PrivateKey
from tests.support.operators import Operator, founded_coop
from tests.support.tokens import new_place


@pytest.fixture
def coop(tmp_path):
    return founded_coop(tmp_path / "data")


def keys_of(operator, *chain):
    code, rows = operator.json("key", "list", *chain)
    assert code == 0
    return rows


def log_lines(operator):
    return [row for row in keys_of(operator) if row["log"]]


def test_the_log_s_key_is_rotated_and_the_old_one_revoked_later(coop):
    operator, _ = coop
    (first,) = log_lines(operator)
    code, said = operator.json("key", "rotate-log")
    assert (code, said["keys"][0]) == (0, first["key"])
    assert len(said["keys"]) == 2
    assert [row["valid_until"] for row in log_lines(operator)] == [None, None]
    assert operator.run("key", "revoke", first["key"]).exit_code == 0
    assert [row["valid_until"] is None for row in log_lines(operator)] == [False, True]
    assert operator.json("fsck")[1]["ok"] is True
    refused = operator.run("key", "revoke", said["keys"][1], "--reason", "compromised")
    assert (refused.exit_code, "khóa ký cuối cùng" in refused.output) == (1, True)


def test_a_stolen_log_key_is_replaced_without_an_overlap(coop):
    operator, _ = coop
    code, said = operator.json("key", "rotate-log", "--revoke", "compromised")
    assert (code, len(said["keys"])) == (0, 1)
    told = operator.run("key", "rotate-log")
    assert "hãy công bố" in told.output
    assert "sogoc key revoke" in told.output
    assert operator.json("fsck")[1]["ok"] is True


def test_the_log_s_key_is_made_in_a_token(coop, tmp_path):
    operator, organisation = coop
    assert operator.run("key", "rotate-log", "--token").exit_code == 2
    place = new_place(tmp_path)
    operator.environ |= {
        "SOGOC_HSM_MODULE": str(place.module),
        "SOGOC_HSM_TOKEN": place.token,
        "SOGOC_HSM_KEY": place.label,
        "SOGOC_HSM_PIN_FILE": str(place.pin_file),
    }
    assert operator.run("key", "rotate-log", "--token", "--revoke", "superseded").exit_code == 0
    assert operator.run("key", "replace", organisation).exit_code == 0
    assert operator.json("fsck")[1]["ok"] is True
    del operator.environ["SOGOC_HSM_MODULE"]
    lost = operator.run("key", "rotate-log")
    assert (lost.exit_code, "PKCS#11" in lost.output) == (1, True)


def test_an_organisation_s_key_is_revoked_only_with_a_successor_or_for_good(coop):
    operator, organisation = coop
    old = keys_of(operator, organisation)[-1]["key"]
    assert operator.run("key", "revoke", old, "--reason", "lost").exit_code == 1
    assert operator.run("key", "replace", organisation).exit_code == 0
    assert operator.json("key", "revoke", old, "--reason", "lost")[0] == 0
    new = keys_of(operator, organisation)[-1]["key"]
    assert operator.run("key", "revoke", new, "--reason", "retired").exit_code == 0
    assert operator.run("key", "replace", organisation).exit_code == 1
    assert operator.json("fsck")[1]["ok"] is True


def test_keys_of_elsewhere_and_what_is_no_key_are_refused(coop):
    operator, _ = coop
    foreign = NamedKey("la.example.vn/goc/A", PrivateKey.generate()).verifier_key.format()
    assert operator.run("key", "revoke", foreign).exit_code == 1
    assert operator.run("key", "revoke", "nonsense").exit_code == 2


def test_a_device_makes_its_key_and_a_manager_takes_it_in_and_ends_it(coop, tmp_path):
    operator, organisation = coop
    origin = log_lines(operator)[0]["key"].partition("+")[0]
    file = tmp_path / "may-1.key"
    device = Operator(tmp_path / "nowhere")  # needs no server and no database
    made = device.run("key", "new-device", organisation, "may-1", "--origin", origin, "-o", str(file))
    assert made.exit_code == 0, made.output
    assert file.stat().st_mode & 0o077 == 0
    name, seed = file.read_text().split()
    own = NamedKey(name, PrivateKey.from_seed(parse_base64(seed))).verifier_key.format()
    note = str(tmp_path / "may-1.key.note")
    added = operator.json("key", "add-device", note, "--as", "quanly")
    assert added[1] == {"device": "may-1", "key": own, "index": added[1]["index"]}
    assert operator.json("key", "add-device", note, "--as", "quanly") == added
    assert operator.run("key", "add-device", note, "--as", "quanly").exit_code == 0
    _, devices = operator.json("key", "devices", organisation)
    assert [(item["key"], item["valid_until"]) for item in devices] == [(own, None)]
    assert operator.json("key", "revoke-device", own, "--as", "quanly")[1]["device"] == "may-1"
    assert operator.run("key", "revoke-device", own, "--as", "quanly").exit_code == 1
    assert "may-1" in operator.run("key", "devices", organisation).output
    assert operator.json("fsck")[1]["ok"] is True


def test_what_is_no_request_of_a_device_is_refused(coop, tmp_path):
    operator, organisation = coop
    file = tmp_path / "x"
    for data in (b"", b"x" * 9000, json.dumps({}).encode()):
        file.write_bytes(data)
        assert operator.run("key", "add-device", str(file), "--as", "quanly").exit_code == 1
    words = [
        "key",
        "new-device",
        organisation,
        "máy 1",
        "--origin",
        "so.example.vn/log",
        "-o",
        str(tmp_path / "k"),
    ]
    assert operator.run(*words).exit_code == 2
    words[3] = "may-1"
    assert operator.run(*words).exit_code == 0
    assert operator.run(*words).exit_code == 1  # a key is never replaced


def test_the_history_of_the_log_s_keys_is_written_to_a_file(coop, tmp_path):
    operator, _ = coop
    operator.run("key", "rotate-log")
    file = tmp_path / "keys.json"
    assert operator.run("key", "log-history", "-o", str(file)).exit_code == 0
    assert json.loads(file.read_text())["type"] == "sogoc/log-keys/v1"
    assert operator.run("key", "log-history", "-o", str(tmp_path / "no/such/folder")).exit_code == 1
