"""Whose language a request is answered in: what its address asks for, else what its browser asks for.

A public page follows ``?lang=`` and then ``Accept-Language`` (RFC 9110 §12.5.4), and says so in ``Vary``: it
sets no cookie and reads none, so that a cache may answer for it. The console speaks Vietnamese to whoever did
not choose otherwise there, whatever language a cheap telephone was delivered with; a cookie remembers.
"""

from functools import lru_cache

from flask import Flask, Response, request
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from web.languages.catalogues import SOURCE, languages, names
from web.languages.script_words import script_words
from web.languages.speaking import speak, spoken, spoken_tag
from web.languages.words import on_page, translate

PARAMETER = "lang"
COOKIE = "sogoc-tieng"
CONSOLE = "/hop-tac-xa"
_KEPT_HEADERS = 256


def register(app: Flask) -> None:
    """Choose before anything else looks at a request, and give templates what they say things with."""
    languages()
    app.before_request(choose)
    app.after_request(tell_caches)
    app.teardown_request(lambda _: speak(SOURCE))
    app.jinja_env.globals.update(
        {
            "_": on_page,
            "spoken_tag": spoken_tag,
            "language_names": names,
            "language_query": language_query,
            "script_words": script_words,
            "source_lang": source_lang,
        }
    )
    app.jinja_env.filters.update(translated=translate, in_vietnamese=str.__str__)


def choose() -> None:
    """Speak the language of this request from here on."""
    asked = request.args.get(PARAMETER, "")
    if asked in names():
        speak(asked)
    elif is_console():
        speak(request.cookies.get(COOKIE, SOURCE))
    else:
        speak(accepted(request.headers.get("Accept-Language", "")))


@lru_cache(maxsize=_KEPT_HEADERS)
def accepted(header: str) -> str:
    """The tag of the language that an ``Accept-Language`` likes best of ours; Vietnamese if it likes none."""
    if not header:
        return SOURCE
    liked = parse_accept_header(header, LanguageAccept)
    return liked.best_match(names(), SOURCE) or SOURCE


def is_console() -> bool:
    """Whether the request is for the console, which has a choice of its own."""
    return request.path.startswith(CONSOLE)


def tell_caches(response: Response) -> Response:
    """A public page is another one for another ``Accept-Language``: its address alone does not tell which."""
    if response.mimetype == "text/html" and not is_console():
        response.vary.add("Accept-Language")
        response.headers.setdefault("Content-Language", spoken_tag())
    return response


def source_lang() -> Markup:
    """The attribute of an element that quotes Vietnamese, on a page in another language."""
    return Markup() if spoken() is None else Markup(f' lang="{SOURCE}"')  # noqa: S704  # our own constant


def language_query() -> str:
    """What a link to another public page ends with, so that it opens in the language of this one."""
    return "" if spoken() is None else f"?{PARAMETER}={spoken_tag()}"
