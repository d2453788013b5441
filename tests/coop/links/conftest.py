"""The world, for tests of links and other names."""

from tests.support.world_fixtures import world, world_templates

__all__ = ["world", "world_templates"]
