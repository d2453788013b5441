"""Connections whose other end fell silent are given up: a phone that lost its network never says goodbye."""

import os
import socket
import struct
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

_INFO_BYTES = 60
# struct tcp_info (linux/tcp.h): milliseconds since data was last sent, and since it was last received.
_MILLISECONDS = struct.Struct("=I")
_SENT_AT, _RECEIVED_AT = 44, 52


Peer = tuple[str, int]
"""Where a connection comes from, and the port of ours that it came to."""


def cut_silent(peers: Collection[Peer], silent_s: float) -> int:
    """Shut this process's connections from ``peers`` on which nothing came or went for so long. How many.

    Whoever waits for data on one is told at once that there will be none. Nothing happens where the system
    does not tell how long a connection was silent.
    """
    cut = 0
    for number in _open_files():
        with suppress(OSError), socket.socket(fileno=os.dup(number)) as connection:
            if _is_of(connection, peers) and _silent_ms(connection) >= 1_000 * silent_s:
                connection.shutdown(socket.SHUT_RDWR)
                cut += 1
    return cut


def _open_files() -> Iterator[int]:
    with suppress(OSError):
        yield from (int(file.name) for file in Path("/proc/self/fd").iterdir())


def _is_of(connection: socket.socket, peers: Collection[Peer]) -> bool:
    """Whether one of ``peers`` opened it to us. Raises ``OSError`` for what is no connection."""
    if connection.family not in {socket.AF_INET, socket.AF_INET6} or connection.type != socket.SOCK_STREAM:
        return False
    # What this process opened itself, to a database perhaps, has a port of its own on this side.
    address: str = connection.getpeername()[0]
    return (address.removeprefix("::ffff:"), connection.getsockname()[1]) in peers


def _silent_ms(connection: socket.socket) -> int:
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    return int(min(_MILLISECONDS.unpack_from(info, at)[0] for at in (_SENT_AT, _RECEIVED_AT)))
