"""In which language the work at hand is said: nobody's choice outside of a request, and then Vietnamese."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from web.languages.catalogues import SOURCE, Language, languages

_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


def spoken() -> Language | None:
    """The language to say things in; None for Vietnamese, the source."""
    return _spoken.get()


def spoken_tag() -> str:
    """Its tag (RFC 5646): ``vi``, ``en``."""
    language = _spoken.get()
    return SOURCE if language is None else language.tag


def speak(tag: str) -> None:
    """Say what follows in the language with this tag; in Vietnamese where it has no catalogue."""
    _spoken.set(languages().get(tag) if tag != SOURCE else None)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """The same for the length of a block."""
    token = _spoken.set(languages().get(tag) if tag != SOURCE else None)
    try:
        yield
    finally:
        _spoken.reset(token)
