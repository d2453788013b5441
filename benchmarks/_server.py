"""The server as `sogoc serve` starts it, on a free port, over a new ledger that nothing of stays."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 90
SERVE = "from web.config import load_config; from web.serving import serve; serve(load_config())"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on `port`, its files in `folder`; `process` is what to stop it by."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it, whatever it is doing; it may have ended already."""
        self.process.terminate()
        self.process.wait(timeout=START_S)

    def fetch(self, path: str, encoding: str = "identity") -> bytes:
        """The body as sent. Raises ``AssertionError`` for any other answer than 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers={"Accept-Encoding": encoding})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != http.client.OK:
            raise AssertionError(f"{path} answered {answer.status}")
        return body


def settings_for(folder: Path, public_url: str) -> dict[str, str]:
    """Settings of a server in ``folder`` on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {"SOGOC_DATA": str(folder), "SOGOC_PORT": str(port), "SOGOC_PUBLIC_URL": public_url}


@contextmanager
def running(settings: Mapping[str, str]) -> Iterator[Server]:
    """The server of ``settings`` until the block ends. Its ledger is there already."""
    folder, port = Path(settings["SOGOC_DATA"]), int(settings["SOGOC_PORT"])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOGOC_")}
    with (folder / "server.log").open("wb") as log:
        command = [sys.executable, "-c", SERVE]
        process = subprocess.Popen(command, env={**environment, **settings}, stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            yield Server(port, folder, process)
        finally:
            process.terminate()
            process.wait(timeout=START_S)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the server takes connections. Raises ``TimeoutError`` when it does not."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not start")
