"""Inserts of many rows at once, by the database's own driver.

The trick: SQLAlchemy builds a dictionary and runs its converters row by row, 8 microseconds for a row; this
hands the driver one list of tuples, each column converted in one go, under 4. On PostgreSQL, where a row of
``executemany`` costs 18, the columns go as arrays in one statement (``unnest``), 10 for a row. The converters
are SQLAlchemy's own, so that the rows are the same (``tests/test_inserts.py`` compares them).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, cast

from sqlalchemy import JSON, Connection, Dialect, LargeBinary, Table

from ledger.database import Base

Values: TypeAlias = tuple[Any, ...]
_Converter: TypeAlias = Callable[[Iterable[Any]], Iterable[Any]]


def core_table(mapped: type[Base]) -> Table:
    """The table behind a mapped class: the ORM's bookkeeping for each row would cost more than the row."""
    return cast("Table", mapped.__table__)


class Insert:
    """``INSERT`` of rows that have values for ``columns`` (names in the database), in their order.

    What waits to be written before a statement runs does not hear of this one (no ``before_execute`` event).
    """

    __slots__ = ("_columns", "_prepared", "_table")

    def __init__(self, table: Table, *columns: str) -> None:
        self._table = table
        self._columns = tuple(table.c[name] for name in columns)
        self._prepared: dict[str, _Prepared] = {}

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Insert ``rows``, at least one."""
        prepared = self._prepared.get(connection.dialect.name) or self._prepare(connection.dialect)
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for place, convert in prepared.converters:
            columns[place] = convert(columns[place])
        if prepared.arrays and len(rows) > 1:
            connection.exec_driver_sql(prepared.arrays, tuple(map(list, columns)))
            return
        if prepared.converters:
            rows = list(zip(*columns, strict=True))
        connection.exec_driver_sql(prepared.single, rows[0] if len(rows) == 1 else list(rows))

    def _prepare(self, dialect: Dialect) -> "_Prepared":
        quote = dialect.identifier_preparer.quote
        names = ", ".join(quote(column.name) for column in self._columns)
        into = f"INSERT INTO {quote(self._table.name)} ({names})"
        marker = "?" if dialect.paramstyle == "qmark" else "%s"
        single = f"{into} VALUES ({', '.join([marker] * len(self._columns))})"
        types = [column.type.dialect_impl(dialect) for column in self._columns]
        arrays = None
        if dialect.name == "postgresql" and not any(isinstance(kind, JSON) for kind in types):
            # %b: as binary, which an array of bytes is four times faster in.
            lists = ", ".join(f"%b::{kind.compile(dialect)}[]" for kind in types)
            arrays = f"{into} SELECT * FROM unnest({lists})"  # noqa: S608 - our own names and types
        converters = [
            (place, _each_once(convert) if kind.hashable else partial(map, convert))
            for place, kind in enumerate(types)
            if not (arrays and isinstance(kind, LargeBinary))  # the driver's mark of bytes is not for lists
            and (convert := kind.bind_processor(dialect)) is not None
        ]
        prepared = self._prepared[dialect.name] = _Prepared(single, arrays, converters)
        return prepared


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Statements for one row or the driver's own way with many, and for many as arrays of columns."""

    single: str
    arrays: str | None
    converters: Sequence[tuple[int, _Converter]]


def _each_once(convert: Callable[[Any], Any]) -> _Converter:
    """Convert a column; each value that it holds once, for most columns hold few."""

    def convert_all(values: Iterable[Any]) -> Iterable[Any]:
        known = {value: convert(value) for value in set(values)}
        return [known[value] for value in values]

    return convert_all
