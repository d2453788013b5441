"""Warm passports answered before the framework wakes up: the same bytes at a fraction of the cost.

A market day asks for the same few lots all day long. What is answered here was made by the views less than a
second ago; everything else, and whatever is unusual about a request, goes on to the application.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from signing.errors import StampCodeError
from signing.short_digests import SHORT_LENGTH
from signing.stamp_codes import CODE_LENGTH
from web.compression import takes_gzip
from web.health import REQUESTS, VERDICTS
from web.languages.choosing import accepted
from web.languages.speaking import speaking
from web.own_devices import may_be_signed_in
from web.public.marks import StampValues
from web.public.pages import HTML, JSON, KeptPage, PageKey, cache_control
from web.public.reading import Scan
from web.public.scanning import Sighting, see_scan
from web.security import headers_of_every_answer
from web.state import State

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PREFIXES = ("/s/", "/S/")
_OTHER_FORMS = (JSON, "application/linkset+json", "application/vc", "application/ld+json")
_LENGTHS = (CODE_LENGTH, SHORT_LENGTH + CODE_LENGTH)
_UNUSUAL = ("HTTP_IF_NONE_MATCH", "HTTP_RANGE", "HTTP_TRANSFER_ENCODING")


class FastLane:
    """A WSGI application in front of another, for ``GET /s/{code}`` with a code as it is printed."""

    def __init__(self, application: "WSGIApplication", state: State) -> None:
        self._application = application
        self._state = state
        self._count = REQUESTS.labels("passports.stamp", "GET", 200).inc
        self._fixed = (
            *headers_of_every_answer(is_https=state.is_https),
            ("Content-Type", HTML),
            ("Vary", "Accept, Accept-Language, Accept-Encoding"),
        )

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The kept page of the stamp asked for, or whatever the application answers."""
        path: str = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] == "GET" and path.startswith(_PREFIXES) and self._is_usual(environ):
            found = self._find(path[3:], environ)
            if found is not None:
                return self._answer(*found, environ, start_response)
        return self._application(environ, start_response)

    def _find(self, text: str, environ: "WSGIEnvironment") -> tuple[KeptPage, StampValues] | None:
        """The page that is kept for a stamp and what it has of its own; its scan is counted."""
        if len(text) not in _LENGTHS or not text.isascii() or not text.isalnum() or text != text.upper():
            return None
        short, code = text[:-CODE_LENGTH], text[-CODE_LENGTH:]
        try:
            number = self._state.codes.parse(code)
        except StampCodeError:
            return None
        state, today = self._state, self._state.today
        # What the log's size and the scans' generation were within the last second: nothing is read here.
        log_size, generation = state.sizes.peek("log"), state.sizes.peek("scans")
        scan: Scan | None = state.scans.peek(number, lambda scan: scan.log_size == log_size)
        tally = state.tallies.peek(number, lambda tally: tally.generation == generation)
        if scan is None or tally is None or not scan.is_known:
            return None
        sighting = Sighting(code, number, scan, tally, short)
        if sighting.is_swapped:
            return None
        language = accepted(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        page: KeptPage | None = state.pages.peek(PageKey(sighting.group, HTML, today, language))
        return None if page is None else (page, see_scan(state, environ, sighting, page.verdict, today))

    def _answer(
        self, page: KeptPage, values: StampValues, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        language = accepted(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        headers = [*self._fixed, ("Content-Language", language)]
        with speaking(language):
            if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
                body = page.marked.fill_zipped(values)
                headers.append(("Content-Encoding", "gzip"))
            else:
                body = page.marked.fill(values)
        headers += [
            ("Cache-Control", cache_control(page.verdict, is_stamp=True)),
            ("ETag", f'W/"{page.tag_for(values)}"'),
            ("Content-Length", str(len(body))),
        ]
        self._count()
        VERDICTS.labels(page.verdict.value).inc()
        start_response("200 OK", headers)
        # A list: the server takes all of it at once, and no thread waits for a slow reader.
        return [body]

    def _is_usual(self, environ: dict[str, Any]) -> bool:
        accept = environ.get("HTTP_ACCEPT", "")
        if environ.get("QUERY_STRING") or any(form in accept for form in _OTHER_FORMS):
            return False
        # Whose device that is has to be read.
        if may_be_signed_in(self._state, environ):
            return False
        return not any(name in environ for name in _UNUSUAL)
