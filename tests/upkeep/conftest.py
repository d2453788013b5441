"""Boxes to back up, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.conftest import DIALECTS
from tests.support.boxes import Box, close_opened


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_opened()


@pytest.fixture
def new_postgresql(request, _closed) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with request.getfixturevalue("postgresql_server").new_database() as url:
        yield url


@pytest.fixture
def sqlite_box(tmp_path) -> Box:
    return Box(tmp_path / "box")


@pytest.fixture(params=DIALECTS)
def box(request, tmp_path) -> Box:
    """A box without a ledger yet."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("new_postgresql")
    return Box(tmp_path / "box", url)
