import pytest

from tests.support.resolving import open_resolver


@pytest.fixture(scope="session")
def resolver(sqlite_template, tmp_path_factory):
    """A resolver with links and other names, for tests that only ask."""
    yield from open_resolver(sqlite_template, tmp_path_factory.mktemp("resolver"))


@pytest.fixture
def own_resolver(sqlite_template, tmp_path):
    """The same, for one test alone, which may change what it likes."""
    yield from open_resolver(sqlite_template, tmp_path)
