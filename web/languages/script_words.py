"""What the browser's scripts say, for pages in another language than theirs.

The modules hold their sentences in Vietnamese, ``say("Chưa gửi được")``. A page in another language carries
what they are in it as JSON, in an element that no browser runs; in Vietnamese it carries nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup

from web.languages.catalogues import languages
from web.languages.speaking import spoken
from web.scripts import needed_by

_CONSOLE, _VERIFIER = "console/", "verifier/"
"""Where the modules of the console lie, and those of the verifier; all others are for the public pages."""
_FOLDER = Path(__file__).parent.parent / "static" / "js"
_SAID = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"')
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@cache
def sources() -> Mapping[str, tuple[str, ...]]:
    """The sentences of each module, by its path below ``static/js``."""
    files = sorted(_FOLDER.rglob("*.js"))
    found = {path.relative_to(_FOLDER).as_posix(): _said_in(path.read_text("utf-8")) for path in files}
    return {name: said for name, said in found.items() if said}


def script_words(*, is_console: bool, entry: str = "") -> Markup:
    """The element with what the scripts of the console say, or those of the public pages.

    With ``entry``, only what that module and those that it imports say.
    """
    language = spoken()
    return Markup() if language is None else _element(language.tag, entry, is_console=is_console)


@cache
def known_words(tag: str, modules: tuple[str, ...]) -> str:
    """What modules say, as a JSON object: source → text, or → texts by plural category."""
    language = languages()[tag]
    wanted = (source for name in modules for source in sources().get(name, ()))
    known = {source: language.forms(source) for source in wanted if source in language.entries}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


@cache
def _element(tag: str, entry: str, *, is_console: bool) -> Markup:
    locale = str(languages()[tag].locale).replace("_", "-")
    head = f'<script type="application/json" id="words" data-locale="{locale}">'
    modules = needed_by(entry) if entry else tuple(_modules(is_console=is_console))
    # Of our own files alone, and without a sign that could end the element.
    return Markup(f"{head}{known_words(tag, modules)}</script>")  # noqa: S704


def _modules(*, is_console: bool) -> Iterator[str]:
    own = [name for name in sources() if name.startswith(_CONSOLE)]
    if is_console:
        # The console's, and what those use of everybody's.
        yield from dict.fromkeys(name for entry in own for name in needed_by(entry))
        return
    yield from (name for name in sources() if name not in own and not name.startswith(_VERIFIER))


def _said_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(json.loads(f'"{found}"') for found in _SAID.findall(text)))
