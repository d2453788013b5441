"""Every table of the room, every kind of damage: fsck names the table and the entry."""

import pytest
from sqlalchemy import delete, insert, select, update

from ledger.trace.derived.inserts import ROW_TABLES
from ledger.trace.derived.projections import project
from ledger.trace.tables import TraceEvent, TraceLot, TraceLotEdge, TraceLotEntry, TraceMove, lot_key
from tests.support.farm import Farm


@pytest.fixture
def farm(database):
    return Farm(database)


def where(farm):
    return {(finding.where, finding.index) for finding in farm.findings()}


def test_everything_is_found_missing_when_a_table_is_emptied(farm):
    farm.story()
    for table in ROW_TABLES.values():
        rows = farm.read(lambda session, table=table: session.execute(select(table.c.index)).scalars().all())
        farm.tamper(delete(table))
        missing = {index for name, index in where(farm) if name == table.name}
        assert missing == set(rows)


def test_lot_missing_and_lot_too_many(farm):
    story = farm.story()
    farm.tamper(
        delete(TraceLot).where(TraceLot.lot == story.first),
        insert(TraceLot).values(
            key=5,
            lot="urn:x",
            chain_id="X",
            kind="raw",
            created_index=3,
            created_at=farm.clock.now,
        ),
    )
    found = {finding.what for finding in farm.findings()}
    assert found == {f"lot {story.first}", "lot urn:x"}


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (TraceEvent, {"step": "harvest"}),
        (TraceEvent, {"corrected_by": 7}),
        (TraceLotEdge, {"quantity": None}),
        (TraceLotEdge, {"corrected_by": 9}),
        (TraceMove, {"chain_id": "X"}),
        (TraceLot, {"chain_id": "X"}),
        (TraceLot, {"uom": "LTR"}),
    ],
)
def test_changed_columns_are_named(farm, table, values):
    farm.story()
    farm.tamper(update(table).values(**values))
    assert {finding.where for finding in farm.findings()} == {table.__tablename__}


def test_mention_added(farm):
    story = farm.story()
    farm.tamper(insert(TraceLotEntry).values(lot=lot_key(story.pack), index=2))
    assert where(farm) == {("trace_lot_entry", 2)}


def test_projection_is_written_as_it_is_derived(farm):
    """The check uses the function that wrote the rows; this test keeps it from checking nothing."""
    farm.story()
    counts = farm.read(
        lambda session: {
            table.name: len(session.execute(select(table.c.index)).all()) for table in ROW_TABLES.values()
        }
    )
    assert min(counts.values()) >= 1
    assert project.__module__ == "ledger.trace.derived.projections"
