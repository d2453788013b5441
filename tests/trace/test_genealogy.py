import pytest
from sqlalchemy import insert, text

from ledger.trace.bundles.history import read_history
from ledger.trace.derived.reaching import Reaching
from ledger.trace.errors import UnknownLotError
from ledger.trace.genealogy import trace_back, trace_forward
from ledger.trace.tables import LotKind, TraceLot, TraceLotEdge, lot_key
from tests.support.farm import Farm

BASE = "http://127.0.0.1:8000/ABCDEFGHJK/class"


def name(number):
    return f"{BASE}/NHO.{number}"


@pytest.fixture
def fill(database):
    """Writes lots 0 to count - 1 and edges (child, parent) straight into the tables."""
    farm = Farm(database)

    def filled(count, edges):
        lots = [
            {
                "key": lot_key(name(number)),
                "lot": name(number),
                "chain_id": "ABCDEFGHJK",
                "kind": LotKind.RAW,
                "created_index": number,
                "created_at": farm.clock.now,
            }
            for number in range(count)
        ]
        rows = [
            {"child": lot_key(name(child)), "parent": lot_key(name(parent)), "index": child}
            for child, parent in edges
        ]
        farm.tamper(insert(TraceLot).values(lots), insert(TraceLotEdge).values(rows))
        return farm

    return filled


def test_chain_of_a_thousand_lots_has_no_end_before_its_end(fill):
    farm = fill(1000, [(number, number - 1) for number in range(1, 1000)])
    back = farm.read(trace_back, name(999))
    assert [node.lot for node in back.lots] == [name(number) for number in range(1000)]
    assert len(back.edges) == 999
    assert len(farm.read(trace_forward, name(0)).lots) == 1000
    assert len(farm.read(trace_forward, name(999)).lots) == 1


def test_diamonds_are_counted_once(fill):
    """Sixty layers of two lots, each made of both before: 2**60 ways, 120 lots."""
    edges = [
        (2 * layer + side, 2 * (layer - 1) + other)
        for layer in range(1, 60)
        for side in (0, 1)
        for other in (0, 1)
    ]
    farm = fill(120, edges)
    back = farm.read(trace_back, name(119))
    assert (len(back.lots), len(back.edges)) == (119, 2 + 58 * 4)


def test_tables_that_were_made_to_run_in_circles_still_get_an_answer(fill):
    farm = fill(3, [(0, 1), (1, 2), (2, 0)])
    assert {node.lot for node in farm.read(trace_back, name(0)).lots} == {name(0), name(1), name(2)}
    assert {node.lot for node in farm.read(trace_forward, name(0)).lots} == {name(0), name(1), name(2)}
    assert farm.read(read_history, name(0)) == (0, 1, 2)


def test_unknown_lot(fill):
    farm = fill(1, [(0, 0)])
    for query in (trace_back, trace_forward):
        with pytest.raises(UnknownLotError):
            farm.read(query, name(7))


def test_postgresql_looks_edges_up_before_it_has_analysed_them(fill):
    """Else it takes the table for empty and reads all of it for every generation."""
    farm = fill(3000, [(number, number - 1) for number in range(1, 3000)])
    with farm.ledger.database.reading() as session:
        if farm.ledger.database.dialect != "postgresql":
            pytest.skip("SQLite looks up")
        for query in (Reaching.back("SELECT lot FROM reached"), Reaching.forward("SELECT lot FROM reached")):
            explained = text(f"EXPLAIN (FORMAT JSON) {query.statement('postgresql')}")
            (plan,) = session.execute(explained, {"start": lot_key(name(1500))}).scalar_one()
            (recursion,) = [node for node in nodes(plan["Plan"]) if node["Node Type"] == "Recursive Union"]
            scans = {node["Node Type"] for node in nodes(recursion) if "Relation Name" in node}
            assert scans
            assert "Seq Scan" not in scans


def nodes(node):
    yield node
    for child in node.get("Plans", ()):
        yield from nodes(child)
