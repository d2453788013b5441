"""What a resolver has to offer about a thing, level by level. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A link: its type (GS1's name for it), where it leads, what a person reads, what is found there.

    ``is_ours``: it leads to a page of this server, and nobody else's.
    """

    link_type: str
    href: str
    title: str
    media_type: str
    languages: tuple[str, ...] = ()
    is_ours: bool = True


@dataclass(frozen=True, slots=True)
class Level:
    """The links of one level: the URI they are about, what it is in words, where one goes by default."""

    anchor: str
    description: str
    offers: tuple[Offer, ...]
    default: Offer
