"""One HTTP request to somebody who may be down, slow or hostile: limited in time and size, no redirects."""

import contextlib
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import MappingProxyType
from urllib.parse import urlsplit

from ledger.witness.errors import NotAnsweredError

EXCHANGE_S = 8.0
"""How long one exchange may take, from the look-up of the name to the last byte."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, media type without parameters in small letters, and the whole body."""

    status: int
    content_type: str
    body: bytes


def post(
    url: str,
    body: bytes,
    *,
    max_bytes: int,
    headers: Mapping[str, str] = _NOTHING,
    seconds: float = EXCHANGE_S,
) -> HttpAnswer:
    """The answer to ``body``. A redirect is an answer like any other: nobody is sent elsewhere.

    Raises ``NotAnsweredError`` when none came in ``seconds``, or one of more than ``max_bytes``.
    """
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    is_late = threading.Event()
    # A timeout of the socket alone counts anew with every byte: one a second would hold us for ever.
    alarm = threading.Timer(seconds, _cut, (connection, is_late))
    alarm.daemon = True
    alarm.start()
    try:
        connection.request(
            "POST", path, body, {"Accept-Encoding": "identity", "User-Agent": "sogoc", **headers}
        )
        response = connection.getresponse()
        data = response.read(max_bytes + 1)
        answer = HttpAnswer(response.status, _media_type(response.getheader("Content-Type", "")), data)
        is_whole = response.length in (0, None)
    except (OSError, HTTPException, ValueError) as error:
        raise NotAnsweredError("no answer in time" if is_late.is_set() else f"no answer: {error}") from error
    finally:
        alarm.cancel()
        connection.close()
    if len(data) > max_bytes:
        raise NotAnsweredError(f"an answer of more than {max_bytes} bytes")
    if is_late.is_set() or not is_whole:
        raise NotAnsweredError("the answer broke off")
    return answer


def _cut(connection: HTTPConnection, is_late: threading.Event) -> None:
    is_late.set()
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()
