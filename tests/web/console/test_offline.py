"""What the phone asks of the server: worker, pages to keep, answers in JSON, files sent ahead, devices."""

import hashlib
import re
from unittest.mock import Mock

import pytest

from tests.support.desk import HOME, open_desk, picture
from tests.support.signing_phone import phone_of
from web import scripts
from web.console.offline import uploads
from web.console.offline.offline import parts

JSON = {"Accept": "application/json"}


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def kept_versions(browser):
    listed = browser.client.get(f"{HOME}ngoai-tuyen.json", headers=JSON).json["pages"]
    return {page["href"]: page["version"] for page in listed}


def kept_pages(browser):
    return list(kept_versions(browser))


def token(browser):
    return browser.client.get(f"{HOME}ngoai-tuyen/the", headers=JSON).json["token"]


@pytest.mark.parametrize("login", ["grower", "recorder", "packer", "accountant", "manager", "distributor"])
def test_every_page_that_a_phone_keeps_is_there(desk, login):
    desk.world.season()
    desk.world.harvested()
    desk.world.packed()
    desk.world.printed(50)
    browser = desk.browser(login)
    hrefs = kept_pages(browser)
    assert HOME in hrefs
    assert f"{HOME}cho-gui" in hrefs
    for href in hrefs:
        assert browser.get(href).status == 200, href
    in_field = any("/viec/" in href for href in hrefs)
    assert in_field == (login in {"grower", "recorder", "manager"})
    assert any("/cuon-tem/" in href and href.endswith("/dong-goi") for href in hrefs) == (
        login in {"packer", "manager"}
    )


