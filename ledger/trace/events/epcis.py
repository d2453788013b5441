"""EPCIS 2.0 events and documents: our own strict schema, and the rules a schema cannot say. Pure.

The schema (``data/epcis_schema.json``, JSON Schema 2020-12) is written from EPCIS 2.0 §7 and CBV 2.0 §7. It
is stricter than the standard's own: bare words are closed lists, nothing unknown passes without a prefix,
every text and list has a limit. What passes here passes there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from jsonschema_rs import Draft202012Validator

from ledger.trace.errors import EpcisError, Problem
from ledger.trace.events.epcis_problems import problem_of
from ledger.trace.events.sealed import format_pointer

CONTEXT_URL = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
PREFIX = "sogoc"
NAMESPACE = "urn:sogoc:ns:"

# The prefixes that the standard's own context declares (EPCIS 2.0 §10, epcis-context.jsonld).
STANDARD_PREFIXES = frozenset({"epcis", "cbv", "cbvmda", "gs1", "rdfs", "owl", "xsd", "dcterms"})
OWN_PREFIXES = STANDARD_PREFIXES | {PREFIX}

EVENT_TYPES = (
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
)
MAX_PROBLEMS = 50

SCHEMA: Mapping[str, Any] = json.loads(
    files("ledger.trace").joinpath("data/epcis_schema.json").read_text(encoding="utf-8")
)


def _validator(definition: str) -> Draft202012Validator:
    return Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{definition}"}, validate_formats=True)


# One validator per type: asking the type first spares the schema a chain of conditions.
_EVENTS = {event_type: _validator(event_type) for event_type in EVENT_TYPES}
_DOCUMENTS = {kind: _validator(kind) for kind in ("EPCISDocument", "EPCISQueryDocument")}


def check_event(event: Any, *, prefixes: frozenset[str] = OWN_PREFIXES) -> None:
    """Check one event; ``prefixes`` are those declared around it (its own ``@context`` adds to them).

    Raises ``EpcisError`` with a JSON pointer into the event and a sentence for every problem.
    """
    if problems := event_problems(event, prefixes=prefixes):
        raise EpcisError(problems)


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """The events of a document, not looked at yet; where their list stands, what is declared around them."""

    events: list[Any]
    path: tuple[str, ...]
    prefixes: frozenset[str]
    context: Any

    def pointer(self, place: int) -> str:
        """The JSON pointer to the event at ``place``."""
        return format_pointer(*self.path, str(place))


def open_document(document: Any) -> OpenedDocument:
    """What is around the events of an ``EPCISDocument`` or ``EPCISQueryDocument``, checked.

    Raises ``EpcisError`` with every problem found there; pointers are into the document.
    """
    kind = document.get("type") if isinstance(document, dict) else None
    validator = _DOCUMENTS.get(kind) if isinstance(kind, str) else None
    if validator is None:
        raise EpcisError((Problem("/type", "Tệp phải là EPCISDocument hoặc EPCISQueryDocument."),))
    if not validator.is_valid(document):
        raise EpcisError(_schema_problems(validator, document))
    prefixes = STANDARD_PREFIXES | declared_prefixes(document["@context"])
    problems = _member_problems(document, "", prefixes)
    if problems:
        raise EpcisError(tuple(problems[:MAX_PROBLEMS]))
    path, events = _event_list(document)
    return OpenedDocument(events, path, prefixes, document["@context"])


def check_document(document: Any) -> list[dict[str, Any]]:
    """The events of an ``EPCISDocument`` or ``EPCISQueryDocument``, each checked, in their order.

    Raises ``EpcisError`` with every problem found, at most 50; pointers are into the document.
    """
    opened = open_document(document)
    problems: list[Problem] = []
    for place, event in enumerate(opened.events):
        problems += problems_at(opened.pointer(place), event_problems(event, prefixes=opened.prefixes))
        if len(problems) >= MAX_PROBLEMS:
            break
    if problems:
        raise EpcisError(tuple(problems[:MAX_PROBLEMS]))
    return opened.events


def problems_at(start: str, problems: Iterable[Problem]) -> list[Problem]:
    """The problems of something that stands at the pointer ``start``."""
    return [Problem(start + found.pointer, found.sentence_vi) for found in problems]


def event_problems(event: Any, *, prefixes: frozenset[str] = OWN_PREFIXES) -> tuple[Problem, ...]:
    """Every problem of one event; empty for an event that is fine."""
    event_type = event.get("type") if isinstance(event, dict) else None
    validator = _EVENTS.get(event_type) if isinstance(event_type, str) else None
    if validator is None:
        names = ", ".join(EVENT_TYPES)
        return (Problem("/type", f"Loại sự kiện phải là một trong: {names}."),)
    if not validator.is_valid(event):
        return _schema_problems(validator, event)
    if "@context" in event:
        prefixes |= declared_prefixes(event["@context"])
    return tuple(_prefix_problems(event, prefixes))


def document_of(events: Sequence[Mapping[str, Any]], created_at: datetime) -> dict[str, Any]:
    """Our own events as an ``EPCISDocument`` that any EPCIS 2.0 reader takes; ``created_at`` is aware."""
    return {
        "@context": [CONTEXT_URL, {PREFIX: NAMESPACE}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created_at.isoformat(timespec="milliseconds"),
        "epcisBody": {"eventList": list(events)},
    }


def query_document_of(
    events: Sequence[Mapping[str, Any]], created_at: datetime, name: str, subscription: str | None = None
) -> dict[str, Any]:
    """Events as the answer to the query ``name``, an ``EPCISQueryDocument``; ``created_at`` is aware."""
    results: dict[str, Any] = {"queryName": name}
    if subscription is not None:
        results["subscriptionID"] = subscription
    results["resultsBody"] = {"eventList": list(events)}
    return {
        "@context": [CONTEXT_URL, {PREFIX: NAMESPACE}],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": created_at.isoformat(timespec="milliseconds"),
        "epcisBody": {"queryResults": results},
    }


def declared_prefixes(context: Any) -> frozenset[str]:
    """The prefixes an inline ``@context`` declares (JSON-LD 1.1 §4.4); no URL is fetched."""
    parts = context if isinstance(context, list) else [context]
    return frozenset(
        name
        for part in parts
        if isinstance(part, dict)
        for name in part
        if ":" not in name and not name.startswith("@")
    )


def _event_list(document: Mapping[str, Any]) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    path: tuple[str, ...] = ("epcisBody", "eventList")
    if document["type"] == "EPCISQueryDocument":
        path = ("epcisBody", "queryResults", "resultsBody", "eventList")
    events: Any = document
    for name in path:
        events = events[name]
    return path, events


def _schema_problems(validator: Draft202012Validator, instance: Any) -> tuple[Problem, ...]:
    found: dict[Problem, None] = {}
    for error in validator.iter_errors(instance):
        found[problem_of(SCHEMA, error)] = None
        if len(found) == MAX_PROBLEMS:
            break
    return tuple(found)


# -- prefixes --------------------------------------------------------------------------------------------

_WORDS = ("bizStep", "disposition")
_PARTS = ("ilmd", "errorDeclaration", "readPoint", "bizLocation")
_TYPED_LISTS = ("bizTransactionList", "sourceList", "destinationList")
# What stands before a colon in a full URI, and is therefore no prefix.
_SCHEMES = frozenset({"http", "https", "urn", "ni", "tag", "did"})


def _prefix_problems(event: Mapping[str, Any], prefixes: frozenset[str]) -> Iterator[Problem]:
    """Members and words whose prefix nobody declared: their meaning would be anybody's guess."""
    yield from _member_problems(event, "", prefixes)
    for name in _PARTS:
        if name in event:
            yield from _member_problems(event[name], f"/{name}", prefixes)
    for pointer, word in _words(event):
        prefix, colon, _ = word.partition(":")
        if colon and prefix not in prefixes and prefix not in _SCHEMES:
            yield Problem(pointer, _undeclared(prefix))
    for place, element in enumerate(event.get("sensorElementList", ())):
        yield from _sensor_problems(element, f"/sensorElementList/{place}", prefixes)


