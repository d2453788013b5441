"""A log server and two witnesses as processes of their own, one of them killed in the middle.

Appending goes on, the passport says who witnessed, and readers who want two get them when both are back.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner

from ledger import migrations
from ledger.log.checkpoints import parse_checkpoint_note
from signing.canonical_base64 import format_base64
from tests.support.ledgers import check_ledger
from tests.support.market import _recall
from tests.support.shop import open_shop
from web.cli import main

ROOT = Path(__file__).parents[2]
WAIT_S = 60


class Program:
    """One ``sogoc`` process with its children; ``kill`` is what a power cut does to it."""

    def __init__(self, arguments, folder, **environ):
        program = f"from web.cli import main; main({[str(argument) for argument in arguments]!r})"
        self.output = folder / f"{arguments[0]}-{time.monotonic_ns()}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(WAIT_S)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(WAIT_S)
            except subprocess.TimeoutExpired:
                self.kill()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return answer.read()


def wait_for(what, *programs):
    """The first true answer of ``what``, asked again and again."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        try:
            if found := what():
                return found
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.1)
    raise AssertionError("\n".join(program.output.read_text() for program in programs))


class Witness:
    """A witness in a folder of its own, started and killed as often as a test likes."""

    def __init__(self, number, folder, vkey):
        self.port, self.folder, self.vkey = free_port(), folder, vkey
        self.options = ["--data", folder / f"w{number}", "--name", f"w{number}.example", "--port", self.port]
        shown = CliRunner().invoke(main, ["witness", *map(str, self.options), "--show-key"])
        self.key = shown.output.strip()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        self.program = Program(["witness", *self.options, "--log", self.vkey], self.folder)
        wait_for(lambda: fetch(f"{self.url}/healthz"), self.program)


def make_servable(shop, folder):
    """What ``sogoc serve`` expects beside the database of a test: its revision and its master key."""
    with shop.database.writing() as session:
        command.stamp(migrations._configuration(session.connection()), "head")
    path = folder / "master.key"
    path.write_text(format_base64(bytes(range(32))) + "\n")
    path.chmod(0o600)


def serve(folder, **environ):
    """A log server on what is in ``folder``, which publishes every second; and its address."""
    port = free_port()
    settings = {
        "SOGOC_DATA": str(folder),
        "SOGOC_DATABASE_URL": f"sqlite:///{folder / 'sogoc.db'}",
        "SOGOC_PORT": str(port),
        "SOGOC_PUBLISH_EVERY_S": "1",
    }
    return Program(["serve", "--workers", "1"], folder, **settings, **environ), f"http://127.0.0.1:{port}"


@pytest.fixture
def shop(sqlite_template, tmp_path):
    yield from open_shop(sqlite_template, tmp_path)


def test_one_of_two_witnesses_is_killed_and_comes_back(shop, tmp_path):
    market, vkey = shop.market, shop.market.world.ledger.vkey.format()
    make_servable(shop, tmp_path)
    with ExitStack() as stack:
        witnesses = [Witness(number, tmp_path, vkey) for number in (1, 2)]
        for witness in witnesses:
            witness.start()
            stack.callback(lambda witness=witness: witness.program.stop())
        policy = "; ".join(f"witness Bên_{n} {w.key} {w.url}" for n, w in enumerate(witnesses, 1))
        server, url = serve(tmp_path, SOGOC_WITNESSES=policy)
        stack.callback(server.stop)
        path = market.expired_lot.removeprefix(market.world.ledger.id_base)

        def cosigned(count):
            """Whether so many witnesses cosigned a checkpoint that has everything."""
            checkpoint, note = parse_checkpoint_note(fetch(f"{url}/log/checkpoint"))
            return checkpoint.size == market.world.size() and len(note.signatures) == 1 + count

        def verify(quorum):
            """Exit code and answer of ``sogoc verify`` on the lot's bundle."""
            (tmp_path / "bundle.json").write_bytes(fetch(f"{url}{path}/bundle"))
            options = [option for witness in witnesses for option in ("--witness", witness.key)]
            options += ["--quorum", str(quorum), "--max-age", "1", "--vkey", vkey, "--json"]
            done = CliRunner().invoke(main, ["verify", str(tmp_path / "bundle.json"), *options])
            return done.exit_code, json.loads(done.output)

        wait_for(lambda: cosigned(2), server)
        told = json.loads(fetch(f"{url}{path}", Accept="application/json"))["witnesses"]
        assert [who["title"] for who in told["cosigned"]] == ["Bên 1", "Bên 2"]
        assert verify(2)[0] == 0

        witnesses[1].program.kill()
        began = time.monotonic()
        _recall(market.world, market.expired_lot)
        assert time.monotonic() - began < 5, "appending does not wait for a dead witness"
        wait_for(lambda: cosigned(1), server)
        # Pages and bundles may be a second old.
        wait_for(lambda: "1 trên 2 bên làm chứng" in fetch(f"{url}{path}", Accept="text/html").decode())
        wait_for(lambda: set(verify(1)[1]["witnessed"]) == {"w1.example"})
        code, answer = verify(2)
        assert (code, answer["step"]) == (1, 7)
        assert 'sogoc_outside_party_up{party="w2.example' in fetch(f"{url}/metrics").decode()

        witnesses[1].start()
        wait_for(lambda: cosigned(2), server)
        wait_for(lambda: verify(2)[0] == 0)
        assert set(verify(2)[1]["witnessed"]) == {"w1.example", "w2.example"}
        assert "w2.example" in server.output.read_text(), "the operator is told"
        server.stop()
        assert server.process.returncode == 0
        assert _group_is_gone(server.process.pid), "the publisher ended with its server"
    check_ledger(market.world.ledger)


def test_the_publisher_ends_when_its_server_is_killed(shop, tmp_path):
    """``kill -9`` leaves no orphan that would publish for ever."""
    make_servable(shop, tmp_path)
    server, url = serve(tmp_path, SOGOC_SECOND_SIGNATURE="ml-dsa-44")
    try:
        checkpoint = f"{url}/log/checkpoint"
        wait_for(lambda: len(parse_checkpoint_note(fetch(checkpoint))[1].signatures) == 2, server)
        (publisher,) = _publishers_of(server.process.pid)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(WAIT_S)
        wait_for(lambda: not Path(f"/proc/{publisher}").exists() or _is_zombie(publisher), server)
    finally:
        if not _group_is_gone(server.process.pid):
            os.killpg(server.process.pid, signal.SIGKILL)


def _publishers_of(parent):
    for entry in list(Path("/proc").iterdir()):
        try:
            is_child = f"\nPPid:\t{parent}\n" in (entry / "status").read_text()
            if is_child and b"publish" in (entry / "cmdline").read_bytes():
                yield int(entry.name)
        except OSError:
            continue


def _is_zombie(process):
    try:
        return "\nState:\tZ" in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True


def _group_is_gone(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
