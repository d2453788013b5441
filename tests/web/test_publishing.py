"""``sogoc publish``, ``sogoc witness`` and the settings behind them."""

import json
import os
import threading
import time

import pytest
from click.testing import CliRunner

from ledger.log.policies import TrustPolicy
from ledger.log.witnesses import WitnessKey
from signing.errors import TimestampError
from signing.keys import PrivateKey, VerifierKey
from tests.support.time_authority import make_authority
from tests.support.witnessing import answering, new_service
from web import publishing
from web.cli import main
from web.config import ConfigError, load_config
from web.founding import open_ledger
from web.publishing import plan_of, publish_until_stopped, publisher_beside

KEYS = [WitnessKey(f"w{n}.example", PrivateKey.from_seed(bytes([n]) * 32).public_key) for n in (1, 2)]
LINE = f"witness Bên_1 {KEYS[0].format()} https://w1.example/w"


def run(environ, *arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environ)


@pytest.fixture
def environ(tmp_path):
    """A new ledger with one organisation in it."""
    environ = {"SOGOC_DATA": str(tmp_path / "data"), "SOGOC_PORT": "8099"}
    assert run(environ, "init").exit_code == 0
    place = ("--address", "Thôn 1", "--commune", "Phước Thuận", "--province", "Khánh Hòa")
    assert run(environ, "user", "organisation", "HTX Nho Đồi Mây", *place).exit_code == 0
    return environ


def with_witness(environ, url, key):
    return environ | {"SOGOC_WITNESSES": f"witness Bên_1 {key.format()} {url}"}


@pytest.fixture
def witness(environ, tmp_path):
    """The settings with a witness that answers, and its service."""
    ledger = open_ledger(load_config(environ))
    service = new_service(tmp_path / "w.db", ledger.vkey, clock=None)
    ledger.database.close()
    with answering(lambda _path, body: (200, {}, service.add_checkpoint(body))) as url:
        yield with_witness(environ, url, service.key), service


# -- settings ------------------------------------------------------------------------------------------------


def test_nothing_is_published_by_default():
    config = load_config({})
    assert (config.witnesses, config.is_publishing, config.publish_every_s) == (TrustPolicy(), False, 10)


