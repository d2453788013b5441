"""The driver's insert of many rows stores what SQLAlchemy's own insert stores, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import IntegrityError

from ledger.inserts import Insert, core_table
from ledger.trace.tables import DisclosureRow, TraceEvent, TraceMove, TraceRegister

HANOI = timezone(timedelta(hours=7))
MOMENTS = (
    datetime(2026, 3, 2, 7, 30, tzinfo=HANOI),
    datetime(1990, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 1_000, tzinfo=UTC),
)
EVENTS = [
    (index, f"urn:uuid:{index}", "HTX", step, "sogoc:tưới", "ObjectEvent", moment, moment, None, None)
    for index, (moment, step) in enumerate(zip(MOMENTS, ("a", None, "%s ? :x 'y' \\ “z”"), strict=True))
]
ROWS = {
    TraceEvent: (
        ("index", "event_id", "chain_id", "step", "biz_step", "event_type", "done_at", "recorded_at"),
        [event[:8] for event in EVENTS],
    ),
    TraceMove: (
        ("lot", "index", "kind", "uom", "chain_id", "delta"),
        [(2**62, 1, "made", "KGM", "X", Decimal("12.345")), (1, 2**40, "used", "EA", "X", Decimal("-0.001"))],
    ),
    TraceRegister: (
        ("kind", "subject", "index", "chain_id", "body"),
        [("product", "x", 1, "X", {"name": "Nho “xanh” 50%", "n": 1.5, "none": None, "list": [1, {}]})],
    ),
    DisclosureRow: (
        ("index", "pointer", "key_id", "ciphertext"),
        [(1, "/a", 1, bytes(range(256))), (2, "/b", 1, b"")],
    ),
}


@pytest.mark.parametrize("mapped", ROWS, ids=lambda mapped: mapped.__name__)
def test_the_rows_are_the_same(database, mapped):
    table = core_table(mapped)
    columns, rows = ROWS[mapped]
    asked = select(*(table.c[name] for name in columns)).order_by(*table.primary_key)
    # As they lie there, without SQLAlchemy's converters.
    names = ", ".join(f'"{name}"' for name in columns)
    plain = text(f"SELECT {names} FROM {table.name} ORDER BY 1, 2")
    stored = []
    with database.writing() as session:
        connection = session.connection()
        for write in (
            lambda: Insert(table, *columns).run(connection, rows),
            lambda: connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows]),
        ):
            write()
            stored.append((connection.execute(asked).all(), list(map(str, connection.execute(plain)))))
            connection.execute(delete(table))
    assert stored[0] == stored[1]
    assert len(stored[0][0]) == len(rows)


def test_one_row_is_enough_and_the_caller_s_rows_stay_as_they_were(database):
    columns, rows = ROWS[TraceEvent]
    given = list(rows)
    with database.writing() as session:
        statement = Insert(core_table(TraceEvent), *columns)
        statement.run(session.connection(), given[:1])
        statement.run(session.connection(), given[1:])
        assert session.query(TraceEvent).count() == len(rows)
    assert given == rows


def test_a_broken_constraint_is_told_as_sqlalchemy_tells_it(database):
    columns, rows = ROWS[TraceEvent]
    with pytest.raises(IntegrityError), database.writing() as session:
        Insert(core_table(TraceEvent), *columns).run(session.connection(), [*rows, rows[0]])