def _sensor_problems(element: Mapping[str, Any], start: str, prefixes: frozenset[str]) -> Iterator[Problem]:
    yield from _member_problems(element, start, prefixes)
    yield from _member_problems(element.get("sensorMetadata", {}), f"{start}/sensorMetadata", prefixes)
    for place, report in enumerate(element["sensorReport"]):
        yield from _member_problems(report, f"{start}/sensorReport/{place}", prefixes)


def _member_problems(members: Mapping[str, Any], start: str, prefixes: frozenset[str]) -> list[Problem]:
    return [
        Problem(start + format_pointer(name), _undeclared(name.partition(":")[0]))
        for name in members
        if ":" in name and (prefix := name.partition(":")[0]) not in prefixes and prefix not in _SCHEMES
    ]


def _words(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _WORDS:
        if name in event:
            yield f"/{name}", event[name]
    for name, words in event.get("persistentDisposition", {}).items():
        yield from ((f"/persistentDisposition/{name}/{place}", word) for place, word in enumerate(words))
    for name in _TYPED_LISTS:
        for place, item in enumerate(event.get(name, ())):
            if "type" in item:
                yield f"/{name}/{place}/type", item["type"]
    if reason := event.get("errorDeclaration", {}).get("reason"):
        yield "/errorDeclaration/reason", reason
    for place, element in enumerate(event.get("sensorElementList", ())):
        for row, report in enumerate(element["sensorReport"]):
            start = f"/sensorElementList/{place}/sensorReport/{row}"
            yield from (
                (f"{start}/{name}", report[name])
                for name in ("type", "exception", "component")
                if name in report
            )


def _undeclared(prefix: str) -> str:
    return f"Tiền tố “{prefix[:30]}” chưa được khai báo trong @context."
