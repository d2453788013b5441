"""Bodies that come slowly hold some of a process's threads, never all: who only reads is answered meanwhile.

A body is read by the thread that answers, and a client may send it a byte a minute. A proxy that takes bodies
whole before it passes them on (docs/operations.md) has no such client behind it; this is for a server without
one, and for a proxy that is not set up like that. Nobody is refused for being slow while there is room.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from werkzeug.exceptions import ServiceUnavailable

from web.errors import TooManyRequestsError
from web.silent_peers import Peer, cut_silent
from web.visitors import client_address, network_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SLOTS = 24
"""Bodies read at once in one process, of its 32 threads: the others stay for what has no body."""
OF_ONE_NETWORK = 6
"""So many slow ones of one network."""
SLOW_S = 1.0
"""A body that was there when it was asked for is read in less."""
SILENT_S = 60.0
"""After so long without a byte, a body is not waited for if others need the room."""
WAIT_S = 0.25
RETRY_AFTER_S = 10


class Reader(NamedTuple):
    """One thread that reads a body: whose, from which peer of this server, since when."""

    network: str
    peer: Peer
    since: float


class BodySlots:
    """Who reads a body now. ``clock``: seconds that only rise; ``cut``: gives up silent connections."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        slots: int = SLOTS,
        cut: Callable[[Collection[Peer], float], object] = cut_silent,
    ) -> None:
        self._clock = clock
        self._cut = cut
        self._room = threading.Semaphore(slots)
        self._readers: dict[int, Reader] = {}

    @contextmanager
    def reading(self, network: str, peer: Peer) -> Iterator[None]:
        """Hold a slot while the block reads.

        Raises ``TooManyRequestsError`` for a network that holds its share of slow ones already, and
        ``ServiceUnavailable`` when no slot gets free in a moment.
        """
        if len(self._readers) >= OF_ONE_NETWORK and self._slow_of(network) >= OF_ONE_NETWORK:
            self._make_room()
            raise TooManyRequestsError(RETRY_AFTER_S)
        if not self._room.acquire(timeout=WAIT_S):
            self._make_room()
            raise ServiceUnavailable(retry_after=RETRY_AFTER_S)
        thread = threading.get_ident()
        self._readers[thread] = Reader(network, peer, self._clock())
        try:
            yield
        finally:
            del self._readers[thread]
            self._room.release()

    def _since(self, seconds: float) -> tuple[Reader, ...]:
        """Those who read for longer than that. Other threads come and go meanwhile."""
        latest = self._clock() - seconds
        return tuple(reader for reader in tuple(self._readers.values()) if reader.since < latest)

    def _slow_of(self, network: str) -> int:
        return sum(reader.network == network for reader in self._since(SLOW_S))

    def _make_room(self) -> None:
        peers = {reader.peer for reader in self._since(SILENT_S)}
        if peers:
            self._cut(peers, SILENT_S)


class SlowBodies:
    """A WSGI application in front of another, whose reads of a request's body take a slot each."""

    def __init__(self, application: "WSGIApplication", slots: BodySlots | None = None) -> None:
        self._application = application
        self._slots = slots or BodySlots()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """What the application answers."""
        if environ.get("CONTENT_LENGTH", "0") not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in environ:
            peer = environ.get("REMOTE_ADDR") or "", int(environ["SERVER_PORT"])
            slot = partial(self._slots.reading, network_of(client_address(environ)), peer)
            environ["wsgi.input"] = _SlottedInput(environ["wsgi.input"], slot)
        return self._application(environ, start_response)


class _SlottedInput:
    """The body of one request (PEP 3333, input and error streams)."""

    def __init__(self, stream: Any, slot: Callable[[], AbstractContextManager[None]]) -> None:
        self._stream = stream
        self._slot = slot

    def read(self, *size: int) -> bytes:
        with self._slot():
            data: bytes = self._stream.read(*size)
        return data

    def readline(self, *size: int) -> bytes:
        with self._slot():
            line: bytes = self._stream.readline(*size)
        return line

    def readlines(self, *hint: int) -> list[bytes]:
        with self._slot():
            lines: list[bytes] = self._stream.readlines(*hint)
        return lines

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readlines())
