"""The first page, where a code is typed or scanned, and the page that checks a kept proof file."""

from flask import Blueprint, Response, make_response, redirect, render_template, request

from ledger.trace.errors import MalformedIdentifierError
from signing.errors import StampCodeError
from web.languages import _, translate
from web.public.lookup import MAX_TYPED, path_for
from web.public.steps import STEPS
from web.state import current

blueprint = Blueprint("lookup", __name__)

A_WHILE = "public, max-age=300"


@blueprint.get("/")
def home() -> Response:
    """The lookup box; with ``?ma=`` the way to the page that was asked for."""
    typed = request.args.get("ma")
    if typed is None:
        return _box("", None, 200)
    try:
        path = path_for(typed, current().ledger.id_base)
    except StampCodeError as error:
        return _box(typed, translate(error.sentence), 400)
    except MalformedIdentifierError:
        return _box(typed, _("Địa chỉ này không phải của tem Sổ Gốc. Hãy gõ 13 ký tự in dưới hình QR."), 400)
    # A path on this server, built from parts that were checked: never an address that somebody typed.
    response = redirect(path, 303)
    response.headers["Cache-Control"] = "no-store"
    return make_response(response)


@blueprint.get("/verify/")
def verify() -> Response:
    """How to check a passport without this server, and a form that does it in the reader's own browser."""
    response = make_response(render_verify_page())
    response.headers["Cache-Control"] = A_WHILE
    return response


def render_verify_page(**more: bool) -> str:
    """The page that checks a kept proof file; the same for everyone. ``is_copy=True``: in a static copy."""
    return render_template(
        "public/verify.html",
        canonical=f"{current().config.public_url}/verify/",
        steps=STEPS,
        home=current().config.public_url,
        vkey=current().ledger.vkey.format(),
        **more,
    )


def _box(typed: str, problem: str | None, status: int) -> Response:
    page = render_template(
        "public/lookup.html",
        canonical=f"{current().config.public_url}/",
        typed=typed[:MAX_TYPED],
        problem=problem,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = A_WHILE if problem is None else "no-store"
    return response
