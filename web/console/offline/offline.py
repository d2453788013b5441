"""The console as an application on the phone: worker, manifest, the pages it keeps, what waits to be sent."""

import hashlib
from functools import cache

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.devices.requests import device_state
from web import scripts
from web.console.blueprint import PREFIX, console
from web.console.offline.offline_pages import pages_to_keep
from web.console.session import actor
from web.languages.script_words import known_words
from web.languages.speaking import spoken, spoken_tag
from web.security import csrf_token
from web.state import current
from web.templating import STATIC, asset

_ENTRIES = ("console/page.js", "console/land.js")
"""The modules that pages ask for by themselves."""
_WORKER = "console/worker.js"
_STYLES = (
    "css/tokens.css",
    "css/base.css",
    "css/console.css",
    "css/console_parts.css",
    "css/console_form.css",
    "css/large_type.css",
    "css/land.css",
    "css/diary_sheet.css",
)
_TEMPLATES = STATIC.parent / "templates"
_ICON_SIZES = (192, 512)
_MAX_KEY_CHARS = 400


@console.get("/sw.js")
def service_worker() -> Response:
    """The worker, behind what it keeps: its bytes change with any of these, so browsers fetch all anew."""
    listed = ",".join(f'"{address}"' for address in parts())
    head = f'const BUILD = "{build()}";\nconst ASSETS = [{listed}];\nconst WORDS = {_worker_words()};\n'
    # It stands beside the pages, so that it may answer for them, and away from the modules that it imports.
    text = head + scripts.movable_text_of(_WORKER)
    return Response(text, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def _worker_words() -> str:
    """What the worker says, as a JSON object: there is no page beside it that could carry it."""
    return "{}" if spoken() is None else known_words(spoken_tag(), (_WORKER,))


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
    modules = dict.fromkeys(name for entry in _ENTRIES for name in scripts.needed_by(entry, at_once=False))
    return (*map(asset, (*_STYLES, "icons/seedbook.svg")), *map(scripts.address, modules))


@cache
def build() -> str:
    """What tells two builds of the console apart: a digest over its styles, templates and modules."""
    files = [*(STATIC / name for name in _STYLES), *sorted(_TEMPLATES.rglob("*.html"))]
    seen = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(seen + scripts.build().encode()).hexdigest()[:12]
