"""Clients that send slowly take some of the threads, not all; silent ones are given up for others."""

import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import pytest
from werkzeug.exceptions import ServiceUnavailable

from tests.meta.tree import ROOT
from web.errors import TooManyRequestsError
from web.serving import THREADS
from web.silent_peers import cut_silent
from web.slow_bodies import OF_ONE_NETWORK, SILENT_S, SLOW_S, BodySlots, SlowBodies

HERE = ("127.0.0.1", 8000)
SLOW_POSTERS = THREADS + 8
APPLICATION = """
from web.slow_bodies import SlowBodies

def read(environ, start_response):
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]

application = SlowBodies(read)
"""


@contextmanager
def serving(folder):
    """The port of one process as `sogoc serve` starts it, with an application that reads what it gets."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "slow_reader.py").write_text(APPLICATION, encoding="ascii")
    options = ["--port", str(port), "--blocking-threads", str(THREADS), "--workers", "1", "--no-ws"]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", *options, "slow_reader:application"]
    environ = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
    with subprocess.Popen(command, env=environ, start_new_session=True) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            # At once: asked kindly, it would wait for the slow.
            os.killpg(server.pid, signal.SIGKILL)


def _wait_for(port):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail("the server did not start")


def test_more_slow_clients_than_threads_do_not_keep_anybody_from_reading(tmp_path):
    with ExitStack() as stack:
        port = stack.enter_context(serving(tmp_path))
        for _ in range(SLOW_POSTERS):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
        for _ in range(3):
            reader = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            reader.request("GET", "/")
            assert reader.getresponse().read() == b"ok"
            reader.close()


class Threads:
    """Readers that hold their slots until the test ends, each in a thread as in the server."""

    def __init__(self, slots):
        self.slots = slots
        self.done = threading.Event()
        self.stack = ExitStack()
        self.stack.callback(self.done.set)

    def hold(self, network, peer=HERE):
        is_held = threading.Event()

        def read():
            with self.slots.reading(network, peer):
                is_held.set()
                self.done.wait(30)

        thread = threading.Thread(target=read)
        thread.start()
        self.stack.callback(thread.join)
        self.stack.callback(self.done.set)
        assert is_held.wait(30)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_some_threads_are_left_when_many_send_slowly(clock):
    threads = Threads(BodySlots(clock, slots=3))
    with threads.stack:
        for number in range(3):
            threads.hold(f"192.0.2.{number}")
        with pytest.raises(ServiceUnavailable) as refused, threads.slots.reading("198.51.100.7", HERE):
            pass
        assert ("Retry-After", "10") in refused.value.get_headers()
    with threads.slots.reading("198.51.100.7", HERE):
        pass


def test_one_network_has_its_share_of_slow_bodies_and_nobody_else_pays(clock):
    threads = Threads(BodySlots(clock))
    with threads.stack:
        for _ in range(OF_ONE_NETWORK):
            threads.hold("192.0.2.1")
        with threads.slots.reading("192.0.2.1", HERE):
            pass  # none of them was slow yet
        clock.now += SLOW_S + 0.1
        with pytest.raises(TooManyRequestsError), threads.slots.reading("192.0.2.1", HERE):
            pass
        with threads.slots.reading("192.0.2.2", HERE):
            pass


def test_only_whoever_fell_silent_is_given_up_and_only_when_there_is_no_room(clock):
    cut = []
    threads = Threads(BodySlots(clock, slots=2, cut=lambda peers, silent_s: cut.append((peers, silent_s))))
    with threads.stack:
        threads.hold("192.0.2.1", ("192.0.2.1", 8000))
        clock.now += SILENT_S + 1
        with threads.slots.reading("192.0.2.9", HERE):
            pass
        assert cut == []
        threads.hold("192.0.2.2", ("192.0.2.2", 8000))
        with pytest.raises(ServiceUnavailable), threads.slots.reading("192.0.2.9", HERE):
            pass
        assert cut == [({("192.0.2.1", 8000)}, SILENT_S)]


def test_a_silent_connection_is_shut_and_its_neighbours_are_not():
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_server(("127.0.0.1", 0)) as other_door:
        port = door.getsockname()[1]
        with ExitStack() as stack:
            phone = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            served = stack.enter_context(door.accept()[0])
            neighbour = stack.enter_context(socket.create_connection(other_door.getsockname()))
            beside = stack.enter_context(other_door.accept()[0])
            phone.sendall(b"abc")
            assert served.recv(10) == b"abc"
            assert cut_silent({("127.0.0.1", port)}, silent_s=60) == 0
            with ThreadPoolExecutor(1) as pool:
                waiting = pool.submit(served.recv, 10)
                time.sleep(0.02)
                assert cut_silent({("127.0.0.1", port)}, silent_s=0) == 1
                assert waiting.result(30) == b""
            neighbour.sendall(b"still here")
            assert beside.recv(100) == b"still here"


@pytest.mark.parametrize(
    ("environ", "read", "wanted"),
    [
        ({"CONTENT_LENGTH": "7"}, lambda body: [body.read(3), body.read()], [b"a\nb", b"c\nde"]),
        (
            {"CONTENT_LENGTH": "7"},
            lambda body: [body.readline(), *body.readlines()],
            [b"a\n", b"bc\n", b"de"],
        ),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, list, [b"a\n", b"bc\n", b"de"]),
    ],
    ids=["read", "lines", "iterate"],
)
def test_a_body_reads_as_it_would_without_a_slot(environ, read, wanted):
    def application(environ, start_response):
        body = environ["wsgi.input"]
        assert not isinstance(body, io.BytesIO)
        return read(body)

    stream = io.BytesIO(b"a\nbc\nde")
    server = {"REMOTE_ADDR": "127.0.0.1", "SERVER_PORT": "8000", "wsgi.input": stream}
    assert SlowBodies(application)({**server, **environ}, None) == wanted
    assert wanted == read(io.BytesIO(b"a\nbc\nde"))


def test_a_request_without_a_body_takes_no_slot():
    stream = io.BytesIO()
    environ = {"wsgi.input": stream, "CONTENT_LENGTH": ""}
    assert SlowBodies(lambda environ, _: [environ["wsgi.input"]])(environ, None) == [stream]
