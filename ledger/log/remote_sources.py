"""Where a log may be read from: a server by HTTP, or a folder that holds a copy (C2SP tlog-tiles).

Nothing that comes from here is believed: ``ledger.log.remote_tiles`` checks it against a signed checkpoint.
"""

import contextlib
import gzip
import io
import socket
import threading
import zlib
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from ledger.log.errors import SourceError
from ledger.log.remote_tiles import RemoteSource

CHECKPOINT = "checkpoint"
MAX_CHECKPOINT_BYTES = 1 << 18
"""A checkpoint with a few thousand cosignatures."""
WAIT_S = 20
_USER_AGENT = "sogoc (tlog-tiles reader)"
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class FolderSource:
    """A copy of a log in a folder: the one in which ``checkpoint`` and ``tile`` stand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fetch(self, path: str, max_bytes: int) -> bytes | None:
        """The file's bytes, ``None`` where there is none. Raises ``SourceError``."""
        try:
            with (self.folder / path).open("rb") as file:
                data = file.read(max_bytes + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise SourceError(str(self.folder / path), str(error)) from error
        return _checked(str(self.folder / path), data, max_bytes)


class HttpSource:
    """A log at a URL prefix such as ``https://truyxuat.example.vn/log``. For one thread at a time.

    One connection for many files. Redirects are refused: a log's files do not move. ``wait_s`` is how long
    one file may take altogether, so that a server cannot hold its auditor by dripping.
    """

    def __init__(self, prefix: str, *, wait_s: float = WAIT_S) -> None:
        parts = urlsplit(prefix)
        self.prefix = prefix.rstrip("/")
        self._path = parts.path.rstrip("/")
        self._place = parts.hostname or "", parts.port
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._wait_s = wait_s
        self._kept: HTTPConnection | None = None

    def fetch(self, path: str, max_bytes: int) -> bytes | None:
        """The answer's bytes, ``None`` for 404 and 410. Raises ``SourceError``."""
        url = f"{self.prefix}/{path}"
        # What does not get smaller by compressing gets a little larger.
        status, encoding, data = self._ask(url, path, max_bytes + max_bytes // 64 + 1024)
        if status in _GONE:
            return None
        if status != HTTPStatus.OK:
            raise SourceError(url, f"HTTP {status}")
        return _checked(url, _decoded(url, data, encoding, max_bytes), max_bytes)

    def close(self) -> None:
        """Let the connection go. The source may be used again, and then opens a new one."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def __del__(self) -> None:
        # Whoever reads a log to its end should not have to think of a socket.
        self.close()

    def _ask(self, url: str, path: str, max_bytes: int) -> tuple[int, str, bytes]:
        kept, self._kept = self._kept, None
        if kept is not None:
            try:
                return self._exchange(kept, path, max_bytes)
            except (OSError, HTTPException):
                kept.close()  # the server ended it meanwhile; a new one will tell
        connection = self._kind(*self._place, timeout=self._wait_s)
        try:
            return self._exchange(connection, path, max_bytes)
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            raise SourceError(url, str(error) or type(error).__name__) from error

    def _exchange(self, connection: HTTPConnection, path: str, max_bytes: int) -> tuple[int, str, bytes]:
        alarm = threading.Timer(self._wait_s, _cut, (connection,))
        alarm.daemon = True
        alarm.start()
        try:
            connection.request("GET", f"{self._path}/{path}", headers=_headers(path))
            answer = connection.getresponse()
            data = answer.read(max_bytes)
            # A body that was cut off by its end leaves something to be read, one cut by the limit as well.
            if answer.length not in (0, None):
                raise HTTPException("the answer broke off, or is too long")
        finally:
            alarm.cancel()
        if answer.isclosed() and not answer.will_close:
            self._kept = connection
        else:
            connection.close()
        return answer.status, (answer.getheader("Content-Encoding") or "identity").strip().lower(), data


def _headers(path: str) -> dict[str, str]:
    headers = {"Accept-Encoding": "gzip, identity", "User-Agent": _USER_AGENT}
    return headers | ({"Cache-Control": "no-cache"} if path == CHECKPOINT else {})


def _cut(connection: HTTPConnection) -> None:
    """End an exchange that takes too long, wherever it waits."""
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def open_source(place: str) -> RemoteSource:
    """The source at an ``http(s)://`` prefix, or in a folder. Raises ``SourceError`` for anything else."""
    scheme = urlsplit(place).scheme
    if scheme in {"http", "https"} and urlsplit(place).netloc:
        return HttpSource(place)
    folder = Path(place)
    if not folder.is_dir():
        raise SourceError(place, "neither an http(s) address nor a folder")
    # An export holds the log in a folder of its own beside the pages.
    return FolderSource(folder / "log" if (folder / "log" / CHECKPOINT).is_file() else folder)


def read_checkpoint(source: RemoteSource) -> bytes:
    """The checkpoint that the source has now, a signed note still to be opened. Raises ``SourceError``."""
    data = source.fetch(CHECKPOINT, MAX_CHECKPOINT_BYTES)
    if data is None:
        raise SourceError(CHECKPOINT, "there is none")
    return data


def _decoded(url: str, data: bytes, encoding: str, max_bytes: int) -> bytes:
    match encoding:
        case "identity" | "":
            return data
        case "gzip":
            try:
                with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                    return packed.read(max_bytes + 1)
            except (OSError, EOFError, zlib.error) as error:
                raise SourceError(url, f"not gzip: {error}") from error
        case _:
            raise SourceError(url, f"encoding {encoding!r} was not asked for")


def _checked(place: str, data: bytes, max_bytes: int) -> bytes:
    if len(data) > max_bytes:
        raise SourceError(place, f"more than {max_bytes} bytes")
    return data
