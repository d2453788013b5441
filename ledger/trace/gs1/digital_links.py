"""GS1 Digital Link: paths that name a thing by its primary key and the qualifiers after it. Pure.

>>> link = read_path("/01/9521234543213/10/A%2FB/")
>>> format_path(link)
'/01/09521234543213/10/A%2FB'
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.gs1.application_identifiers import (
    APPLICATION_IDENTIFIERS,
    PRIMARY_KEYS,
    check_value,
    is_value,
)
from ledger.trace.gs1.gtins import check_gtin

GTIN, BATCH, SSCC = "01", "10", "00"
MAX_PATH = 512
MAX_ATTRIBUTES = 40
_TRIPLET = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Element:
    """An application identifier and its value, not percent-encoded."""

    ai: str
    value: str


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A thing: its primary key, and the qualifiers that narrow it down, in the order of the standard."""

    key: Element
    qualifiers: tuple[Element, ...] = ()

    def qualifier(self, ai: str) -> str | None:
        """The value of one qualifier."""
        return next((element.value for element in self.qualifiers if element.ai == ai), None)


def read_path(path: str) -> DigitalLink:
    """What a path as it was sent, percent-encoded, names (GS1 Digital Link: URI Syntax §4.3 to §4.9).

    Tolerated are a slash at the end, and a GTIN of 8, 12 or 13 digits. Raises ``MalformedIdentifierError``
    (``GtinError`` among them) for everything that is not a key with its qualifiers in order.
    """
    if len(path) > MAX_PATH:
        raise _malformed("too long", path)
    # Exactly one: the standard tolerates a slash at the end, not two.
    segments = path.removesuffix("/").split("/")
    if segments[0] or len(segments) % 2 == 0 or len(segments) < 3:
        raise _malformed("not pairs of application identifiers and values", path)
    values = [_decoded(segment) for segment in segments[1:]]
    return make_link(Element(*pair) for pair in zip(values[::2], values[1::2], strict=True))


def make_link(elements: Iterable[Element]) -> DigitalLink:
    """The key and its qualifiers, checked. Raises ``MalformedIdentifierError``."""
    key, *qualifiers = elements
    if key.ai not in PRIMARY_KEYS:
        raise _malformed("not a primary key", key.ai)
    key = Element(GTIN, check_gtin(key.value)) if key.ai == GTIN else key
    for element in (key, *qualifiers):
        check_value(element.ai, element.value)
        # A dot segment gets lost on the way (RFC 3986 §5.2.4).
        if element.value in {".", ".."}:
            raise _malformed("a dot segment", element.value)
    _check_order(key.ai, tuple(element.ai for element in qualifiers))
    return DigitalLink(key, tuple(qualifiers))


def readings(path: str) -> Iterator[DigitalLink]:
    """All that a path may name of which only the decoded form is known: a slash may be part of a value.

    ``path`` is decoded and has no slash at the end. The plain reading comes first if there is one.
    """
    segments = path.split("/")
    if len(path) > MAX_PATH or len(segments) < 3 or segments[0]:
        return
    key, value = segments[1:3]
    if key != GTIN:
        yield from _made([Element(key, value), *_pairs(segments[3:])])
        return
    for qualifiers in _joined(tuple(segments[3:]), ("22", "10", "21")):
        yield from _made([Element(key, value), *qualifiers])


def check_attributes(pairs: Iterable[tuple[str, str]]) -> tuple[Element, ...]:
    """The data attributes among the pairs of a query string, checked (URI Syntax §4.10).

    Keys that are not numbers are no business of GS1's. Raises ``MalformedIdentifierError``, also for a number
    that is no attribute, and for more than ``MAX_ATTRIBUTES``.
    """
    elements = tuple(Element(key, value) for key, value in pairs if key.isascii() and key.isdigit())
    if len(elements) > MAX_ATTRIBUTES:
        raise _malformed("too many attributes", str(len(elements)))
    for element in elements:
        check_value(element.ai, element.value)
        if not APPLICATION_IDENTIFIERS[element.ai].is_attribute:
            raise _malformed("no data attribute", element.ai)
    return elements


def format_path(link: DigitalLink) -> str:
    """The one path of a link, percent-encoded."""
    return "".join(f"/{item.ai}/{quote(item.value, safe='')}" for item in (link.key, *link.qualifiers))


def _check_order(key: str, found: tuple[str, ...]) -> None:
    known = APPLICATION_IDENTIFIERS[key]
    alternatives = known.qualifiers or ((),)
    if not any(_is_in_order(found, alternative) for alternative in alternatives):
        raise _malformed(f"qualifiers that do not follow ({key})", "/".join(found))
    if any(ai not in found for ai in known.needed):
        raise _malformed(f"({key}) names nothing without ({known.needed[0]})", "/".join(found))


def _is_in_order(found: tuple[str, ...], alternative: tuple[str, ...]) -> bool:
    rest = iter(alternative)
    return all(ai in rest for ai in found)


def _pairs(segments: list[str]) -> Iterator[Element]:
    for place in range(0, len(segments), 2):
        yield Element(segments[place], segments[place + 1] if place + 1 < len(segments) else "")


def _joined(segments: tuple[str, ...], allowed: tuple[str, ...]) -> Iterator[tuple[Element, ...]]:
    """The ways to read decoded segments as qualifiers, those with the shortest values first."""
    if not segments:
        yield ()
        return
    if segments[0] not in allowed:
        return
    later = allowed[allowed.index(segments[0]) + 1 :]
    for end in range(2, len(segments) + 1):
        if end < len(segments) and segments[end] not in later:
            continue
        element = Element(segments[0], "/".join(segments[1:end]))
        if is_value(element.ai, element.value):
            for rest in _joined(segments[end:], later):
                yield (element, *rest)


def _made(elements: Iterable[Element]) -> Iterator[DigitalLink]:
    try:
        yield make_link(elements)
    except MalformedIdentifierError:
        return


def _decoded(segment: str) -> str:
    if _TRIPLET.search(segment):
        raise _malformed("a percent sign alone", segment)
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError as error:
        raise _malformed("not UTF-8", segment) from error


def _malformed(message: str, text: str) -> MalformedIdentifierError:
    return MalformedIdentifierError(
        f"not a Digital Link: {message}",
        text=text[:40],
        sentence="Địa chỉ này không đúng dạng GS1 Digital Link. Hãy quét lại mã, hoặc gõ số in dưới mã.",
    )
