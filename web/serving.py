"""The server process: granian around the application, until it is told to stop."""

import os
import signal
import socket
from functools import cache

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from web.config import Config
from web.seen_devices import offer, shared_memory

WORKERS = 2
"""Processes: one a core of the small server that the project plans for."""

THREADS = 32
"""Requests at work in one process. Few could use the interpreter, but who writes waits for a commit that many
share: the more wait together, the fewer commits."""

SLOW_HEADERS_MS = 15_000
"""How long a client may take to send its headers: a slow one must not hold a place for ever."""

STOP_S = 60
"""How long a process may take to finish what it answers when the server stops; longer than a writer waits."""

_STOPPING = (signal.SIGINT, signal.SIGTERM)


class PortTakenError(Exception):
    """Another program listens where the server should."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port} is taken")
        way_out = "Hãy dừng chương trình đó, hoặc chọn cổng khác: SOGOC_PORT=8001"
        self.sentence = f"Cổng {port} đang có chương trình khác dùng. {way_out}"


def check_port_free(host: str, port: int) -> None:
    """Raise ``PortTakenError`` when something listens there.

    The server shares its port among its processes (SO_REUSEPORT), so a second server on the same port would
    not fail by itself: it would answer every other request out of another ledger.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(host, port) from error


@cache
def stop_even_at_the_start() -> None:
    """Let a process that was forked from this one be ended at once, until it takes signals for itself.

    It is born with its parent's handlers, which note the signal for the parent: asked to stop while it still
    opened the ledger, a server process noted nothing of its own, and its parent waited for it for ever.
    """
    # Blocked around the fork, so that there is no moment between the two kinds of handling.
    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING),
        after_in_child=_end_by_signal,
    )


def _end_by_signal() -> None:
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)


def serve(config: Config, *, workers: int = WORKERS) -> None:
    """Serve ``config`` in the foreground. Returns when the process is asked to stop (SIGINT, SIGTERM).

    Raises ``PortTakenError``.
    """
    check_port_free(config.host, config.port)
    # The workers are new processes and read the settings themselves: hand them these, made absolute.
    os.environ.update(
        SOGOC_DATA=str(config.data),
        SOGOC_DATABASE_URL=config.database_url,
        SOGOC_HOST=config.host,
        SOGOC_PORT=str(config.port),
        SOGOC_PUBLIC_URL=config.public_url,
        SOGOC_ORIGIN=config.origin,
        SOGOC_MASTER_KEY_FILE=str(config.master_key_file),
    )
    stop_even_at_the_start()
    memory = shared_memory()
    if memory is not None:
        offer(memory)
    server = Granian(
        "web.app:create_app",
        factory=True,
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
        http1_settings=HTTP1Settings(header_read_timeout=SLOW_HEADERS_MS),
    )
    server.serve()
