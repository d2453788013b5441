"""Load on a server: from `wrk` where it is installed, else from threads of this process, which reach less."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks._server import Server

CONNECTIONS = 32
MANY_PATHS = """local paths = {}
for path in io.lines(%r) do paths[#paths + 1] = path end
local at = math.random(#paths)
request = function() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
"""
_P99 = re.compile(r"99%\s+([0-9.]+)(us|ms|s|m)\b")
_IN_MS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What a server took: requests a second, and what one in a hundred waited (0 where nobody told)."""

    rate: float
    p99_ms: float = 0.0


def load(server: Server, paths: Sequence[str], seconds: float, connections: int = CONNECTIONS) -> Load:
    """``paths`` asked for in turn over all connections. Raises ``AssertionError`` for a refusal."""
    if shutil.which("wrk"):
        return load_by_wrk(server, paths, seconds, connections)
    return load_by_threads(server, paths, seconds, connections)


def load_by_wrk(server: Server, paths: Sequence[str], seconds: float, connections: int) -> Load:
    """Load from another process, which leaves the interpreter to the server."""
    listed = server.folder / "paths.txt"
    listed.write_text("\n".join(paths), encoding="ascii")
    script = server.folder / "paths.lua"
    script.write_text(MANY_PATHS % str(listed), encoding="ascii")
    options = ["-t", "2", "-c", str(connections), "-d", f"{max(1, round(seconds))}s", "--latency"]
    command = ["wrk", *options, "-s", str(script), f"http://127.0.0.1:{server.port}"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, p99 = re.search(r"Requests/sec:\s*([0-9.]+)", told), _P99.search(told)
    if "Non-2xx" in told or rate is None or p99 is None:
        raise AssertionError(told)
    return Load(float(rate[1]), float(p99[1]) * _IN_MS[p99[2]])


def load_by_threads(server: Server, paths: Sequence[str], seconds: float, connections: int) -> Load:
    """Load from threads of this process, each on a connection of its own."""
    counts: list[int] = []
    until = time.perf_counter() + seconds

    def ask(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        number = first
        while time.perf_counter() < until:
            connection.request("GET", paths[number % len(paths)])
            connection.getresponse().read()
            number += 1
        connection.close()
        counts.append(number - first)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(sum(counts) / (time.perf_counter() - begin))
