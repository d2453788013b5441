"""Every query along the edges of lots begins here: with the lots reached from one, however far away.

``UNION`` keeps each lot once, so a query ends even if there were cycles. Cost: one index look-up for each lot
reached, on both databases. PostgreSQL has to be told: it knows nothing of tables that grew since they were
last analysed, takes them for almost empty, and would read all edges again for every generation. A lateral
subquery behind ``OFFSET 0`` is never flattened (PostgreSQL, "Subquery pull-up"), so the edges of one lot are
looked up at a time. SQLite, which has no lateral subqueries, does so by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from ledger.trace.derived.adjacency import fetch_plain
from ledger.trace.tables import lot_key

STANDING = "e.corrected_by IS NULL"
"""Edges of events that nobody took back."""

_REACHED = """
WITH RECURSIVE reached(lot) AS (
  SELECT CAST(:start AS BIGINT)
  UNION
  {step}
)
"""
_STEPS = {
    "sqlite": "SELECT e.{there} FROM reached r JOIN trace_lot_edge e ON e.{here} = r.lot WHERE {standing}",
    "postgresql": """SELECT e.{there} FROM reached r CROSS JOIN LATERAL (
    SELECT e.{there} FROM trace_lot_edge e WHERE e.{here} = r.lot AND {standing} OFFSET 0
  ) e""",
}


class Reaching:
    """A query on the table ``reached(lot)``: the keys of a lot and of all that it leads to.

    ``rest`` is the query behind that table; ``standing`` tells of an edge ``e`` whether it counts.
    """

    def __init__(self, rest: str, here: str, there: str, standing: str) -> None:
        self._texts: Mapping[str, TextClause] = {
            dialect: text(_REACHED.format(step=step.format(here=here, there=there, standing=standing)) + rest)
            for dialect, step in _STEPS.items()
        }

    @classmethod
    def back(cls, rest: str, standing: str = STANDING) -> Self:
        """Over a lot and all it is made of."""
        return cls(rest, "child", "parent", standing)

    @classmethod
    def forward(cls, rest: str, standing: str = STANDING) -> Self:
        """Over a lot and all that is made of it."""
        return cls(rest, "parent", "child", standing)

    def run(self, session: Session, lot: str, **values: Any) -> Sequence[Any]:
        """The rows of the query for ``lot``; ``values`` are those of its other parameters."""
        connection = session.connection()
        statement = self.statement(connection.dialect.name)
        return connection.execute(statement, {"start": lot_key(lot), **values}).all()

    def fetch(self, session: Session, lot: str) -> Sequence[Any]:
        """The rows of the query for ``lot`` as plain tuples: for many rows."""
        statement = self.statement(session.connection().dialect.name)
        return fetch_plain(session, statement, {"start": lot_key(lot)})

    def statement(self, dialect: str) -> TextClause:
        """The query in the words of a database; the lot's key is its parameter ``start``."""
        return self._texts[dialect]
