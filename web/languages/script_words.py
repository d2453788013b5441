"""What the browser's scripts say, for pages in another language than theirs.

The modules hold their sentences in Vietnamese, ``say("Chưa gửi được")``. A page in another language carries
what they are in it as JSON, in an element that no browser runs; in Vietnamese it carries nothing.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup

from web.languages.catalogues import languages
from web.languages.speaking import spoken

PUBLIC = ("check_file.js", "passport.js", "scan.js", "witnesses.js")
"""The modules of the public pages; all others are the console's."""
_FOLDER = Path(__file__).parent.parent / "static" / "js"
_SAID = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"')
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@cache
def sources() -> Mapping[str, tuple[str, ...]]:
    """The sentences of each module, by its file's name."""
    found = {path.name: _said_in(path.read_text("utf-8")) for path in sorted(_FOLDER.glob("*.js"))}
    return {name: said for name, said in found.items() if said}


def script_words(*, is_console: bool) -> Markup:
    """The element with what the scripts of the console say, or those of the public pages."""
    language = spoken()
    return Markup() if language is None else _element(language.tag, is_console=is_console)


@cache
def known_words(tag: str, modules: tuple[str, ...]) -> str:
    """What modules say, as a JSON object: source → text, or → texts by plural category."""
    language = languages()[tag]
    wanted = (source for name in modules for source in sources().get(name, ()))
    known = {source: language.forms(source) for source in wanted if source in language.entries}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


@cache
def _element(tag: str, *, is_console: bool) -> Markup:
    locale = str(languages()[tag].locale).replace("_", "-")
    head = f'<script type="application/json" id="words" data-locale="{locale}">'
    modules = tuple(name for name in sources() if (name in PUBLIC) != is_console)
    # Of our own files alone, and without a sign that could end the element.
    return Markup(f"{head}{known_words(tag, modules)}</script>")  # noqa: S704


def _said_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(json.loads(f'"{found}"') for found in _SAID.findall(text)))
