"""Links as a linkset: RFC 9264 §4.2, in the shape of GS1-Conformant Resolver §2.10. Pure.

>>> offer = Offer("pip", "https://example.vn/p", "Nho", "text/html", ("vi",))
>>> document = linkset_document([Level("https://example.vn/01/09521234543213", "Nho", (offer,), offer)])
>>> document["linkset"][0]["https://ref.gs1.org/voc/defaultLink"]
[{'href': 'https://example.vn/p', 'title': 'Nho'}]
"""

from collections.abc import Iterable
from typing import Any

from ledger.coop.links.link_types import DEFAULT, link_type_iri
from web.resolver.offers import Level, Offer

CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"


def linkset_document(levels: Iterable[Level], *, has_default: bool = True) -> dict[str, Any]:
    """The links of all levels, each under the URI that it is about; each level has exactly one default."""
    return {"linkset": [_context_object(level, has_default=has_default) for level in levels]}


def linked_data(levels: Iterable[Level], *, has_default: bool = True) -> dict[str, Any]:
    """The same as JSON-LD: GS1's context makes statements of it."""
    return {"@context": CONTEXT, **linkset_document(levels, has_default=has_default)}


def _context_object(level: Level, *, has_default: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"anchor": level.anchor, "itemDescription": level.description}
    if has_default:
        # §2.5: the default link has a title and nothing else; its other facts are under its own link type.
        told[link_type_iri(DEFAULT)] = [{"href": level.default.href, "title": level.default.title}]
    for offer in level.offers:
        told.setdefault(link_type_iri(offer.link_type), []).append(_target(offer))
    return told


def _target(offer: Offer) -> dict[str, Any]:
    told: dict[str, Any] = {"href": offer.href, "title": offer.title, "type": offer.media_type}
    if offer.languages:
        told["hreflang"] = list(offer.languages)
    return told
