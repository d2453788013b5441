"""Digital Links: ``/01/…`` for products and lots, ``/00/…`` for cartons and pallets, other keys are checked.

A GS1 name redirects to the page of what it names (307); where a lot has no other name than GS1's the page
answers at it. A name that is no Digital Link is 400, one of nothing that is known here 404.
"""

from urllib.parse import quote, unquote_to_bytes

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from ledger.coop.links.things import Thing, find_thing
from ledger.trace.errors import MalformedIdentifierError, UnknownLotError
from ledger.trace.gs1.application_identifiers import PRIMARY_KEYS
from ledger.trace.gs1.digital_links import (
    BATCH,
    GTIN,
    SSCC,
    DigitalLink,
    check_attributes,
    format_path,
    read_path,
    readings,
)
from web.public.cartons import answer_unknown_carton, carton_page_path, read_carton
from web.public.passport_pages import answer_bundle, answer_lot, answer_unknown_lot
from web.resolver.answers import answer, preflight, read_request, with_heads
from web.resolver.levels import carton_levels, levels_of, lot_page_path
from web.resolver.offers import Level
from web.state import State, current

blueprint = Blueprint("resolver", __name__)

_KEYS = ",".join(f'"{key}"' for key in PRIMARY_KEYS)
_BUNDLE = "/bundle"
_Found = tuple[DigitalLink, Thing, tuple[Level, ...]]


@blueprint.route(f"/<any({_KEYS}):key>/<path:rest>", methods=["GET", "HEAD", "OPTIONS"])
def digital_link(key: str, rest: str) -> Response:
    """Where a Digital Link leads. Raises ``MalformedIdentifierError`` for what is none."""
    state = current()
    path = _Path.of(request.environ)
    if key == GTIN and rest.endswith(_BUNDLE):
        return _bundle(state, path)
    links = path.links()
    check_attributes(request.args.items(multi=True))
    if request.method == "OPTIONS":
        return preflight(state.config.public_url + format_path(links[0]))
    if key == SSCC:
        return _carton(state, links[0])
    found = state.ledger.read(_find, state, links)
    if found is None:
        return with_heads(answer_unknown_lot(state), None)
    _, thing, levels = found
    answered = answer(levels, read_request(), levels[0].anchor)
    # A lot that has no name but GS1's has its page at this name.
    return answered or with_heads(answer_lot(lot_page_path(thing)), levels[0].anchor)


@blueprint.after_request
def let_every_site_read(response: Response) -> Response:
    """Refusals, too, can be read by the scripts of other sites: they hold nothing of the asker's."""
    response.headers.setdefault("Access-Control-Allow-Origin", "*")
    return response


class _Path:
    """The path of a request: as it was sent, if the server says so, and decoded, which every server does.

    ``%2F`` is a slash after decoding, so a decoded path may be read in more than one way.
    """

    def __init__(self, sent: str | None, decoded: str) -> None:
        self._sent, self._decoded = sent, decoded

    @classmethod
    def of(cls, environ: dict[str, str]) -> "_Path":
        """The path of a WSGI request. What claims to be as sent is believed if it decodes to the other."""
        raw = environ["PATH_INFO"].encode("latin-1")
        sent = environ.get("RAW_URI", environ.get("REQUEST_URI", "")).partition("?")[0]
        is_true = sent.isascii() and unquote_to_bytes(sent) == raw
        return cls(sent if is_true else None, raw.decode("utf-8", "replace"))

    def without(self, end: str) -> "_Path":
        """The path before an ending."""
        sent = None if self._sent is None else self._sent.rstrip("/").removesuffix(end)
        return _Path(sent, self._decoded.rstrip("/").removesuffix(end))

    def links(self) -> tuple[DigitalLink, ...]:
        """What it may name, the plain reading first. Raises ``MalformedIdentifierError`` for nothing."""
        if self._sent is not None:
            return (read_path(self._sent),)
        others = tuple(readings(self._decoded.removesuffix("/")))
        try:
            plain = read_path(quote(self._decoded, safe="/"))
        except MalformedIdentifierError as error:
            known = current().ledger.read(_find, current(), others, only_lots=True) if others else None
            if known is None:
                raise error from None
            return (known[0],)
        return tuple(dict.fromkeys((plain, *others)))


def _find(
    session: Session, state: State, links: tuple[DigitalLink, ...], *, only_lots: bool = False
) -> _Found | None:
    """The first reading that names a known lot, else what the plain one names."""
    things = [(link, find_thing(session, state.ledger.id_base, link)) for link in links]
    named = [(link, thing) for link, thing in things if thing is not None and thing.lot is not None]
    plain = [] if only_lots else [(link, thing) for link, thing in things[:1] if thing is not None]
    for link, thing in (*named, *plain):
        if thing is not None:
            return link, thing, levels_of(session, thing, state.config.public_url, link)
    return None


def _carton(state: State, link: DigitalLink) -> Response:
    code = link.key.value
    if read_carton(state, code).found is None:
        return with_heads(answer_unknown_carton(state), None)
    levels = carton_levels(state.config.public_url, link, carton_page_path(code))
    answered = answer(levels, read_request(), levels[0].anchor)
    if answered is None:
        raise UnknownLotError(code)
    return answered


def _bundle(state: State, path: _Path) -> Response:
    for link in path.without(_BUNDLE).links():
        found = state.ledger.read(_find, state, (link,), only_lots=True)
        if found is not None and found[1].lot is not None:
            return answer_bundle(state, found[1].lot.lot)
    raise UnknownLotError(f"{GTIN}/…/{BATCH}")
