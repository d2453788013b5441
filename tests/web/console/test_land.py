"""The fields in the console: plots, growing areas, forecasts, reminders, the diary on paper."""

import zlib

import pytest

from ledger.coop.actors import Role
from ledger.coop.field.paper_rows import paper_steps
from ledger.coop.reminders.settings import AddRoutine, add_routine
from ledger.trace.sectors.templates import TEMPLATES
from tests.support.desk import HOME, open_desk

SQUARE = "11,5640 108,9880\n11,5640 108,9884\n11,5644 108,9884\n11,5644 108,9880"
WATER = next(
    str(item.number) for item in paper_steps(TEMPLATES["fruit_nho"]) if item.step.code == "irrigation"
)


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def manager(desk):
    return desk.browser("manager")


def of(season, path):
    return f"{HOME}vu/{season.partition('8000/')[2]}/{path}"


# -- plots and growing areas ---------------------------------------------------------------------------------


def test_a_plot_is_drawn_from_the_list_and_shown_on_a_plain_map(desk):
    grower = desk.browser("grower")
    plots = grower.get(f"{HOME}thua")
    assert "chưa có ranh giới" in plots.text
    plot = grower.get(f"{HOME}thua/VUON1")
    assert "<svg" not in plot.html.split("<main")[1].split("Vùng trồng")[0].replace('<svg class="icon', "")
    done = grower.fill(f"{HOME}thua/VUON1/ve", outline=SQUARE)
    assert done.path == f"{HOME}thua/VUON1?moi=1"
    assert "Đã lưu ranh giới" in done.text
    assert "<polygon" in done.html
    assert "style=" not in done.html
    again = grower.get(f"{HOME}thua/VUON1/ve")
    assert again.form["outline"].startswith("11.5640000 108.9880000")


def test_an_outline_that_is_none_comes_back_with_what_was_typed(desk, manager):
    page = manager.fill(f"{HOME}thua/VUON1/ve", outline="11,5640 108,9880\nxin chào", way="drawn")
    assert page.status == 422
    assert "Dòng 2" in page.problems["outline"]
    assert page.form["way"] == "drawn"
    assert "xin chào" in page.form["outline"]


def test_no_page_that_strangers_read_has_the_corners_of_a_plot(desk, manager):
    manager.fill(f"{HOME}thua/VUON1/ve", outline=SQUARE)
    lot = desk.world.stamped(10)
    page = desk.browser().get(lot.partition("8000")[2])
    assert page.status == 200
    assert "108.988" not in page.html
    assert "108,988" not in page.html


def test_a_growing_area_is_added_changed_and_named_by_the_next_season(desk, manager):
    area = manager.fill(
        f"{HOME}vung-trong/them", code="vn-khor-0012", name="Vùng nho", product="NHO", places=["VUON1"]
    )
    assert area.path == f"{HOME}vung-trong/VN-KHOR-0012"
    assert "Vườn nho số 1" in area.text
    changed = manager.fill(f"{area.path}/sua", name="Vùng nho 2", valid_to="31/12/2025", places=[])
    assert "đã hết hạn" in changed.text
    assert "VN-KHOR-0012" in manager.get(f"{HOME}vung-trong").text
    refused = manager.fill(f"{HOME}vung-trong/them", code="VN-KHOR-0012", name="x", product="NHO")
    assert refused.status == 409


def test_a_grower_reads_growing_areas_and_writes_none(desk):
    grower = desk.browser("grower")
    assert grower.get(f"{HOME}vung-trong").status == 200
    assert grower.get(f"{HOME}vung-trong/them").status == 403


def test_empty_lists_teach(desk):
    neighbour = desk.browser("neighbour.manager")
    for path, words in (
        ("thua", "Chưa có nơi sản xuất"),
        ("vung-trong", "Có giấy cấp mã số"),
        ("du-kien", "Mở vụ với ngày thu"),
        ("nhac-viec", "Chưa có việc định kỳ"),
    ):
        assert words in neighbour.get(f"{HOME}{path}").text, path


# -- forecasts -----------------------------------------------------------------------------------------------


def test_the_months_of_a_forecast_and_the_word_of_a_season(desk, manager):
    season = desk.world.season(expected_harvest_from="05/12/2026", expected_yield_kg="1.200")
    page = manager.get(f"{HOME}du-kien")
    assert "Tháng 12/2026" in page.text
    assert "1.200\xa0kg" in page.html
    assert "1.200\xa0kg" in manager.get(of(season, "")[:-1]).html


# -- reminders -----------------------------------------------------------------------------------------------


def test_reminders_stand_on_the_first_page_and_on_their_own(desk, manager):
    desk.world.season(days=60, expected_harvest_from="05/12/2026")
    assert "Nhắc việc hôm nay" in manager.get(HOME).text
    page = manager.get(f"{HOME}nhac-viec")
    assert "ngày chưa ghi gì" in page.text
    manager.fill(f"{HOME}nhac-viec/cai-dat", fruit_nho="0")
    assert "ngày chưa ghi gì" not in manager.get(f"{HOME}nhac-viec").text
    refused = manager.fill(f"{HOME}nhac-viec/cai-dat", fruit_nho="nhiều")
    assert refused.problems["fruit_nho"]


def test_recurring_work_is_added_done_and_dropped(desk, manager):
    page = manager.fill(f"{HOME}nhac-viec/them", title="Soát cân bàn", next_on="12/11/2026", every_days="365")
    assert "Soát cân bàn" in page.text
    link = next(link for link in page.links if link.endswith("/xong"))
    done = manager.fill(link)
    assert "12/11/2027" in done.text
    at = next(
        at for at, form in enumerate(done.forms) if form.action.endswith("/bo") and "lich" not in form.action
    )
    assert "Soát cân bàn" not in manager.send(done, at=at).text


