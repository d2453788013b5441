"""For monitors: is the process up, can it answer, and what has it been doing."""

import time
from datetime import datetime

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from sqlalchemy.orm import Session

from ledger.log.publication import newest_publication
from ledger.log.publishing import read_parties
from ledger.log.queries import read_head
from web.state import current

health_pages = Blueprint("health", __name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "sogoc_http_requests", "Requests answered", ("endpoint", "method", "status"), registry=REGISTRY
)
SECONDS = Histogram(
    "sogoc_http_request_seconds",
    "Time from request to answer",
    ("endpoint",),
    registry=REGISTRY,
    buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2),
)
VERDICTS = Counter("sogoc_verdicts", "Verdicts shown on passports", ("state",), registry=REGISTRY)
LOG_SIZE = Gauge("sogoc_log_size", "Entries in the log", registry=REGISTRY)
PUBLISHED_SIZE = Gauge("sogoc_published_size", "Entries under the published checkpoint", registry=REGISTRY)
PUBLISHED_AGE = Gauge(
    "sogoc_published_age_seconds",
    "Since the published checkpoint was last shown to others",
    registry=REGISTRY,
)
PUBLISHED_FULL = Gauge("sogoc_published_full", "Whether enough witnesses cosigned it", registry=REGISTRY)
PARTY_UP = Gauge(
    "sogoc_outside_party_up",
    "Whether a witness or time-stamp authority answered when it was last asked",
    ("party",),
    registry=REGISTRY,
)
PARTY_SIZE = Gauge(
    "sogoc_outside_party_size", "Entries it cosigned or stamped last", ("party",), registry=REGISTRY
)


@health_pages.get("/healthz")
def healthz() -> Response:
    """The process answers. The emptiest page there is: what others are measured against."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@health_pages.get("/readyz")
def readyz() -> Response:
    """The database answers and holds the log."""
    head = current().ledger.read(read_head)
    response = Response(f"ready, {head.size} entries\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


@health_pages.get("/metrics")
def metrics() -> Response:
    """Counters of this process, in Prometheus' text format. Nothing in them is about a person or a lot."""
    state = current()
    LOG_SIZE.set(state.ledger.read(read_head).size)
    if state.config.is_publishing:
        state.ledger.read(_look_at_publications, state.clock())
    response = Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def _look_at_publications(session: Session, now: datetime) -> None:
    # The publisher is another process, so its doings are read from where it keeps them.
    newest = newest_publication(session)
    if newest is not None:
        PUBLISHED_SIZE.set(newest.size)
        PUBLISHED_AGE.set((now - newest.renewed_at).total_seconds())
        PUBLISHED_FULL.set(newest.is_full)
    for party in read_parties(session).values():
        PARTY_UP.labels(party.key).set(party.problem is None)
        PARTY_SIZE.labels(party.key).set(party.size)


def register(app: Flask) -> None:
    """Serve the pages and count every request."""
    app.register_blueprint(health_pages)
    app.before_request(_start)
    app.after_request(_count)


def _start() -> None:
    g.started = time.perf_counter()


def _count(response: Response) -> Response:
    # Endpoints are a closed set; addresses are not, and would grow the counters without end.
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(endpoint, method, response.status_code).inc()
    started = g.get("started")
    if started is not None:
        SECONDS.labels(endpoint).observe(time.perf_counter() - started)
    return response
