"""What kinds of links are called."""

from collections.abc import Mapping
from types import MappingProxyType

from ledger.coop.links.link_types import OFFERED
from web.languages import _

LINK_WORDS: Mapping[str, str] = MappingProxyType({name: _(words[0]) for name, words in OFFERED.items()})
"""By GS1's name of the type."""
