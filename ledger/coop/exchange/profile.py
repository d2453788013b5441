"""The default capture profile: what of another system's event must not be public. Pure.

Values about people are sealed, each under a key of that person; so are the parties of a trade, unless all of
them are the capturing organisation itself.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledger.log.canonical import format_canonical
from ledger.trace.events.sealed import SealRule, SealRules, format_pointer
from ledger.trace.identifiers import organisation_of

PERSONAL_WORDS = frozenset(
    {"worker", "operator", "person", "name", "fullname", "phone", "email", "recordedby"}
)
"""Last words of extension members that other systems use for people."""

_PARTIES = frozenset({"owning_party", "possessing_party"})


def seal_rules(event: Mapping[str, Any], organisation: str) -> SealRules:
    """What of another system's event must not be public."""
    rules = [
        SealRule(format_pointer(*path, name), _subject(organisation, value))
        for path, members in _extensible(event)
        for name, value in members.items()
        if ":" in name and _last_word(name) in PERSONAL_WORDS
    ]
    rules += [
        SealRule(format_pointer(name))
        for name in ("sourceList", "destinationList")
        if name in event and _names_others(event[name], organisation)
    ]
    return tuple(rules)


def _extensible(event: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The parts of an event in which extension members may stand: itself and its master data."""
    yield (), event
    ilmd = event.get("ilmd")
    if isinstance(ilmd, dict):
        yield ("ilmd",), ilmd


def _last_word(name: str) -> str:
    return name.rpartition(":")[2].rpartition("/")[2].replace("_", "").replace("-", "").casefold()


def _names_others(parties: Sequence[Mapping[str, Any]], organisation: str) -> bool:
    named = [value for party in parties for key, value in party.items() if key in ("source", "destination")]
    is_trade = any(party.get("type") in _PARTIES for party in parties)
    return is_trade and any(organisation_of(value) != organisation for value in named)


def _subject(organisation: str, value: Any) -> str:
    """The person whom a value is about, without keeping the value: so that one key covers one person."""
    digest = hashlib.sha256(organisation.encode() + b"\x00" + format_canonical(value)).hexdigest()
    return f"person:{digest[:32]}"
