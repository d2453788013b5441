"""The picture behind a shared link to a lot or to a stamp on it."""

from urllib.parse import quote

from flask import Blueprint, Response

from web.errors import UnknownPageError
from web.public.card_facts import card_facts
from web.public.pages import CARDS, HTML, cache_control, lot_page
from web.public.passport_pages import find_lot
from web.public.share_cards import draw_card
from web.state import current

blueprint = Blueprint("cards", __name__)


@blueprint.get(f"{CARDS}/<path:of>.png")
def card(of: str) -> Response:
    """The card of the lot at ``/{of}``. Raises ``UnknownLotError``, ``MalformedIdentifierError``."""
    state = current()
    answer = lot_page(state, find_lot(state, f"/{quote(of)}"), HTML).answer
    if answer.passport is None:
        raise UnknownPageError(of)
    facts = card_facts(answer.passport, answer.verdict)
    response = Response(draw_card(facts, state.photos), content_type="image/png")
    response.headers["Cache-Control"] = cache_control(answer.verdict, is_stamp=False)
    return response
