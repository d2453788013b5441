"""Errors as the binding has them: ``application/problem+json`` whose ``type`` is an EPCIS exception.

Beside the members of RFC 9457 there is ``errors``: for each place at fault a JSON pointer (RFC 6901) into
what was sent, and a sentence for whoever mends the program that sent it.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus as Http
from typing import Any

import orjson
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from ledger.coop.errors import EventProblem, NotFoundError
from ledger.coop.exchange import errors as exchange
from ledger.trace.errors import QueryParameterError
from web.errors import sentence_of, status_of

EXCEPTION = "epcisException:"
_TYPES: Mapping[type[Exception], str] = {
    exchange.SubscriptionError: "SubscriptionControlsException",
    exchange.QueryTooComplexError: "QueryTooComplexException",
    exchange.QueryTooLargeError: "QueryTooLargeException",
    exchange.PageTokenError: "QueryParameterException",
    QueryParameterError: "QueryParameterException",
    NotFoundError: "NoSuchResourceException",
}
_BY_STATUS: Mapping[int, str] = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    414: "URITooLongException",
    415: "UnsupportedMediaTypeException",
    422: "ValidationException",
    501: "ImplementationException",
}
_TITLES: Mapping[str, str] = {
    "ValidationException": "The data is not valid",
    "SecurityException": "Access denied",
    "NoSuchResourceException": "No such resource",
    "NotAcceptableException": "Not available in this form",
    "ResourceAlreadyExistsException": "The resource exists already",
    "CaptureLimitExceededException": "Capture payload too large",
    "QueryTooLargeException": "The result is too large",
    "QueryTooComplexException": "The query is too complex",
    "QueryParameterException": "A query parameter is wrong",
    "SubscriptionControlsException": "The subscription's controls are wrong",
    "URITooLongException": "URI too long",
    "UnsupportedMediaTypeException": "Unsupported media type",
    "ImplementationException": "The server failed",
}


def problem(error: Exception) -> Response:
    """The answer to an error of any address of the binding."""
    status = status_of(error)
    if status == Http.UNPROCESSABLE_ENTITY:
        status = Http.BAD_REQUEST
    if status >= Http.INTERNAL_SERVER_ERROR:
        current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    body = problem_body(kind_of(error, status), int(status), sentence_of(error, status))
    found = _places(error)
    if found:
        body["errors"] = found
    if isinstance(error, exchange.EventExistsError):
        body |= {"eventID": error.event_id, "index": error.index}
    response = Response(orjson.dumps(body), status, content_type="application/problem+json")
    _add_headers(response, error, status)
    return response


def problem_body(kind: str, status: int, detail: str) -> dict[str, Any]:
    """The members that every problem has; ``kind`` is an EPCIS exception's name."""
    return {"type": EXCEPTION + kind, "title": _TITLES[kind], "status": status, "detail": detail}


def kind_of(error: Exception, status: int) -> str:
    """The name of the EPCIS exception that an error is."""
    known = next((_TYPES[kind] for kind in type(error).__mro__ if kind in _TYPES), None)
    return known or _BY_STATUS.get(status, "ImplementationException")


def places(problems: Iterable[EventProblem]) -> list[dict[str, str]]:
    """Problems as JSON: ``pointer`` and ``detail``."""
    return [{"pointer": one.pointer, "detail": one.sentence} for one in problems]


def _places(error: Exception) -> list[dict[str, str]]:
    match error:
        case exchange.CaptureError(problems=problems):
            return places(problems)
        case exchange.SubscriptionError(pointer=pointer, sentence=sentence):
            return [{"pointer": pointer, "detail": sentence}]
        case QueryParameterError(parameter=name, sentence=sentence):
            return [{"parameter": name, "detail": sentence}]
    return []


def _add_headers(response: Response, error: Exception, status: int) -> None:
    if isinstance(error, HTTPException):
        told = error.get_headers()
        response.headers.extend((name, value) for name, value in told if not name.startswith("Content-"))
    if status == Http.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="epcis"'
    retry_after_s = getattr(error, "retry_after_s", None)
    if isinstance(retry_after_s, int):
        response.headers["Retry-After"] = str(retry_after_s)
