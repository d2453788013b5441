"""The console: login, and every station of the line done by hand on a telephone."""

from web.console import (
    account,
    corrections,
    deliveries,
    diary,
    entries,
    erasing,
    home,
    lots,
    packing,
    processing,
    recalls,
    registers,
    sealing,
    seasons,
    sign_in,
    stamps,
)
from web.console.blueprint import console

VIEWS = (
    sign_in,
    home,
    seasons,
    diary,
    processing,
    packing,
    sealing,
    stamps,
    deliveries,
    lots,
    entries,
    erasing,
    corrections,
    recalls,
    registers,
    account,
)
"""Importing a module adds its views to the blueprint; naming them here says that this is meant."""

__all__ = ["VIEWS", "console"]
