"""A page of the server as a page of a folder: every address of ours made relative. Pure.

A folder is opened in three ways, and the same page serves all: at the root of a web server, below some path
of one, and from a disk (``file://``), where no server turns a folder into its ``index.html``.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

INDEX = "index.html"

_ADDRESS = re.compile(r'(?P<before>\s(?:href|src|data-bundle)=")(?P<path>/(?!/)[^"?#]*)(?P<end>[^"]*")')
_BUILD = re.compile(r"^static/[sv]-[0-9a-f]+/")


def relocate(html: str, page: str) -> str:
    """The page with relative addresses. ``page`` is where it will stand: ``a/b/index.html``."""
    up = "../" * page.count("/")
    return _ADDRESS.sub(lambda found: f"{found['before']}{up}{_file_of(found['path'])}{found['end']}", html)


def linked_files(html: str) -> Iterator[str]:
    """The files, as paths in the folder, to which a page that was not relocated yet leads."""
    return (unquote(_file_of(found["path"])) for found in _ADDRESS.finditer(html))


def page_path(address: str) -> str | None:
    """Where the page of the path ``address`` (percent-encoded, from the root) stands in the folder.

    ``None`` for one that no folder can hold: an empty part, ``.`` or ``..``.
    """
    parts = unquote(address).strip("/").split("/")
    if any(part in {"", ".", ".."} or "\0" in part for part in parts):
        return None
    return "/".join((*parts, INDEX))


def link_between(page: str, target: str) -> str:
    """The address, relative to ``page``, of the file ``target``."""
    return "../" * page.count("/") + quote(target)


def _file_of(path: str) -> str:
    # A copy has the modules of one build only, and its pages stay the same when the next one changes nothing.
    bare = _BUILD.sub("static/", path.removeprefix("/"))
    return f"{bare}{INDEX}" if not bare or bare.endswith("/") else bare
