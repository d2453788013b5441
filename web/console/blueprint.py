"""The console's blueprint: who may come in, what its answers carry, and how its errors look."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from ledger.coop.errors import SessionEndedError
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.templates import COMMON_STEPS, TEMPLATES
from web import errors
from web.console.form_answers import answer_redirect
from web.console.lot_paths import LotPath
from web.console.session import actor, find_actor
from web.console.signed_in import read_signed_in
from web.languages import _
from web.state import current

PREFIX = "/hop-tac-xa"
MAX_UPLOAD_BYTES = 64 << 20
"""A form with photos: ten of them, each at most 12 MB, and telephones send about 4."""

console = Blueprint("console", __name__, url_prefix=PREFIX)


@console.record_once
def know_lots(setup: BlueprintSetupState) -> None:
    """Teach the addresses of this application what a lot is, before the first view asks for one."""
    setup.app.url_map.converters["lot"] = LotPath
    setup.app.jinja_env.filters.update(lot_code=lot_code_of, days_ahead=days_ahead)


STEP_NAMES: Mapping[str, str] = MappingProxyType(
    {code: _(step.name_vi) for code, step in COMMON_STEPS.items()}
    | {step.code: _(step.name_vi) for sector in reversed(tuple(TEMPLATES.values())) for step in sector.steps}
)
"""What a step is called where its template is not at hand."""

OPEN_VIEWS = frozenset(
    {
        "console.sign_in",
        "console.card_sign_in",
        "console.passkey_sign_in",
        "console.service_worker",
        "console.manifest",
        "console.offline_page",
        "console.calendar_feed",
        "console.set_language",
    }
)
"""What is there for somebody who is not signed in."""
ASKED_AGAIN = frozenset({"console.service_worker", "console.manifest"})
"""What holds nobody's data: a browser may keep it, and asks each time whether it is still so."""


def days_ahead(day: date) -> int:
    """How many days from today on; a template filter."""
    return (day - current().today).days


@console.url_value_preprocessor
def ask_to_sign_in(endpoint: str | None, values: object) -> None:  # noqa: ARG001  # Flask's signature
    """Raises ``SessionEndedError`` for somebody who is not signed in; who is may send photos.

    It runs before anything reads the form, so strangers keep the small limit.
    """
    if endpoint in OPEN_VIEWS:
        return
    actor()
    if request.mimetype == "multipart/form-data":
        request.max_content_length = MAX_UPLOAD_BYTES


@console.context_processor
def tell_who() -> dict[str, object]:
    """Who is signed in, for the bar on top of every page; and what steps are called."""
    found = find_actor()
    return {
        "who": None if found is None else current().ledger.read(read_signed_in, found),
        "account_id": "" if found is None else found.account_id,
        "today_iso": current().today.isoformat(),
        "names": STEP_NAMES,
    }


@console.after_request
def keep_private(response: Response) -> Response:
    """Nothing of the console stays in a cache; a program that sent a form is told in JSON what came of it."""
    answer = answer_redirect(response)
    if request.endpoint not in ASKED_AGAIN:
        answer.headers["Cache-Control"] = "no-store"
    return answer


@console.errorhandler(SessionEndedError)
def to_the_door(_: SessionEndedError) -> ResponseReturnValue:
    """Somebody who is not signed in is asked to, and comes back to where they wanted to go."""
    if errors.wants_json():
        return errors.answer(SessionEndedError("nobody is signed in"))
    # A form is sent to the address at which it was opened; what only takes orders is no place to return to.
    is_page = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    back = request.full_path.rstrip("?") if is_page else ""
    query = f"?{urlencode({'ve': back})}" if back.startswith(PREFIX) and back != f"{PREFIX}/" else ""
    return redirect(f"{PREFIX}/dang-nhap{query}", 303)


@console.errorhandler(Exception)
def explain(error: Exception) -> ResponseReturnValue:
    """The status of the one table; for people a page of the console, with the way back."""
    answer = errors.answer(error)
    if answer.mimetype != "text/html":
        return answer
    status = answer.status_code
    page = render_template("console/error.html", sentence=errors.sentence_of(error, status))
    shown = make_response(page, status)
    shown.headers.extend(
        {name: value for name, value in answer.headers if name in {"Allow", "Retry-After", "Cache-Control"}}
    )
    return shown