def test_a_calendar_is_read_by_its_address_without_signing_in(desk, manager):
    desk.world.season(expected_harvest_from="05/12/2026")
    page = manager.get(f"{HOME}nhac-viec")
    at = next(at for at, form in enumerate(page.forms) if form.action.endswith("/lich"))
    shown = manager.send(page, at=at)
    address = shown.html.split("<code>")[1].split("</code>")[0].partition("8000")[2]
    stranger = desk.browser()
    answer = stranger.client.get(address)
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "DTSTART;VALUE=DATE:20261205" in answer.get_data(as_text=True)
    assert address not in manager.get(f"{HOME}nhac-viec").html
    assert stranger.client.get(f"{HOME}lich/khac.ics").status_code == 404
    page = manager.get(f"{HOME}nhac-viec")
    drop = next(at for at, form in enumerate(page.forms) if form.action.endswith("/lich/bo"))
    manager.send(page, at=drop)
    assert stranger.client.get(address).status_code == 404


# -- the diary on paper --------------------------------------------------------------------------------------


def test_a_sheet_is_printed_for_a_season(desk):
    season = desk.world.season()
    answer = desk.browser("grower").client.get(of(season, "phieu-giay.pdf"), query_string={"to": "2"})
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")


def test_a_sheet_is_keyed_in_and_late_lines_are_told(desk):
    season, recorder = desk.world.season(), desk.browser("recorder")
    page = recorder.get(of(season, "go-phieu"))
    done = recorder.send(
        page,
        **{
            "r1-day": "10/11", "r1-work": WATER, "r1-amount": "30", "r1-how": "a",
            "r3-day": "12/11", "r3-work": '"', "r3-amount": '"', "r3-how": '"',
        },
    )  # fmt: skip
    assert "2 dòng" in done.text
    assert "1 dòng ghi sau ngày làm" in done.text


def test_every_faulty_box_has_its_sentence_and_keeps_what_was_typed(desk):
    season, recorder = desk.world.season(), desk.browser("recorder")
    size = desk.world.size()
    page = recorder.fill(
        of(season, "go-phieu"),
        **{"r1-day": "40/1", "r1-work": WATER, "r2-work": "99", "r12-day": "1/1", "r12-what": "gì đó"},
    )
    assert page.status == 422
    assert {"r1-day", "r2-day", "r2-work", "r12-work"} <= set(page.problems)
    assert page.form["r12-what"] == "gì đó"
    assert desk.world.size() == size


def test_a_program_that_keys_in_a_sheet_is_answered_box_by_box(desk):
    season, recorder = desk.world.season(), desk.browser("recorder")
    page = recorder.get(of(season, "go-phieu"))
    token = {"csrf_token": page.form["csrf_token"], "idempotency_key": "k1"}
    headers = {"Accept": "application/json"}
    wrong = recorder.client.post(page.path, data={**token, "r1-day": "40/1"}, headers=headers)
    assert wrong.json["state"] == "refused"
    assert set(wrong.json["by_name"]) == {"r1-day", "r1-work"}
    good = {"r1-day": "10/11", "r1-work": WATER, "r1-amount": "30", "r1-how": "a"}
    assert (
        recorder.client.post(page.path, data={**token, **good}, headers=headers).json["state"] == "recorded"
    )


def test_a_season_shows_the_way_to_its_sheet(desk):
    season = desk.world.season()
    page = desk.browser("grower").get(of(season, "")[:-1])
    assert any(link.endswith("phieu-giay.pdf") for link in page.links)
    assert any(link.endswith("go-phieu") for link in page.links)
    assert not any(
        link.endswith("go-phieu") for link in desk.browser("accountant").get(of(season, "")[:-1]).links
    )


def test_pages_of_the_fields_are_small(desk, manager):
    season = desk.world.season()
    manager.fill(f"{HOME}thua/VUON1/ve", outline=SQUARE)
    for path in (f"{HOME}thua/VUON1", f"{HOME}thua/VUON1/ve", of(season, "go-phieu"), f"{HOME}nhac-viec"):
        assert len(zlib.compress(manager.get(path).html.encode())) < 8_000, path


def test_strangers_find_none_of_it(desk, manager):
    season = desk.world.season()
    manager.fill(f"{HOME}vung-trong/them", code="VN-KHOR-0012", name="Vùng", product="NHO", places=["VUON1"])
    routine = desk.world.run(add_routine, AddRoutine(title="Cân", next_on=desk.world.today)).id
    neighbour = desk.browser("neighbour.manager")
    token = {"csrf_token": neighbour.get(f"{HOME}nhac-viec").forms[-1]["csrf_token"]}
    for path in (
        f"{HOME}thua/VUON1", f"{HOME}thua/VUON1/ve", f"{HOME}vung-trong/VN-KHOR-0012",
        f"{HOME}vung-trong/VN-KHOR-0012/sua", f"{HOME}nhac-viec/{routine}/xong", of(season, "phieu-giay.pdf"),
        of(season, "go-phieu"), of(season, "go-phieu/xong"),
    ):  # fmt: skip
        assert neighbour.get(path).status == 404, path
        assert neighbour.client.post(path, data=token).status_code in {404, 405}, path
    assert neighbour.client.post(f"{HOME}nhac-viec/{routine}/bo", data=token).status_code == 404


def test_who_works_elsewhere_may_not(desk):
    for login in ("packer", "distributor"):
        browser = desk.browser(login)
        for path in ("thua", "vung-trong", "nhac-viec", "du-kien"):
            assert browser.get(f"{HOME}{path}").status == 403, path
    assert Role.PACKER in desk.world.actors
