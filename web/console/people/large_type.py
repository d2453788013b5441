"""Large type (chữ to): letters half as large again, black on white. A cookie remembers it; no script."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.console.blueprint import PREFIX, console
from web.console.session import actor
from web.state import current

COOKIE = "sogoc-chu-to"
_YEARS_SECONDS = 5 * 365 * 24 * 3600


@console.context_processor
def tell_size() -> dict[str, object]:
    """Whether this browser asked for large type."""
    return {"is_large_type": request.cookies.get(COOKIE) == "1"}


@console.post("/tai-khoan/chu-to")
def set_large_type() -> ResponseReturnValue:
    """Switch large type on or off in this browser."""
    actor()
    response = make_response(redirect(url_for("console.account"), 303))
    secure = current().is_https
    if request.form.get("to") == "1":
        response.set_cookie(
            COOKIE, "1", max_age=_YEARS_SECONDS, secure=secure, httponly=True, samesite="Lax", path=PREFIX
        )
    else:
        response.delete_cookie(COOKIE, secure=secure, httponly=True, samesite="Lax", path=PREFIX)
    return response
