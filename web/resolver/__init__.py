"""Names that lead somewhere: GS1 Digital Links and our own identifiers, resolved as GS1's rules want it.

docs/resolver.md has the rules one by one, ADR 0024 why a GTIN's address redirects and our own does not.
"""

from flask import Flask

from ledger.coop.links.link_types import OFFERED, PASSPORT, PIP, TRACEABILITY
from web.languages import _
from web.resolver import description, digital_links, own_names, product_pages

LINK_WORDS = {
    **OFFERED,
    PIP: (_("Trang thông tin"), "Information page"),
    TRACEABILITY: (_("Truy xuất"), "Traceability"),
    PASSPORT: (_("Hộ chiếu số"), "Digital product passport"),
}
"""Link types as people read them, Vietnamese and English."""


def register_resolver(app: Flask) -> None:
    """Serve Digital Links, linksets and the resolver's description; look at requests for our own names."""
    for pages in (description, digital_links, product_pages):
        app.register_blueprint(pages.blueprint)
    own_names.register(app)
    app.jinja_env.globals["link_words"] = LINK_WORDS