def test_a_page_is_fetched_again_when_what_it_shows_may_have_changed(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    first = grower.client.get(f"{HOME}ngoai-tuyen.json").json
    assert grower.client.get(f"{HOME}ngoai-tuyen.json").json == first
    desk.world.spray(season, ago=1)
    after = grower.client.get(f"{HOME}ngoai-tuyen.json").json
    changed = {page["href"] for page in after["pages"] if page not in first["pages"]}
    assert HOME in changed
    assert not any("/viec/irrigation/" in href for href in changed)


def test_a_grower_keeps_what_is_done_where_there_is_no_signal(desk):
    season = desk.world.season().split("/", 3)[3]
    hrefs = kept_pages(desk.browser("grower"))
    for page in (
        f"vu/{season}",
        f"vu/{season}/go-phieu",
        f"ban-tai-vuon/{season}",
        "viec/irrigation/nhieu-noi/fruit_nho",
        "vu/mo/NHO",
        "tap-ghi",
        "vat-tu",
        "nhac-viec",
    ):
        assert f"{HOME}{page}" in hrefs, page
    workshop = kept_pages(desk.browser("packer"))
    assert {f"{HOME}{page}" for page in ("don-hang", "to", "kho", "kiem-ke", "giao-nhan")} <= {*workshop}


def test_the_page_of_a_season_is_fetched_again_for_what_was_done_in_it_only(desk):
    season, other = desk.world.season(), desk.world.season()
    recorder = desk.browser("recorder")
    before = kept_versions(recorder)
    desk.world.spray(season, ago=1)
    after = kept_versions(recorder)
    sprayed, left = (f"{HOME}vu/{lot.split('/', 3)[3]}" for lot in (season, other))
    assert before[sprayed] != after[sprayed]
    assert before[left] == after[left]


def test_the_worker_knows_every_part_and_anybody_may_have_it(desk):
    client = desk.app.test_client()
    worker = client.get(f"{HOME}sw.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.mimetype == "text/javascript"
    for address in parts():
        assert f'"{address}"' in worker.text
        with client.get(address) as part:
            assert part.status_code == 200
    assert {scripts.address("console/sign.js"), scripts.address("console/packs.js")} <= {*parts()}
    assert f'from "{scripts.address("console/send.js")}"' in worker.text
    assert scripts.address("console/worker.js") not in parts()
    manifest = client.get(f"{HOME}so-goc.webmanifest")
    assert manifest.json["scope"] == manifest.json["start_url"] == HOME
    for icon in manifest.json["icons"]:
        with client.get(icon["src"]) as drawn:
            assert drawn.mimetype == "image/png"
    offline = client.get(f"{HOME}ngoai-tuyen")
    assert "Không có mạng" in offline.text
    assert "sogoc-account" not in offline.text


def test_who_is_not_signed_in_is_told_so_in_json(desk):
    client = desk.app.test_client()
    for path in ("ngoai-tuyen.json", "ngoai-tuyen/the", f"tep?sha256={'a' * 64}&size=5"):
        assert client.get(f"{HOME}{path}", headers=JSON).status_code == 401


def test_a_form_answers_a_program_in_json(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(f"{HOME}viec/irrigation/{season.split('/', 3)[3]}")
    data = dict(page.form.answers) | {"v-source": "well"}
    wrong = grower.client.post(page.path, data=data | {"done_on": "2027-01-01"}, headers=JSON)
    assert wrong.status_code == 422
    assert (wrong.json["state"], list(wrong.json["by_name"])) == ("refused", ["done_on"])
    right = grower.client.post(page.path, data=data, headers=JSON)
    assert right.status_code == 200
    assert right.json["state"] == "recorded"
    assert re.fullmatch(rf"{HOME}so/\d+\?moi=1", right.json["href"])
    assert "sogoc-da-ghi" in right.headers["Set-Cookie"]
    again = grower.client.post(page.path, data=data, headers=JSON)
    assert again.json == right.json


def test_a_guard_that_refused_is_named(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    desk.world.spray(season, ago=1)
    page = grower.get(f"{HOME}viec/harvest/{season.split('/', 3)[3]}")
    data = dict(page.form.answers) | {"v-quantity": "10"}
    refused = grower.client.post(page.path, data=data, headers=JSON)
    assert refused.json["state"] == "refused"
    assert refused.json["guards"] == ["phi_elapsed"]
    assert refused.json["sentences"]


def test_a_view_that_answers_by_itself_answers_in_json_as_well(desk):
    grower = desk.browser("grower")
    page = grower.get(f"{HOME}tai-khoan")
    sent = grower.client.post(
        f"{HOME}dang-xuat", data={"csrf_token": page.forms[0]["csrf_token"]}, headers=JSON
    )
    assert sent.json == {"state": "recorded", "href": f"{HOME}dang-nhap", "notices": []}
    assert any("sogoc-session=;" in cookie for cookie in sent.headers.getlist("Set-Cookie"))


def test_a_photo_is_sent_ahead_in_pieces_and_named_in_the_form(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    data = picture(side=300)[0].getvalue()
    where = f"{HOME}tep?sha256={hashlib.sha256(data).hexdigest()}&size={len(data)}"
    headers = {**JSON, "X-CSRF-Token": token(grower)}
    assert grower.client.get(where, headers=JSON).json == {"received": 0}
    half = len(data) // 2
    assert grower.client.post(f"{where}&tu=0", data=data[:half], headers=headers).json == {"received": half}
    assert grower.client.post(f"{where}&tu=0", data=data[:half], headers=headers).json == {"received": half}
    done = grower.client.post(f"{where}&tu={half}", data=data[half:], headers=headers).json
    assert grower.client.get(where, headers=JSON).json == done
    page = grower.get(f"{HOME}viec/irrigation/{season.split('/', 3)[3]}")
    sent = dict(page.form.answers) | {"v-source": "well", "photos": done["ticket"]}
    recorded = grower.client.post(page.path, data=sent, headers=JSON).json
    shown = grower.get(recorded["href"])
    assert "<img" in shown.html
    other = desk.browser("neighbour.manager")
    assert other.client.get(where, headers=JSON).json == {"received": 0}


def test_a_photo_that_was_whole_when_the_server_stopped_is_taken_in(desk, monkeypatch):
    grower, data = desk.browser("grower"), picture(side=300)[0].getvalue()
    where = f"{HOME}tep?sha256={hashlib.sha256(data).hexdigest()}&size={len(data)}"
    headers = {**JSON, "X-CSRF-Token": token(grower)}
    with monkeypatch.context() as stopped:
        stopped.setattr(uploads, "keep_done", Mock(side_effect=OSError("stopped")))
        assert grower.client.post(f"{where}&tu=0", data=data, headers=headers).status_code == 500
    assert grower.client.get(where, headers=JSON).json == {"received": len(data)}
    done = grower.client.post(f"{where}&tu={len(data)}", data=b"", headers=headers).json
    assert done["ticket"]
    assert grower.client.get(where, headers=JSON).json == done


def test_what_is_no_photo_is_refused_and_leaves_nothing(desk):
    grower, data = desk.browser("grower"), b"not a photo" * 30
    where = f"{HOME}tep?sha256={hashlib.sha256(data).hexdigest()}&size={len(data)}"
    headers = {**JSON, "X-CSRF-Token": token(grower)}
    refused = grower.client.post(f"{where}&tu=0", data=data, headers=headers)
    assert refused.status_code == 422
    assert refused.json["detail"]
    assert grower.client.get(where, headers=JSON).json == {"received": 0}
    assert grower.client.post(where, data=data, headers=JSON).status_code == 403


def test_a_phone_asks_to_be_taken_in_and_a_manager_compares(desk):
    world, phone = desk.world, phone_of(desk.world)
    line = {"may": phone.key.verifier_key.format()}
    grower, manager = desk.browser("grower"), desk.browser("manager")
    page = grower.get(f"{HOME}may")
    asked = grower.send(page, note=phone.request().note.decode())
    assert asked.path == f"{HOME}may"
    state = grower.client.get(f"{HOME}ngoai-tuyen.json", query_string=line).json["device"]
    assert state == "waiting"
    listed = manager.get(f"{HOME}may")
    address = next(link for link in listed.links if "/may/duyet/" in link)
    assert manager.send(manager.get(address)).status == 200
    assert grower.client.get(f"{HOME}ngoai-tuyen.json", query_string=line).json["device"] == "valid"
    ended = manager.fill(f"{HOME}may/ngung/{phone.name}", reason="lost")
    assert "đã ngừng" in ended.text
    assert grower.client.get(f"{HOME}ngoai-tuyen.json", query_string=line).json["device"] == "ended"
    assert world.size() > 0


def test_a_phone_may_be_turned_away(desk):
    asked = desk.browser("grower")
    asked.send(asked.get(f"{HOME}may"), note=phone_of(desk.world).request().note.decode())
    manager = desk.browser("manager")
    address = next(link for link in manager.get(f"{HOME}may").links if "/may/tu-choi/" in link)
    assert "Không có máy nào chờ duyệt" in manager.send(manager.get(address)).text
    assert manager.get(address).status == 404


def test_a_roll_in_hand_packs_signs_and_activates_on_one_form(desk):
    world, packer = desk.world, desk.browser("packer")
    world.harvested()
    roll = world.printed(50)
    codes = [world.codec().format(number) for number in (roll.first, roll.first + 9)]
    done = packer.fill(
        f"{HOME}cuon-tem/{roll.id}/dong-goi", packs="10", first_code=codes[0], last_code=codes[1]
    )
    assert done.path.startswith(f"{HOME}so/")
    refused = packer.fill(
        f"{HOME}cuon-tem/{roll.id}/dong-goi", packs="10", first_code=codes[0], last_code=codes[1]
    )
    assert refused.status in {409, 422}
