"""The rows of the working books that are an organisation's, table by table, as JSON lines.

Which rows are whose follows from the tables themselves: a row names its organisation, or refers to one that
does. So a new table is in the export from its first day. What is encrypted or opens a door stays out: names
and words are in the spreadsheet, opened.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.database import Base

ROWS_AT_ONCE = 500
OWNERS = ("organisation", "from_organisation", "to_organisation")
SECRETS = frozenset({"secret_hash"})
LEFT_OUT = frozenset(
    {
        # Doors, and what guards them.
        "coop_session", "coop_login_attempt", "coop_pin", "coop_pin_attempt", "coop_card", "coop_passkey",
        "coop_used_challenge", "coop_phone_login", "coop_calendar_feed",
        # What the program remembers for itself.
        "coop_replay", "coop_import", "coop_scratch_use",
    }
)  # fmt: skip


def book_tables() -> tuple[Table, ...]:
    """The tables with rows of organisations, by name."""
    tables = (table for name, table in Base.metadata.tables.items() if name.startswith("coop_"))
    return tuple(
        sorted(
            (table for table in tables if table.name not in LEFT_OUT and _owned_by(table, "") is not None),
            key=lambda table: table.name,
        )
    )


def book_lines(session: Session, actor: Actor, table: Table) -> Iterator[bytes]:
    """The organisation's rows of a table, each as a line of JSON."""
    if table.name == "coop_organisation":
        whose: ColumnElement[bool] | None = table.c.code == actor.organisation
    else:
        whose = _owned_by(table, actor.organisation)
    if whose is None:
        return
    columns = [column for column in table.columns if _is_told(column)]
    order = list(table.primary_key.columns)
    rows = session.execute(
        select(*columns).where(whose).order_by(*order).execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in rows:
        told = {column.name: _plain(value) for column, value in zip(columns, row, strict=True)}
        yield json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _owned_by(table: Table, organisation: str, depth: int = 0) -> ColumnElement[bool] | None:
    """What makes a row the organisation's; ``None`` for a table that is nobody's in particular."""
    own = [table.c[name] == organisation for name in OWNERS if name in table.c]
    if own:
        return or_(*own)
    if table.name == "coop_organisation":
        return table.c.code == organisation
    for column in table.columns:
        for key in column.foreign_keys:
            parent = key.column.table
            whose = None if depth > 2 or parent is table else _owned_by(parent, organisation, depth + 1)
            if whose is not None and parent.name != "coop_organisation":
                return column.in_(select(key.column).where(whose))
    return None


def _is_told(column: Column[Any]) -> bool:
    return column.name not in SECRETS and not isinstance(column.type, LargeBinary)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
