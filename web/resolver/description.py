"""``/.well-known/gs1resolver``: what this resolver is, for programs (GS1-Conformant Resolver §3)."""

from flask import Blueprint, Response, json

from ledger.coop.links.link_types import PREFIX, VOCABULARY
from ledger.trace.gs1.digital_links import GTIN, SSCC
from web.resolver.linksets import CONTEXT
from web.state import State, current

blueprint = Blueprint("resolver_description", __name__)

PATH = "/.well-known/gs1resolver"


@blueprint.get(PATH)
def description() -> Response:
    """The resolver's description file."""
    response = Response(json.dumps(describe(current())), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def describe(state: State) -> dict[str, object]:
    """Its name, root, keys and link types. The default link is always a page, never a linkset."""
    return {
        "name": "Sổ Gốc",
        "resolverRoot": state.config.public_url,
        "supportedPrimaryKeys": [SSCC, GTIN],
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": PREFIX}],
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContextLocation": CONTEXT,
    }
