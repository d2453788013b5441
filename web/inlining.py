"""Modules of ours as one script, for a page that is a single file: each becomes a function called once.

Browsers run no module from a disk that imports another. So what a module exports becomes the value of its
function, and what it imports is taken from the values before it. Only what our modules write is understood:
``import { a, b as c } from "./x.js";`` and ``export`` before a declaration.
"""

import re

from web.scripts import beside, imported_by, text_of

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.\.?/[a-z_]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(
    r"^(?:import|export)\b|\bimport\(|\bimport\.meta\b|</script", re.MULTILINE | re.IGNORECASE
)


def inline_script(entry: str) -> str:
    """One script that does what the module ``entry`` does. Raises ``ValueError`` for other JavaScript."""
    ordered = _ordered(entry)
    return "".join(_wrapped(name, is_last=name == entry) for name in ordered)


def _ordered(entry: str) -> tuple[str, ...]:
    """The modules that ``entry`` needs, each behind what it imports, itself last."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in found:
            return
        for needed in imported_by(name):
            visit(needed)
        found[name] = None

    visit(entry)
    return tuple(found)


def _wrapped(name: str, *, is_last: bool) -> str:
    body = _IMPORT.sub(lambda found: _taken(name, found[1], found[2]), text_of(name))
    names = [found[2] for found in _EXPORT.finditer(body)]
    body = _EXPORT.sub(r"\1 \2", body)
    if _LEFT_OVER.search(body):
        raise ValueError(f"{name} cannot stand in one script with others")
    if is_last:
        return body
    return f"const {_variable(name)} = (() => {{\n{body}return {{ {', '.join(names)} }};\n}})();\n"


def _taken(name: str, names: str, written: str) -> str:
    wanted = " ".join(names.split()).rstrip(",").replace(" as ", ": ")
    return f"const {{ {wanted} }} = {_variable(beside(name, written))};\n"


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))
