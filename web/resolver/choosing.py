"""Which of a thing's links answers a request (GS1-Conformant Resolver §2.6). Pure.

Levels come the narrowest first. A link type is looked for level by level, so what a lot says for itself goes
before what its product says of all of them.
"""

from dataclasses import dataclass

from web.resolver.asking import JSON_LD, Asked
from web.resolver.offers import Level, Offer

_CREDENTIAL = "application/vc"


@dataclass(frozen=True, slots=True)
class WholeLinkset:
    """Tell all links."""


@dataclass(frozen=True, slots=True)
class OneLink:
    """Go there: 307."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class SeveralLinks:
    """Nothing in the request decides between these: 300. They are all of one level."""

    level: Level


@dataclass(frozen=True, slots=True)
class NoSuchLink:
    """There is none of the type asked for: 404."""


Choice = WholeLinkset | OneLink | SeveralLinks | NoSuchLink


def choose(levels: tuple[Level, ...], asked: Asked) -> Choice:
    """The answer to a request about the thing whose links are ``levels``; there is at least one level."""
    if asked.wants_linkset:
        return WholeLinkset()
    if asked.link_type == "defaultLink":
        return OneLink(levels[0].default)
    if asked.link_type is not None:
        return _of_type(levels, asked)
    return _by_media(levels, asked) or OneLink(levels[0].default)


def _of_type(levels: tuple[Level, ...], asked: Asked) -> Choice:
    for level in levels:
        offers = tuple(offer for offer in level.offers if offer.link_type == asked.link_type)
        if offers:
            return _best(level, offers, asked)
    return NoSuchLink()


def _by_media(levels: tuple[Level, ...], asked: Asked) -> Choice | None:
    """The credential asked for by its media type; ``None``: the default is as good an answer as any."""
    wanted = set(asked.named_media)
    for level in levels:
        offers = tuple(offer for offer in level.offers if wanted.intersection(_forms(offer)))
        if offers:
            return _best(level, offers, asked)
    return None


def _best(level: Level, offers: tuple[Offer, ...], asked: Asked) -> Choice:
    ranks = [(asked.media_weight(*_forms(offer)), asked.language_weight(offer.languages)) for offer in offers]
    best = tuple(offer for offer, rank in zip(offers, ranks, strict=True) if rank == max(ranks))
    if len({offer.href for offer in best}) == 1:
        return OneLink(best[0])
    return SeveralLinks(Level(level.anchor, level.description, best, level.default))


def _forms(offer: Offer) -> tuple[str, ...]:
    return (offer.media_type, JSON_LD) if offer.media_type == _CREDENTIAL else (offer.media_type,)
