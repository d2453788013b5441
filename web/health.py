"""For monitors: is the process up, can it answer, and what has it been doing."""

import time

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

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
    LOG_SIZE.set(current().ledger.read(read_head).size)
    response = Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


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
