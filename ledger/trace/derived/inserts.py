"""The tables of the projections and the inserts into them: a row's columns are its fields."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Table

from ledger.inserts import Insert, Values, core_table
from ledger.trace.derived.rows import EdgeRow, EntryRow, EventRow, LotRow, MoveRow, RegisterRow, StampsRow
from ledger.trace.tables import (
    TraceEvent,
    TraceLot,
    TraceLotEdge,
    TraceLotEntry,
    TraceMove,
    TraceRegister,
    TraceStamps,
)

ROW_TABLES: Mapping[type, Table] = {
    EventRow: core_table(TraceEvent),
    EdgeRow: core_table(TraceLotEdge),
    EntryRow: core_table(TraceLotEntry),
    MoveRow: core_table(TraceMove),
    RegisterRow: core_table(TraceRegister),
    StampsRow: core_table(TraceStamps),
}
"""Where each kind of row that one entry adds is kept."""

LOT_TABLE = core_table(TraceLot)
LOT_COLUMNS = tuple(item.name for item in fields(LotRow))
INSERT_LOT = Insert(LOT_TABLE, "key", *LOT_COLUMNS)
INSERTS: Mapping[type, Insert] = {
    kind: Insert(table, *(item.name for item in fields(kind))) for kind, table in ROW_TABLES.items()
}
# A row as the tuple of its columns, at C speed.
VALUES_OF: Mapping[type, Callable[[Any], Values]] = {
    kind: attrgetter(*(item.name for item in fields(kind))) for kind in (*ROW_TABLES, LotRow)
}
