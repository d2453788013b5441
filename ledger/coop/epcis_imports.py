"""Another system's EPCIS document, taken into the log as it is: all of its events or none.

The events keep their identifiers, words and times; only what is not public is sealed: values about people,
and the parties of a trade unless all of them are the importing organisation itself. The guards of our sector
templates do not apply to another system's steps. What capture checks does: form, time, that no lot is made
twice and nothing is taken that is not there.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import EpcisImportError, EventProblem
from ledger.coop.use_cases import Command, use_case
from ledger.log.canonical import format_canonical
from ledger.log.unit import Unit
from ledger.trace.capture import capture_event, expect_lots
from ledger.trace.epcis import check_document, declared_prefixes
from ledger.trace.errors import EpcisError, TraceError
from ledger.trace.identifiers import organisation_of
from ledger.trace.sealed import SealRule, SealRules, format_pointer
from ledger.trace.signed_events import check_event_id, expect_event_ids
from ledger.trace.strict_json import parse_json

MAX_EVENTS = 5_000
PERSONAL_WORDS = frozenset(
    {"worker", "operator", "person", "name", "fullname", "phone", "email", "recordedby"}
)
"""Last words of extension members that other systems use for people."""

_PARTIES = frozenset({"owning_party", "possessing_party"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEpcis(Command):
    """An EPCIS 2.0 JSON document (``EPCISDocument`` or ``EPCISQueryDocument``) of at most 5,000 events."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many were written, how many were there already, and the indexes of all in the file's order."""

    written: int
    repeated: int
    indexes: tuple[int, ...]


@use_case(MANAGEMENT)
def import_epcis(unit: Unit, actor: Actor, command: ImportEpcis) -> Imported:
    """Capture every event of the document, in its order; an event imported before is found, not repeated.

    Raises ``EpcisImportError`` with every problem of every event; then nothing is written.
    """
    document = parse_json(command.data)
    context = _context(document)
    events = [{"@context": context, **event} if context else event for event in _checked(document)]
    prefixes = declared_prefixes(document.get("@context"))
    keys = [_key(event) for event in events]
    unit.expect(actor.organisation, keys)
    expect_lots(unit, events)
    expect_event_ids(unit, actor.organisation, [event["eventID"] for event in events if "eventID" in event])
    problems: list[EventProblem] = []
    receipts = []
    for place, (event, key) in enumerate(zip(events, keys, strict=True)):
        try:
            if unit.find_receipt(actor.organisation, key) is None:
                check_event_id(unit, actor.organisation, event)
            rules = seal_rules(event, actor.organisation)
            receipt = capture_event(
                unit, actor.organisation, event, sealed=rules, idempotency_key=key, prefixes=prefixes
            )
            receipts.append(receipt)
        except EpcisError as error:
            problems += [
                EventProblem(f"/epcisBody/eventList/{place}{p.pointer}", p.sentence_vi)
                for p in error.problems
            ]
        except TraceError as error:
            problems.append(EventProblem(f"/epcisBody/eventList/{place}", error.sentence))
    if problems:
        raise EpcisImportError(tuple(problems))
    repeated = sum(receipt.repeated for receipt in receipts)
    return Imported(len(receipts) - repeated, repeated, tuple(receipt.index for receipt in receipts))


def seal_rules(event: Mapping[str, Any], organisation: str) -> SealRules:
    """What of another system's event must not be public: the default capture profile."""
    rules = [
        SealRule(format_pointer(*path, name), _subject(organisation, value))
        for path, members in _extensible(event)
        for name, value in members.items()
        if ":" in name and _last_word(name) in PERSONAL_WORDS
    ]
    rules += [
        SealRule(format_pointer(name))
        for name in ("sourceList", "destinationList")
        if _names_others(event.get(name, ()), organisation)
    ]
    return tuple(rules)


def _checked(document: Any) -> list[dict[str, Any]]:
    try:
        events = check_document(document)
    except EpcisError as error:
        raise EpcisImportError(
            tuple(EventProblem(p.pointer, p.sentence_vi) for p in error.problems)
        ) from error
    if len(events) > MAX_EVENTS:
        sentence = f"Tệp có {len(events)} sự kiện, tối đa {MAX_EVENTS}. Hãy tách thành nhiều tệp."
        raise EpcisImportError((EventProblem("/epcisBody/eventList", sentence),))
    return events


def _context(document: Mapping[str, Any]) -> list[Any]:
    """The prefixes declared by the document: an event that stands alone in the log must carry them itself."""
    context = document.get("@context")
    parts = context if isinstance(context, list) else [context]
    return [part for part in parts if isinstance(part, dict)]


def _key(event: Mapping[str, Any]) -> str:
    return f"epcis:{hashlib.sha256(format_canonical(event)).hexdigest()}"


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
