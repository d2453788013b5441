"""The console's language in this browser: Vietnamese, or any that has a catalogue; a cookie remembers it."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.console.blueprint import PREFIX, console
from web.console.session import find_actor
from web.languages.catalogues import SOURCE, names
from web.languages.choosing import COOKIE
from web.state import current

_YEARS_SECONDS = 5 * 365 * 24 * 3600


@console.post("/tieng")
def set_language() -> ResponseReturnValue:
    """Speak another language in this browser; also for somebody who is not signed in yet."""
    asked = request.form.get("tieng", "")
    tag = asked if asked in names() else SOURCE
    page = "console.sign_in" if find_actor() is None else "console.account"
    response = make_response(redirect(url_for(page), 303))
    response.set_cookie(
        COOKIE,
        tag,
        max_age=_YEARS_SECONDS,
        secure=current().is_https,
        httponly=True,
        samesite="Lax",
        path=PREFIX,
    )
    return response
