"""Our own texts, made in Vietnamese and said in the reader's language when they are shown.

A ``Words`` is its Vietnamese text wherever a program looks at it: equal, hashed, written as JSON or kept in
the books as that. It is said in the language of the request where it is shown: by ``str``, in an f-string,
in a template.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Self

from markupsafe import Markup, escape

from web.languages.catalogues import HOLE, Language
from web.languages.numbers import Figure, say_date, say_number, vietnamese_number
from web.languages.speaking import spoken
from web.languages.values import read_amount, read_value

_KEPT_SENTENCES = 4096
_MAX_LETTERS, _MAX_SENTENCES, _MAX_AT_ONCE = 1500, 12, 4
"""More than any text of ours has: beyond, it is somebody's, and not looked into."""
_SENTENCE_END = re.compile(r"(?<=[.!?…”]) ")
_ENDS = (".", "!", "?", "…")


class Words(str):
    """A text of ours: its source sentence and what fills the holes of that."""

    __slots__ = ("holes", "source")
    source: str
    holes: dict[str, Any]

    def __new__(cls, source: str, holes: dict[str, Any]) -> Self:
        """The sentence; its value as a ``str`` is the Vietnamese one."""
        filled = source % {name: _vietnamese(value) for name, value in holes.items()} if holes else source
        made = super().__new__(cls, filled)
        made.source, made.holes = source, holes
        return made

    def __str__(self) -> str:
        """The sentence in the language that is spoken."""
        if self.holes:
            return _form(self.source, self.holes) % self.holes
        return translate(str.__str__(self))

    def __format__(self, spec: str) -> str:
        """As ``str``: an f-string shows what is in it."""
        return format(str(self), spec)

    def __html__(self) -> Markup:
        """The sentence for a page: all of it escaped but what is markup already."""
        return on_page(self.source, **self.holes)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Kept somewhere else, it is its Vietnamese text."""
        return (str, (str.__str__(self),))


def _(source: str, /, **holes: Any) -> str:
    """A text of ours. ``source`` is Vietnamese, with ``%(name)s`` for each hole."""
    return Words(source, holes)


def on_page(source: str, /, **holes: Any) -> Markup:
    """The same for a template, said at once: markup, of which holes are escaped that are not markup yet."""
    if holes:
        return _escaped(_form(source, holes)) % holes
    return _escaped(translate(source))


def join(between: str, texts: Iterable[str]) -> str:
    """The texts one behind the other, each in the language that is spoken."""
    return between.join(str(text) for text in texts)


def say_amount(value: Decimal | int, unit: str, between: str = " ") -> str:
    """A number and the word for what it counts, in the form that it asks for: ``1 pack``, ``2 packs``."""
    language, figure = spoken(), say_number(value)
    form = None if language is None else language.form(unit, _count_in((figure,)))
    return f"{figure}{between}{unit if form is None else form}"


def translate(sentence: str) -> str:
    """A sentence or name that a room below made, in the language that is spoken; as it is when not known."""
    language = spoken()
    if isinstance(sentence, Words) and (sentence.holes or language is None):
        return str.__str__(sentence) if language is None else str(sentence)
    if language is None:
        return sentence
    return _translated(language.tag, sentence)


@lru_cache(maxsize=_KEPT_SENTENCES)
def _translated(tag: str, sentence: str) -> str:
    language = spoken()
    if language is None or language.tag != tag:
        return sentence
    if len(sentence) > _MAX_LETTERS:
        return sentence
    if (found := _look_up(language, sentence)) is not None:
        return found
    # Several sentences, each on its own; or one behind whom or what it is about.
    parts = _SENTENCE_END.split(sentence)
    if len(parts) == 1 and ": " in sentence:
        about, _colon, rest = sentence.partition(": ")
        return f"{_look_up(language, about) or about}: {_look_up(language, rest) or rest}"
    return " ".join(_in_turn(language, parts)) if len(parts) <= _MAX_SENTENCES else sentence


def _in_turn(language: Language, parts: Sequence[str]) -> Iterator[str]:
    """The sentences that entries are of, as many at a time as one entry holds."""
    start = 0
    while start < len(parts):
        for end in range(min(len(parts), start + _MAX_AT_ONCE), start, -1):
            found = _look_up(language, " ".join(parts[start:end]))
            if found is not None:
                break
        yield found or parts[start]
        start = end


def _look_up(language: Language, sentence: str) -> str | None:
    exact = language.form(sentence)
    if exact is not None and HOLE not in sentence:
        return exact
    said = _said_amount(sentence)
    if said is not None:
        return said
    found = language.patterns.find(sentence)
    if found is None:
        return None
    form = language.form(found.source, _count_in(map(read_value, found.holes.values())))
    return None if form is None else form % {name: _told(text) for name, text in found.holes.items()}


def _said_amount(text: str) -> str | None:
    """A day, a number or an amount (``1.234,5 kg``) written in Vietnamese; None for any other text."""
    value, unit = read_amount(text)
    if isinstance(value, date):
        return say_date(value)
    if value is None:
        return None
    return say_amount(value, *unit) if unit else say_number(value)


def _told(text: str) -> str:
    """What stands in a hole: a date or an amount, a name of ours, a whole sentence; else somebody's words."""
    language, said = spoken(), _said_amount(text)
    if said is not None or language is None:
        return said or text
    if text.endswith(_ENDS):
        return translate(text)
    parts = text.split(", ")
    return ", ".join(language.form(part) or part for part in parts)


def _vietnamese(value: Any) -> Any:
    if isinstance(value, Words):
        return str.__str__(value)
    return vietnamese_number(value.value) if isinstance(value, Figure) else value


def _form(source: str, holes: dict[str, Any]) -> str:
    """What a source is in the language that is spoken, its holes still open."""
    language = spoken()
    form = None if language is None else language.form(source, _count_in(holes.values()))
    return source if form is None else form


@lru_cache(maxsize=_KEPT_SENTENCES)
def _escaped(form: str) -> Markup:
    return escape(form)


def _count_in(values: Iterable[Any]) -> int | None:
    """The first whole number: what a plural is about."""
    numbers = (value.value if isinstance(value, Figure) else value for value in values)
    return next((int(n) for n in numbers if isinstance(n, int | Decimal) and n == int(n)), None)
