"""The EPCIS 2.0 REST binding, described: its parameters come from the query language itself. Pure."""

from collections.abc import Mapping
from typing import Any

from ledger.coop.exchange.event_queries import MAX_PER_PAGE
from ledger.trace.query.parameters import FLAG_NAMES, LIST_NAMES, PATH_MATCHES, TIME_NAMES
from web.openapi.operations import Operation, Parameter

_TEXT: Mapping[str, Any] = {"type": "string"}
_TIME: Mapping[str, Any] = {"type": "string", "format": "date-time"}
_KIND = {"enum": ["eventTypes", "bizSteps", "dispositions", "bizLocations", "readPoints", "epcs"]}
_ID = {"type": "string", "minLength": 1}
_PAGING = (
    Parameter("perPage", form={"type": "integer", "minimum": 1}, help=f"At most {MAX_PER_PAGE} are given"),
    Parameter("nextPageToken", help="From the Link header of the page before"),
)
_NUMBERS = tuple(
    Parameter(f"{operator}_quantity", form={"type": "number"}) for operator in ("EQ", "GT", "GE", "LT", "LE")
)
QUERY: tuple[Parameter, ...] = (
    *(Parameter(name, help="Several values are apart by |") for name in sorted(LIST_NAMES | PATH_MATCHES)),
    *(Parameter(name, form=_TIME) for name in sorted(TIME_NAMES)),
    *_NUMBERS,
    *(Parameter(name, form={"type": "boolean"}) for name in sorted(FLAG_NAMES)),
    Parameter("orderBy", help="eventTime, recordTime or an extension's name"),
    Parameter("orderDirection", form={"enum": ["ASC", "DESC"]}),
    Parameter("eventCountLimit", form={"type": "integer", "minimum": 1, "maximum": 100_000}),
    Parameter("maxEventCount", form={"type": "integer", "minimum": 1, "maximum": 100_000}),
)
"""The parameters of EPCIS 2.0 §8.2.7.1 that have names of their own; extensions and units make more."""
_BEHAVIOUR = Parameter("GS1-Capture-Error-Behaviour", "header", {"enum": ["rollback", "proceed"]})
_PREFER = Parameter("Prefer", "header", help="return=minimal leaves the event out of the answer")
_REFUSED = (400, 401, 403, 404, 406, 414, 429)


def _ask(path: str, summary: str, name: str, *parameters: Parameter, large: bool = False) -> Operation:
    return Operation(
        path=f"/epcis{path}",
        summary=summary,
        tag="epcis",
        answers={200: name},
        refusals=(*_REFUSED, 413) if large else _REFUSED,
        parameters=parameters,
        paths={"kind": _KIND, "name": _ID},
        is_public=False,
    )


def _send(path: str, summary: str, body: str, status: int, name: str, *parameters: Parameter) -> Operation:
    return Operation(
        path=f"/epcis{path}",
        method="post",
        summary=summary,
        tag="epcis",
        answers={status: name},
        refusals=(*_REFUSED, 409, 413, 415, 503),
        parameters=parameters,
        body=body,
        is_public=False,
    )


def _drop(path: str, summary: str) -> Operation:
    return Operation(
        path=f"/epcis{path}",
        method="delete",
        summary=summary,
        tag="epcis",
        answers={204: ""},
        refusals=(*_REFUSED, 503),
        is_public=False,
    )


def _discover(path: str) -> Operation:
    return Operation(
        path=f"/epcis{path}",
        method="options",
        summary="Versions and limits",
        tag="epcis",
        answers={204: ""},
        refusals=(404, 406),
        paths={"kind": _KIND, "name": _ID},
    )


_FORMS = {"enum": ["epcis", "fsma204", "nd37", "eudr", "authority"]}
_RECORD = Operation(
    path="/exchange/{form}",
    summary="The record of one lot: EPCIS, FSMA 204, Decree 37/2026, EUDR plots, or all for an authority",
    tag="exchange",
    answers={200: "Bytes"},
    media="application/octet-stream",
    refusals=(400, 401, 403, 404, 413, 414, 429),
    parameters=(Parameter("lot", form={"type": "string", "minLength": 1, "maxLength": 300}),),
    paths={"form": _FORMS},
    is_public=False,
)
_SUBSCRIPTIONS = "/queries/{name}/subscriptions"
_ANSWERED: tuple[Operation, ...] = (
    _ask("/", "What can be asked about", "Collection"),
    _send("/capture", "Capture a document", "EpcisDocument", 202, "CaptureJob", _BEHAVIOUR),
    _ask("/capture", "Captures, newest first", "CaptureJobs", *_PAGING),
    _ask("/capture/{job_id}", "One capture and what became of each event", "CaptureJob"),
    _send("/events", "Capture one event", "Event", 201, "Object", _PREFER),
    _ask("/events", "Events", "EpcisQueryDocument", *_PAGING, *QUERY, large=True),
    _ask("/events/{event_id}", "One event", "Event"),
    _ask("/{kind}", "What there is of a kind", "Collection", *_PAGING),
    _ask("/{kind}/{name}", "What is below one of them", "Collection"),
    _ask("/{kind}/{name}/events", "The events below it", "EpcisQueryDocument", *_PAGING, *QUERY, large=True),
    _ask("/queries", "Named queries", "Queries"),
    _send("/queries", "Keep a query under a name", "Query", 201, "Query"),
    _ask("/queries/{name}", "A query's definition", "Query"),
    _drop("/queries/{name}", "Drop a query and its subscriptions"),
    _ask("/queries/{name}/events", "What a query finds", "EpcisQueryDocument", *_PAGING, large=True),
    _ask(_SUBSCRIPTIONS, "Subscriptions to a query", "Subscriptions"),
    _send(_SUBSCRIPTIONS, "Have what a query finds sent", "Subscription", 201, "Subscription"),
    _ask(_SUBSCRIPTIONS + "/{subscription_id}", "One subscription", "Subscription"),
    _drop(_SUBSCRIPTIONS + "/{subscription_id}", "End a subscription"),
)
OPERATIONS: tuple[Operation, ...] = (
    _RECORD,
    *_ANSWERED,
    *(_discover(path.removeprefix("/epcis")) for path in dict.fromkeys(one.path for one in _ANSWERED)),
)
