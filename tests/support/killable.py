"""Processes that are killed while they work, begun from one that has our modules ready.

A new interpreter takes a second to import them; a fork of one that did nothing else takes ten milliseconds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.support.appender", "web.demo.building"])


@contextmanager
def working(work: Callable[..., None], *arguments: Any) -> Iterator[tuple[ForkServerProcess, Connection]]:
    """A process that does ``work(out, *arguments)``, and the other end of ``out``; killed on leaving."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=work, args=(theirs, *arguments))
    with ours:
        process.start()
        theirs.close()
        try:
            yield process, ours
        finally:
            process.kill()
            process.join()
            process.close()


def read_rest(received: Connection) -> Iterator[Any]:
    """What was sent whole before the end; the last message may be cut in half."""
    try:
        while True:
            yield received.recv()
    except (EOFError, OSError):
        return
