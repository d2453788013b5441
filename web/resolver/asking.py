"""What a request wants of a resolver, read from its query and headers. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.coop.links.link_types import read_link_type
from ledger.trace.errors import MalformedIdentifierError
from web.languages import _

LINKSET_JSON = "application/linkset+json"
HTML, JSON, JSON_LD = "text/html", "application/json", "application/ld+json"
LINKSET_FORMS = (LINKSET_JSON, JSON, JSON_LD, HTML)
"""How a linkset is told; whoever does not care gets the first."""
CREDENTIAL_FORMS = ("application/vc+jwt", "application/vc", JSON_LD)
"""What a program may ask for by media type alone; a credential (``application/vc``) is JSON-LD as well."""

_WORDS_FOR_LINKSET = frozenset({"linkset", "all"})
_MAX_ACCEPTED = 20

Weighted = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """``link_type``: GS1's name of a link type, ``""`` for one that GS1 has not, ``None`` where none is.

    ``media`` and ``languages`` are what the asker takes, with weights from 0 to 1; empty: anything.
    """

    link_type: str | None = None
    wants_linkset: bool = False
    media: Weighted = ()
    languages: Weighted = ()

    @property
    def wants_more(self) -> bool:
        """Whether it asks for anything but the page that stands at a name of ours."""
        return self.link_type is not None or self.wants_linkset or bool(self.named_media)

    @property
    def named_media(self) -> tuple[str, ...]:
        """The forms of credentials it names, and likes at least as well as a page."""
        likes = {name: weight for name, weight in self.media if weight > 0}
        page = likes.get(HTML, 0)
        return tuple(name for name in CREDENTIAL_FORMS if likes.get(name, -1.0) >= page)

    def media_weight(self, *names: str) -> float:
        """How much it likes the best of these media types, by its exactest word (RFC 9110 §12.5.1)."""
        if not self.media:
            return 1.0
        said = dict(reversed(self.media))
        ranges = (f"{names[0].partition('/')[0]}/*", "*/*")
        exact = [said[name] for name in names if name in said]
        return max(exact) if exact else next((said[word] for word in ranges if word in said), 0.0)

    def language_weight(self, tags: tuple[str, ...]) -> float:
        """How much it likes the best of these languages; no language is liked as little as one not named."""
        fitting = (weight for word, weight in self.languages for tag in tags if _fits(word, tag))
        return max(fitting, default=0.0)


def read_asked(
    pairs: Iterable[tuple[str, str]],
    media: Iterable[tuple[str, float]],
    languages: Iterable[tuple[str, float]],
) -> Asked:
    """What is asked for: the pairs of the query, and what ``Accept`` and ``Accept-Language`` say.

    Raises ``MalformedIdentifierError`` for two link types that differ: no answer would be right.
    """
    named = {value for key, value in pairs if key.lower() == "linktype"}
    if len(named) > 1:
        raise MalformedIdentifierError(
            "several link types",
            text="linkType",
            sentence=_("Địa chỉ hỏi nhiều loại liên kết (linkType) cùng lúc. Hãy hỏi từng loại một."),
        )
    taken = tuple(media)[:_MAX_ACCEPTED]
    spoken = tuple(languages)[:_MAX_ACCEPTED]
    if not named:
        likes = dict(taken)
        wants_linkset = likes.get(LINKSET_JSON, 0) > 0 and likes[LINKSET_JSON] >= likes.get(HTML, 0)
        return Asked(None, wants_linkset, taken, spoken)
    (word,) = named
    if word in _WORDS_FOR_LINKSET:
        return Asked(None, wants_linkset=True, media=taken, languages=spoken)
    return Asked(read_link_type(word) or "", wants_linkset=False, media=taken, languages=spoken)


def linkset_form(asked: Asked) -> str:
    """In which form a linkset is told to this asker; the plainest for programs where it is all the same."""
    weights = {form: asked.media_weight(form) for form in LINKSET_FORMS}
    return max(LINKSET_FORMS, key=lambda form: weights[form])


def _fits(word: str, tag: str) -> bool:
    """A wish for ``vi-VN`` takes ``vi`` (lookup, RFC 4647 §3.4), one for ``en`` also ``en-GB`` (§3.3.1)."""
    word, tag = word.lower(), tag.lower()
    return word in {"*", tag} or word.startswith(f"{tag}-") or tag.startswith(f"{word}-")
