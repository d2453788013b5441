"""Thousands of numbers handed to the database as one value, to be joined with: a question for all of them."""

import json
from collections.abc import Iterable

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Integer, bindparam, cast, func
from sqlalchemy.orm import Session


def listed(session: Session, numbers: Iterable[int]) -> ColumnElement[int]:
    """A column of ``numbers``, each once: select from it and join with it.

    One parameter whatever their count: SQLite reads it as JSON (``json_each``), PostgreSQL as an array.
    """
    wanted = sorted(set(numbers))
    if session.get_bind().dialect.name == "postgresql":
        array = bindparam(None, wanted, ARRAY(BigInteger), unique=True)
        return func.unnest(array).column_valued("asked")
    rows = func.json_each(json.dumps(wanted)).table_valued("value", name="asked")
    return cast(rows.c.value, Integer)
