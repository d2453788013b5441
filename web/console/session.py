"""The cookie of a signed-in browser, and who is at work in this request.

The cookie holds a random token and nothing else; the books keep its SHA-256. It is given anew at every
sign-in and never taken from outside, so a token planted beforehand is worth nothing.
"""

from flask import g, request
from werkzeug.wrappers import Response

from ledger.coop.actors import Actor, Role, check_may
from ledger.coop.errors import SessionEndedError
from ledger.coop.people.sessions import (
    ABSOLUTE_LIFE,
    Opening,
    Way,
    actor_of,
    close_session,
    is_touch_due,
    open_session,
    touch_session,
)
from web import own_devices
from web.device_names import device_name
from web.state import current


def cookie_name() -> str:
    """The name of the cookie on this server."""
    return own_devices.cookie_name(current())


def sign_in(actor: Actor, response: Response, *, way: Way = "password", stays: bool = False) -> Response:
    """Open a session for an actor whose secret was checked; one that the browser still holds is closed."""
    ledger = current().ledger
    held = request.cookies.get(cookie_name())
    if held:
        ledger.write(close_session, held)
    device = device_name(request.headers.get("User-Agent", ""))
    token = ledger.write(open_session, actor, Opening(way, device, stays))
    response.set_cookie(
        cookie_name(),
        token,
        max_age=ABSOLUTE_LIFE,
        secure=current().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def sign_out(response: Response) -> Response:
    """Close the session in the books and take the cookie away."""
    held = request.cookies.get(cookie_name())
    if held:
        current().ledger.write(close_session, held)
    response.delete_cookie(cookie_name(), secure=current().is_https, httponly=True, samesite="Lax", path="/")
    return response


def token() -> str:
    """The token that this browser holds; empty for none."""
    return request.cookies.get(cookie_name(), "")


def find_actor() -> Actor | None:
    """Who is signed in, ``None`` for nobody; asked once a request. Use keeps the session from going idle."""
    if "actor" not in g:
        g.actor = _read_actor(request.cookies.get(cookie_name(), ""))
    found: Actor | None = g.actor
    return found


def actor() -> Actor:
    """Who is signed in. Raises ``SessionEndedError`` for nobody."""
    found = find_actor()
    if found is None:
        raise SessionEndedError("nobody is signed in")
    return found


def check_role(allowed: frozenset[Role]) -> None:
    """Raises ``NotAllowedError`` unless whoever is signed in holds one of ``allowed``."""
    check_may(actor(), allowed)


def _read_actor(token: str) -> Actor | None:
    if not token:
        return None
    state = current()
    try:
        found = state.ledger.read(actor_of, token, state.clock())
        if state.ledger.read(is_touch_due, token, state.clock()):
            state.ledger.write(touch_session, token)
    except SessionEndedError:
        return None
    return found
