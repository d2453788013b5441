"""Rendered answers: made once, kept for all stamps of a group, looked at again every second."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from flask import json, render_template

from ledger.trace.identifiers import parse_identifier, path_of
from ledger.trace.passports.verdicts import Verdict
from web.languages.catalogues import SOURCE
from web.languages.speaking import speaking, spoken_tag
from web.public.card_facts import card_facts
from web.public.documents import passport_document
from web.public.marks import CODE_MARK, PROVINCES_MARK, SCANS_MARK, MarkedPage, StampValues
from web.public.page import PassportPage, SharedLink, ShownScans, made_of, show_passport
from web.public.reading import Answer, StampGroup, answer_lot, answer_stamp
from web.public.sentences import Made, VerdictWords, words_for_lot, words_for_stamp
from web.public.witnessing import tell_outsiders
from web.state import State

SHARED = "public, max-age=0, s-maxage=5, stale-while-revalidate=5, stale-if-error=86400"
"""For good news of a lot: caches before the server may answer for it, a day long even when it is gone.

A recall is in them after 5 seconds, and after 10 for whoever asks while a cache fetches it anew."""
COUNTED = "public, max-age=0, stale-if-error=86400"
"""For good news of a stamp: every scan comes through to be counted; when the server is gone, it stays."""
ASK_FIRST = "no-cache"
"""For everything else: a warning is shown at once, and so is its end."""

REPORTS = "/phan-anh"
"""Before a page's own path: the form by which it is reported."""
CARDS = "/card"
"""Before a lot's own path: the picture that messengers show for a link to it."""
HTML = "text/html; charset=utf-8"
JSON = "application/json"


class PageKey(NamedTuple):
    """What a kept page depends on beside the ledger: whom it answers, in which form, day and language."""

    group: StampGroup | str
    content_type: str
    today: date
    language: str


@dataclass(frozen=True)
class KeptPage:
    """A rendered page, perhaps with marks for what is a stamp's own, and the answer it was made from."""

    body: bytes
    tag: str
    verdict: Verdict
    answer: Answer

    @cached_property
    def marked(self) -> MarkedPage:
        """The page to be filled for one stamp after another."""
        return MarkedPage(self.body)

    def tag_for(self, values: StampValues) -> str:
        """What tells this page of one stamp from every other, for ``ETag``."""
        return f"{self.tag}-{values.code}-{values.scans}-{values.provinces}"


def cache_control(verdict: Verdict, *, is_stamp: bool) -> str:
    """How long others may keep a page with this verdict."""
    if verdict is not Verdict.VALID:
        return ASK_FIRST
    return COUNTED if is_stamp else SHARED


def stamp_page(state: State, group: StampGroup, content_type: str) -> KeptPage:
    """The page of every stamp in ``group``; a change in the ledger shows within a second."""
    today = state.today

    def read() -> Answer:
        return state.ledger.read(answer_stamp, group, today)

    def show(answer: Answer) -> PassportPage:
        return show_passport(
            answer.passport,
            lambda made: stamp_words(group, answer, made),
            today,
            canonical=f"{state.config.public_url}/s/{CODE_MARK}",
            bundle_path=_bundle_path(answer, is_swapped=group.is_swapped),
            vkey=answer.vkey or state.ledger.vkey.format(),
            witnessing=tell_outsiders(answer.outsiders, state.config.witnesses),
            code=CODE_MARK,
            scans=ShownScans(SCANS_MARK, PROVINCES_MARK, group.is_seen_often),
            has_scratch_code=group.has_scratch_code and answer.passport is not None,
            organisation_name=answer.organisation_name,
            report_path=None if group.organisation is None else f"{REPORTS}/s/{CODE_MARK}",
            card=card_of(state, answer),
        )

    return _kept(state, PageKey(group, content_type, today, _language(content_type)), read, show)


def stamp_words(group: StampGroup, answer: Answer, made: Made | None) -> VerdictWords:
    """What the page of a group of stamps says first."""
    return words_for_stamp(
        answer.verdict,
        answer.passport,
        made,
        group.voided_on,
        group.void_reason,
        has_provinces=group.has_provinces,
        is_swapped=group.is_swapped,
    )


def words_on(group: StampGroup, answer: Answer) -> VerdictWords:
    """The same for an answer that is at hand."""
    return stamp_words(group, answer, None if answer.passport is None else made_of(answer.passport))


def lot_page(state: State, lot: str, content_type: str) -> KeptPage:
    """The page of a lot. Raises ``UnknownLotError``."""
    today = state.today

    def read() -> Answer:
        return state.ledger.read(answer_lot, lot, today)

    def show(answer: Answer) -> PassportPage:
        return show_lot(state, lot, answer, today)

    return _kept(state, PageKey(lot, content_type, today, _language(content_type)), read, show)


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
        report_path=f"{REPORTS}{path_of(parse_identifier(lot))}",
        card=card_of(state, answer),
    )


def card_of(state: State, answer: Answer) -> SharedLink | None:
    """What a message shows for a link to the page; ``None`` where no goods are shown."""
    if answer.passport is None:
        return None
    facts = card_facts(answer.passport, answer.verdict)
    path = path_of(parse_identifier(answer.passport.lot))
    # Another card is another address: who keeps pictures for weeks fetches it anew.
    url = f"{state.config.public_url}{CARDS}{path}.png?lang={spoken_tag()}&v={facts.tag}"
    return SharedLink(url, f"{facts.name} – {facts.producer}", " · ".join((facts.region, *facts.facts)))


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
    with speaking(_language(content_type)):
        return _render(page, content_type)


def _language(content_type: str) -> str:
    """The language to answer in: programs are told the same, whoever asks."""
    return SOURCE if content_type == JSON else spoken_tag()


def _kept(
    state: State, key: PageKey, read: Callable[[], Answer], show: Callable[[Answer], PassportPage]
) -> KeptPage:
    def make() -> KeptPage:
        answer = read()
        with speaking(key.language):
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


def _bundle_path(answer: Answer, *, is_swapped: bool = False) -> str | None:
    """Where the proof of a lot is. A record that does not verify has none.

    One that verifies and is not what the paper names has: the two together are the evidence.
    """
    if answer.passport is None or (answer.verdict is Verdict.TAMPERED and not is_swapped):
        return None
    return f"{path_of(parse_identifier(answer.passport.lot))}/bundle"
