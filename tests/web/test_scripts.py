"""Modules below an address of their build: kept for ever, fetched at once, of one build or not at all."""

import re

import pytest

from tests.support.desk import HOME, open_desk
from web import scripts

PRELOADED = re.compile(r'<link rel="modulepreload" href="([^"]+)">')
SCRIPT = re.compile(r'<script type="module" src="([^"]+)">')
OTHER_BUILD = f"/static/v-{'0' * 10}/js/console/page.js"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def headers_of(client, address):
    with client.get(address) as answer:
        assert answer.status_code == 200, address
        return answer.headers


def test_every_module_of_this_build_is_kept_for_ever(desk):
    client = desk.app.test_client()
    for file in scripts.FOLDER.rglob("*.js"):
        with client.get(scripts.address(name_of(file))) as answer:
            assert answer.data == file.read_bytes()
            assert answer.mimetype == "text/javascript"
            assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address", [OTHER_BUILD, f"{scripts.prefix()}no.js", f"{scripts.prefix()}..%2fcss%2fbase.css"]
)
def test_what_is_not_of_this_build_is_not_there_and_nobody_keeps_that(desk, address):
    answer = desk.app.test_client().get(address)
    assert answer.status_code == 404
    assert "max-age" not in answer.headers.get("Cache-Control", "")


def test_a_file_asked_for_by_another_digest_is_not_kept(desk):
    client = desk.app.test_client()
    (own,) = set(re.findall(r"/static/css/base\.css\?v=[0-9a-f]+", client.get(f"{HOME}dang-nhap").text))
    assert "immutable" in headers_of(client, own)["Cache-Control"]
    for address in (f"{own}0", "/static/css/base.css", "/static/js/console/page.js", f"{own}&x=1"):
        assert headers_of(client, address)["Cache-Control"] == "no-cache", address


def test_a_page_names_all_modules_that_it_needs_at_once(desk):
    page = desk.browser("grower").get(HOME).html
    named = PRELOADED.findall(page)
    assert SCRIPT.findall(page) == [scripts.address("console/page.js")]
    assert named == scripts.preloads("console/page.js")
    assert {"console/queue.js", "bytes.js"} <= {name.removeprefix(scripts.prefix()) for name in named}
    # What only some pages have is fetched by those.
    assert not any(name.endswith(("console/packs.js", "console/device.js")) for name in named)


def test_modules_import_only_by_addresses_that_inherit_the_build():
    for file in scripts.FOLDER.rglob("*.js"):
        text = file.read_text(encoding="utf-8")
        written = re.findall(r'(?:\bfrom |\bimport )"([^"]+)"|\bimport\("([^"]+)"\)', text)
        found = {name for pair in written for name in pair if name}
        meant = {(file.parent / name).resolve() for name in found}
        assert meant == {scripts.FOLDER / name for name in scripts.imported_by(name_of(file), at_once=False)}


def name_of(file):
    return file.relative_to(scripts.FOLDER).as_posix()


def test_a_module_that_is_not_there_is_never_linked_to():
    with pytest.raises(FileNotFoundError):
        scripts.address("no.js")
    with pytest.raises(FileNotFoundError):
        scripts.needed_by("no.js")
