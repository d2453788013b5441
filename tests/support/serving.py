"""A WSGI application behind a port of this machine, served by threads of this process."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

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


def _whole(app: Application) -> Application:
    """Read and close each answer before it is sent.

    werkzeug's server leaves it open when a browser breaks off a request, and the suite takes a file
    left open for a failure.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = app(environ, start_response)
        with_close = ClosingIterator(body, getattr(body, "close", None))
        try:
            return [b"".join(with_close)]
        finally:
            with_close.close()

    return answer
