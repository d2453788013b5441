"""The world, for tests of what is missing."""

from tests.support.world_fixtures import world, world_templates

__all__ = ["world", "world_templates"]
