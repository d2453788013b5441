"""ES modules for browsers: all of one build below one address, so that each may be kept for ever.

A module is named by its path below ``static/js``; ``console/queue.js`` is for pages of the console alone. It
imports others by relative addresses (``../bytes.js``), which have no room for a digest of their own. So the
digest of all modules together stands in the path: ``/static/v-0123456789/js/console/queue.js``.
What a page runs is of one build or does not run at all: another build's address is not answered, for half of
one and half of the next would be neither.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from flask import Flask, Response

FOLDER = Path(__file__).parent / "static" / "js"
FOR_EVER = "public, max-age=31536000, immutable"

_DIGITS = 10
_STATIC = re.compile(r'^((?:import|export) [^"]*")(\.\.?/[a-z_]+\.js)(";)$', re.MULTILINE)
_DYNAMIC = re.compile(r'(\bimport\(")(\.\.?/[a-z_]+\.js)("\))')


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
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        if name not in _modules():
            raise FileNotFoundError(FOLDER / name)
        found[name] = None
        waiting += imported_by(name, at_once=at_once)
    return tuple(found)


def imported_by(name: str, *, at_once: bool = True) -> Iterator[str]:
    """What the module ``name`` itself imports; without ``at_once`` also what it asks for later."""
    for pattern in (_STATIC,) if at_once else (_STATIC, _DYNAMIC):
        yield from (beside(name, found[2]) for found in pattern.finditer(text_of(name)))


def preloads(entry: str) -> list[str]:
    """What to fetch together with ``entry`` (``<link rel="modulepreload">``), not one after the other."""
    return [address(name) for name in needed_by(entry)[1:]]


def text_of(name: str) -> str:
    """The source of a module."""
    return _modules()[name].decode()


def movable_text_of(name: str) -> str:
    """The source of a module that is served from elsewhere: its imports by addresses of this build."""
    return _STATIC.sub(lambda found: f"{found[1]}{address(beside(name, found[2]))}{found[3]}", text_of(name))


def register(app: Flask) -> None:
    """Serve this build's modules, and give templates ``preloads``."""
    app.add_url_rule("/static/v-<digest>/js/<path:name>", "scripts", _answer)
    app.jinja_env.globals["preloads"] = preloads


@cache
def _modules() -> dict[str, bytes]:
    """Every module by its name. Held in memory: what is served is what the digest was made of."""
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*.js"))}


def beside(name: str, written: str) -> str:
    """The module that ``name`` means by the relative address ``written``: ``./send.js``, ``../bytes.js``."""
    folder = PurePosixPath(name).parent
    return str((folder.parent if written.startswith("../") else folder) / PurePosixPath(written).name)


def _answer(digest: str, name: str) -> Response:
    data = _modules().get(name)
    if digest != build() or data is None:
        # A server of the build before, or of the next, answers the same question otherwise in a moment.
        return Response(
            "Not of this build.\n", 404, mimetype="text/plain", headers={"Cache-Control": "no-store"}
        )
    return Response(data, mimetype="text/javascript", headers={"Cache-Control": FOR_EVER})
