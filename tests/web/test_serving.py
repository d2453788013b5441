"""Where the server listens, and that it stops when it is told to."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress

import pytest
from click.testing import CliRunner

from tests.meta.tree import ROOT
from web.cli import main
from web.serving import PortTakenError, check_port_free

SLOW_TO_START = """
import time
import web.app
from web.config import load_config
from web.serving import serve

def never_ready():
    print("starting", flush=True)
    time.sleep(600)

web.app.create_app = never_ready
serve(load_config())
"""


def test_a_port_that_is_taken_is_refused_even_when_its_holder_would_share_it():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=str(port)) as caught:
            check_port_free("127.0.0.1", port)
    assert f"Cổng {port}" in caught.value.sentence


def test_a_free_port_is_accepted():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    check_port_free("127.0.0.1", port)


def test_the_demo_says_that_its_port_is_taken_before_it_builds_anything(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        environ = {"SOGOC_DATA": str(tmp_path / "demo"), "SOGOC_PORT": str(other.getsockname()[1])}
        result = CliRunner().invoke(main, ["demo"], env=environ)
    assert (result.exit_code, "đang có chương trình khác dùng" in result.output) == (1, True)
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_while_it_starts_stops(tmp_path, number):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "SOGOC_DATA": str(tmp_path), "SOGOC_PORT": str(port), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SLOW_TO_START]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, env=environ, start_new_session=True) as server:
        try:
            assert any(b"starting" in line for line in server.stdout)
            server.send_signal(number)
            assert server.wait(timeout=50) == 0
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
