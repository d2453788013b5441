"""The code under a stamp's foil, typed in a plain form on the stamp's page: the day it was first told.

The form is on a page that is kept for everyone, so it has no token of its visitor's; the code in it is what
gives the right to ask. Every answer is for one person, and nobody keeps it.
"""

from flask import Blueprint, Response, make_response, render_template, request

from ledger.coop.scans.scratch import ScratchUse, find_scratch_use, use_scratch_code
from signing.errors import ScratchCodeError
from signing.stamp_codes import read_printed
from web.errors import UnknownPageError
from web.languages import translate
from web.public.marks import MarkedPage
from web.public.pages import HTML, stamp_page, words_on
from web.public.reading import Answer
from web.public.scanning import Sighting, find_sighting, values_of
from web.public.sentences import ScratchWords, words_for_scratch_code, words_for_wrong_scratch_code
from web.security import client_address, signed_body
from web.state import State, current

blueprint = Blueprint("scratch", __name__)

FIELD = "ma_cao"
_SHOWN = 40


@blueprint.post("/s/<path:code>")
@blueprint.post("/S/<path:code>")
@signed_body
def tell(code: str) -> Response:
    """Whether the code that was typed is the stamp's, and since when it is known.

    Raises ``UnknownPageError`` for a stamp without one, ``StampCodeError``, ``TooManyRequestsError``.
    """
    state = current()
    state.scratch_askers.take(client_address())
    printed = read_printed(code)
    sighting = find_sighting(state, printed.code, printed.short)
    group = sighting.group
    page = stamp_page(state, group, HTML)
    if not group.has_scratch_code or page.answer.passport is None:
        raise UnknownPageError(code)
    try:
        use = use_code(state, sighting, request.form.get(FIELD, ""))
    except ScratchCodeError as error:
        words = words_for_wrong_scratch_code(translate(error.sentence))
    else:
        words = words_for_scratch_code(use, state.today)
    return _page(state, sighting, page.answer, words)


def use_code(state: State, sighting: Sighting, typed: str) -> ScratchUse:
    """When the scratch code of the stamp was first told, if ``typed`` is it.

    Raises ``ScratchCodeError``, and ``TooManyRequestsError`` when too many were wrong for this stamp.
    """
    stamp = str(sighting.number)
    state.scratched_stamps.check(stamp)
    try:
        state.codes.check_scratch(sighting.number, typed)
    except ScratchCodeError:
        state.scratched_stamps.take(stamp)
        raise
    used = state.ledger.read(find_scratch_use, sighting.number)
    if used is not None:
        return used
    with state.ledger.database.writing() as session:
        return use_scratch_code(session, sighting.number, state.today)


def _page(state: State, sighting: Sighting, answer: Answer, words: ScratchWords) -> Response:
    page = render_template(
        "public/scratch.html",
        verdict=words_on(sighting.group, answer),
        passport=answer.passport,
        words=words,
        typed=request.form.get(FIELD, "")[:_SHOWN] if words.is_wrong else "",
        path=f"/s/{sighting.code}",
    )
    body = MarkedPage(page.encode()).fill(values_of(state, sighting))
    response = make_response(body, 422 if words.is_wrong else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
