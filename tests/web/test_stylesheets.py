"""One design system: colours and type come from the tokens, nothing is written twice, pages stay small."""

import gzip
import re

import pytest
import tinycss2

from tests.attacks.test_console_requests import OPEN, address, console_rules, set_up
from tests.meta.tree import ROOT
from tests.support.desk import open_desk
from web import scripts
from web.templating import STATIC

STYLES = {path.name: path for path in sorted((STATIC / "css").glob("*.css"))}
TOKENS = {"tokens.css", "large_type.css"}
"""Where colours are written down: the second for those who asked for large type."""
CONSOLE = ("base.css", "console.css", "console_parts.css", "console_form.css")
"""What every page of the console loads; a sheet of one page comes after them."""
PIXELS = re.compile(r"\d(?:px|rem)\b")
MAX_BYTES, MAX_STYLE_BYTES = 50 * 1024, 8 * 1024
LINKED = re.compile(rb'(?:href|src)="/static/(?:v-[0-9a-f]+/)?((?:css|js)/[a-z_/]+\.(?:css|js))')
OFFERED = re.compile(r'\["\[([a-z-]+)\]", \(\) => import\("\./([a-z_]+\.js)"\)\]')
"""What the console's script fetches where the page has a mark for it."""


def rules(text):
    """Each rule outside and inside of media queries: ``(condition, selector, declarations)``."""
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            yield "", *_parts(rule)
        elif rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            for part in inner:
                yield tinycss2.serialize(rule.prelude).strip(), *_parts(part)


def _parts(rule):
    selector = " ".join(tinycss2.serialize(rule.prelude).split())
    declared = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    return selector, [(item.name, tinycss2.serialize(item.value).strip()) for item in declared]


@pytest.mark.parametrize("name", sorted(STYLES.keys() - TOKENS))
def test_colours_and_steps_come_from_the_tokens(name):
    strange = []
    for condition, selector, declared in rules(STYLES[name].read_text(encoding="utf-8")):
        if "print" in condition:
            continue
        for prop, value in declared:
            is_colour = re.search(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsl", value)
            is_type = prop == "font-size" and PIXELS.search(value)
            is_space = prop.startswith(("margin", "padding", "gap")) and re.search(r"[2-9]px|\drem", value)
            if is_colour or is_type or is_space:
                strange.append(f"{selector}: {prop}: {value}")
    assert strange == []


def test_no_piece_of_the_console_is_drawn_in_two_places():
    seen, twice = {}, []
    for name in (*CONSOLE, "land.css", "diary_sheet.css", "label_designs.css"):
        for condition, selector, declared in rules(STYLES[name].read_text(encoding="utf-8")):
            # A second value in the same rule is for browsers that do not know the first.
            for prop in dict.fromkeys(prop for prop, _ in declared):
                key = (condition, selector, prop)
                if key in seen:
                    twice.append((*key, seen[key], name))
                seen[key] = name
    assert twice == []


@pytest.mark.parametrize("name", sorted(STYLES))
def test_a_rule_for_words_in_another_language_is_not_one_for_a_whole_page(name):
    parts = (
        part.strip()
        for _, selector, _ in rules(STYLES[name].read_text(encoding="utf-8"))
        for part in selector.split(",")
    )
    assert [part for part in parts if part.startswith(("[lang", ":lang", "html[lang", ":root[lang"))] == []


def test_every_token_is_used_and_every_used_token_exists():
    texts = "\n".join(path.read_text(encoding="utf-8") for path in STYLES.values())
    defined = set(re.findall(r"(?<![a-z0-9_-])(--[a-z0-9-]+):", texts))
    pages = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "web/templates").rglob("*.html"))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", texts + pages))
    assert used - defined == set()
    assert defined - used == set()


def test_a_page_of_the_console_is_small_at_first_load(sqlite_template, tmp_path):
    heavy = {}
    for desk in open_desk(sqlite_template, tmp_path):
        ids, client = set_up(desk), desk.browser("manager").client
        for rule in console_rules(desk, "GET"):
            answer = client.get(address(desk, rule, ids), headers={"Accept": "text/html"})
            if answer.status_code != 200 or answer.mimetype != "text/html" or rule.endpoint in OPEN:
                continue
            parts = linked(answer.data)
            styles = sum(packed(STATIC / part) for part in parts if part.startswith("css"))
            total = len(gzip.compress(answer.data, 6)) + sum(packed(STATIC / part) for part in parts)
            if total > MAX_BYTES or styles > MAX_STYLE_BYTES:
                heavy[rule.endpoint] = (total, styles)
    assert heavy == {}


def linked(page):
    """The styles and scripts of a page, and what those import."""
    found, waiting = set(), {name.decode() for name in LINKED.findall(page)}
    offered = OFFERED.findall((STATIC / "js/console/page.js").read_text(encoding="utf-8"))
    assert len(offered) > 5
    waiting |= {f"js/console/{name}" for mark, name in offered if f" {mark}".encode() in page}
    while waiting:
        part = waiting.pop()
        found.add(part)
        if part.endswith(".js"):
            waiting |= {f"js/{name}" for name in scripts.imported_by(part.removeprefix("js/"))} - found
    return found


def packed(path):
    return len(gzip.compress(path.read_bytes(), 6))
