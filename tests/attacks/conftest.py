import pytest

from tests.support.shop import open_shop
from tests.support.world_fixtures import world, world_templates

__all__ = ["own_shop", "shop", "world", "world_templates"]


@pytest.fixture(scope="session")
def shop(sqlite_template, tmp_path_factory):
    """The public pages in front of a market, for attacks that change nothing."""
    yield from open_shop(sqlite_template, tmp_path_factory.mktemp("shop"))


@pytest.fixture
def own_shop(sqlite_template, tmp_path):
    """The same for one attack alone."""
    yield from open_shop(sqlite_template, tmp_path)
