"""Passports: what a scan of a stamp or the address of a lot answers, for people and for programs.

No state of a stamp is an error: each has its own page. Only what nobody issued answers 404, with a page too.
"""

from flask import Blueprint, Response, json, request

from ledger.log.errors import LogError
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.errors import MalformedIdentifierError, UnknownLotError
from ledger.trace.identifiers import identifier_from_path
from ledger.trace.passports.verdicts import Verdict
from signing.errors import StampCodeError
from signing.stamp_codes import read_printed
from web.errors import TamperedRecordError
from web.health import VERDICTS
from web.public.pages import (
    ASK_FIRST,
    HTML,
    JSON,
    KeptPage,
    cache_control,
    lot_page,
    stamp_page,
    unknown_page,
)
from web.public.reading import name_lot
from web.public.scanning import find_sighting, see_scan
from web.security import client_address
from web.state import State, current

blueprint = Blueprint("passports", __name__)

_SHOWN_CODE = 40


@blueprint.get("/s/<path:code>")
@blueprint.get("/S/<path:code>")
def stamp(code: str) -> Response:
    """The passport behind a stamp's code; ``/S/`` is how it is printed, in capitals."""
    state = current()
    try:
        printed = read_printed(code)
        sighting = find_sighting(state, printed.code, printed.short)
    except StampCodeError:
        return _unknown(state, code)
    if not sighting.scan.is_known:
        return _unknown(state, code)
    if sighting.is_swapped:
        # Whoever tries through what stands before a code is as free to as who guesses codes.
        state.wrong_codes.take(client_address())
    page = stamp_page(state, sighting.group, _wanted())
    values = see_scan(state, request.environ, sighting, page.verdict, state.today)
    return _answer(page, page.marked.fill(values), page.tag_for(values), is_stamp=True)


@blueprint.get("/s/<code>/bundle")
@blueprint.get("/S/<code>/bundle")
def stamp_bundle(code: str) -> Response:
    """The proof of the lot that a stamp is on."""
    state = current()
    lot = find_sighting(state, read_printed(code).code).scan.status.lot
    if lot is None:
        raise UnknownLotError(code)
    return answer_bundle(state, lot)


@blueprint.get("/<organisation>/class/<code>")
def lot(organisation: str, code: str) -> Response:
    """The passport of a lot by our own identifier."""
    return answer_lot(f"/{organisation}/class/{code}")


@blueprint.get("/<organisation>/class/<code>/bundle")
def bundle(organisation: str, code: str) -> Response:
    """The proof of a lot."""
    return answer_bundle(current(), find_lot(current(), f"/{organisation}/class/{code}"))


def find_lot(state: State, path: str) -> str:
    """The lot at a path. Raises ``UnknownLotError``, ``MalformedIdentifierError``."""
    return state.ledger.read(name_lot, identifier_from_path(path, state.ledger.id_base))


def answer_lot(path: str) -> Response:
    """The page of the lot at a path, by any of its names; where none is known, the page that says so."""
    state = current()
    try:
        page = lot_page(state, find_lot(state, path), _wanted())
    except (UnknownLotError, MalformedIdentifierError):
        return answer_unknown_lot(state)
    return _answer(page, page.body, page.tag)


def answer_unknown_lot(state: State) -> Response:
    """The page for a lot that nobody made."""
    return _page(unknown_page(state, "", is_lot=True, content_type=_wanted()), 404, Verdict.UNKNOWN)


def _unknown(state: State, typed: str) -> Response:
    """Guessing codes is hopeless (one in 2^32), but it shall not be free either."""
    state.wrong_codes.take(client_address())
    body = unknown_page(state, typed[:_SHOWN_CODE], is_lot=False, content_type=_wanted())
    return _page(body, 404, Verdict.UNKNOWN)


def _answer(page: KeptPage, body: bytes, tag: str, *, is_stamp: bool = False) -> Response:
    """The page, or only word that it has not changed (RFC 9110 §13.1.2)."""
    seen = request.headers.get("If-None-Match")
    is_seen = seen is not None and request.if_none_match.contains_weak(tag)
    status = 304 if is_seen else 200
    response = _page(b"" if is_seen else body, status, page.verdict, is_stamp=is_stamp)
    response.headers["ETag"] = f'W/"{tag}"'
    return response


def _page(body: bytes, status: int, verdict: Verdict, *, is_stamp: bool = False) -> Response:
    response = Response(body, status, content_type=_wanted())
    response.headers["Cache-Control"] = cache_control(verdict, is_stamp=is_stamp)
    response.vary.add("Accept")
    if response.mimetype == JSON:
        # Verifiers ask from a file or another host; what is said here is public, and no cookie is looked at.
        response.headers["Access-Control-Allow-Origin"] = "*"
    VERDICTS.labels(verdict.value).inc()
    return response


def _wanted() -> str:
    """JSON for whoever prefers it, a page for everyone else (browsers, link previews, curl)."""
    accept = request.headers.get("Accept", "")
    if JSON not in accept:
        return HTML
    best = request.accept_mimetypes.best_match((HTML.partition(";")[0], JSON))
    return JSON if best == JSON else HTML


def answer_bundle(state: State, lot: str) -> Response:
    """The proof of a lot, by the identifier it was made under. Raises ``TamperedRecordError``."""
    try:
        data = state.bundles.get(lot, lambda: _make_bundle(state, lot))
    except LogError as error:
        raise TamperedRecordError(str(error)) from error
    response = Response(data, content_type=JSON)
    response.headers["Cache-Control"] = ASK_FIRST
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _make_bundle(state: State, lot: str) -> bytes:
    return json.dumps(state.ledger.read(lot_bundle, lot, state.config.witnesses)).encode()
