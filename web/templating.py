"""What templates may call beside the formatters: ``asset`` and ``icon``. Undefined names are errors."""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup

from web import scripts

STATIC = Path(__file__).parent / "static"

_SCRIPTS = "js/"
_SVG_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_NOT_DIALLED = re.compile(r"[^0-9+]")


@cache
def asset(path: str) -> str:
    """The address of a file in ``static/`` with its content's digest, so it may be cached for ever.

    Raises ``FileNotFoundError`` for a file that is not there: a template never links to nothing.
    """
    if path.startswith(_SCRIPTS):
        return scripts.address(path.removeprefix(_SCRIPTS))
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"


@cache
def _body(name: str) -> Markup:
    found = _SVG_BODY.search((STATIC / "icons" / f"{name}.svg").read_text("utf-8"))
    if found is None:
        raise ValueError(f"not one SVG element: {name}")
    # The files are ours; nothing that a user typed reaches this markup.
    return Markup(found[1])  # noqa: S704


@cache
def icon(name: str) -> Markup:
    """The icon ``static/icons/<name>.svg`` inline, hidden from screen readers: text stands beside it."""
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(_body(name))


@cache
def sprite(names: tuple[str, ...]) -> Markup:
    """Icons drawn once for many uses on a page: ``<use href="#i-name">``."""
    symbols = (
        Markup('<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>').format(name, _body(name))
        for name in names
    )
    return Markup('<svg width="0" height="0" hidden>{}</svg>').format(Markup("").join(symbols))


def format_dialled(phone: str) -> str:
    """A telephone number as a ``tel:`` link dials it (RFC 3966): digits and a leading plus."""
    return _NOT_DIALLED.sub("", phone)


def register(app: Flask) -> None:
    """Give the application's templates these functions; a name never set is an error, not silence."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset, icon=icon, sprite=sprite)
    app.jinja_env.filters["tel"] = format_dialled
