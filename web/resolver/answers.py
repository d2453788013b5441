"""The resolver's answers: redirects, linksets, choices, and what every one of them carries in its head.

Addresses are made of ``Config.public_url``, never of a request's ``Host``. What people typed stands in bodies
alone, escaped: headers carry our own words, checked names, and targets that a manager wrote.
"""

from flask import Response, json, render_template, request

from ledger.coop.links.targets import host_of, with_query
from web.errors import UnknownPageError
from web.errors import answer as answer_error
from web.languages import _
from web.public.pages import ASK_FIRST, SHARED
from web.resolver.asking import HTML, JSON_LD, Asked, linkset_form, read_asked
from web.resolver.choosing import NoSuchLink, OneLink, SeveralLinks, WholeLinkset, choose
from web.resolver.linksets import CONTEXT, CONTEXT_RELATION, linked_data, linkset_document
from web.resolver.offers import Level

METHODS = "GET, HEAD, OPTIONS"
NO_SUCH_LINK = _(
    "Ở đây không có liên kết thuộc loại được hỏi. Hãy xem các liên kết đang có (linkType=linkset)."
)


def read_request() -> Asked:
    """What this request asks for. Raises ``MalformedIdentifierError``."""
    return read_asked(request.args.items(multi=True), request.accept_mimetypes, request.accept_languages)


def answer(levels: tuple[Level, ...], asked: Asked, here: str) -> Response | None:
    """The answer to a request about the thing of ``levels``; ``None`` where it leads to the page ``here``.

    ``here``: the address of the page that is served where the request arrived, whatever its query.
    """
    match choose(levels, asked):
        case WholeLinkset():
            response = _linkset(levels, asked)
        case SeveralLinks(level):
            response = _linkset((level,), asked, has_default=False)
            response.status_code = 300
            response.headers["Cache-Control"] = ASK_FIRST
        case NoSuchLink():
            response = answer_error(UnknownPageError(sentence=NO_SUCH_LINK))
        case OneLink(offer):
            if offer.is_ours and offer.href.partition("?")[0] == here:
                return None
            response = _redirect(with_query(offer.href, request.query_string))
    return with_heads(response, levels[0].anchor)


def preflight(anchor: str | None) -> Response:
    """The answer to ``OPTIONS``, for browsers that ask before they ask."""
    response = Response(status=204)
    response.headers["Allow"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language"
    response.headers["Access-Control-Max-Age"] = "86400"
    return with_heads(response, anchor)


def with_heads(response: Response, anchor: str | None) -> Response:
    """The answer, readable by every site's scripts, with the way to the linkset and what it depends on."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Allow-Methods"] = METHODS
    headers["Access-Control-Expose-Headers"] = "Link, Location, Allow"
    response.vary.update(("Accept", "Accept-Language"))
    if anchor is not None:
        headers.add("Link", linkset_link(anchor))
    return response


def linkset_link(anchor: str) -> str:
    """The header that leads to all links (RFC 9264 §5). The anchor is an address, so it has no ``>``."""
    return f'<{anchor}?linkType=linkset>; rel="linkset"; type="application/linkset+json"; title="Linkset"'


def _redirect(target: str) -> Response:
    response = Response(status=307)
    # As it stands: werkzeug would make it over, and join it with what the request calls this host.
    response.autocorrect_location_header = False
    response.headers["Location"] = target
    response.headers["Cache-Control"] = SHARED
    return response


def _linkset(levels: tuple[Level, ...], asked: Asked, *, has_default: bool = True) -> Response:
    form = linkset_form(asked)
    if form == HTML:
        told = linked_data(levels, has_default=has_default)
        body = render_template("resolver/links.html", levels=levels, told=told, host_of=host_of)
    elif form == JSON_LD:
        body = json.dumps(linked_data(levels, has_default=has_default))
    else:
        body = json.dumps(linkset_document(levels, has_default=has_default))
    response = Response(body, content_type=f"{form}; charset=utf-8" if form == HTML else form)
    response.headers["Cache-Control"] = SHARED
    if form != HTML:
        response.headers.add(
            "Link", f'<{CONTEXT}>; rel="{CONTEXT_RELATION}"; type="{JSON_LD}"; title="JSON-LD"'
        )
    return response
