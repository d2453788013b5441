"""Genealogy of ten thousand lots, both ways, beside the bare query on the driver and a walk in memory.

The lots come from one season: fifty harvested at once, then again and again two lots, drawn at random, sorted
into two new ones, two hundred generations deep; at last all are mixed into one. So the last lot is made of
every other, and every other of the season: nothing may be cut off for depth or breadth.

At last a million events of other lots come into the tables: then there are more edges than a process
remembers, and the same lots are traced by the database.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import insert, text

from benchmarks._cooperative import BASE, Cooperative
from benchmarks._rounds import alternately, row
from benchmarks.capture import DATABASES, opened
from ledger.trace.genealogy import Edge, Genealogy, trace_back, trace_forward
from ledger.trace.identifiers import lot_uri
from ledger.trace.tables import LotKind, TraceEvent, TraceLot, TraceLotEdge, lot_key

AIM_MS = 40
CROWD_EVENTS = 1_000_000
CROWD_AIM_MS = 200
CROWD_AT_ONCE = 10_000
UNIT_EVENTS = 500
BARE = """
WITH RECURSIVE reached(lot) AS (
  SELECT ?
  UNION
  SELECT e.{there} FROM reached r JOIN trace_lot_edge e ON e.{here} = r.lot WHERE e.corrected_by IS NULL
)
SELECT l.lot, e.{there}, e."index", e.quantity, e.uom
FROM reached r JOIN trace_lot l ON l.key = r.lot
LEFT JOIN trace_lot_edge e ON e.{here} = r.lot AND e.corrected_by IS NULL
"""
"""What the question costs at least: every lot reached and every edge among them, as the driver gives them."""

Event = dict[str, Any]
Neighbours = Mapping[str, Sequence[tuple[str, Edge]]]


def run(
    width: int = 50,
    generations: int = 200,
    databases: Sequence[str] = DATABASES,
    crowd: int = CROWD_EVENTS,
) -> list[dict[str, Any]]:
    """``width`` times ``generations`` lots, between the season and the last lot; ``width`` is even.

    Then ``crowd`` events of other lots beside them.
    """
    rows: list[dict[str, Any]] = []
    for name in databases:
        with opened(name) as coop:
            if coop is None:
                continue
            lots = grow(coop, width, generations)
            rows += measure(coop, lots) if name == "SQLite" else fresh(coop, lots)
            rows += crowded(coop, lots, name, crowd)
    return rows


def fresh(coop: Cooperative, lots: Sequence[str]) -> Iterator[dict[str, Any]]:
    """On PostgreSQL, straight after the load, when nobody has analysed the tables; and when somebody has."""
    before = sum(both_ways(coop, lots))
    with coop.ledger.database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    yield row(
        "trace", f"PostgreSQL, {len(lots):,} lots, just loaded: back, then forward", before, "ms",
        against=("when tables are analysed", sum(both_ways(coop, lots))),
    )  # fmt: skip


def measure(coop: Cooperative, lots: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Back from the last lot and forward from the first, each beside the two others."""
    first, last = lots[0], lots[-1]
    path = coop.ledger.database.url.database
    with coop.ledger.database.reading() as session, closing(sqlite.connect(str(path))) as driver:
        back, forward = trace_back(session, last), trace_forward(session, first)
        check_whole(back, forward, lots)
        up = neighbours(back.edges, here="child", there="parent")
        down = neighbours(forward.edges, here="parent", there="child")
        seconds = alternately(
            lambda: trace_back(session, last),
            lambda: trace_forward(session, first),
            lambda: bare(driver, last, here="child", there="parent"),
            lambda: bare(driver, first, here="parent", there="child"),
            lambda: (walk(up, last), walk(down, first)),
        )
    back_ms, forward_ms, bare_back_ms, bare_forward_ms, walk_ms = (1_000 * taken for taken in seconds)
    edges = len(back.edges)
    what = f"{len(lots):,} lots, {edges:,} edges"
    bare_query = "bare query on the driver"
    yield row("trace", f"{what}: back", back_ms, "ms", against=(bare_query, bare_back_ms), **aimed(back_ms))
    yield row(
        "trace", f"{what}: forward", forward_ms, "ms", against=(bare_query, bare_forward_ms),
        **aimed(forward_ms),
    )  # fmt: skip
    yield row(
        "trace", f"{what}: back, then forward", back_ms + forward_ms, "ms",
        against=("the same edges walked in memory", walk_ms),
    )  # fmt: skip


def crowded(coop: Cooperative, lots: Sequence[str], name: str, events: int) -> Iterator[dict[str, Any]]:
    """The same lots among the rows of so many other events, each with a lot of its own and an edge."""
    alone = both_ways(coop, lots)
    fill(coop, events)
    for way, alone_ms, taken_ms in zip(("back", "forward"), alone, both_ways(coop, lots), strict=True):
        yield row(
            "trace", f"{name}, {len(lots):,} lots in a log of {events:,} events: {way}", taken_ms, "ms",
            against=("without the others", alone_ms), **aimed(taken_ms, CROWD_AIM_MS),
        )  # fmt: skip


