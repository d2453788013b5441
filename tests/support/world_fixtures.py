"""Fixtures with the world in them. It is built once a session and database; every test gets a copy."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ledger.database import Database, open_database
from tests.support.world import World, cheap_secrets, new_world, reopened

DIALECTS = ("sqlite", "postgresql")
T = TypeVar("T")


class WorldTemplates:
    """Databases with something built in them, by dialect and name, and copies of these."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder
        # Each conftest that takes these fixtures in has templates of its own on the one server.
        self._prefix = f"world_{uuid.uuid4().hex[:12]}_"
        self._built: dict[tuple[str, str], Any] = {}

    @contextmanager
    def copy(
        self, dialect: str, name: str, build: Callable[[Database], T], folder: Path
    ) -> Iterator[tuple[Database, T]]:
        """A copy of the database in which ``build`` ran once, and what ``build`` gave."""
        if (dialect, name) not in self._built:
            self._built[dialect, name] = self._build(dialect, name, build)
        if dialect == "sqlite":
            path = folder / "ledger.db"
            shutil.copyfile(self._folder / f"{name}.db", path)
            yield from self._opened(f"sqlite:///{path}", dialect, name)
        else:
            with self._request.getfixturevalue("postgresql_server").new_database(self._prefix + name) as url:
                yield from self._opened(url, dialect, name)

    def _opened(self, url: str, dialect: str, name: str) -> Iterator[tuple[Database, Any]]:
        database = open_database(url)
        try:
            yield database, self._built[dialect, name]
        finally:
            database.close()

    def _build(self, dialect: str, name: str, build: Callable[[Database], T]) -> T:
        if dialect == "sqlite":
            path = self._folder / f"{name}.db"
            shutil.copyfile(self._request.getfixturevalue("sqlite_template"), path)
            url = f"sqlite:///{path}"
        else:
            server = self._request.getfixturevalue("postgresql_server")
            template = self._request.getfixturevalue("postgresql_template")
            server.copy(self._prefix + name, template)
            url = server.url(self._prefix + name)
        database = open_database(url)
        try:
            return build(database)
        finally:
            # The last connection to close leaves one whole file, and a template nobody is connected to.
            database.close()


@pytest.fixture(scope="session")
def world_templates(request, tmp_path_factory) -> WorldTemplates:
    """What the fixtures of this file copy from."""
    return WorldTemplates(request, tmp_path_factory.mktemp("worlds"))


@pytest.fixture(params=DIALECTS)
def world(request, world_templates, tmp_path) -> Iterator[World]:
    """The world on either database; whatever a test did to it, the log must be whole at the end."""
    with (
        cheap_secrets(),
        world_templates.copy(request.param, "world", new_world, tmp_path) as (database, template),
    ):
        made = reopened(template, database)
        yield made
        made.check()
