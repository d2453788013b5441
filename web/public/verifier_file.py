"""The verifier as one file: it works from a disk, from another host, without a network, and for ever.

Nothing is fetched to show it: modules, styles and words stand in it, and its own policy allows only these, by
their digests. It is handed out as a download, for the policy of our own pages runs no script inside of one.
"""

import hashlib
from base64 import b64encode
from functools import cache

from flask import Blueprint, Response, json, make_response, render_template
from markupsafe import Markup

from web.inlining import inline_script
from web.public.steps import STEPS
from web.state import State, current
from web.stylesheets import public_sheet, shrink
from web.templating import STATIC

blueprint = Blueprint("verifier_file", __name__)

ENTRY = "verifier/page.js"
NAME = "kiem-tra.html"
_STYLE = STATIC / "css" / "verify.css"
_A_WHILE = "public, max-age=300"


@blueprint.get(f"/{NAME}")
def verifier_file() -> Response:
    """The verifier in the reader's language, to be kept."""
    response = make_response(render_verifier_file(current()))
    response.headers["Content-Disposition"] = f'attachment; filename="{NAME}"'
    response.headers["Cache-Control"] = _A_WHILE
    return response


def render_verifier_file(state: State) -> str:
    """The file. It names the log of this server, and so vouches for its key from the day it is handed out."""
    script, style = _script(), _style()
    return render_template(
        "public/verifier_file.html",
        policy=_policy(script, style),
        script=Markup(script),  # noqa: S704  # our own modules
        style=Markup(style),  # noqa: S704  # our own styles
        trust=Markup(_trust(state.ledger.vkey.format())),  # noqa: S704  # escaped there
        home=state.config.public_url,
        steps=STEPS,
    )


@cache
def _script() -> str:
    return f"\n{inline_script(ENTRY)}"


@cache
def _style() -> str:
    return public_sheet().decode() + shrink(_STYLE.read_text("utf-8"))


def _policy(script: str, style: str) -> str:
    """Only these two run; questions may go to the host of a stamp, wherever that is (CSP 3 §6.7)."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "connect-src https: http:; media-src blob:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _trust(vkey: str) -> str:
    """The log's key. Its witnesses are named by each bundle; whom of them to ask for, the reader decides."""
    known = [{"vkey": vkey, "witnesses": []}]
    return json.dumps(known).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
