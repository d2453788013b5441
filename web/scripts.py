"""ES modules for browsers: all of one build below one address, so that each may be kept for ever.

A module imports its neighbours by relative addresses (``./bytes.js``), which have no room for a digest of
their own. So the digest of all modules together stands in the path: ``/static/v-0123456789/js/console.js``.
What a page runs is of one build or does not run at all: another build's address is not answered, for half of
one and half of the next would be neither.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response

FOLDER = Path(__file__).parent / "static" / "js"
FOR_EVER = "public, max-age=31536000, immutable"

_DIGITS = 10
_STATIC = re.compile(r'^(?:import|export) [^"]*"\./([a-z_]+\.js)";$', re.MULTILINE)
_DYNAMIC = re.compile(r'\bimport\("\./([a-z_]+\.js)"\)')


def address(name: str) -> str:
    """Where a browser finds the module ``name``. Raises ``FileNotFoundError`` for one that is not there."""
    if name not in _modules():
        raise FileNotFoundError(FOLDER / name)
    return f"{prefix()}{name}"


def prefix() -> str:
    """The folder of this build's modules, as browsers see it."""
    return f"/static/v-{build()}/js/"


@cache
def build() -> str:
    """What tells these modules from those of any other build: a digest over their names and bytes."""
    listed = "".join(f"{name} {hashlib.sha256(data).hexdigest()}\n" for name, data in _modules().items())
    return hashlib.sha256(listed.encode()).hexdigest()[:_DIGITS]


@cache
def needed_by(entry: str, *, at_once: bool = True) -> tuple[str, ...]:
    """The module ``entry`` and what it imports, however far down; without ``at_once`` also what comes later.

    Raises ``FileNotFoundError`` for a module that imports nothing that is there.
    """
    patterns = (_STATIC,) if at_once else (_STATIC, _DYNAMIC)
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        if name not in _modules():
            raise FileNotFoundError(FOLDER / name)
        found[name] = None
        text = _modules()[name].decode()
        waiting += [imported for pattern in patterns for imported in pattern.findall(text)]
    return tuple(found)


def preloads(entry: str) -> list[str]:
    """What to fetch together with ``entry`` (``<link rel="modulepreload">``), not one after the other."""
    return [address(name) for name in needed_by(entry)[1:]]


def text_of(name: str) -> str:
    """The source of a module."""
    return _modules()[name].decode()


def register(app: Flask) -> None:
    """Serve this build's modules, and give templates ``preloads``."""
    app.add_url_rule("/static/v-<digest>/js/<name>", "scripts", _answer)
    app.jinja_env.globals["preloads"] = preloads


@cache
def _modules() -> dict[str, bytes]:
    """Every module by its name. Held in memory: what is served is what the digest was made of."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.js"))}


def _answer(digest: str, name: str) -> Response:
    data = _modules().get(name)
    if digest != build() or data is None:
        # A server of the build before, or of the next, answers the same question otherwise in a moment.
        return Response(
            "Not of this build.\n", 404, mimetype="text/plain", headers={"Cache-Control": "no-store"}
        )
    return Response(data, mimetype="text/javascript", headers={"Cache-Control": FOR_EVER})