def test_witnesses_are_lines_or_a_file(tmp_path):
    two = f"{LINE}; witness Bên_2 {KEYS[1].format()} http://127.0.0.1:8100"
    policy = load_config({"SOGOC_WITNESSES": two}).witnesses
    assert (policy.keys, policy.wanted) == (tuple(KEYS), 2)
    path = tmp_path / "policy.txt"
    path.write_text(f"# những bên làm chứng\n{LINE}\nquorum Bên_1\n")
    assert load_config({"SOGOC_WITNESSES": str(path)}).witnesses.wanted == 1
    toml = tmp_path / "sogoc.toml"
    toml.write_text(f'witnesses = """\n{LINE}\n"""\nsecond_signature = "ml-dsa-44"\n')
    config = load_config({"SOGOC_CONFIG": str(toml)})
    assert (config.witnesses.keys, config.is_publishing) == ((KEYS[0],), True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOGOC_WITNESSES", "/khong/co"),
        ("SOGOC_WITNESSES", "witness A x"),
        ("SOGOC_WITNESSES", f"witness A {KEYS[0].format()}"),
        ("SOGOC_WITNESSES", f"witness A {KEYS[0].format()} ftp://w"),
        ("SOGOC_WITNESSES", f"witness A {KEYS[0].format()} http://w:99999"),
        ("SOGOC_WITNESSES", f"{LINE}; quorum B"),
        ("SOGOC_TIMESTAMPS", "tsa http://tsa.example"),
        ("SOGOC_TIMESTAMPS", "t+sa http://tsa.example /x.pem"),
        ("SOGOC_TIMESTAMPS", "tsa tsa.example /x.pem"),
        ("SOGOC_TIMESTAMPS", "tsa http://a /x.pem; tsa http://b /y.pem"),
        ("SOGOC_PUBLISH_EVERY_S", "0"),
        ("SOGOC_PUBLISH_EVERY_S", "86401"),
        ("SOGOC_PUBLISH_EVERY_S", "một"),
        ("SOGOC_TIMESTAMP_EVERY_S", "-1"),
        ("SOGOC_SECOND_SIGNATURE", "rsa"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name, value):
    with pytest.raises(ConfigError) as refused:
        load_config({name: value})
    assert [problem.name for problem in refused.value.problems] == [name]


def test_authorities_come_with_their_certificates(tmp_path):
    authority = make_authority(tmp_path / "tsa")
    config = load_config({"SOGOC_TIMESTAMPS": f"TSA_tỉnh http://tsa.example/ts {authority.pem}"})
    (found,) = plan_of(config).authorities
    assert (found.name, found.url, len(found.certificates)) == ("TSA_tỉnh", "http://tsa.example/ts", 1)
    for wrong in (tmp_path / "none.pem", tmp_path / "tsa" / "tsa.cnf"):
        with pytest.raises(TimestampError):
            plan_of(load_config({"SOGOC_TIMESTAMPS": f"TSA http://tsa.example {wrong}"}))


# -- sogoc publish -------------------------------------------------------------------------------------------


def test_one_round_says_who_confirmed(witness):
    environ, service = witness
    done = run(environ, "publish", "--once")
    assert (done.exit_code, "đã xác nhận" in done.output) == (0, True)
    assert service.register.all_latest()[0].size == 2
    assert "Không có gì mới" in run(environ, "publish", "--once").output
    assert json.loads(run(environ, "publish", "--once", "--json").output)["published"] is None


def test_one_round_fails_where_too_few_cosigned(environ):
    environ = with_witness(environ, "http://127.0.0.1:9", KEYS[0])
    done = run(environ, "publish", "--once", "--json")
    told = json.loads(done.output)
    assert (done.exit_code, told["ok"], told["published"]["size"]) == (1, False, 2)
    assert told["asked"][0]["problem"].startswith("no answer")
    assert "Chưa đủ số bên làm chứng" in run(environ, "publish", "--once").output


def test_publishing_nothing_to_nobody_is_refused(environ):
    done = run(environ, "publish", "--once")
    assert (done.exit_code, "SOGOC_WITNESSES" in done.output) == (1, True)


@pytest.fixture
def interrupted(monkeypatch):
    """Signal handlers of the publisher, kept from this process; call one to stop it."""
    handlers = {}
    monkeypatch.setattr(publishing.signal, "signal", handlers.__setitem__)
    return handlers


def stop_soon(handlers, rounds, told):
    """Stop the publisher when so many rounds have been told of."""

    def watch():
        end = time.monotonic() + 20
        while len(told) < rounds and time.monotonic() < end:
            time.sleep(0.02)
        next(iter(handlers.values()))()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_the_publisher_tells_a_change_once_and_goes_on(environ, tmp_path, interrupted):
    config = load_config(
        with_witness(environ, "http://127.0.0.1:9", KEYS[0]) | {"SOGOC_PUBLISH_EVERY_S": "1"}
    )
    ledger, told = open_ledger(config), []
    thread = stop_soon(interrupted, 1, told)
    publish_until_stopped(ledger, config, told.append)
    thread.join()
    assert [line.partition(":")[0] for line in told] == [f"w1.example+{KEYS[0].key_id.hex()}"]
    ledger.database.close()


def test_a_round_that_fails_is_told_and_the_next_one_tried(environ, interrupted, monkeypatch):
    config = load_config(environ | {"SOGOC_SECOND_SIGNATURE": "ml-dsa-44", "SOGOC_PUBLISH_EVERY_S": "1"})
    ledger, told, rounds = open_ledger(config), [], []

    def publish(self):
        rounds.append(1)
        if len(rounds) == 1:
            raise OSError("disk full")

    monkeypatch.setattr(publishing.Publisher, "publish", publish)
    thread = stop_soon(interrupted, 2, told)
    publish_until_stopped(ledger, config, told.append)
    thread.join()
    assert "disk full" in told[0]
    assert told[1] == "round: đã bình thường trở lại"
    ledger.database.close()


def test_a_publisher_without_its_server_stops(environ, interrupted):
    config = load_config(environ | {"SOGOC_SECOND_SIGNATURE": "ml-dsa-44", "SOGOC_PUBLISH_EVERY_S": "9"})
    ledger = open_ledger(config)
    publish_until_stopped(ledger, config, print, parent=os.getppid() + 1)
    ledger.database.close()


def test_no_publisher_is_started_where_nothing_is_published(environ, monkeypatch):
    monkeypatch.setattr(publishing.subprocess, "Popen", pytest.fail)
    with publisher_beside(load_config(environ)):
        pass


def test_a_publisher_that_does_not_stop_is_ended(environ, monkeypatch):
    import sys

    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    started = []
    popen = publishing.subprocess.Popen

    def start(_command, **options):
        started.append(popen([sys.executable, "-c", stubborn], **options))
        time.sleep(0.5)
        return started[0]

    monkeypatch.setattr(publishing.subprocess, "Popen", start)
    monkeypatch.setattr(publishing, "_STOP_S", 0.2)
    with publisher_beside(load_config(environ | {"SOGOC_SECOND_SIGNATURE": "ml-dsa-44"})):
        pass
    assert started[0].returncode == -9


# -- sogoc witness -------------------------------------------------------------------------------------------


def test_a_witness_shows_its_key_and_keeps_it(tmp_path):
    options = ("witness", "--data", tmp_path / "w", "--name", "lien-minh.example/w1", "--show-key")
    first = run({}, *options)
    assert first.exit_code == 0
    assert WitnessKey.parse(first.output.strip()).name == "lien-minh.example/w1"
    assert run({}, *options).output == first.output


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--name", "w1.example"), 2),
        (("--name", "w1.example", "--log", "nonsense"), 2),
        (("--name", "có dấu cách", "--show-key"), 1),
        (("--show-key",), 2),
    ],
)
def test_a_witness_says_what_is_missing(tmp_path, options, code):
    assert run({}, "witness", "--data", tmp_path / "w", *options).exit_code == code


def test_a_witness_serves_what_it_was_told(tmp_path, monkeypatch):
    from web.witnessing import serving

    served = []
    monkeypatch.setattr(serving, "serve_witness", lambda *arguments: served.append(arguments))
    log = VerifierKey("so.example.vn/goc", PrivateKey.from_seed(bytes(32)).public_key)
    done = run({}, "witness", "--data", tmp_path / "w", "--name", "w1.example", "--log", log.format())
    assert done.exit_code == 0
    assert "so.example.vn/goc" in done.output
    assert served == [((tmp_path / "w").absolute(), [log], "127.0.0.1", 8100)]


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path):
    import socket

    log = VerifierKey("so.example.vn/goc", PrivateKey.from_seed(bytes(32)).public_key).format()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        options = ("--data", tmp_path / "w", "--name", "w1.example", "--log", log, "--port", port)
        done = run({}, "witness", *options)
    assert (done.exit_code, f"Cổng {port}" in done.output) == (1, True)