def both_ways(coop: Cooperative, lots: Sequence[str]) -> tuple[float, float]:
    """Milliseconds back from the last lot and forward from the first."""
    with coop.ledger.database.reading() as session:
        back_s, forward_s = alternately(
            lambda: trace_back(session, lots[-1]), lambda: trace_forward(session, lots[0])
        )
    return 1_000 * back_s, 1_000 * forward_s


def fill(coop: Cooperative, events: int) -> None:
    """Rows as so many events would leave them: what a trace costs depends on these tables alone."""
    organisation = coop.manager.organisation
    first = 1 << 40
    for start in range(0, events, CROWD_AT_ONCE):
        numbers = range(start, min(start + CROWD_AT_ONCE, events))
        names = {number: lot_uri(BASE, organisation, "DAM", f"D{number}") for number in numbers}
        keys = {number: lot_key(name) for number, name in names.items()}
        moment = datetime(2026, 3, 2, tzinfo=UTC)
        with coop.ledger.database.writing() as session:
            session.execute(
                insert(TraceEvent),
                [
                    {
                        "index": first + number, "event_id": f"ni:///{number}", "chain_id": organisation,
                        "event_type": "TransformationEvent", "done_at": moment, "recorded_at": moment,
                    }
                    for number in numbers
                ],
            )  # fmt: skip
            session.execute(
                insert(TraceLot),
                [
                    {
                        "key": keys[number], "lot": names[number], "chain_id": organisation,
                        "kind": LotKind.PROCESSED, "created_index": first + number, "created_at": moment,
                    }
                    for number in numbers
                ],
            )  # fmt: skip
            session.execute(
                insert(TraceLotEdge),
                [
                    {"child": keys[number], "parent": keys[numbers[0]], "index": first + number}
                    for number in numbers[1:]
                ],
            )


def aimed(taken_ms: float, aim_ms: int = AIM_MS) -> dict[str, Any]:
    return {"aim": f"≤ {aim_ms} ms", "met": taken_ms <= aim_ms}


def check_whole(back: Genealogy, forward: Genealogy, lots: Sequence[str]) -> None:
    """Both ways reach every lot and every edge, or there is nothing to measure."""
    for found in (back, forward):
        if {node.lot for node in found.lots} != set(lots):
            raise AssertionError(f"{len(found.lots)} lots reached, not {len(lots)}")
    if set(back.edges) != set(forward.edges):
        raise AssertionError("the two ways have different edges")


def bare(driver: sqlite.Connection, lot: str, *, here: str, there: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = driver.execute(
        BARE.format(here=here, there=there), (lot_key(lot),)
    ).fetchall()
    return rows


def neighbours(edges: Sequence[Edge], *, here: str, there: str) -> Neighbours:
    """Of each lot, the edges that meet it at their end ``here``, each with the lot at the end ``there``."""
    found: dict[str, list[tuple[str, Edge]]] = defaultdict(list)
    for edge in edges:
        found[getattr(edge, here)].append((getattr(edge, there), edge))
    return found


def walk(edges: Neighbours, start: str) -> list[Edge]:
    """Every edge on the ways from ``start``."""
    seen, waiting, walked = {start}, [start], []
    while waiting:
        for lot, edge in edges.get(waiting.pop(), ()):
            walked.append(edge)
            if lot not in seen:
                seen.add(lot)
                waiting.append(lot)
    return walked


def grow(coop: Cooperative, width: int, generations: int) -> list[str]:
    """Capture the events that make the lots; every lot, the season first."""
    lots = [coop.season]
    source = events(coop.manager.organisation, lots, width, generations)
    while batch := list(islice(source, UNIT_EVENTS)):
        coop.capture(batch)
    return lots


def events(organisation: str, lots: list[str], width: int, generations: int) -> Iterator[Event]:
    """What happened, in order; ``lots`` gets every lot as it is made."""
    chance = random.Random(width)

    def make(count: int) -> list[str]:
        made = [lot_uri(BASE, organisation, "NHO", f"T{len(lots) + n}") for n in range(count)]
        lots.extend(made)
        return made

    generation = make(width)
    yield event("harvesting", [{"epcClass": lots[0]}], amounts(generation))
    for _ in range(generations - 1):
        chance.shuffle(generation)
        following = []
        for at in range(0, width, 2):
            made = make(2)
            yield event("sorting", amounts(generation[at : at + 2]), amounts(made))
            following += made
        generation = following
    yield event("mixing", amounts(generation), amounts(make(1), 100 * width))


def amounts(lots: Sequence[str], weight_kg: int = 100) -> list[dict[str, Any]]:
    return [{"epcClass": lot, "quantity": weight_kg, "uom": "KGM"} for lot in lots]


def event(step: str, inputs: list[dict[str, Any]], outputs: list[dict[str, Any]]) -> Event:
    return {
        "type": "TransformationEvent",
        "eventTime": "2026-03-02T07:30:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": f"sogoc:{step}",
        "inputQuantityList": inputs,
        "outputQuantityList": outputs,
    }
