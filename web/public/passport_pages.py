"""Passports: what a scan of a stamp or the address of a lot answers, for people and for programs.

No state of a stamp is an error: each has its own page. Only what nobody issued answers 404, with a page too.
"""

import re

from flask import Blueprint, Response, json, request
from sqlalchemy.orm import Session

from ledger.log.errors import LogError
from ledger.log.keys import chain_keys
from ledger.trace.bundle import lot_bundle
from ledger.trace.credentials import did_document, issuer_did
from ledger.trace.errors import MalformedIdentifierError, UnknownLotError
from ledger.trace.identifiers import identifier_from_path, is_organisation_code
from ledger.trace.verdicts import Verdict
from signing.data_integrity import multikey
from signing.errors import StampCodeError
from signing.stamp_codes import canonical_code
from web.errors import TamperedRecordError
from web.health import VERDICTS
from web.public.lookup import digital_link_path
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

_DIGITAL_LINK = re.compile(r"([0-9]{8,14})/10/(.+?)(?:/21/(.+))?")
_SHOWN_CODE = 40


@blueprint.get("/s/<path:code>")
@blueprint.get("/S/<path:code>")
def stamp(code: str) -> Response:
    """The passport behind a stamp's code; ``/S/`` is how it is printed, in capitals."""
    state = current()
    try:
        sighting = find_sighting(state, canonical_code(code))
    except StampCodeError:
        return _unknown(state, code)
    if not sighting.scan.is_known:
        return _unknown(state, code)
    page = stamp_page(state, sighting.group, _wanted())
    values = see_scan(state, request.environ, sighting, page.verdict, state.today)
    return _answer(page, page.marked.fill(values), page.tag_for(values), is_stamp=True)


@blueprint.get("/s/<code>/bundle")
@blueprint.get("/S/<code>/bundle")
def stamp_bundle(code: str) -> Response:
    """The proof of the lot that a stamp is on."""
    state = current()
    lot = find_sighting(state, canonical_code(code)).scan.status.lot
    if lot is None:
        raise UnknownLotError(code)
    return _bundle(state, lot)


@blueprint.get("/<organisation>/class/<code>")
def lot(organisation: str, code: str) -> Response:
    """The passport of a lot by our own identifier."""
    return _lot(f"/{organisation}/class/{code}")


@blueprint.get("/<organisation>/class/<code>/bundle")
def bundle(organisation: str, code: str) -> Response:
    """The proof of a lot."""
    return _bundle(current(), find_lot(current(), f"/{organisation}/class/{code}"))


@blueprint.get("/01/<path:rest>")
def digital_link(rest: str) -> Response:
    """The passport of a lot by GTIN and lot number (GS1 Digital Link), or its proof."""
    place, _, end = rest.rpartition("/")
    wants_bundle = end == "bundle"
    match = _DIGITAL_LINK.fullmatch(place if wants_bundle else rest)
    path = f"/01/{rest}" if match is None else digital_link_path(*match.groups())
    return _bundle(current(), find_lot(current(), path)) if wants_bundle else _lot(path)


@blueprint.get("/<organisation>/did.json")
def did(organisation: str) -> Response:
    """The keys of an organisation as a ``did:web`` document, for verifiers of its credentials."""
    state = current()
    if not is_organisation_code(organisation):
        raise UnknownLotError(organisation)
    keys = state.ledger.read(read_multikeys, organisation)
    document = did_document(issuer_did(state.ledger.id_base, organisation), keys)
    return _json(document, "application/did+json")


def find_lot(state: State, path: str) -> str:
    """The lot at a path. Raises ``UnknownLotError``, ``MalformedIdentifierError``."""
    return state.ledger.read(name_lot, identifier_from_path(path, state.ledger.id_base))


def read_multikeys(session: Session, organisation: str) -> tuple[str, ...]:
    """The organisation's keys, oldest first, revoked ones too: they signed what was sealed in their time."""
    keys = [multikey(held.key.public_key) for held in chain_keys(session, organisation)]
    if not keys:
        raise UnknownLotError(organisation)
    return tuple(dict.fromkeys(keys))


def _lot(path: str) -> Response:
    state = current()
    try:
        page = lot_page(state, find_lot(state, path), _wanted())
    except (UnknownLotError, MalformedIdentifierError):
        return _page(unknown_page(state, "", is_lot=True, content_type=_wanted()), 404, Verdict.UNKNOWN)
    return _answer(page, page.body, page.tag)


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
    VERDICTS.labels(verdict.value).inc()
    return response


def _wanted() -> str:
    """JSON for whoever prefers it, a page for everyone else (browsers, link previews, curl)."""
    accept = request.headers.get("Accept", "")
    if JSON not in accept:
        return HTML
    best = request.accept_mimetypes.best_match((HTML.partition(";")[0], JSON))
    return JSON if best == JSON else HTML


def _bundle(state: State, lot: str) -> Response:
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


def _json(document: object, content_type: str) -> Response:
    response = Response(json.dumps(document), content_type=content_type)
    response.headers["Cache-Control"] = ASK_FIRST
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
