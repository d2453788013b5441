"""The nginx before the server as `deploy/nginx.conf` sets it up: what it keeps, for whom, and for how long.

The rules of the file run in nginx where the machine has it; which addresses they are for is looked at always.
"""

import http.client
import re
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks._nginx import CONFIG, KEPT, installed_nginx, nginx_before

STAMP, LOT = "/s/46S88FWBV6JFF", "/HAKZ1ZRXX6/class/NHO.261121-2"
GOOD, WARNING = "public, max-age=0, stale-if-error=86400", "no-cache"
LONG = KEPT.replace("1s", "1h")


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        (STAMP, True),
        ("/S/46S88FWBV6JFF", True),
        ("/S/ABC23446S88FWBV6JFF", True),
        (LOT, True),
        (f"{STAMP}/bundle", False),
        (f"{LOT}/bundle", False),
        (f"{STAMP}/phan-anh", False),
        ("/hop-tac-xa/tai-khoan", False),
        ("/01/08936012345678/10/A1", False),
        ("/", False),
    ],
)
def test_only_passports_are_kept_against_their_own_headers(path, is_kept):
    (rule,) = re.findall(r'location ~ "([^"]+)"', CONFIG.read_text(encoding="utf-8"))
    assert (re.search(rule, path) is not None) == is_kept


class Origin(ThreadingHTTPServer):
    """Counts what comes through to it, and says which it is."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.seen = []
        self.cache_control = GOOD
        self.cookie = None
        self.is_gone = False


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.server.is_gone:
            self.close_connection = True
            return
        self.server.seen.append(dict(self.headers))
        body = f"{len(self.server.seen)} {self.headers.get('Accept-Language', '')}".encode()
        self.send_response(200)
        self.send_header("Cache-Control", self.server.cache_control)
        self.send_header("Vary", "Accept, Accept-Language, Accept-Encoding")
        if self.server.cookie:
            self.send_header("Set-Cookie", self.server.cookie)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


class Front:
    """Asks nginx."""

    def __init__(self, port, origin):
        self.port = port
        self.origin = origin

    def get(self, path=STAMP, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=named)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        assert answer.status == 200
        return body


@pytest.fixture(scope="module")
def program():
    found = installed_nginx()
    if found is None:
        pytest.skip("nginx is not installed")
    return found


@contextmanager
def served(origin):
    thread = threading.Thread(target=origin.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        origin.shutdown()
        thread.join()
        origin.server_close()


@pytest.fixture
def origin():
    with Origin() as opened, served(opened):
        yield opened


@pytest.fixture
def front(program, tmp_path, origin):
    """Keeps pages for an hour, so that no test hangs on how fast it runs."""
    with nginx_before(program, tmp_path, origin.server_address[1], LONG) as server:
        yield Front(server.port, origin)


@pytest.fixture
def shipped_front(program, tmp_path, origin):
    with nginx_before(program, tmp_path, origin.server_address[1]) as server:
        yield Front(server.port, origin)


def test_the_file_keeps_passports_for_a_second():
    assert CONFIG.read_text(encoding="utf-8").count(KEPT) == 1


def test_a_market_asks_the_server_once_in_each_language(front):
    vietnamese = {front.get(Accept_Language=said) for said in ("vi", "vi-VN,vi;q=0.9,en;q=0.8", "VI")}
    english = {front.get(Accept_Language=said) for said in ("en-US,en;q=0.9", "en")}
    assert (vietnamese, english) == ({"1 vi"}, {"2 en"})
    assert front.get(LOT) == "3 vi"
    assert front.get(STAMP) == "1 vi"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (STAMP, {"Accept": "application/json"}),
        (LOT, {"Accept": "application/linkset+json"}),
        (LOT, {"Accept": "text/html;q=0.1, application/vc+jwt"}),
        (STAMP, {"Cookie": "x=1; __Host-sogoc-session=abc"}),
        (STAMP, {"Cookie": "sogoc-session=abc"}),
        (f"{STAMP}?ma=1", {}),
        (f"{LOT}?linkType=all", {}),
        ("/hop-tac-xa/", {}),
        ("/log/checkpoint", {}),
    ],
)
def test_what_is_another_answer_goes_through_and_is_not_kept(front, path, headers):
    assert [front.get(path, **headers)[0] for _ in range(2)] == ["1", "2"]
    if "?" not in path:
        assert front.get(path)[0] == "3"


@pytest.mark.parametrize(("cache_control", "cookie"), [("no-store", None), ("private", None), (GOOD, "a=b")])
def test_what_is_for_one_person_is_never_kept(front, cache_control, cookie):
    front.origin.cache_control, front.origin.cookie = cache_control, cookie
    assert [front.get()[0] for _ in range(2)] == ["1", "2"]


def test_a_warning_shows_after_seconds_and_stays_when_the_server_stops(shipped_front):
    front = shipped_front
    assert front.get()
    front.origin.cache_control = WARNING
    asked = len(front.origin.seen)
    until = time.monotonic() + 30
    while time.monotonic() < until and len(front.origin.seen) == asked:
        time.sleep(0.2)
        last = front.get()
    assert last == f"{len(front.origin.seen)} vi"
    front.origin.is_gone = True
    time.sleep(2.1)  # what nginx has is older than a second now
    assert front.get() == front.get() == last


def test_what_a_client_claims_of_its_address_is_replaced(front):
    front.get("/", X_Forwarded_For="203.0.113.9")
    assert front.origin.seen[0]["X-Forwarded-For"] == "127.0.0.1"


def test_a_body_that_comes_slowly_does_not_reach_the_server_before_it_is_whole(front):
    with socket.create_connection(("127.0.0.1", front.port)) as slow:
        slow.sendall(b"POST /log/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
        assert front.get("/")[0] == "1"
        time.sleep(0.1)
        assert len(front.origin.seen) == 1
        slow.sendall(b"cd")
        assert slow.recv(1000).startswith(b"HTTP/1.1 200 OK")
    assert len(front.origin.seen) == 2
