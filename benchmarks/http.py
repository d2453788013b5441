"""Many devices at once: signed events posted to two server processes on one SQLite file.

Each is a note that a key of the cooperative signed; each is answered after its commit with its entry and its
proof. What is counted is not answers but entries in the log. The load comes from `wrk`.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._cooperative import BASE, _found
from benchmarks._rounds import row
from benchmarks._server import Server, running, settings_for
from benchmarks.capture import event
from ledger.log.entries import Kind, format_event_text
from ledger.log.ledger import Ledger
from ledger.log.queries import read_head
from ledger.trace.identifiers import lot_uri
from signing.keys import NamedKey
from signing.notes import sign_note
from web.config import load_config
from web.founding import found_ledger

AIM = 1_500
CONNECTIONS = 64
ROUNDS = 5
SECONDS = 4
NOTES = 16_000
"""More than a round can take: a note sent twice would be a repeat."""
POST_NOTES = """local notes, at, step, count = {}, 0, 2, 0
function setup(thread) thread:set("first", count); count = count + 1 end
function init()
  local file = assert(io.open(%r, "rb"))
  for note in file:read("*a"):gmatch("[^%%z]+") do notes[#notes + 1] = note end
  at = first + 1 - step
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "text/plain"
end
function request() at = at + step; return wrk.format(nil, "/log/notes", nil, notes[at] or "none left") end
"""


def run(seconds: int = SECONDS, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Entries a second, median of the rounds, beside the empty page of the same server."""
    if not shutil.which("wrk"):
        return []
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name:
        folder = Path(name)
        settings = settings_for(folder, BASE)
        ledger = found_ledger(load_config(settings))
        try:
            coop = ledger.write(_found, ledger)
            chain_id = coop.manager.organisation
            signer = ledger.write(lambda unit: unit.signer(chain_id))
            waiting = notes(chain_id, signer)
            with running(settings) as server:
                rates = [post(server, ledger, waiting, seconds) for _ in range(rounds)]
                empty = wrk(server, seconds, "")
        finally:
            ledger.database.close()
    rate = median(rates)
    return [
        row("http", f"signed events posted by {CONNECTIONS} connections, 2 processes, SQLite", rate, "/s",
            against=("the same server's empty page", empty), aim=f"≥ {AIM:,} /s", met=rate >= AIM),
    ]  # fmt: skip


def notes(chain_id: str, signer: NamedKey) -> Iterator[bytes]:
    """Signed events without end, each commissioning a lot of its own."""
    number = 0
    while True:
        lot = lot_uri(BASE, chain_id, "CAPHE", f"W{number}")
        body = event(
            "ObjectEvent", chain_id, "commissioning", action="ADD",
            quantityList=[{"epcClass": lot, "quantity": 1850, "uom": "KGM"}],
            eventID=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        )  # fmt: skip
        yield sign_note(format_event_text(Kind.EVENT, body), signer)
        number += 1


def post(server: Server, ledger: Ledger, waiting: Iterator[bytes], seconds: int) -> float:
    """Entries a second that the log took in one round."""
    listed = server.folder / "notes.bin"
    listed.write_bytes(b"\0".join(next(waiting) for _ in range(NOTES)))
    script = server.folder / "notes.lua"
    script.write_text(POST_NOTES % str(listed), encoding="ascii")
    before, begin = ledger.read(read_head).size, time.perf_counter()
    wrk(server, seconds, str(script))
    return (ledger.read(read_head).size - before) / (time.perf_counter() - begin)


def wrk(server: Server, seconds: int, script: str) -> float:
    """Requests a second of ``script``, or of the empty page. Raises ``AssertionError`` for a refusal."""
    options = ["-t", "2", "-c", str(CONNECTIONS), "-d", f"{seconds}s", *(["-s", script] if script else [])]
    command = ["wrk", *options, f"http://127.0.0.1:{server.port}/healthz"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told:
        raise AssertionError(told)
    return float(told.split("Requests/sec:")[1].split()[0])
