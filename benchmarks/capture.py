"""What happened, written down: EPCIS events in bulk beside their primitives, a diary beside raw commits.

Every event is checked by the schema, sealed, signed, chained, projected, and durable when its unit ends. A
lot has four: taken in, inspected (by a worker, sealed), packed, shipped (to a receiver, sealed).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pysqlite3.dbapi2 as sqlite
from jsonschema_rs import Draft202012Validator

from benchmarks._cooperative import BASE, Cooperative, cooperative
from benchmarks._rounds import ROUNDS, alternately, row
from ledger.coop.diary import record_step
from ledger.log.entries import Kind, format_event_text
from ledger.trace.epcis import EVENT_TYPES, SCHEMA
from ledger.trace.identifiers import lot_uri, place_uri
from ledger.trace.sealed import SealRule, seal_event
from signing.keys import PrivateKey

UNIT_EVENTS = 500
SEALED = (SealRule("/sogoc:worker", "person:7f3a"), SealRule("/destinationList"))
COMMIT_BYTES = 700
"""About what an entry of this benchmark has."""

Event = dict[str, Any]


def run(units: int = 4, unit_events: int = UNIT_EVENTS, steps: int = 100) -> list[dict[str, Any]]:
    """``units`` of ``unit_events`` events and ``steps`` single diary steps in each round."""
    with cooperative() as coop:
        return [*bulk(coop, units, unit_events), *diary(coop, steps)]


def bulk(coop: Cooperative, units: int, unit_events: int) -> Iterator[dict[str, Any]]:
    """Capture in bulk beside its two primitives, each over events of the same kinds."""
    count = units * unit_events
    source = events(coop.manager.organisation)
    waiting = iter([list(islice(source, unit_events)) for _ in range(ROUNDS * units)])
    sample = list(islice(source, count))

    def capture() -> None:
        for batch in islice(waiting, units):
            coop.capture(batch, SEALED)

    seconds = alternately(capture, schema_alone(sample), signatures_alone(sample))
    ours, schema, signatures = (count / taken for taken in seconds)
    name = f"EPCIS events captured, {unit_events} in a unit"
    aim, met = "≥ 5,000 /s", ours >= 5_000
    yield row("capture", name, ours, "/s", against=("schema validation alone", schema), aim=aim, met=met)
    yield row(
        "capture", "the same, beside signing", ours, "/s", against=("Ed25519 signatures alone", signatures)
    )


def diary(coop: Cooperative, steps: int) -> Iterator[dict[str, Any]]:
    """A person's steps through the use case: one durable unit each, then many in one."""
    numbers = itertools.count()

    def single() -> None:
        for number in islice(numbers, steps):
            coop.run(record_step, coop.record(number))

    with raw_commits(steps) as commit:
        ours, together, raw = (
            steps / taken
            for taken in alternately(single, lambda: coop.record_many(next(numbers), steps), commit)
        )
    yield row(
        "capture", "diary steps through the use case, 1 in a unit", ours, "/s",
        against=("raw one-row commits", raw), aim="≥ 3,000 /s", met=ours >= 3_000,
    )  # fmt: skip
    yield row(
        "capture", f"diary steps through the use case, {steps} in a unit", together, "/s",
        against=("1 in a unit", ours),
    )  # fmt: skip


def events(organisation: str) -> Iterator[Event]:
    """Events without end, four for each lot, of another system that traces coffee."""
    for number in itertools.count():
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
def raw_commits(count: int) -> Iterator[Callable[[], None]]:
    """One row in each durable transaction, by the bare driver."""
    with TemporaryDirectory(prefix="sogoc-bench-") as folder:
        connection = sqlite.connect(Path(folder) / "raw.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, data BLOB)")

        def work() -> None:
            for _ in range(count):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO raw (data) VALUES (?)", (bytes(COMMIT_BYTES),))
                connection.execute("COMMIT")

        yield work
        connection.close()
