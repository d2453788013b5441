"""The console in front of the world, and a browser without a screen: it sends what a form holds."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from PIL import Image

from tests.support.compiled import lent_app
from tests.support.copies import DATABASE, copied
from tests.support.serving import served
from tests.support.world import SECRET, World, cheap_secrets, new_world, reopened
from web.app import make_app
from web.config import Config
from web.state import PHOTOS, make_state

HOME = "/hop-tac-xa/"
PUBLIC_URL = "http://127.0.0.1:8000"


def picture(colour=(90, 140, 80), side=40):
    """A small picture as a telephone would send it."""
    data = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(data, "JPEG")
    return (io.BytesIO(data.getvalue()), "anh.jpg")


class Page(HTMLParser):
    """A page that was answered: its forms, what it alerts, and the problem beside each question."""

    def __init__(self, response, path):
        super().__init__()
        self.status, self.path = response.status_code, path
        self.html = response.get_data().decode(errors="replace")
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.problems: dict[str, str] = {}
        self._ids: list[str] = []
        self._select = self._area = None
        # What a redirect ended at may be a file, in which anything may look like a tag.
        if response.mimetype == "text/html":
            self.feed(self.html)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    @property
    def form(self):
        """The page's own form: the one that is not the way out."""
        return self.forms[0]

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        if tag == "form":
            self.forms.append(Form(known.get("action") or self.path))
        elif tag in {"input", "select", "textarea"} and self.forms and known.get("name"):
            self._take(tag, known)
        elif tag == "button" and self.forms and known.get("name"):
            self.forms[-1].names.add(known["name"])
        elif tag == "option" and self._select is not None:
            self._select.append((known.get("value", ""), "selected" in known))
        elif tag == "a" and known.get("href"):
            self.links.append(known["href"])
        if known.get("id", "").endswith("-sai"):
            self._ids.append(known["id"].removesuffix("-sai"))

    def _take(self, tag, known):
        form, name, kind = self.forms[-1], known["name"], known.get("type", "text")
        form.names.add(name)
        if tag == "select":
            self._select, self._name = [], name
        elif tag == "textarea":
            self._area, self._name = "", name
        elif kind in {"checkbox", "radio"}:
            form.choices.setdefault(name, []).append(known.get("value", ""))
            if "checked" in known:
                form.answers.append((name, known.get("value", "")))
        elif kind != "file":
            form.answers.append((name, known.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "select" and self._select is not None:
            chosen = [value for value, selected in self._select if selected] or [self._select[0][0]]
            self.forms[-1].choices[self._name] = [value for value, _ in self._select]
            self.forms[-1].answers.append((self._name, chosen[0]))
            self._select = None
        if tag == "textarea" and self._area is not None:
            self.forms[-1].answers.append((self._name, self._area.strip("\n")))
            self._area = None
        if tag == "p":
            self._ids.clear()

    def handle_data(self, data):
        if self._area is not None:
            self._area += data
        elif data.strip():
            self.words.append(data)
            for name in self._ids:
                self.problems[name] = f"{self.problems.get(name, '')} {data.strip()}".strip()


@dataclass
class Form:
    """A form with what stands in it: ``answers`` in order, ``choices`` on offer, all ``names``."""

    action: str
    answers: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def __getitem__(self, name):
        return next((value for key, value in self.answers if key == name), "")


class Browser:
    """A browser that follows redirects and sends forms with their hidden fields."""

    def __init__(self, app: Flask):
        self.client = app.test_client()

    def get(self, path) -> Page:
        response = self.client.get(path, headers={"Accept": "text/html"})
        return self._follow(response, path)

    def send(self, page: Page, *, at=0, files=None, **answers) -> Page:
        """Send a form of ``page``: its hidden and preset values, changed by ``answers``.

        ``v_quantity`` answers ``v-quantity``; a list answers several times; ``None`` leaves a question out.
        """
        form = page.forms[at]
        changed = {
            f"v-{name[2:]}" if name.startswith("v_") else name: value for name, value in answers.items()
        }
        unknown = changed.keys() - form.names
        assert not unknown, f"{page.path} does not ask {unknown}, but {sorted(form.names)}"
        data: dict[str, list[object]] = {}
        for name, value in form.answers:
            if name not in changed:
                data.setdefault(name, []).append(value)
        for name, value in changed.items():
            if value is not None:
                data[name] = value if isinstance(value, list) else [value]
        for name, sent in (files or {}).items():
            data.setdefault(name, []).extend(sent)
        kind = {"content_type": "multipart/form-data"} if files else {}
        response = self.client.post(form.action, data=data, headers={"Accept": "text/html"}, **kind)
        return self._follow(response, form.action)

    def fill(self, path, **answers) -> Page:
        """Open the page at ``path`` and send its form."""
        page = self.get(path)
        assert page.status == 200, f"{path}: {page.status} {page.text[:300]}"
        return self.send(page, **answers)

    def _follow(self, response, path) -> Page:
        while response.status_code in {301, 302, 303, 307, 308}:
            parts = urlsplit(response.headers["Location"])
            assert not parts.netloc, "a redirect leads elsewhere"
            path = response.headers["Location"]
            response = self.client.get(path, headers={"Accept": "text/html"})
        return Page(response, path)


@dataclass(frozen=True)
class Desk:
    """The console and the world behind it."""

    app: Flask
    world: World

    def browser(self, login=None, secret=SECRET) -> Browser:
        """A new browser, signed in as ``login``."""
        browser = Browser(self.app)
        if login is not None:
            page = browser.fill(f"{HOME}dang-nhap", login=login, secret=secret)
            assert page.path == HOME, page.text
        return browser


def open_desk(template: Path, folder: Path, *, public_url: str = PUBLIC_URL) -> Iterator[Desk]:
    """A desk over a new world whose files are in ``folder``; the log must be whole at the end."""
    with cheap_secrets():
        database, built = copied(template, "world", lambda database, _: new_world(database), folder)
    (folder / PHOTOS).mkdir()
    config = Config(
        data=folder,
        database_url=f"sqlite:///{folder / DATABASE}",
        host="127.0.0.1",
        port=8000,
        public_url=public_url,
        origin="so.example.vn/goc",
        master_key_file=folder / "master.key",
    )
    try:
        with cheap_secrets(), ExitStack() as stack:
            world = reopened(built, database)
            state = make_state(config, world.ledger, clock=world.clock)
            # What a real browser still asks when its test has ended is not for the next one's desk.
            is_served = public_url != PUBLIC_URL
            yield Desk(make_app(state) if is_served else stack.enter_context(lent_app(state)), world)
        world.check()
    finally:
        database.close()


@contextmanager
def served_later() -> Iterator[tuple[str, Callable[[Flask], None]]]:
    """A server on a free port, and what puts an application behind it once its address is known."""
    mounted: list[Flask] = []

    def answer(environ, start_response):
        return mounted[0](environ, start_response)

    with served(answer) as address:
        yield address, mounted.append
