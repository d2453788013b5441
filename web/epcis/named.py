"""Named queries and their subscriptions (REST binding, Queries and Subscriptions)."""

from datetime import datetime
from typing import Any

from flask import Response

from ledger.coop.exchange.event_queries import find_events
from ledger.coop.exchange.named_queries import (
    NamedQuery,
    create_query,
    delete_query,
    list_queries,
    read_query,
)
from ledger.coop.exchange.subscriptions import (
    Subscription,
    list_subscriptions,
    read_subscription,
    subscribe,
    unsubscribe,
)
from web.epcis.binding import (
    EXACT,
    SMALL_BYTES,
    address,
    answer,
    asker,
    blueprint,
    discovery,
    read_body,
    read_page,
)
from web.epcis.events import document
from web.security import signed_body
from web.state import current


@blueprint.get("/queries", **EXACT)
def queries() -> Response:
    """The holder's named queries: at most 50, on one page."""
    found = current().ledger.read(list_queries, asker().holder)
    return answer([_query_body(query) for query in found])


@blueprint.post("/queries", **EXACT)
@signed_body
def new_query() -> Response:
    """Keep a query under a name: 201, or 409 for a name that is taken."""
    who = asker()
    query = current().ledger.write(create_query, who.holder, read_body(SMALL_BYTES))
    return answer(_query_body(query), 201, {"Location": address(f"/epcis/queries/{query.name}")})


@blueprint.get("/queries/<name>", **EXACT)
def query(name: str) -> Response:
    """A query's definition."""
    return answer(_query_body(current().ledger.read(read_query, asker().holder, name)))


@blueprint.delete("/queries/<name>", **EXACT)
@signed_body
def no_query(name: str) -> Response:
    """Drop a query and its subscriptions."""
    current().ledger.write(delete_query, asker().holder, name)
    return Response(status=204)


@blueprint.get("/queries/<name>/events", **EXACT)
def query_events(name: str) -> Response:
    """A page of what a query finds."""
    who, ledger = asker(), current().ledger
    asked = ledger.read(read_query, who.holder, name).parsed()
    return document(ledger.read(find_events, who, asked, read_page()), name)


@blueprint.get("/queries/<name>/subscriptions", **EXACT)
def subscriptions(name: str) -> Response:
    """The holder's subscriptions to a query: at most 20, on one page."""
    found = current().ledger.read(list_subscriptions, asker().holder, name)
    return answer([_subscription_body(one) for one in found])


@blueprint.post("/queries/<name>/subscriptions", **EXACT)
@signed_body
def new_subscription(name: str) -> Response:
    """Have what a query finds sent to an address."""
    who = asker()
    made = current().ledger.write(subscribe, who.holder, name, read_body(SMALL_BYTES))
    path = f"/epcis/queries/{name}/subscriptions/{made.id}"
    return answer(_subscription_body(made), 201, {"Location": address(path)})


@blueprint.get("/queries/<name>/subscriptions/<subscription_id>", **EXACT)
def subscription(name: str, subscription_id: str) -> Response:
    """One subscription. Its secret is never shown."""
    holder = asker().holder
    return answer(_subscription_body(current().ledger.read(read_subscription, holder, name, subscription_id)))


@blueprint.delete("/queries/<name>/subscriptions/<subscription_id>", **EXACT)
@signed_body
def no_subscription(name: str, subscription_id: str) -> Response:
    """End a subscription."""
    current().ledger.write(unsubscribe, asker().holder, name, subscription_id)
    return Response(status=204)


@blueprint.route("/queries", methods=["OPTIONS"], **EXACT)
def queries_options() -> Response:
    """What can be done with queries."""
    return discovery("GET", "POST")


@blueprint.route("/queries/<name>", methods=["OPTIONS"], **EXACT)
def query_options(name: str) -> Response:
    """What can be done with a query."""
    del name
    return discovery("GET", "DELETE")


@blueprint.route("/queries/<name>/events", methods=["OPTIONS"], **EXACT)
def query_events_options(name: str) -> Response:
    """What can be done with its events."""
    del name
    return discovery("GET")


@blueprint.route("/queries/<name>/subscriptions", methods=["OPTIONS"], **EXACT)
def subscriptions_options(name: str) -> Response:
    """What can be done with its subscriptions."""
    del name
    return discovery("GET", "POST")


@blueprint.route("/queries/<name>/subscriptions/<subscription_id>", methods=["OPTIONS"], **EXACT)
def subscription_options(name: str, subscription_id: str) -> Response:
    """What can be done with a subscription."""
    del name, subscription_id
    return discovery("GET", "DELETE")


def _query_body(query: NamedQuery) -> dict[str, Any]:
    return {"name": query.name, "query": dict(query.body)}


def _subscription_body(one: Subscription) -> dict[str, Any]:
    body: dict[str, Any] = {
        "subscriptionID": one.id,
        "dest": one.dest,
        "createdAt": _moment(one.created_at),
        "reportIfEmpty": one.report_if_empty,
    }
    body |= {"stream": True} if one.schedule is None else {"schedule": dict(one.schedule)}
    for name, moment in (
        ("lastNotifiedAt", one.last_notified_at),
        ("initialRecordTime", one.initial_record_time),
    ):
        if moment is not None:
            body[name] = _moment(moment)
    if one.problem is not None:
        body["problem"] = one.problem
    body["isStopped"] = one.is_stopped
    return body


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
