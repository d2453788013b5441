"""What all addresses of the binding share: who asks, which versions are spoken, how an answer is written.

EPCIS 2.0, REST binding §12.2 to §12.5: versions, extensions and limits are in headers.
"""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType

from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.access_tokens import find_holder, note_use
from ledger.coop.exchange.capture_jobs import CAPTURE_LIMIT
from ledger.coop.exchange.errors import AccessError
from ledger.coop.exchange.event_queries import PER_PAGE, Asker, Page
from ledger.trace.errors import QueryParameterError
from ledger.trace.events.epcis import CONTEXT_URL, NAMESPACE, PREFIX
from ledger.trace.events.event_hash import Namespaces
from ledger.trace.events.strict_json import parse_json
from web.epcis.problems import problem
from web.security import client_address
from web.state import current

blueprint = Blueprint("epcis", __name__, url_prefix="/epcis")
EXACT: dict[str, Any] = {"strict_slashes": True, "provide_automatic_options": False}
"""How every address here is routed: in its one spelling, and OPTIONS is a view of ours."""

VERSION = "2.0.0"
CAPTURE_BYTES = 8 * 1024 * 1024
SMALL_BYTES = 64 * 1024
"""A single event, a query or a subscription."""
MAX_TOKEN = 100
CONTEXT: list[Any] = [CONTEXT_URL, {PREFIX: NAMESPACE}]
JSON, JSON_LD = "application/json", "application/ld+json"
_FORMATS = frozenset({"", "No_Preference", "Never_Translates"})
_SPOKEN = {
    "GS1-EPCIS-Version": VERSION,
    "GS1-CBV-Version": VERSION,
    "GS1-Extensions": f"{PREFIX}={NAMESPACE}",
}
DISCOVERY = {
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
    "GS1-EPC-Format": "Never_Translates",
    "GS1-CBV-XML-Format": "Never_Translates",
    "GS1-Vendor-Version": f"sogoc {version('sogoc')}",
}
CAPTURE_DISCOVERY = {
    "GS1-EPCIS-Capture-Limit": str(CAPTURE_LIMIT),
    "GS1-EPCIS-Capture-File-Size-Limit": str(CAPTURE_BYTES),
    "GS1-Capture-Error-Behaviour": "all",
}
_PAGING = frozenset({"perPage", "nextPageToken"})

blueprint.register_error_handler(Exception, problem)


@blueprint.before_request
def check_versions() -> None:
    """Refuse to answer in a version or format that is not spoken here, or under an unseen name."""
    if not request.path.isprintable():
        raise NotFoundError("địa chỉ", "…")
    for kind in ("EPCIS", "CBV"):
        asked = {name: request.headers.get(f"GS1-{kind}-{name}") for name in ("Version", "Min", "Max")}
        if not _is_spoken(asked["Min"], asked["Max"], asked["Version"]):
            raise NotAcceptable
    if request.headers.get("GS1-EPC-Format", "") not in _FORMATS:
        # What was signed is shown as it was signed.
        raise NotAcceptable
    wanted = request.accept_mimetypes
    if wanted and not any(wanted[kind] for kind in (JSON, JSON_LD, "application/problem+json")):
        raise NotAcceptable


@blueprint.after_request
def tell_versions(response: Response) -> Response:
    """Every answer says which versions it is in; none is kept by a cache, for it is for one holder."""
    for name, value in _SPOKEN.items():
        response.headers.setdefault(name, value)
    response.headers["Cache-Control"] = "no-store"
    return response


def asker() -> Asker:
    """Who asks, by the bearer token. Raises ``AccessError``; wrong tokens count against their address."""
    state = current()
    state.refused_notes.check(client_address())
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    now = state.clock()
    try:
        # A longer one is looked up as none: it is nobody's.
        shown = token if kind.lower() == "bearer" and len(token) <= MAX_TOKEN else ""
        holder = state.ledger.read(find_holder, shown, now)
    except AccessError:
        state.refused_notes.take(client_address())
        raise
    if holder.is_use_due:
        state.ledger.write(note_use, holder.token_id)
    return Asker(holder, state.ledger.vault, now)


def read_body(max_bytes: int) -> Any:
    """The JSON that was sent. Raises ``MalformedJsonError``; 413, 415."""
    if request.mimetype not in {JSON, JSON_LD}:
        raise UnsupportedMediaType
    request.max_content_length = max_bytes
    return parse_json(request.get_data(cache=False), max_bytes=max_bytes)


def read_page() -> Page:
    """``perPage`` and ``nextPageToken``. Raises ``QueryParameterError``."""
    text = request.args.get("perPage", str(PER_PAGE))
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 7 and int(text) > 0):
        raise QueryParameterError("perPage", "là số nguyên từ 1")
    return Page(int(text), request.args.get("nextPageToken"))


def read_parameters() -> dict[str, str]:
    """The other parameters of the address, each given once. Raises ``QueryParameterError``."""
    found: dict[str, str] = {}
    for name, values in request.args.lists():
        if name in _PAGING and len(values) == 1:
            continue
        if len(values) > 1:
            raise QueryParameterError(name, "ghi hai lần; nhiều giá trị thì ngăn bằng dấu |")
        found[name] = values[0]
    return found


def read_names() -> Namespaces:
    """The prefixes that ``GS1-Extensions`` declares: ``name=URI``, apart by commas."""
    pairs = (
        part.strip().partition("=") for part in request.headers.get("GS1-Extensions", "")[:2000].split(",")
    )
    return {PREFIX: NAMESPACE, **{name: uri for name, _, uri in pairs if name and uri}}


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON."""
    response = Response(orjson.dumps(body), status, content_type=JSON)
    response.headers.update(headers or {})
    return response


def standing_alone(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event outside of a document: it declares all that its members mean."""
    return {**event, "@context": [*CONTEXT, *event.get("@context", ())]}


def collection(members: Iterable[str], next_token: str | None = None) -> Response:
    """A collection of names (REST binding, ``ResourceCollection``)."""
    return answer({"@context": CONTEXT, "type": "Collection", "member": list(members)}, 200, link(next_token))


def link(next_token: str | None) -> dict[str, str]:
    """The header that leads to the next page, if there is one."""
    if next_token is None:
        return {}
    args = {**request.args.to_dict(), "nextPageToken": next_token}
    query = urlencode(args, quote_via=quote)
    return {"Link": f'<{address(quote(request.path))}?{query}>; rel="next"'}


def address(path: str) -> str:
    """An absolute address of ours."""
    return current().config.public_url + path


def discovery(*methods: str, extra: Mapping[str, str] | None = None) -> Response:
    """The answer to OPTIONS: what can be done here, and within which limits."""
    headers = {"Allow": ", ".join(("OPTIONS", *methods)), **DISCOVERY, **(extra or {})}
    return Response(status=204, headers=headers)


def _is_spoken(least: str | None, most: str | None, exact: str | None) -> bool:
    """Whether our version is in the range that was asked for; ``2.0`` stands for every ``2.0.x``."""
    ours = _numbers(VERSION)
    lowest, highest, only = _numbers(least or VERSION), _numbers(most or VERSION), _numbers(exact or VERSION)
    if not (lowest and highest and only):
        return False
    return lowest <= ours and highest >= ours[: len(highest)] and only == ours[: len(only)]


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a version; empty for what is none."""
    parts = text.split(".")
    if len(parts) > 4 or not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):
        return ()
    return tuple(int(part) for part in parts)
