"""Exchange by EPCIS: documents captured with a token, events asked for, the hash of an event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import orjson

from benchmarks._cooperative import Cooperative, cooperative
from benchmarks._rounds import ROUNDS, alternately, row
from benchmarks.capture import document, events, schema_alone
from ledger.coop.exchange.access_tokens import Holder, MakeToken, Scope, find_holder, make_token, token_text
from ledger.coop.exchange.capture_jobs import Behaviour, capture_document
from ledger.coop.exchange.event_queries import SCAN_LIMIT, Asker, EventPage, Page, find_events
from ledger.log.queries import read_entries, read_head
from ledger.migrations import load_tables
from ledger.trace.events.event_hash import event_hash
from ledger.trace.events.strict_json import parse_json
from ledger.trace.query.language import parse_query

DOCUMENT_EVENTS = 500
PAGE = 30
AIM_EVENTS, AIM_PAGE_MS, AIM_SCAN_MS = 5_000, 20, 400


def run(documents: int = 4, document_events: int = DOCUMENT_EVENTS) -> list[dict[str, Any]]:
    """Each round captures ``documents`` of ``document_events`` events; then what is there is asked about."""
    load_tables()
    with cooperative() as coop:
        holder = _holder(coop)
        return [*_capture(coop, holder, documents, document_events), *_ask(coop, holder)]


def _holder(coop: Cooperative) -> Holder:
    token = coop.run(make_token, MakeToken(label="bench", scopes=frozenset(Scope)))
    return coop.ledger.read(find_holder, token_text(coop.ledger.vault, token.id), token.created_at)


def _capture(coop: Cooperative, holder: Holder, documents: int, size: int) -> Iterator[dict[str, Any]]:
    source = events(coop.manager.organisation)
    waiting = iter([document(islice(source, size)) for _ in range((ROUNDS + 1) * documents)])
    sample = list(islice(source, documents * size))
    _take(coop, holder, islice(waiting, documents))  # what the first events leave in caches is not measured

    def capture() -> None:
        _take(coop, holder, islice(waiting, documents))

    def hashes() -> None:
        for event in sample:
            event_hash(event)

    captured, schema, hashed = (
        documents * size / taken for taken in alternately(capture, schema_alone(sample), hashes)
    )
    yield row(
        "epcis", f"events captured, {size} in a document", captured, "/s",
        against=("schema validation alone", schema), aim=f"≥ {AIM_EVENTS:,} /s", met=captured >= AIM_EVENTS,
    )  # fmt: skip
    yield row("epcis", "hash of an event (CBV 2.0 §8.9)", hashed, "/s", against=("events captured", captured))


def _take(coop: Cooperative, holder: Holder, documents: Iterator[bytes]) -> None:
    for data in documents:
        job = capture_document(coop.ledger, holder, parse_json(data), Behaviour.ROLLBACK)
        if not job.success:
            raise AssertionError(job.answers)


def _ask(coop: Cooperative, holder: Holder) -> Iterator[dict[str, Any]]:
    asker = Asker(holder, coop.ledger.vault, coop.ledger.identity.created_at + timedelta(days=1))

    def ask(**parameters: Any) -> Callable[[], EventPage]:
        query = parse_query(parameters)
        return lambda: coop.ledger.read(find_events, asker, query, Page(PAGE))

    def entries() -> None:
        size = coop.ledger.read(read_head).size
        coop.ledger.read(read_entries, range(size - PAGE, size))

    def written() -> None:
        page = ask(EQ_bizStep=["packing"])()
        orjson.dumps([item.event for item in page.events])

    by_step, whole, scanned, bare = alternately(
        ask(EQ_bizStep=["packing"]), written, ask(**{"EQ_sogoc:moisture": ["99"]}), entries
    )
    against = (f"{PAGE} entries read", 1_000 * bare)
    step_ms, scan_ms = 1_000 * by_step, 1_000 * scanned
    yield row(
        "epcis", f"{PAGE} events by step", step_ms, "ms",
        against=against, aim=f"≤ {AIM_PAGE_MS} ms", met=step_ms <= AIM_PAGE_MS,
    )  # fmt: skip
    yield row("epcis", f"{PAGE} events by step, as JSON", 1_000 * whole, "ms", against=("found", step_ms))
    yield row(
        "epcis", f"no event among {SCAN_LIMIT:,} by an extension", scan_ms, "ms",
        against=against, aim=f"≤ {AIM_SCAN_MS} ms", met=scan_ms <= AIM_SCAN_MS,
    )  # fmt: skip
