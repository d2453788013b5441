"""Our own names beside GS1's: the page stands at the name itself, unless the request asks for something else.

``/{organisation}/class/{product}.{lot}`` and stamps ``/s/{code}`` are served by ``web.public``; a request for
a linkset, a link type or a credential is answered here before it gets there.
"""

from flask import Flask, Response, request
from sqlalchemy.orm import Session

from ledger.coop.links.things import Thing, find_own_thing, lot_thing
from ledger.trace.errors import MalformedIdentifierError, UnknownLotError
from ledger.trace.identifiers import Kind, OwnIdentifier, identifier_from_path
from ledger.trace.queries import find_lot
from signing.errors import StampCodeError
from signing.stamp_codes import canonical_code
from web.public.scanning import find_sighting
from web.resolver.answers import answer, linkset_link, preflight, read_request
from web.resolver.levels import levels_of
from web.resolver.offers import Level
from web.state import State, current

_LOT, _STAMP = "passports.lot", "passports.stamp"


def register(app: Flask) -> None:
    """Stand before the passports' pages."""
    app.before_request(answer_instead)
    app.after_request(name_the_linkset)


def answer_instead() -> Response | None:
    """What a request for a lot's or stamp's page gets that asks for more than the page; else ``None``."""
    if request.endpoint not in {_LOT, _STAMP}:
        return None
    if request.method == "OPTIONS":
        return preflight(None)
    try:
        asked = read_request()
        if not asked.wants_more:
            return None
        levels = _levels_asked(current())
    except (MalformedIdentifierError, StampCodeError, UnknownLotError):
        return None  # the page says what is wrong
    # What leads to the lot's page stays here: it is that page, or the stamp's, which says all of it and more.
    return answer(levels, asked, levels[0].anchor) if levels else None


def name_the_linkset(response: Response) -> Response:
    """A lot's page names its linkset, and any site's script may follow a redirect to it."""
    if request.endpoint == _LOT and response.status_code in {200, 304} and "Link" not in response.headers:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Link"] = linkset_link(current().config.public_url + _path())
    return response


def own_levels(session: Session, state: State, identifier: OwnIdentifier) -> tuple[Level, ...]:
    """The levels of what an identifier of our own names; none for what is not known."""
    thing = find_own_thing(session, state.ledger.id_base, identifier)
    return () if thing is None else levels_of(session, thing, state.config.public_url, None)


def _levels_asked(state: State) -> tuple[Level, ...]:
    if request.endpoint == _LOT:
        identifier = identifier_from_path(_path(), state.ledger.id_base)
        if not isinstance(identifier, OwnIdentifier) or identifier.kind is not Kind.LOT:
            return ()
        return state.ledger.read(own_levels, state, identifier)
    status = find_sighting(state, canonical_code((request.view_args or {})["code"])).scan.status
    # A stamp that vouches for nothing leads to nothing either: its page says why.
    if status.lot is None or status.voided_on is not None or not status.integrity.ok:
        return ()
    return state.ledger.read(_stamp_levels, state, status.lot)


def _stamp_levels(session: Session, state: State, lot: str) -> tuple[Level, ...]:
    thing: Thing = lot_thing(session, state.ledger.id_base, find_lot(session, lot))
    return levels_of(session, thing, state.config.public_url, None)


def _path() -> str:
    values = request.view_args or {}
    return f"/{values['organisation']}/class/{values['code']}"
