"""A line between a browser and a server that can be cut: at once, or after so many bytes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class CutLine:
    """Passes bytes on between a port of this machine and the server at ``address``, until it is cut."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._server = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._left: int | None = None
        self._is_up = True
        self.sent = 0
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the browser finds the server."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Nothing goes through any more, and what was under way breaks off."""
        with self._lock:
            self._is_up = False
            self._close_all()

    def mend(self) -> None:
        """Everything goes through again."""
        with self._lock:
            self._is_up, self._left = True, None

    def cut_after(self, sent_bytes: int) -> None:
        """Up, until the browser has sent so many more bytes."""
        with self._lock:
            self._is_up, self._left = True, sent_bytes

    def close(self) -> None:
        """Take the line down for good."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                is_up = self._is_up
            if not is_up:
                near.close()
                continue
            try:
                far = socket.create_connection(self._server)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            threading.Thread(target=self._pump, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, False), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_upward: bool) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(self._allowed(data) if is_upward else data)
        except OSError:
            pass
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self._lock:
            self._open -= {source, sink}

    def _allowed(self, data: bytes) -> bytes:
        """What of ``data`` still goes through; the line is cut in the middle of the rest."""
        with self._lock:
            self.sent += len(data)
            if self._left is None:
                return data
            if len(data) <= self._left:
                self._left -= len(data)
                return data
            self._is_up, self.cuts = False, self.cuts + 1
            self._close_all()
            raise OSError("cut")

    def _close_all(self) -> None:
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cut_line(address: str) -> Iterator[CutLine]:
    """A line to the server at ``address``."""
    line = CutLine(address)
    try:
        yield line
    finally:
        line.close()
