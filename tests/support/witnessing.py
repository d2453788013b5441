"""Witnesses in this process: real services on free ports, and hostile ones that answer what a test wants."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ledger.log.policies import NamedWitness
from ledger.log.witnesses import WitnessKey
from ledger.witness.answering import WitnessService
from ledger.witness.register import Register
from signing.keys import NamedKey, PrivateKey, VerifierKey

NOW = datetime(2026, 11, 12, 2, 0, tzinfo=UTC)


class SetClock:
    """Stands still until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def witness_signer(number: int = 1) -> NamedKey:
    return NamedKey(f"w{number}.example", PrivateKey.from_seed(bytes([100 + number]) * 32))


def new_service(
    path: Path, *log_keys: VerifierKey, number: int = 1, clock: Callable[[], datetime] | None = None
) -> WitnessService:
    """A witness of ``log_keys`` whose file is ``path``, made when missing."""
    register = Register(path)
    signer = witness_signer(number)
    if register.witness() is None:
        register.begin(signer.name, b"")
    return WitnessService(register, signer, log_keys, clock=clock or SetClock())


@contextmanager
def answering(answer: Callable[[str, bytes], tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    """A server whose POSTs are answered by ``answer(path, body)``: status, headers, body. Yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, data = answer(self.path, body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def named(number: int, url: str | None) -> NamedWitness:
    signer = witness_signer(number)
    return NamedWitness(f"Bên_{number}", WitnessKey(signer.name, signer.private_key.public_key), url)
