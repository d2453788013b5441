"""The console as an application on the phone: worker, manifest, the pages it keeps, what waits to be sent."""

import hashlib
import re
from functools import cache
from pathlib import PurePosixPath

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.devices.requests import device_state
from web.console.blueprint import PREFIX, console
from web.console.offline.offline_pages import pages_to_keep
from web.console.session import actor
from web.security import csrf_token
from web.state import current
from web.templating import STATIC, asset

_ENTRY = "js/console.js"
_WORKER = "js/console_worker.js"
_STYLES = (
    "css/tokens.css",
    "css/base.css",
    "css/console.css",
    "css/console_parts.css",
    "css/console_form.css",
    "css/large_type.css",
    "css/land.css",
)
_OF_SOME_PAGES = ("js/console_land.js",)
"""Modules that a page asks for by itself."""
_ICON_SIZES = (192, 512)
_IMPORT = re.compile(r'^import [^"]*"\./([a-z_]+\.js)";$', re.MULTILINE)
_MAX_KEY_CHARS = 400


@console.get("/sw.js")
def service_worker() -> Response:
    """The worker, behind what it keeps: its bytes change with any of these, so browsers fetch all anew."""
    listed = ",".join(f'"{address}"' for address in parts())
    head = f'const BUILD = "{build()}";\nconst ASSETS = [{listed}];\n'
    text = head + (STATIC / _WORKER).read_text("utf-8")
    return Response(text, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@console.get("/so-goc.webmanifest")
def manifest() -> Response:
    """What a phone needs to put the console on its home screen (W3C Application Manifest)."""
    icons = [
        {
            "src": asset(f"icons/app-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in _ICON_SIZES
        for purpose in ("any", "maskable")
    ]
    document = {
        "id": f"{PREFIX}/",
        "name": "Sổ Gốc",
        "short_name": "Sổ Gốc",
        "lang": "vi",
        "start_url": f"{PREFIX}/",
        "scope": f"{PREFIX}/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1d5c3a",
        "icons": icons,
    }
    answer = jsonify(document)
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@console.get("/ngoai-tuyen")
def offline_page() -> ResponseReturnValue:
    """What the worker shows in place of a page that it does not keep."""
    return render_template("console/offline/offline.html")


@console.get("/cho-gui")
def waiting_page() -> ResponseReturnValue:
    """What waits on this phone to be sent: a frame, which the phone fills."""
    return render_template("console/offline/waiting.html", back=url_for("console.home"))


@console.get("/ngoai-tuyen/the")
def door() -> Response:
    """Who is signed in, and a token for the forms that the phone is about to send."""
    return jsonify(
        {"account": actor().account_id, "organisation": actor().organisation, "token": csrf_token()}
    )


@console.get("/ngoai-tuyen.json")
def offline_list() -> Response:
    """The pages to keep, each with a version; ``may``: a device's key, for what became of it."""
    state, who = current(), actor()
    pages = state.ledger.read(pages_to_keep, state.ledger.vault, who, state.today)
    document = {
        "account": who.account_id,
        "build": build(),
        "pages": [{"href": page.href, "version": page.version} for page in pages],
    }
    key = request.args.get("may", "")
    if 0 < len(key) <= _MAX_KEY_CHARS:
        document["device"] = state.ledger.read(device_state, who.organisation, key)
    return jsonify(document)


@cache
def parts() -> tuple[str, ...]:
    """The addresses of everything that the console's pages are made of, besides themselves."""
    entries = (_ENTRY, *_OF_SOME_PAGES)
    shown = map(asset, (*_STYLES, "icons/seedbook.svg", *entries))
    imported = dict.fromkeys(name for entry in entries for name in _modules(entry) if name not in entries)
    return (*shown, *map(_plain, imported))


@cache
def build() -> str:
    """What tells two builds of the console apart: a digest over the bytes of its parts."""
    modules = {name for entry in (_ENTRY, *_OF_SOME_PAGES) for name in _modules(entry)}
    names = sorted({*_STYLES, _WORKER, *modules})
    return hashlib.sha256(b"".join((STATIC / name).read_bytes() for name in names)).hexdigest()[:12]


def _modules(entry: str) -> tuple[str, ...]:
    """The module ``entry`` and all that it imports, however far down."""
    found, waiting = dict.fromkeys([entry]), [entry]
    while waiting:
        name = waiting.pop()
        folder = PurePosixPath(name).parent
        for imported in _IMPORT.findall((STATIC / name).read_text("utf-8")):
            path = str(folder / imported)
            if path not in found:
                found[path] = None
                waiting.append(path)
    return tuple(found)


def _plain(name: str) -> str:
    return f"/static/{name}"
