"""Looking at a page as axe does, and keeping its picture where ``SOGOC_SCREENSHOTS`` names a folder."""

import html
import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""Every rule that axe has for WCAG 2.2 at level AA."""
RULES: dict[str, Any] = {"runOnly": WCAG, "rules": {"target-size": {"enabled": True}}}
COLOURS: dict[str, Any] = {"runOnly": ["color-contrast"]}
STRONG_COLOURS: dict[str, Any] = {"runOnly": ["color-contrast-enhanced"]}
"""7 : 1, what large type promises (WCAG 2.2, 1.4.6)."""
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "locale": "vi-VN"}
WIDTHS = (360, 1280)
MAX_HEIGHT = 4000
OPEN_ALL = "document.querySelectorAll('details').forEach((e) => { e.open = true; })"
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


def findings(page: Any, options: dict[str, Any]) -> list[str]:
    """What axe finds wrong on a page as it stands: rule, element, why."""
    # It is large, and a page that was given it once still has it.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    asked = {"resultTypes": ["violations"], **options}
    found = page.evaluate("(options) => axe.run(options).then(({ violations }) => violations)", asked)
    return [
        f"{rule['id']}: {node['html'][:120]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for rule in found
        for node in rule["nodes"]
    ]


def examine(page: Any) -> list[str]:
    """Every rule in the light, colours in the dark too, with everything opened that opens."""
    page.evaluate(OPEN_ALL)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = findings(page, RULES)
    page.emulate_media(color_scheme="dark")
    found += [f"dark {finding}" for finding in findings(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


def pictures_wanted() -> Path | None:
    """The folder in which somebody wants to find pictures of every screen."""
    folder = os.environ.get("SOGOC_SCREENSHOTS", "")
    return Path(folder) if folder else None


def keep_pictures(page: Any, who: str, address: str, language: str = "vi") -> None:
    """A picture of the page at each width, and its line in the list of all; nothing where nobody wants it.

    The pictures in two languages lie side by side, ``…-360-vi.png`` and ``…-360-en.png``.
    """
    folder = pictures_wanted()
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{who}-{_NOT_A_NAME.sub('-', address.lower()).strip('-')[:100] or 'home'}"
    page.evaluate("scrollTo(0, 0)")
    for width in WIDTHS:
        # As high as the page, so that what keeps to the screen's end does not lie across it.
        page.set_viewport_size({"width": width, "height": 800})
        height = min(page.evaluate("document.documentElement.scrollHeight"), MAX_HEIGHT)
        page.set_viewport_size({"width": width, "height": max(800, height)})
        page.screenshot(path=folder / f"{name}-{width}-{language}.png")
    page.set_viewport_size(PHONE["viewport"])
    shown = " ".join(f'<a href="{name}-{width}-{language}.png">{width} px</a>' for width in WIDTHS)
    with (folder / "index.html").open("a", encoding="utf-8") as index:
        index.write(f"<p>{language} {who} <code>{html.escape(address)}</code> {shown}</p>\n")
