"""The public pages' sheets as one file without comments and spaces: a phone on a slow line asks once.

A question costs more there than a kilobyte. The digest of what is answered is in the address, so it may be
kept for ever; another build's address is not answered.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response

from web.scripts import FOR_EVER

FOLDER = Path(__file__).parent / "static" / "css"
PARTS = ("tokens", "base", "passport", "story")
"""In the order of the cascade."""
NAME = "public.css"

_DIGITS = 10
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,>]) ?")
_AFTER = re.compile(r"(?<=[a-z-]): ")
"""Between a property and its value; before a colon a space means something in a selector."""


def shrink(text: str) -> str:
    """The same sheet in fewer bytes. Only for sheets of ours: they hold no text with spaces in it."""
    text = _SPACE.sub(" ", _COMMENT.sub("", text)).strip()
    return _AFTER.sub(":", _AROUND.sub(r"\1", text)).replace(";}", "}")


@cache
def public_sheet() -> bytes:
    """What all public pages share."""
    return "".join(shrink((FOLDER / f"{part}.css").read_text("utf-8")) for part in PARTS).encode()


@cache
def address() -> str:
    """Where a browser finds it."""
    return f"/static/s-{hashlib.sha256(public_sheet()).hexdigest()[:_DIGITS]}/{NAME}"


def register(app: Flask) -> None:
    """Serve the sheet, and give templates ``public_sheet``."""
    app.add_url_rule(f"/static/s-<digest>/{NAME}", "stylesheet", _answer)
    app.jinja_env.globals["public_sheet"] = address


def _answer(digest: str) -> Response:
    if f"/s-{digest}/" not in address():
        return Response(
            "Not of this build.\n", 404, mimetype="text/plain", headers={"Cache-Control": "no-store"}
        )
    return Response(public_sheet(), mimetype="text/css", headers={"Cache-Control": FOR_EVER})
