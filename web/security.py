"""What stands between the network and the views: headers, cross-site checks, limits. No rule about farms.

The content security policy allows no inline script and no inline style, so text that slips through escaping
still cannot run. Nothing here trusts ``Host``: absolute addresses come from ``Config.public_url`` only.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import RequestURITooLarge

from web import visitors
from web.errors import ForgedRequestError
from web.state import current

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    # The page's own scanner needs the camera; nothing else is asked of the device.
    ("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"),
)
HTTPS_HEADERS = (
    ("Strict-Transport-Security", "max-age=31536000"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
"""Browsers take these from a secure origin only, and complain about them elsewhere."""

MAX_BODY_BYTES = 1 << 20
"""A form without files. A view that takes photos or sheets raises it for its own request."""
MAX_FORM_PARTS = 500
MAX_TARGET_BYTES = 2048
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"

_View = TypeVar("_View", bound=Callable[..., Any])
_SIGNED_BODIES: set[Callable[..., Any]] = set()
_NONCE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_TOKEN_BYTES = 32
_MASKED = re.compile(r"[0-9a-f]{128}", re.ASCII)


def register(app: Flask) -> None:
    """Put the checks before every view and the headers behind every answer."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
    )
    app.before_request(check_request)
    app.after_request(add_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token


def check_request() -> None:
    """Refuse over-long addresses and forged requests, before any view runs."""
    if len(request.environ.get("PATH_INFO", "")) + len(request.query_string) > MAX_TARGET_BYTES:
        raise RequestURITooLarge
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method not in SAFE_METHODS and view not in _SIGNED_BODIES:
        check_same_site()


def signed_body(view: _View) -> _View:
    """Mark a view whose right to act is in the body, a signature or a code: a browser adds none by itself."""
    _SIGNED_BODIES.add(view)
    return view


def headers_of_every_answer(*, is_https: bool) -> tuple[tuple[str, str], ...]:
    """The security headers of an answer to people or programs."""
    return (*HEADERS, *HTTPS_HEADERS) if is_https else HEADERS


def add_headers(response: Response) -> Response:
    """Security headers on every answer, errors included."""
    headers = response.headers
    for name, value in headers_of_every_answer(is_https=current().is_https):
        headers.setdefault(name, value)
    nonce = g.get("new_csrf_nonce")
    if nonce is not None:
        # The page holds the token of this cookie, so no shared cache may hand it to somebody else.
        headers["Cache-Control"] = "no-store"
        response.set_cookie(
            csrf_cookie(), nonce, secure=current().is_https, httponly=True, samesite="Lax", path="/"
        )
    return response


# -- cross-site request forgery ------------------------------------------------------------------------------


def check_same_site() -> None:
    """Refuse an unsafe method that another site's page could have sent. Raises ``ForgedRequestError``.

    Two independent conditions: the browser's own word on where the request came from (``Sec-Fetch-Site``,
    else ``Origin``), and a token that only our pages hold and that fits the cookie. A request with a bearer
    token carries no right that a browser adds by itself, so there is nothing to forge.
    """
    if request.headers.get("Authorization", "").startswith("Bearer "):
        return
    _check_origin()
    nonce = request.cookies.get(csrf_cookie(), "")
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not _NONCE.fullmatch(nonce) or not hmac.compare_digest(_token_of(nonce), _unmask(sent)):
        raise ForgedRequestError


def csrf_token() -> str:
    """The token for a form of the page being rendered; its cookie is set with the answer if need be.

    It is another text each time (a random pad, then the token under it), so that the length of a compressed
    page tells nothing about it: the BREACH attack needs a secret that stays.
    """
    nonce = request.cookies.get(csrf_cookie(), "") or g.get("new_csrf_nonce", "")
    if not _NONCE.fullmatch(nonce):
        nonce = g.new_csrf_nonce = secrets.token_urlsafe(32)
    pad = secrets.token_bytes(_TOKEN_BYTES)
    return (pad + _xor(pad, _token_of(nonce))).hex()


def csrf_cookie() -> str:
    """The cookie's name. ``__Host-`` keeps neighbours under the same domain from setting it (RFC 6265bis)."""
    return "__Host-sogoc-form" if current().is_https else "sogoc-form"


def _token_of(nonce: str) -> bytes:
    return hmac.new(current().form_secret, nonce.encode(), hashlib.sha256).digest()


def _unmask(sent: str) -> bytes:
    """The token in ``sent``; nothing for what is none."""
    if not _MASKED.fullmatch(sent):
        return b""
    data = bytes.fromhex(sent)
    return _xor(data[:_TOKEN_BYTES], data[_TOKEN_BYTES:])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _check_origin() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        is_ours = site in {"same-origin", "none"}
    else:
        is_ours = origin is None or urlsplit(origin).netloc == request.host
    if not is_ours:
        raise ForgedRequestError


# -- addresses -----------------------------------------------------------------------------------------------


def client_address() -> str:
    """Whom to count this request against."""
    return visitors.client_address(request.environ)
