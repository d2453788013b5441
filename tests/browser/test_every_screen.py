"""axe looks at every page that the application answers with, on a phone, in both schemes.

Pages are taken from the application itself, so a new one cannot be forgotten; ``test_console_looks.py`` looks
at what else a page may show. ``make screenshots`` runs both files and keeps a picture of each.
"""

import pytest

from tests.attacks.test_console_requests import OPEN, address, console_rules, set_up
from tests.support import hands
from tests.support.desk import open_desk, served_later
from tests.support.hands import follow, go
from tests.support.screens import PHONE, STRONG_COLOURS, examine, findings, keep_pictures

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser):
    """``phone(cookies)``: a page of a phone of somebody who is signed in, or of nobody."""
    contexts = []

    def take(kept=()):
        context = browser.new_context(**PHONE)
        contexts.append(context)
        context.add_cookies(list(kept))
        return context.new_page()

    yield take
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def every_route(sqlite_template, tmp_path_factory):
    """A console in which every route has something to show: its address, and a path for each."""
    with served_later() as (site, mount):
        for desk in open_desk(sqlite_template, tmp_path_factory.mktemp("routes"), public_url=site):
            mount(desk.app)
            ids = set_up(desk)
            routes = {rule.endpoint: address(desk, rule, ids) for rule in console_rules(desk, "GET")}
            yield site, {name: path for name, path in routes.items() if shows_a_page(desk, path)}


@pytest.fixture
def walk(phone):
    """``walk(site, who, cookies, paths)``: the pages on which axe finds something."""

    def go(site, who, kept, paths):
        page, wrong = phone(kept), {}
        for path in paths:
            hands.go(page, f"{site}{path}")
            wrong[path] = examine(page)
            keep_pictures(page, who, path)
        return {path: found for path, found in wrong.items() if found}

    return go


def sign_in(page, site, login):
    hands.sign_in(page, site, login)
    return page.context.cookies()


def shows_a_page(desk, path):
    """Whether the manager, who may see everything, gets a page here, and not a file."""
    browser = desk.browser("manager")
    answer = browser.client.get(path, headers={"Accept": "text/html"})
    return answer.status_code == 200 and answer.mimetype == "text/html" and not is_kept(answer)


@pytest.mark.parametrize("part", range(3))
def test_axe_finds_nothing_on_any_route(walk, phone, every_route, part):
    site, routes = every_route
    kept = sign_in(phone(), site, "manager")
    paths = [path for name, path in sorted(routes.items()) if name not in OPEN]
    assert len(paths) > 120
    assert walk(site, "route", kept, paths[part::3]) == {}


def test_axe_finds_nothing_at_the_door(walk, every_route):
    site, routes = every_route
    doors = [path for name, path in routes.items() if name in OPEN]
    assert walk(site, "nobody", (), doors) == {}


def test_large_type_is_read_at_seven_to_one(phone, every_route):
    site, routes = every_route
    page = phone()
    sign_in(page, site, "manager")
    go(page, f"{site}{routes['console.account']}")
    follow(page, page.get_by_role("button", name="Chữ to"))
    for name in ("console.components", "console.home", "console.account"):
        go(page, f"{site}{routes[name]}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert findings(page, STRONG_COLOURS) == [], (name, scheme)


def test_axe_finds_nothing_on_the_public_pages(walk, site, shop):
    stamps = [f"/s/{code}" for code in shop.market.codes.values()]
    pages = {
        rule.rule
        for rule in shop.app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments and not rule.endpoint.startswith("console.")
    }
    shown = [path for path in sorted(pages) if is_page(shop, path)]
    assert {"/", "/verify/"} <= set(shown)
    assert walk(site, "public", (), [*shown, *stamps, shop.market.path, "/khong-co"]) == {}


def is_page(shop, path):
    answer = shop.client.get(path, headers={"Accept": "text/html"})
    return answer.status_code == 200 and answer.mimetype == "text/html" and not is_kept(answer)


def is_kept(answer):
    """A file to be kept, of which a browser shows nothing."""
    return "attachment" in answer.headers.get("Content-Disposition", "")
