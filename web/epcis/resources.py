"""The top-level resources: what there is, and the events below each of them (REST binding, Top-level)."""

from collections.abc import Callable, Mapping

from flask import Response

from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.access_tokens import Scope, check_scope
from ledger.coop.exchange.event_queries import Page, find_events, naming
from ledger.coop.exchange.vocabulary import (
    biz_steps,
    dispositions,
    event_types,
    known_places,
    known_things,
)
from ledger.trace.query.epc_matching import spellings
from ledger.trace.query.language import Query, parse_query
from web.epcis.binding import EXACT, asker, blueprint, collection, discovery, read_page
from web.epcis.events import read_query, show, show_naming
from web.state import current

TOP_LEVEL = (
    "events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "capture",
    "queries",
)  # fmt: skip
_ASKED_BY = {
    "eventTypes": "eventType",
    "bizSteps": "EQ_bizStep",
    "dispositions": "EQ_disposition",
    "bizLocations": "EQ_bizLocation",
    "readPoints": "EQ_readPoint",
}
_WORDS: Mapping[str, Callable[[], tuple[str, ...]]] = {
    "eventTypes": event_types,
    "bizSteps": biz_steps,
    "dispositions": dispositions,
}
_KINDS = "any(eventTypes, bizSteps, dispositions, bizLocations, readPoints, epcs)"


@blueprint.get("/", **EXACT)
def top_level() -> Response:
    """What can be asked about."""
    asker()
    return collection(TOP_LEVEL)


@blueprint.get(f"/<{_KINDS}:kind>", **EXACT)
def members(kind: str) -> Response:
    """The words, things or places of one kind."""
    who = asker()
    if kind in _WORDS:
        check_scope(who.holder, Scope.QUERY)
        return collection(_WORDS[kind]())
    known = known_things if kind == "epcs" else known_places
    page = current().ledger.read(known, who, read_page())
    return collection(page.members, page.next_token)


@blueprint.get(f"/<{_KINDS}:kind>/<path:name>", **EXACT)
def member(kind: str, name: str) -> Response:
    """What there is below one of them: its events."""
    who = asker()
    query = _about(kind, name, parse_query({}))
    found = current().ledger.read(find_events, who, query, Page(1))
    is_word = kind in _WORDS and name in _WORDS[kind]()
    if not (found.events or found.next_token or is_word):
        raise NotFoundError("mục", name[:100])
    return collection(("events",))


@blueprint.get(f"/<{_KINDS}:kind>/<path:name>/events", **EXACT)
def member_events(kind: str, name: str) -> Response:
    """The events below one of them, narrowed by the address's parameters."""
    if kind == "epcs":
        return show_naming(name)
    return show(read_query({_ASKED_BY[kind]: [name]}))


@blueprint.route("/", methods=["OPTIONS"], **EXACT)
@blueprint.route(f"/<{_KINDS}:kind>", methods=["OPTIONS"], **EXACT)
@blueprint.route(f"/<{_KINDS}:kind>/<path:name>", methods=["OPTIONS"], **EXACT)
@blueprint.route(f"/<{_KINDS}:kind>/<path:name>/events", methods=["OPTIONS"], **EXACT)
def resource_options(kind: str = "", name: str = "") -> Response:
    """What can be done with them."""
    del kind, name
    return discovery("GET")


@blueprint.get("/<path:rest>", **EXACT)
def nothing_here(rest: str) -> Response:
    """Any other address, in the binding's words."""
    asker()
    raise NotFoundError("địa chỉ", rest[:100])


def _about(kind: str, name: str, query: Query) -> Query:
    if kind == "epcs":
        return naming(query, name, spellings((name,)) or frozenset({name}))
    return parse_query({_ASKED_BY[kind]: [name]})
