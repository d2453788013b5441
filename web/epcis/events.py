"""Asking for events: by parameters, by id, and below each thing, place, step and type."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from ledger.coop.exchange.event_queries import EventPage, find_event, find_events, naming
from ledger.trace.events.epcis import query_document_of
from ledger.trace.query.epc_matching import spellings
from ledger.trace.query.language import Query, parse_query, split_values
from web.epcis.binding import (
    EXACT,
    address,
    answer,
    asker,
    blueprint,
    discovery,
    link,
    read_names,
    read_page,
    read_parameters,
    standing_alone,
)
from web.state import current

QUERY_NAME = "SimpleEventQuery"


@blueprint.get("/events", **EXACT)
def events() -> Response:
    """The events that the parameters ask for (EPCIS 2.0 §8.2.7.1), as an ``EPCISQueryDocument``."""
    return show(read_query({}))


@blueprint.route("/events", methods=["OPTIONS"], **EXACT)
def events_options() -> Response:
    """What can be done with events."""
    return discovery("GET", "POST")


@blueprint.get("/events/<path:event_id>", **EXACT)
def event(event_id: str) -> Response:
    """One event, with a link to the proof that it is in the log."""
    found = current().ledger.read(find_event, asker(), event_id)
    proof = f'<{address(f"/log/proof/{found.index}")}>; rel="describedby"'
    return answer(standing_alone(found.event), 200, {"Link": proof})


@blueprint.route("/events/<path:event_id>", methods=["OPTIONS"], **EXACT)
def event_options(event_id: str) -> Response:
    """What can be done with one event."""
    del event_id
    return discovery("GET")


def read_query(fixed: Mapping[str, Any]) -> Query:
    """The query of the address's parameters, and of those that its path stands for."""
    return parse_query({**split_values(read_parameters()), **fixed}, read_names())


def show(query: Query) -> Response:
    """A page of a query's events."""
    page = current().ledger.read(find_events, asker(), query, read_page())
    return document(page)


def show_naming(thing: str) -> Response:
    """A page of the events that name a thing."""
    spelled = spellings((thing,)) or frozenset({thing})
    return show(naming(read_query({}), thing, spelled))


def document(page: EventPage, name: str = QUERY_NAME) -> Response:
    """A page of events as JSON."""
    events_shown = [item.event for item in page.events]
    return answer(query_document_of(events_shown, current().clock(), name), 200, link(page.next_token))
