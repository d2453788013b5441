"""The page of a product, at our own name for it: what it is, whose, and that a lot's number tells more."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from ledger.coop.links.targets import host_of
from ledger.coop.links.things import Thing, find_own_thing
from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.gs1.application_identifiers import is_value
from ledger.trace.gs1.digital_links import BATCH
from ledger.trace.identifiers import Kind, OwnIdentifier, identifier_from_path, lot_uri
from web.errors import UnknownPageError
from web.languages import _
from web.public.pages import ASK_FIRST, HTML, SHARED
from web.public.sentences import VerdictWords
from web.resolver.answers import answer, preflight, read_request, with_heads
from web.resolver.levels import levels_of, lot_page_path
from web.resolver.offers import Level
from web.state import State, current

blueprint = Blueprint("products", __name__)

UNKNOWN_LOT = VerdictWords(
    "unknown",
    _("Không có lô này"),
    "Unknown lot",
    (_("Hợp tác xã chưa ghi lô nào mang số đó. Hãy xem lại số lô in trên bao bì."),),
    "The cooperative recorded no lot of this number. Check the number on the pack.",
)


@dataclass(frozen=True, slots=True)
class ProductPage:
    """What the page shows. ``unknown_lot``: the lot's number that was asked for, which nobody gave."""

    thing: Thing
    level: Level
    unknown_lot: str | None = None
    lot_path: str | None = None


@blueprint.route("/<organisation>/product/<code>", methods=["GET", "HEAD", "OPTIONS"])
def product(organisation: str, code: str) -> Response:
    """The page of a product, or its links. Raises ``UnknownPageError``."""
    if request.method == "OPTIONS":
        return preflight(None)
    state = current()
    page = state.ledger.read(_read, state, f"/{organisation}/product/{code}", request.args.get("lot"))
    asked = read_request()
    answered = answer((page.level,), asked, page.level.anchor) if asked.wants_more else None
    if answered is not None:
        return answered
    body = render_template("resolver/product.html", page=page, host_of=host_of, unknown=UNKNOWN_LOT)
    response = Response(body, 404 if page.unknown_lot else 200, content_type=HTML)
    response.headers["Cache-Control"] = ASK_FIRST if page.unknown_lot else SHARED
    return with_heads(response, page.level.anchor)


def _read(session: Session, state: State, path: str, lot: str | None) -> ProductPage:
    try:
        identifier = identifier_from_path(path, state.ledger.id_base)
    except MalformedIdentifierError as error:
        raise UnknownPageError from error
    if not isinstance(identifier, OwnIdentifier):
        raise UnknownPageError
    thing = find_own_thing(session, state.ledger.id_base, identifier)
    if thing is None or thing.product is None:
        raise UnknownPageError
    (level,) = levels_of(session, thing, state.config.public_url, None)
    if not lot:
        return ProductPage(thing, level)
    known = _lot_of(session, state, identifier, lot)
    if known is None:
        # Repeated on the page, so it must at least look like a lot's number: no message of somebody's.
        return ProductPage(thing, level, unknown_lot=lot if is_value(BATCH, lot) else "?")
    return ProductPage(thing, level, lot_path=lot_page_path(known))


def _lot_of(session: Session, state: State, product: OwnIdentifier, lot: str) -> Thing | None:
    try:
        name = lot_uri(state.ledger.id_base, product.organisation, product.code, lot)
    except MalformedIdentifierError:
        return None
    identifier = OwnIdentifier(product.id_base, product.organisation, Kind.LOT, name.rpartition("/")[2])
    return find_own_thing(session, state.ledger.id_base, identifier)
