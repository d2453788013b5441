"""A whole box as an operator keeps it: settings, ledger, photos; and writers that stop for no backup."""

import hashlib
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from ledger.log.keys import open_chain
from ledger.log.ledger import Ledger
from ledger.log.unit import Receipt, Unit
from ledger.trace.capture import capture_event
from ledger.trace.events.sealed import SealRule
from tests.support.ledgers import CHAIN
from web.cli import main
from web.cli.saving import place_of
from web.config import Config, load_config
from web.founding import HEAD_RECORD, found_ledger, open_ledger

BASE = "http://127.0.0.1:8000"
CHAINS = (CHAIN, "HTX0B1C2D3")
SEASON = f"{BASE}/{CHAIN}/class/NHO.V260901-1"


def diary_step(unit: Unit, chain_id: str = CHAIN, *, idempotency_key: str | None = None) -> Receipt:
    """A use case: capture one diary step, with a sealed field, now."""
    event = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": unit.now.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "sogoc:fertilising",
        "action": "OBSERVE",
        "quantityList": [{"epcClass": SEASON}],
        "sogoc:step": "fertilising",
        "sogoc:template": "fruit_nho",
        "sogoc:fields": {"method": "root", "done_by": "TV-07"},
        "sogoc:evidence": "self",
    }
    rule = SealRule("/sogoc:fields/done_by", "TV-07")
    return capture_event(unit, chain_id, event, sealed=(rule,), idempotency_key=idempotency_key)


def diary_steps(unit: Unit, count: int, chain_id: str = CHAIN) -> list[Receipt]:
    """A use case: ``count`` steps in one unit."""
    return [diary_step(unit, chain_id) for _ in range(count)]


class Box:
    """A data folder with its settings. ``url`` empty: SQLite in the folder."""

    def __init__(self, folder: Path, url: str = "", **settings: str) -> None:
        self.environ = {
            "SOGOC_DATA": str(folder),
            "SOGOC_DATABASE_URL": url,
            "SOGOC_PUBLIC_URL": BASE,
            **settings,
        }

    @property
    def config(self) -> Config:
        return load_config(self.environ)

    @property
    def data(self) -> Path:
        return self.config.data

    @property
    def place(self) -> Any:
        return place_of(self.config)

    @property
    def head_record(self) -> Path:
        return self.data / HEAD_RECORD

    def found(self) -> Ledger:
        """A ledger with two chains."""
        ledger = _remember(found_ledger(self.config))
        for chain_id in CHAINS:
            ledger.write(open_chain, chain_id)
        return ledger

    def open(self) -> Ledger:
        return _remember(open_ledger(self.config))

    def take_photo(self, content: bytes) -> Path:
        """Put a file where the photo store would put it."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.data / "photos" / digest[:2] / f"{digest}.webp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def run(self, *words: str, text: str | None = None) -> Any:
        """``sogoc WORDS`` with the settings of this box."""
        return CliRunner().invoke(main, list(words), env=self.environ, input=text)


_opened: list[Ledger] = []


def _remember(ledger: Ledger) -> Ledger:
    _opened.append(ledger)
    return ledger


def close_opened() -> None:
    """Close every ledger that a box opened since the last call."""
    while _opened:
        _opened.pop().database.close()


@contextmanager
def writers(ledger: Ledger, threads: int = 4) -> Iterator[list[Receipt]]:
    """Writers that append until the body ends; the list grows by each receipt once it was acknowledged."""
    acknowledged: list[Receipt] = []
    failed: list[BaseException] = []
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.is_set():
                acknowledged.append(ledger.write(diary_step))
        except BaseException as error:
            failed.append(error)
            raise

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield acknowledged
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert failed == []


def wait_for(acknowledged: list[Receipt], count: int) -> None:
    """Return when ``count`` more receipts are there than now."""
    wanted = len(acknowledged) + count
    pause = threading.Event()
    while len(acknowledged) < wanted:
        pause.wait(0.002)
