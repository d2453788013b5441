"""What happened, written down: EPCIS events in bulk beside their primitives, a diary beside raw commits.

Every event is checked by the schema, sealed, signed, chained, projected, and durable when its unit ends. A
lot has four: taken in, inspected (by a worker, sealed), packed, shipped (to a receiver, sealed). A diary step
goes through the use case a person would use, with photo, two people and invoice sealed.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pysqlite3.dbapi2 as sqlite
from jsonschema_rs import Draft202012Validator

from benchmarks._cooperative import BASE, Cooperative, cooperative
from benchmarks._rounds import ROUNDS, alternately, row, set_apart
from benchmarks._writers import WRITERS, Pace, write_at_once
from benchmarks.large import memory_mb
from benchmarks.log import postgresql
from ledger.coop.epcis_imports import ImportEpcis, import_epcis
from ledger.coop.field.diary import record_step
from ledger.log.entries import Kind, format_event_text
from ledger.trace.events.epcis import CONTEXT_URL, EVENT_TYPES, NAMESPACE, PREFIX, SCHEMA
from ledger.trace.events.sealed import SealRule, seal_event
from ledger.trace.identifiers import lot_uri, place_uri
from signing.keys import PrivateKey

UNIT_EVENTS = 500
LONG_RUN = 100_000
SEALED = (SealRule("/sogoc:worker", "person:7f3a"), SealRule("/destinationList"))
COMMIT_BYTES = 700
"""About what an entry of this benchmark has."""
AIM_EVENTS, AIM_STEPS, AIM_P99_MS, AIM_GROWTH_MB = 5_000, 3_000, 50, 16
DATABASES = ("SQLite", "PostgreSQL")

Event = dict[str, Any]


def run(
    units: int = 4,
    unit_events: int = UNIT_EVENTS,
    steps: int = 100,
    long_run: int = LONG_RUN,
    databases: Sequence[str] = DATABASES,
) -> list[dict[str, Any]]:
    """Each round has ``units`` of ``unit_events`` events and ``steps`` diary steps, by 64 writers ten times.

    ``long_run`` is how many events the memory is watched over.
    """
    rows: list[dict[str, Any]] = []
    for name in databases:
        with opened(name) as coop:
            if coop is None:
                continue
            rows += [*bulk(coop, name, units, unit_events), *diary(coop, name, steps)]
            if name == "SQLite":
                rows += memory(coop, long_run, unit_events)
    return rows


@contextmanager
def opened(name: str) -> Iterator[Cooperative | None]:
    """A cooperative on a database of this name; ``None`` where the database cannot be had."""
    if name == "SQLite":
        with cooperative() as coop:
            yield coop
        return
    with TemporaryDirectory(prefix="sogoc-bench-") as folder, postgresql(Path(folder)) as url:
        if url is None:
            yield None
            return
        with cooperative(url) as coop:
            yield coop


def bulk(coop: Cooperative, name: str, units: int, unit_events: int) -> Iterator[dict[str, Any]]:
    """Capture in bulk, and documents imported, beside their two primitives over events of the same kinds."""
    count = units * unit_events
    source = events(coop.manager.organisation)
    waiting = iter([list(islice(source, unit_events)) for _ in range(ROUNDS * units)])
    documents = iter([document(islice(source, unit_events)) for _ in range(ROUNDS * units)])
    sample = list(islice(source, count))

    def capture() -> None:
        for batch in islice(waiting, units):
            coop.capture(batch, SEALED)

    def take_in() -> None:
        for data in islice(documents, units):
            coop.run(import_epcis, ImportEpcis(data=data))

    seconds = alternately(capture, take_in, schema_alone(sample), signatures_alone(sample))
    ours, imported, schema, signatures = (count / taken for taken in seconds)
    aim = f"≥ {AIM_EVENTS:,} /s"
    yield row(
        "capture", f"{name}: EPCIS events captured, {unit_events} in a unit", ours, "/s",
        against=("Ed25519 signatures alone", signatures), aim=aim, met=ours >= AIM_EVENTS,
    )  # fmt: skip
    yield row(
        "capture", f"{name}: events imported, {unit_events} in a document", imported, "/s",
        against=("schema validation alone", schema), aim=aim, met=imported >= AIM_EVENTS,
    )  # fmt: skip


def diary(coop: Cooperative, name: str, steps: int) -> Iterator[dict[str, Any]]:
    """People's steps through the use case: by 64 at once, one after another, and many in one unit."""
    numbers = itertools.count()
    together: list[Pace] = []

    def record(number: int) -> None:
        coop.run(record_step, coop.record(number))

    def at_once() -> None:
        each = max(1, steps * 10 // WRITERS)
        together.append(write_at_once(record, each, next(numbers) * 1_000_000))

    def one_by_one() -> None:
        for _ in range(steps):
            record(next(numbers))

    with raw_commits(coop, steps) as commit:
        _, single, many, raw = alternately(
            at_once,
            one_by_one,
            lambda: coop.record_many(next(numbers), steps),
            commit,
        )
    rate = median(pace.per_second for pace in together)
    p99_ms = median(pace.p99_ms for pace in together)
    yield row(
        "capture", f"{name}: diary steps, {WRITERS} writers at once", rate, "/s",
        against=("1 writer", steps / single), aim=f"≥ {AIM_STEPS:,} /s", met=rate >= AIM_STEPS,
    )  # fmt: skip
    yield row(
        "capture", f"{name}: the same, 99th percentile of the waits", p99_ms, "ms",
        against=("mean wait of 1 writer", 1_000 * single / steps), aim=f"< {AIM_P99_MS} ms",
        met=p99_ms < AIM_P99_MS,
    )  # fmt: skip
    yield row(
        "capture", f"{name}: diary steps, 1 writer", steps / single, "/s",
        against=("raw one-row commits", steps / raw),
    )  # fmt: skip
    yield row(
        "capture", f"{name}: diary steps, {steps} in a unit", steps / many, "/s",
        against=(f"{WRITERS} writers at once", rate),
    )  # fmt: skip


def memory(coop: Cooperative, count: int, unit_events: int) -> Iterator[dict[str, Any]]:
    """What the last six tenths of a long run of events leave behind in memory."""
    source = events(coop.manager.organisation, first=1_000_000)
    first = count * 4 // 10

    def capture(events_left: int) -> None:
        while events_left > 0:
            coop.capture(list(islice(source, min(unit_events, events_left))), SEALED)
            events_left -= unit_events

    with set_apart():
        # What the first events leave in caches is not growth.
        capture(first)
        before = memory_mb()
        capture(count - first)
        growth = memory_mb() - before
    yield row(
        "capture", f"memory that the last {count - first:,} of {count:,} events leave behind",
        max(growth, 0.1), "MB",
        against=("resident before them", before), aim=f"≤ {AIM_GROWTH_MB} MB", met=growth <= AIM_GROWTH_MB,
    )  # fmt: skip


def document(batch: Iterator[Event]) -> bytes:
    """The events as another system's EPCIS document, each with an id of its own."""
    listed = [{**event, "eventID": f"urn:uuid:{uuid4()}"} for event in batch]
    return json.dumps(
        {
            "@context": [CONTEXT_URL, {PREFIX: NAMESPACE}],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-02T07:30:00.000Z",
            "epcisBody": {"eventList": listed},
        }
    ).encode()


def events(organisation: str, first: int = 0) -> Iterator[Event]:
    """Events without end, four for each lot, of another system that traces coffee."""
    for number in itertools.count(first):
        raw = {"epcClass": lot_uri(BASE, organisation, "CAPHE", f"T{number}"), "quantity": 1850, "uom": "KGM"}
        bags = {"epcClass": lot_uri(BASE, organisation, "CAPHE", f"B{number}"), "quantity": 30}
        yield event("ObjectEvent", organisation, "commissioning", action="ADD", quantityList=[raw])
        yield event(
            "ObjectEvent", organisation, "inspecting", action="OBSERVE", quantityList=[raw],
            **{"sogoc:worker": "ND-0042", "sogoc:moisture": "12.5"},
        )  # fmt: skip
        yield event(
            "TransformationEvent", organisation, "packing", inputQuantityList=[raw], outputQuantityList=[bags]
        )
        yield event(
            "ObjectEvent", organisation, "shipping", action="OBSERVE", quantityList=[bags],
            destinationList=[{"type": "owning_party", "destination": f"{BASE}/SENXANH/sd/SENXANH"}],
        )  # fmt: skip


def event(kind: str, organisation: str, biz_step: str, **members: Any) -> Event:
    place = {"id": place_uri(BASE, organisation, "VUON")}
    return {
        "type": kind,
        "eventTime": "2026-03-02T07:30:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": biz_step,
        "readPoint": place,
        "bizLocation": place,
        **members,
    }


def schema_alone(sample: list[Event]) -> Callable[[], None]:
    """The schema's own validators over ``sample``, and nothing else."""
    validators = {
        kind: Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{kind}"}, validate_formats=True)
        for kind in EVENT_TYPES
    }

    def work() -> None:
        if not all(validators[event["type"]].is_valid(event) for event in sample):
            raise AssertionError("an event of the benchmark is not valid")

    return work


def signatures_alone(sample: list[Event]) -> Callable[[], None]:
    """One bare Ed25519 signature over the text of each event, ready in memory."""
    texts = [format_event_text(Kind.EVENT, seal_event(event, SEALED)[0]) for event in sample]
    key = PrivateKey.generate()

    def work() -> None:
        for text in texts:
            key.sign(text)

    return work


@contextmanager
def raw_commits(coop: Cooperative, count: int) -> Iterator[Callable[[], None]]:
    """One row in each durable transaction, by the bare driver of the cooperative's kind of database."""
    if coop.ledger.database.dialect == "postgresql":
        with coop.ledger.database.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("CREATE TABLE raw (id bigserial PRIMARY KEY, data bytea)")
            raw.commit()

            def commit() -> None:
                for _ in range(count):
                    raw.execute("INSERT INTO raw (data) VALUES (%s)", (bytes(COMMIT_BYTES),))
                    raw.commit()

            yield commit
        return
    with TemporaryDirectory(prefix="sogoc-bench-") as folder:
        file = sqlite.connect(Path(folder) / "raw.db", isolation_level=None)
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = FULL")
        file.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, data BLOB)")

        def work() -> None:
            for _ in range(count):
                file.execute("BEGIN IMMEDIATE")
                file.execute("INSERT INTO raw (data) VALUES (?)", (bytes(COMMIT_BYTES),))
                file.execute("COMMIT")

        yield work
        file.close()
