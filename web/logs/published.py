"""Published checkpoints for auditors: history, notes, timestamps, and the log's policy and second key.

The newest one is ``/log/checkpoint``; here is what was shown before, so that nobody can be told otherwise.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, json, request
from sqlalchemy.orm import Session

from ledger.log.log_keys import read_log_keys
from ledger.log.policies import format_policy
from ledger.log.publication import Publication, read_publication, read_publications, read_timestamps
from ledger.log.second_key import find_second_key
from signing.timestamps import ANSWER_TYPE
from web.errors import UnknownPageError
from web.state import current

blueprint = Blueprint("published", __name__, url_prefix="/log")

PAGE = 100
TEXT = "text/plain; charset=utf-8"
A_MOMENT = "public, max-age=2"
AN_HOUR = "public, max-age=3600"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)


@blueprint.get("/published", strict_slashes=True)
def published() -> Response:
    """The history, newest first, 100 at a time: ``?below=SIZE`` goes on from there."""
    below = request.args.get("below")
    history = current().ledger.read(
        read_publications, below=None if below is None else _parse(below), limit=PAGE
    )
    return _answer(json.dumps([_described(item) for item in history]), "application/json", A_MOMENT)


@blueprint.get("/published/<size>", strict_slashes=True)
def note(size: str) -> Response:
    """The published checkpoint of a size: a signed note with the cosignatures it has."""
    return _answer(_find(size).note, TEXT, A_MOMENT)


@blueprint.get("/published/<size>/timestamp/<authority>", strict_slashes=True)
def timestamp(size: str, authority: str) -> Response:
    """The answer of a time-stamp authority about that checkpoint's text (RFC 3161), as it came."""
    found = {stamp.authority: stamp for stamp in current().ledger.read(read_timestamps, _find(size).size)}
    if authority not in found:
        raise UnknownPageError("no such timestamp")
    return _answer(found[authority].token, ANSWER_TYPE, AN_HOUR)


@blueprint.get("/policy", strict_slashes=True)
def policy() -> Response:
    """Whom this log asks to witness it, and how many it wants at least (C2SP tlog-policy)."""
    state = current()
    keys = state.ledger.read(read_log_keys)
    return _answer(format_policy(replace(state.config.witnesses, logs=keys)), TEXT, AN_HOUR)


@blueprint.get("/vkey/ml-dsa-44", strict_slashes=True)
def second_key() -> Response:
    """The log's second key, one line (signature type 0x06, C2SP tlog-cosignature)."""
    key = current().ledger.read(_read_second_key)
    return _answer(f"{key}\n", TEXT, AN_HOUR)


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Pages of any site may read all of this (Fetch standard, CORS)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _read_second_key(session: Session) -> str:
    ledger = current().ledger
    key = find_second_key(session, ledger.vault, ledger.origin)
    if key is None:
        raise UnknownPageError("the log has no second key")
    return key.format()


def _find(size: str) -> Publication:
    found = current().ledger.read(read_publication, _parse(size))
    if found is None:
        raise UnknownPageError("no checkpoint of this size was published")
    return found


def _described(item: Publication) -> dict[str, Any]:
    return {
        "size": item.size,
        "root": item.root.hex(),
        "published_at": _moment(item.published_at),
        "renewed_at": _moment(item.renewed_at),
        "is_full": item.is_full,
        "is_stamped": item.is_stamped,
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parse(number: str) -> int:
    if _NUMBER.fullmatch(number) is None:
        raise UnknownPageError("not a number in its one spelling")
    return int(number)


def _answer(data: bytes | str, content_type: str, cache: str) -> Response:
    response = Response(data, content_type=content_type)
    response.headers["Cache-Control"] = cache
    return response
