"""The world, for every test of the working books."""

from tests.support.world_fixtures import world, world_templates

__all__ = ["world", "world_templates"]
