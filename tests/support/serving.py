"""A WSGI application behind a port of this machine, served by threads of this process.

``SOGOC_TEST_SLOW`` makes the line to it a slow one, to find what only works on a fast machine. It joins words
by ``+``: ``pages`` (all answers but files take 0.8 s), ``random`` (0.05, 0.3 or 0.8 s), ``static`` (scripts,
styles and pictures take 0.8 s), ``asked`` (what scripts ask for takes 0.8 s) and ``cpu`` (the browser reckons
six times slower, see ``tests/browser/conftest.py``). ``make test-slow`` runs the browser's tests so.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

LONG_S = 0.8
DELAYS_S = (0.05, 0.3, LONG_S)
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@contextmanager
def served(app: Application) -> Iterator[str]:
    """The address of ``app``."""
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def slow_words() -> frozenset[str]:
    """What of the line, or of the browser, is to be slow."""
    words = frozenset(os.environ.get("SOGOC_TEST_SLOW", "").split("+")) - {""}
    unknown = words - {"pages", "random", "static", "asked", "cpu"}
    assert not unknown, f"SOGOC_TEST_SLOW knows no {unknown}"
    return words


def _delay_s(environ: dict[str, Any]) -> float:
    """How long an answer waits before it is made."""
    words = slow_words()
    if environ["PATH_INFO"].startswith("/static/"):
        return LONG_S if "static" in words else 0
    is_asked = environ.get("HTTP_SEC_FETCH_MODE") not in (None, "navigate")
    if "pages" in words or ("asked" in words and is_asked):
        return LONG_S
    return random.choice(DELAYS_S) if "random" in words else 0


def _whole(app: Application) -> Application:
    """Read and close each answer before it is sent.

    werkzeug's server leaves it open when a browser breaks off a request, and the suite takes a file
    left open for a failure.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        time.sleep(_delay_s(environ))
        body = app(environ, start_response)
        with_close = ClosingIterator(body, getattr(body, "close", None))
        try:
            return [b"".join(with_close)]
        finally:
            with_close.close()

    return answer
