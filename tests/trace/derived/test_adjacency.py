"""Edges remembered in memory say what the tables say, at every snapshot, while others write."""

import random
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from ledger.database import open_database
from ledger.trace.capture import capture_event
from ledger.trace.derived import adjacency
from ledger.trace.derived.adjacency import CHILD, PARENT, Adjacency, walk_in_memory
from ledger.trace.genealogy import trace_back, trace_forward
from ledger.trace.tables import LotKind, TraceEvent, TraceLot, TraceLotEdge, lot_key
from tests.support.farm import Farm

CHAIN = "ABCDEFGHJK"


def name(number):
    return f"http://127.0.0.1:8000/{CHAIN}/class/NHO.{number}"


class Tables:
    """Lots, edges and corrections, straight into the tables, one event after the other."""

    def __init__(self, database):
        self.farm = Farm(database)
        self.size = 0
        self.lots = 0
        self.grow(1, [])

    def grow(self, lots, edges):
        """One event that makes so many new lots; ``edges`` are (new lot, old lot) by their numbers."""
        fresh = [
            {
                "key": lot_key(name(self.lots + number)),
                "lot": name(self.lots + number),
                "chain_id": CHAIN,
                "kind": LotKind.RAW,
                "created_index": self.size,
                "created_at": self.farm.clock.now,
            }
            for number in range(lots)
        ]
        rows = [
            {"child": lot_key(name(child)), "parent": lot_key(name(parent)), "index": self.size}
            for child, parent in sorted(set(edges))
        ]
        self._write(insert(TraceLot).values(fresh), *([insert(TraceLotEdge).values(rows)] if rows else []))
        self.lots += lots

    def take_back(self, index):
        changed = (
            update(table).where(table.index == index).values(corrected_by=self.size)
            for table in (TraceLotEdge, TraceEvent)
        )
        self._write(*changed, corrects=index)

    def _write(self, *statements, corrects=None):
        event = {
            "index": self.size,
            "event_id": f"ni:///{self.size}",
            "chain_id": CHAIN,
            "event_type": "TransformationEvent",
            "done_at": self.farm.clock.now,
            "recorded_at": self.farm.clock.now,
            "corrects": corrects,
        }
        self.farm.tamper(*statements, insert(TraceEvent).values(event))
        self.size += 1


def compare(session, lots):
    for number in range(lots):
        for query, here in ((trace_back, CHILD), (trace_forward, PARENT)):
            assert walk_in_memory(session, name(number), here=here) is not None
            found = query(session, name(number))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("ledger.trace.genealogy.walk_in_memory", lambda *_, **__: None)
                asked = query(session, name(number))
            assert found.lots == asked.lots
            assert set(found.edges) == set(asked.edges)
            assert len(found.edges) == len(asked.edges)


@contextmanager
def copy_of(template, folder):
    path = Path(folder) / "ledger.db"
    path.write_bytes(template.read_bytes())
    opened = open_database(f"sqlite:///{path}")
    try:
        yield opened
    finally:
        opened.close()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 2**32), st.integers(2, 12))
def test_memory_agrees_with_the_recursive_query(sqlite_template, seed, events):
    chance = random.Random(seed)
    with TemporaryDirectory() as folder, copy_of(sqlite_template, folder) as database:
        tables = Tables(database)
        for _ in range(events):
            if tables.size > 1 and chance.random() < 0.25:
                tables.take_back(chance.randrange(tables.size))
            else:
                made = chance.randint(1, 3)
                edges = [
                    (tables.lots + child, chance.randrange(tables.lots))
                    for child in range(made)
                    for _ in range(chance.randint(0, 3))
                ]
                tables.grow(made, edges)
            if chance.random() < 0.5:
                with database.reading() as session:
                    compare(session, tables.lots)
        with database.reading() as session:
            compare(session, tables.lots)


def test_reader_of_an_older_snapshot_sees_none_of_what_others_learned(database):
    tables = Tables(database)
    tables.grow(1, [(1, 0)])
    with database.reading() as older:
        assert len(trace_forward(older, name(0)).lots) == 2
        tables.grow(1, [(2, 1)])
        tables.take_back(1)
        with database.reading() as newer:
            assert [node.lot for node in trace_forward(newer, name(0)).lots] == [name(0)]
            assert len(trace_back(newer, name(2)).lots) == 2
        assert [node.lot for node in trace_forward(older, name(0)).lots] == [name(0), name(1)]
        assert len(trace_forward(older, name(0)).edges) == 1


def test_unit_of_work_that_writes_is_answered_by_its_database(database):
    farm = Farm(database)
    season, (lot,) = farm.season()[0], [farm.lot("A-1")]

    def try_and_fail(unit):
        made = farm.transformation("sogoc:sorting", 0, [(season, None)], [(lot, None)])
        capture_event(unit, farm.code, made)
        assert walk_in_memory(unit.session, season, here=PARENT) is None
        assert len(trace_forward(unit.session, season).lots) == 2
        raise RuntimeError("the unit fails")

    with pytest.raises(RuntimeError, match="the unit fails"):
        farm.write(try_and_fail)
    assert len(farm.read(trace_forward, season).lots) == 1


def test_more_edges_than_are_remembered_are_asked_for(database, monkeypatch):
    tables = Tables(database)
    monkeypatch.setattr(adjacency, "_OF", {database: (small := Adjacency(most=3))})
    tables.grow(3, [(1, 0), (2, 0), (3, 0)])
    with database.reading() as session:
        assert small.walk(session, name(0), here=PARENT) is not None
        assert len(trace_forward(session, name(0)).lots) == 4
    tables.grow(1, [(4, 3)])
    with database.reading() as session:
        assert small.walk(session, name(0), here=PARENT) is None
        assert len(trace_forward(session, name(0)).lots) == 5
        assert len(trace_back(session, name(4)).edges) == 2
