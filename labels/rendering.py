"""Where WeasyPrint lays pages out: a thread at a time, and nothing opened but our typeface and our style."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from weasyprint import HTML
from weasyprint.urls import URLFetcher

from labels.design_files import DESIGN_FOLDER, FONT_FOLDER

typesetting = Lock()
"""Pango's font maps are not for two threads at once: held around ``lay_out`` and ``write_pdf``."""

_BASE_URL = f"{DESIGN_FOLDER.as_uri()}/"
_FONT_URL = f"{FONT_FOLDER.as_uri()}/"


def lay_out(css: str, body: str) -> Any:
    """A WeasyPrint document of our shared style (``designs/base.css``), then ``css``, then ``body``."""
    html = (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><link rel="stylesheet" href="base.css">'
        f"<style>{css}</style>{body}"
    )
    fetcher = _OwnFiles(allowed_protocols=("file", "data"), fail_on_errors=True)
    return HTML(string=html, base_url=_BASE_URL, url_fetcher=fetcher).render()


class _OwnFiles(URLFetcher):  # type: ignore[misc]
    """Reads our style sheet, our typeface and pictures inside the page; nothing else is ever opened."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        if not url.startswith(("data:image/", f"{_BASE_URL}base.css", f"{_FONT_URL}BeVietnamPro-")):
            raise ValueError(f"not part of a page: {url}")
        return super().fetch(url, headers)
