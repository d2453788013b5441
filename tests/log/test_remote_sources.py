"""A source gives bytes or says why not: absent, out of reach, or no log's answer."""

import gzip
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask, Response, redirect, request

from ledger.log.errors import SourceError
from ledger.log.remote_sources import FolderSource, HttpSource, open_source, read_checkpoint
from ledger.log.remote_tiles import AuthenticatedReader
from tests.support.remote import log_files, some_entries
from tests.support.serving import served

FILES, CHECKPOINT = log_files(some_entries(300))


ZIPPED = {"Content-Encoding": "gzip"}
WRONG = {
    "moved": lambda: redirect("/log/checkpoint"),
    "bomb": lambda: Response(gzip.compress(bytes(1 << 22)), headers=ZIPPED),
    "cut": lambda: Response(gzip.compress(bytes(999))[:-9], headers=ZIPPED),
    "no-gzip": lambda: Response(b"plain", headers=ZIPPED),
    "brotli": lambda: Response(b"plain", headers={"Content-Encoding": "br"}),
    "long": lambda: Response(bytes(9000)),
    "busy": lambda: Response(status=503),
    "gone": lambda: Response(status=410),
}


@pytest.fixture
def folder(tmp_path):
    return FILES.write(tmp_path / "log")


@pytest.fixture(scope="module")
def site():
    """A server that is a log below /log and misbehaves elsewhere."""
    app, seen = Flask("mirror"), []

    @app.get("/log/<path:path>")
    def file(path):
        seen.append((path, dict(request.headers)))
        if path not in FILES:
            return Response(status=404)
        return Response(gzip.compress(FILES[path]), headers={"Content-Encoding": "gzip"})

    @app.get("/wrong/<name>")
    def wrong(name):
        return WRONG[name]()

    with served(app) as address:
        yield address, seen


def test_a_folder_is_read_like_a_server(folder, site):
    address, _ = site
    for source in (FolderSource(folder), HttpSource(f"{address}/log/")):
        reader = AuthenticatedReader(source, CHECKPOINT)
        assert [entry for _, entry in reader.read_entries()] == some_entries(300)
        assert read_checkpoint(source) == FILES["checkpoint"]
        assert source.fetch("tile/0/999", 100) is None


def test_the_checkpoint_is_asked_for_past_all_caches_and_in_gzip_if_that_suits(site):
    address, seen = site
    seen.clear()
    read_checkpoint(HttpSource(f"{address}/log"))
    ((path, headers),) = seen
    assert (path, headers["Cache-Control"]) == ("checkpoint", "no-cache")
    assert headers["Accept-Encoding"] == "gzip, identity"


@pytest.mark.parametrize("name", sorted(WRONG.keys() - {"gone"}))
def test_what_no_log_answers_is_an_error(site, name):
    with pytest.raises(SourceError) as caught:
        HttpSource(f"{site[0]}/wrong").fetch(name, 8192)
    assert name in caught.value.place


def test_what_is_gone_is_absent(site):
    assert HttpSource(f"{site[0]}/wrong").fetch("gone", 8192) is None


def test_a_server_out_of_reach_is_told(site):
    with pytest.raises(SourceError) as caught:
        HttpSource("http://127.0.0.1:1/log", wait_s=5).fetch("checkpoint", 100)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


def test_a_folder_without_a_log_says_so(tmp_path):
    with pytest.raises(SourceError):
        read_checkpoint(FolderSource(tmp_path))
    (tmp_path / "checkpoint").write_bytes(bytes(10))
    with pytest.raises(SourceError):
        FolderSource(tmp_path).fetch("checkpoint", 9)
    (tmp_path / "tile").touch()
    assert FolderSource(tmp_path).fetch("tile/0/000", 9) is None


def test_a_place_is_an_address_a_log_or_an_export(folder, site, tmp_path):
    assert read_checkpoint(open_source(str(folder))) == FILES["checkpoint"]
    assert read_checkpoint(open_source(str(folder.parent))) == FILES["checkpoint"]
    assert read_checkpoint(open_source(f"{site[0]}/log")) == FILES["checkpoint"]
    for wrong in ("ftp://example.org/log", "http:///log", str(tmp_path / "none")):
        with pytest.raises(SourceError):
            open_source(wrong)


class Handler(BaseHTTPRequestHandler):
    """Serves the log over connections that stay, until it is told to drop or to drip."""

    protocol_version = "HTTP/1.1"
    connections = 0

    def setup(self):
        type(self).connections += 1
        super().setup()

    def do_GET(self):  # the name that the standard library gives it
        data = FILES[self.path.removeprefix("/log/")]
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.serve(data)

    def serve(self, data):
        self.wfile.write(data)

    def log_message(self, *arguments):
        """Tests have their own words."""


@contextmanager
def handled(serve):
    """The address of a server whose bodies are sent by ``serve(handler, data)``, and its handler's class."""
    kind = type("Own", (Handler,), {"serve": serve, "connections": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/log", kind
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_one_connection_serves_a_whole_log():
    with handled(Handler.serve) as (address, kind):
        source = HttpSource(address)
        assert sum(1 for _ in AuthenticatedReader(source, CHECKPOINT).read_entries()) == 300
        assert kind.connections == 1
        source.close()


def test_a_connection_that_the_server_ended_meanwhile_is_opened_again():
    def serve(handler, data):
        handler.wfile.write(data)
        handler.close_connection = True

    with handled(serve) as (address, kind):
        source = HttpSource(address)
        assert sum(1 for _ in AuthenticatedReader(source, CHECKPOINT).read_entries()) == 300
        assert kind.connections == 5
        source.close()


def test_a_body_that_breaks_off_is_no_body():
    def serve(handler, data):
        handler.wfile.write(data[:-1])
        handler.close_connection = True

    with handled(serve) as (address, _), pytest.raises(SourceError):
        HttpSource(address).fetch("tile/0/000", 8192)


def test_a_server_that_drips_does_not_hold_its_auditor():
    """Each byte comes in time, all of them together never would."""
    done = threading.Event()

    def serve(handler, data):
        try:
            for at in range(len(data)):
                handler.wfile.write(data[at : at + 1])
                if done.wait(0.02):
                    return
        except OSError:
            return

    with handled(serve) as (address, _):
        try:
            with pytest.raises(SourceError):
                HttpSource(address, wait_s=0.2).fetch("tile/0/000", 8192)
        finally:
            done.set()
