"""What is compiled once a process instead of once a test: templates, SQL, an application with its routes.

Every test has a database and an application of its own. Neither changes what a page or a statement says, so
what was made of their text serves the next test as well.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, create_engine

import ledger.database
from web.app import answer_from, make_app
from web.state import EXTENSION, State

STATEMENTS = 5_000

_FREE: list[Flask] = []


@contextmanager
def shared() -> Iterator[None]:
    """Templates and statements are compiled once inside."""
    options = {**Flask.jinja_options, "bytecode_cache": _Bytecode()}
    with (
        patch.object(Flask, "jinja_options", options),
        patch.object(ledger.database, "create_engine", _Statements().engine),
    ):
        yield


@contextmanager
def lent_app(state: State) -> Iterator[Flask]:
    """An application around ``state`` that nobody else has meanwhile."""
    app = answer_from(_FREE.pop(), state) if _FREE else make_app(state)
    yield app
    assert set(app.extensions) == {EXTENSION}, "what an application remembers belongs to its state"
    _FREE.append(app)


class _Bytecode(BytecodeCache):
    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        found = self._compiled.get(bucket.key + bucket.checksum)
        if found is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


class _Statements:
    """Engines of the same kind share what SQLAlchemy compiled, which it keeps by statement and dialect."""

    def __init__(self, create: Callable[..., Engine] = create_engine) -> None:
        self._create = create
        self._first: dict[tuple[Any, ...], tuple[Dialect, Any]] = {}

    def engine(self, url: Any, **options: Any) -> Engine:
        made = self._create(url, query_cache_size=STATEMENTS, **options)
        dialect = made.dialect
        kind = (type(dialect), dialect.driver, *sorted(map(str, options)))
        first = self._first.setdefault(kind, (dialect, made._compiled_cache))
        # A dialect learns of its server with the first connection; until then it is no model for others.
        if getattr(first[0], "server_version_info", None) is None:
            self._first[kind] = (dialect, made._compiled_cache)
        else:
            made.dialect, made._compiled_cache = first
        return made
