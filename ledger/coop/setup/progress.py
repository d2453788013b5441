"""How far a long piece of work is, told to whoever waits for it. The work itself knows nobody who listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

EVERY = 50
"""So many rows are done between two tellings."""

# A use case may run in another thread, but sees the context of its caller (``ledger.log.groups.Job``).
_listener: ContextVar[Callable[[int, int], None] | None] = ContextVar("listener", default=None)


@contextmanager
def listening(told: Callable[[int, int], None]) -> Iterator[None]:
    """Have ``told(done, total)`` called now and then by what is done inside."""
    token = _listener.set(told)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def silently() -> Iterator[None]:
    """Have nothing told of what is done inside: it is not what is waited for."""
    token = _listener.set(None)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(done: int, total: int) -> None:
    """Tell the listener, if there is one and it is time again."""
    listener = _listener.get()
    if listener is not None and (done % EVERY == 0 or done == total):
        listener(done, total)
