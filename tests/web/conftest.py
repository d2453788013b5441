import pytest

from tests.support.shop import open_shop


@pytest.fixture(scope="session")
def shop(sqlite_template, tmp_path_factory):
    """A market with the public pages in front of it, for tests that only read."""
    yield from open_shop(sqlite_template, tmp_path_factory.mktemp("shop"))


@pytest.fixture
def own_shop(sqlite_template, tmp_path):
    """The same, for one test alone, which may change what it likes."""
    yield from open_shop(sqlite_template, tmp_path)


@pytest.fixture
def client(shop):
    return shop.app.test_client()
