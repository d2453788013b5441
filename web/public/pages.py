"""Rendered answers: made once, kept for all stamps of a group, looked at again every second."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from flask import json, render_template

from ledger.trace.identifiers import parse_identifier, path_of
from ledger.trace.verdicts import Verdict
from web.compression import GzipParts
from web.formats import format_code
from web.public.documents import passport_document
from web.public.page import CODE_MARK, PassportPage, show_passport
from web.public.reading import Answer, StampGroup, answer_lot, answer_stamp
from web.public.sentences import words_for_lot, words_for_stamp
from web.public.witnessing import tell_outsiders
from web.state import State

SHARED = "public, max-age=0, s-maxage=10, stale-while-revalidate=30, stale-if-error=86400"
"""For good news: caches before the server may answer for it, a day long even when it is gone."""
ASK_FIRST = "no-cache"
"""For everything else: a warning is shown at once, and so is its end."""

HTML = "text/html; charset=utf-8"
JSON = "application/json"

_CODE_MARK = CODE_MARK.encode()
_MARKS = re.compile(b"(%b|%b)" % (_CODE_MARK, format_code(CODE_MARK).encode()))


class PageKey(NamedTuple):
    """What a kept page depends on beside the ledger: whom it answers, in which form, on which day."""

    group: StampGroup | str
    content_type: str
    today: date


@dataclass(frozen=True)
class KeptPage:
    """A rendered page, perhaps with marks for a stamp's code, and the answer it was made from."""

    body: bytes
    tag: str
    verdict: Verdict
    answer: Answer

    @cached_property
    def _parts(self) -> tuple[bytes, ...]:
        return tuple(_MARKS.split(self.body))

    @cached_property
    def _zipped(self) -> GzipParts:
        return GzipParts(self._parts[::2])

    def for_code(self, code: str) -> bytes:
        """The page of one stamp. ``code`` is canonical: 13 letters and digits."""
        parts = list(self._parts)
        parts[1::2] = self._codes(code)
        return b"".join(parts)

    def zipped_for_code(self, code: str) -> bytes:
        """The same, compressed."""
        return self._zipped.join(self._codes(code))

    def _codes(self, code: str) -> list[bytes]:
        """The code as each mark wants it: as it is, or in groups."""
        plain, shown = code.encode(), format_code(code).encode()
        return [plain if mark == _CODE_MARK else shown for mark in self._parts[1::2]]


def cache_control(verdict: Verdict) -> str:
    """How long others may keep a page with this verdict."""
    return SHARED if verdict is Verdict.VALID else ASK_FIRST


def stamp_page(state: State, group: StampGroup, content_type: str) -> KeptPage:
    """The page of every stamp in ``group``; a change in the ledger shows within a second."""
    today = state.today

    def read() -> Answer:
        return state.ledger.read(answer_stamp, group, today)

    def show(answer: Answer) -> PassportPage:
        return show_passport(
            answer.passport,
            lambda made: words_for_stamp(answer.verdict, answer.passport, made, group.voided_on),
            today,
            canonical=f"{state.config.public_url}/s/{CODE_MARK}",
            bundle_path=_bundle_path(answer),
            vkey=answer.vkey or state.ledger.vkey.format(),
            witnessing=tell_outsiders(answer.outsiders, state.config.witnesses),
            code=CODE_MARK,
            organisation_name=answer.organisation_name,
        )

    return _kept(state, PageKey(group, content_type, today), read, show)


def lot_page(state: State, lot: str, content_type: str) -> KeptPage:
    """The page of a lot. Raises ``UnknownLotError``."""
    today = state.today

    def read() -> Answer:
        return state.ledger.read(answer_lot, lot, today)

    def show(answer: Answer) -> PassportPage:
        return show_lot(state, lot, answer, today)

    return _kept(state, PageKey(lot, content_type, today), read, show)


def show_lot(state: State, lot: str, answer: Answer, today: date) -> PassportPage:
    """What the page of a lot shows, asked for by its own address."""
    return show_passport(
        answer.passport,
        lambda made: words_for_lot(answer.verdict, answer.passport, made),
        today,
        canonical=f"{state.config.public_url}{path_of(parse_identifier(lot))}",
        bundle_path=_bundle_path(answer),
        vkey=answer.vkey or state.ledger.vkey.format(),
        witnessing=tell_outsiders(answer.outsiders, state.config.witnesses),
    )


def unknown_page(state: State, typed: str, *, is_lot: bool, content_type: str) -> bytes:
    """The page for a code or lot that nobody issued; never kept, since there is no end of them."""
    unknown = Verdict.UNKNOWN
    page = PassportPage(
        words_for_lot(unknown, None, None) if is_lot else words_for_stamp(unknown, None, None, None),
        None,
        canonical=f"{state.config.public_url}/",
        bundle_path=None,
        vkey=state.ledger.vkey.format(),
        typed=typed,
    )
    return _render(page, content_type)


def _kept(
    state: State, key: PageKey, read: Callable[[], Answer], show: Callable[[Answer], PassportPage]
) -> KeptPage:
    def make() -> KeptPage:
        answer = read()
        body = _render(show(answer), key.content_type)
        return KeptPage(body, blake2b(body, digest_size=9).hexdigest(), answer.verdict, answer)

    def holds(page: KeptPage) -> bool:
        # Read and verified again, entry by entry: the page stays only if nothing in it would change.
        return read() == page.answer

    kept: KeptPage = state.pages.get(key, make, holds)
    return kept


def _render(page: PassportPage, content_type: str) -> bytes:
    if content_type == JSON:
        return json.dumps(passport_document(page)).encode()
    return render_template("public/passport.html", page=page).encode()


def _bundle_path(answer: Answer) -> str | None:
    """Where the proof of a lot is. A record that does not verify has none."""
    if answer.passport is None or answer.verdict is Verdict.TAMPERED:
        return None
    return f"{path_of(parse_identifier(answer.passport.lot))}/bundle"
