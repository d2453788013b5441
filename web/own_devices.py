"""Who is signed in on the device that asks, told by the console's cookie; read, and nothing noted of it."""

from collections.abc import Mapping
from typing import Any

from werkzeug.http import parse_cookie

from ledger.coop.errors import SessionEndedError
from ledger.coop.people.sessions import actor_of
from web.state import State


def cookie_name(state: State) -> str:
    """``__Host-`` keeps other names under the same domain from setting it (RFC 6265bis §4.1.3.2)."""
    return "__Host-sogoc-session" if state.is_https else "sogoc-session"


def may_be_signed_in(state: State, environ: Mapping[str, Any]) -> bool:
    """Whether a request claims to come from a signed-in device; a look at its header, and no more."""
    return cookie_name(state) in environ.get("HTTP_COOKIE", "")


def organisation_of_device(state: State, environ: Mapping[str, Any]) -> str | None:
    """The organisation whose member is signed in on the device; ``None`` also for a token that is not ours.

    The session is not kept from going idle by this.
    """
    if not may_be_signed_in(state, environ):
        return None
    token = parse_cookie(environ.get("HTTP_COOKIE", "")).get(cookie_name(state), "")
    try:
        return state.ledger.read(actor_of, token, state.clock()).organisation if token else None
    except SessionEndedError:
        return None
