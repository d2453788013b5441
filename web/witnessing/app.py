"""The witness's addresses (C2SP tlog-witness), as a WSGI application of a few lines: small machines run it.

``POST /add-checkpoint`` is all that is written; ``/healthz``, ``/vkey``, ``/metrics``, ``/logs`` and
``/<origin>/checkpoint`` are read by whoever likes.
"""

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.witness.answering import WitnessService
from ledger.witness.errors import (
    InconsistentError,
    MalformedRequestError,
    SizeConflictError,
    UnknownLogError,
    UntrustedCheckpointError,
    WitnessingError,
)
from ledger.witness.register import Latest
from ledger.witness.requests import MAX_REQUEST_BYTES, SIZE_TYPE
from signing.keys import VerifierKey
from web.witnessing.folder import open_witness

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FOLDER_VARIABLE, LOGS_VARIABLE = "SOGOC_WITNESS_FOLDER", "SOGOC_WITNESS_LOGS"
"""How the server process hands its settings to its worker; not for people (docs/witness.md)."""

TEXT = "text/plain; charset=utf-8"
STATUS: dict[type[WitnessingError], str] = {
    MalformedRequestError: "400 Bad Request",
    UntrustedCheckpointError: "403 Forbidden",
    UnknownLogError: "404 Not Found",
    SizeConflictError: "409 Conflict",
    InconsistentError: "422 Unprocessable Entity",
}
"""C2SP tlog-witness names these statuses."""

Answer = tuple[str, str, bytes]
"""Status line, media type, body."""


def create_app() -> "WitnessApp":
    """The application for the folder in the environment."""
    lines = os.environ.get(LOGS_VARIABLE, "").split()
    return WitnessApp(
        open_witness(Path(os.environ[FOLDER_VARIABLE]), [VerifierKey.parse(line) for line in lines])
    )


class WitnessApp:
    """A WSGI application around a witness."""

    def __init__(self, service: WitnessService) -> None:
        self._service = service
        self._counts: Counter[str] = Counter()
        self._turn = threading.Lock()
        self._pages: dict[str, Callable[[], Answer]] = {
            "/healthz": lambda: ("200 OK", TEXT, b"ok\n"),
            "/vkey": lambda: ("200 OK", TEXT, f"{service.key.format()}\n".encode()),
            "/logs": self._logs,
            "/metrics": self._metrics,
        }

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        status, content_type, body = self._answer(environ)
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if status.startswith("405"):
            headers.append(("Allow", "POST" if environ["PATH_INFO"] == "/add-checkpoint" else "GET, HEAD"))
        start_response(status, headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _answer(self, environ: "WSGIEnvironment") -> Answer:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == "/add-checkpoint":
            if method != "POST":
                return "405 Method Not Allowed", TEXT, b"POST a checkpoint here\n"
            answer = self._add_checkpoint(environ)
            with self._turn:
                self._counts[answer[0][:3]] += 1
            return answer
        if method not in {"GET", "HEAD"}:
            return "405 Method Not Allowed", TEXT, b"this is only read\n"
        page = self._pages.get(path)
        return self._checkpoint(path) if page is None else page()

    def _add_checkpoint(self, environ: "WSGIEnvironment") -> Answer:
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isascii() and length.isdigit()):
            return "411 Length Required", TEXT, b"how long is the request?\n"
        if len(length) > 9 or int(length) > MAX_REQUEST_BYTES:
            return "413 Content Too Large", TEXT, b"the request is too large\n"
        body = environ["wsgi.input"].read(int(length))
        try:
            return "200 OK", TEXT, self._service.add_checkpoint(body)
        except SizeConflictError as error:
            return STATUS[SizeConflictError], SIZE_TYPE, f"{error.size}\n".encode()
        except WitnessingError as error:
            return STATUS.get(type(error), "500 Internal Server Error"), TEXT, f"{error}\n".encode()

    def _checkpoint(self, path: str) -> Answer:
        """The latest checkpoint of a log with the cosignature: an auditor compares it with the log's own."""
        # WSGI hands paths on as Latin-1 (PEP 3333).
        origin = path.encode("latin-1").decode("utf-8", "replace").removeprefix("/")
        origin, slash, end = origin.rpartition("/")
        latest = self._service.register.latest(origin) if slash and end == "checkpoint" else None
        if latest is None:
            return "404 Not Found", TEXT, b"not here\n"
        return "200 OK", TEXT, latest.note

    def _logs(self) -> Answer:
        known = {latest.origin: latest for latest in self._service.register.all_latest()}
        logs = [_described(origin, known.get(origin)) for origin in self._service.origins]
        document = {"witness": self._service.key.format(), "logs": logs}
        return "200 OK", "application/json", json.dumps(document, ensure_ascii=False).encode()

    def _metrics(self) -> Answer:
        lines = ["# TYPE sogoc_witness_requests counter"]
        with self._turn:
            counts = sorted(self._counts.items())
        lines += [f'sogoc_witness_requests_total{{status="{status}"}} {count}' for status, count in counts]
        lines += ["# TYPE sogoc_witness_log_size gauge", "# TYPE sogoc_witness_evidence gauge"]
        for latest in self._service.register.all_latest():
            origin = json.dumps(latest.origin)
            lines.append(f"sogoc_witness_log_size{{origin={origin}}} {latest.size}")
            evidence = len(self._service.register.evidence(latest.origin))
            lines.append(f"sogoc_witness_evidence{{origin={origin}}} {evidence}")
        return "200 OK", "text/plain; version=0.0.4; charset=utf-8", "".join(f"{x}\n" for x in lines).encode()


def _described(origin: str, latest: Latest | None) -> dict[str, object]:
    if latest is None:
        return {"origin": origin, "size": 0, "root": None, "cosigned_at": None}
    at = latest.cosigned_at.isoformat()
    return {"origin": origin, "size": latest.size, "root": latest.root.hex(), "cosigned_at": at}
