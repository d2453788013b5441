"""The diary's pages: what stands ready, many plots at once, units and days as people say them, undo."""

import io
import re
from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.queries import recent_entries
from ledger.log.records import read_record
from ledger.trace.units import format_date
from tests.support.desk import HOME, open_desk, picture
from web.state import PHOTOS

SPRAYING = {"v_method": "chemical", "v_target": "bọ trĩ", "v_input": "Abamectin 1.8EC", "v_phi_days": "7"}


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def work(season, step):
    return f"{HOME}viec/{step}/{season.partition('8000/')[2]}"


def last_event(desk):
    (entry, *_) = desk.world.read(recent_entries, desk.world.actors[Role.MANAGER])
    return desk.world.read(read_record, entry.index).body


def visible_rows(page):
    """Lines of the home's groups that one sees before one opens anything."""
    nav = page.html.partition('aria-label="Các trang của sổ"')[2].partition("</nav>")[0]
    closed, groups = 0, nav.split("<details")[1:]
    for group in groups:
        closed += 1 + (group.partition(">")[0].endswith("open") and group.count("<li"))
    return closed


# -- home ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", ["grower", "recorder", "team_lead", "packer", "accountant", "manager", "distributor"]
)
def test_no_home_grows_beyond_a_dozen_visible_links(desk, role):
    desk.world.season()
    assert 1 <= visible_rows(desk.browser(role).get(HOME)) <= 12


def test_the_work_done_last_is_the_first_button(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    grower.fill(work(season, "pruning"))
    page = grower.get(HOME)
    buttons = [link for link in page.links if link.startswith(f"{HOME}viec/") and link.count("/") == 3]
    assert buttons[0].endswith("/pruning")
    assert len(buttons) == 6
    on_season = grower.get(f"{HOME}vu/{season.partition('8000/')[2]}")
    assert next(link for link in on_season.links if "/viec/" in link) == work(season, "pruning")


def test_a_grower_among_many_sees_their_own_seasons_and_the_way_to_all(desk):
    own, other = desk.world.season(), desk.world.season(who=Role.RECORDER)
    page = desk.browser("grower").get(HOME)
    links = [link for link in page.links if link.startswith(f"{HOME}vu/")]
    assert any(link.endswith(own.partition("8000/")[2]) for link in links)
    assert not any(link.endswith(other.partition("8000/")[2]) for link in links)
    assert f"{HOME}vu" in page.links


def test_seasons_are_searched_without_tone_marks(desk):
    for _ in range(9):
        desk.world.season()
    recorder = desk.browser("recorder")
    assert "Tìm" in recorder.get(f"{HOME}vu").text
    assert recorder.get(f"{HOME}vu?tim=vuon").text.count("Vườn nho số 1") == 9
    assert "Không có vụ nào tên như vậy" in recorder.get(f"{HOME}vu?tim=lợn").text
    assert "Không có nơi nào" in recorder.get(f"{HOME}viec/irrigation?tim=lợn").text


# -- the form ------------------------------------------------------------------------------------------------


def test_the_second_form_begins_as_the_first_was_sent(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    grower.fill(work(season, "pest_control"), **SPRAYING, v_volume_l="2 bình 16", done_on="10/11/2026")
    page = grower.get(work(season, "pest_control"))
    assert page.form["v-input"] == "Abamectin 1.8EC"
    assert (page.form["v-volume_l"], page.form["u-v-volume_l"]) == ("2", "binh_16")
    assert page.form["done_on"] == format_date(desk.world.today)
    assert "Điền sẵn như lần trước, ngày 10/11/2026" in page.text
    assert "Đã ghi vào sổ" in grower.send(page).text


def test_an_amount_is_said_in_the_unit_chosen_beside_it_and_read_back_as_said(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "fertilising"))
    changed = {"v_input": "Kali", "v_dose": "1,5", "u-v-dose": "ta"}
    done = grower.send(page, **changed)
    assert last_event(desk)["sogoc:fields"]["dose"] == "150"
    assert "150 kg (ghi là 1,5 tạ)" in done.text.replace("\u00a0", " ")


def test_a_unit_typed_behind_the_number_counts_more_than_the_one_chosen(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "fertilising"))
    grower.send(page, **{"v_input": "Kali", "v_dose": "3 yến", "u-v-dose": "tan"})
    assert last_event(desk)["sogoc:fields"]["dose"] == "30"


def test_the_unit_chosen_stays_while_the_rest_is_mended(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "fertilising"))
    refused = grower.send(page, **{"v_dose": "1,5", "u-v-dose": "ta"})
    assert refused.status == 422
    assert (refused.form["v-dose"], refused.form["u-v-dose"]) == ("1,5", "ta")


@pytest.mark.parametrize("typed", ["10/11/2026", "10-11-26", "10.11.2026", "10/11", "101126", "10 tháng 11"])
def test_a_day_is_typed_in_any_usual_way(desk, typed):
    season, grower = desk.world.season(), desk.browser("grower")
    grower.fill(work(season, "irrigation"), v_source="well", done_on=typed)
    assert last_event(desk)["eventTime"].startswith("2026-11-10")


def test_yesterday_is_yesterday(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    grower.fill(work(season, "irrigation"), v_source="well", done_on="hôm qua")
    assert last_event(desk)["eventTime"].startswith(desk.world.day(1).isoformat())


def test_the_moon_stands_beside_the_day(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "irrigation"))
    assert "4/10 âm lịch" in page.text
    assert "4/10 âm lịch" in grower.send(page, v_source="well").text


def test_what_was_written_down_late_is_shown_as_late(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    late = format_date(desk.world.day(9))
    assert "Ghi bù sau 9 ngày" in grower.fill(work(season, "irrigation"), v_source="well", done_on=late).text
    assert "ghi bù sau 9 ngày" in grower.get(f"{HOME}so").text


# -- many plots ----------------------------------------------------------------------------------------------


def many(browser, step="irrigation"):
    return browser.get(f"{HOME}viec/{step}/nhieu-noi/fruit_nho")


def test_many_plots_are_recorded_with_one_form(desk):
    seasons, grower = [desk.world.season() for _ in range(3)], desk.browser("grower")
    assert f"{HOME}viec/irrigation/nhieu-noi/fruit_nho" in grower.get(f"{HOME}viec/irrigation").links
    size = desk.world.size()
    done = grower.send(many(grower), seasons=seasons, v_source="well")
    assert "3 nơi, mỗi nơi một dòng" in done.text
    assert desk.world.size() == size + 3


def test_plots_that_refuse_are_named_and_may_be_left_out(desk):
    seasons, grower = [desk.world.season() for _ in range(2)], desk.browser("grower")
    plant = {"v_variety": "Hạ đen", "v_seed_source": "vườn ươm", "v_quantity": "200"}
    grower.fill(work(seasons[0], "planting"), **plant)
    size = desk.world.size()
    refused = grower.send(many(grower, "planting"), seasons=seasons, **plant)
    assert refused.status == 422
    assert "Vườn nho số 1" in refused.text
    assert "mỗi vụ chỉ ghi một lần" in refused.text
    assert desk.world.size() == size
    done = grower.send(refused, only_passing="yes")
    assert "1 nơi, mỗi nơi một dòng" in done.text
    assert "Bỏ 1 nơi" in done.text


def test_no_plot_ticked_is_said_beside_the_plots(desk):
    desk.world.season()
    grower = desk.browser("grower")
    refused = grower.send(many(grower), v_source="well")
    assert refused.status == 422
    assert "Chưa chọn nơi nào" in refused.problems["seasons"]


def test_five_hundred_ticks_are_taken_and_one_more_is_not(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = many(grower)
    assert grower.send(page, seasons=[season] * 500, v_source="well").status == 200
    crowd = [f"{season}{number}" for number in range(501)]
    assert "tối đa 500 nơi" in grower.send(many(grower), seasons=crowd, v_source="well").text


def test_a_manager_passes_a_guard_for_all_the_plots_with_one_reason(desk):
    seasons, manager = [desk.world.season() for _ in range(2)], desk.browser("manager")
    banned = SPRAYING | {"v_input": "Paraquat 20SL"}
    refused = manager.send(many(manager, "pest_control"), seasons=seasons, **banned)
    assert "override" in refused.form.names
    done = manager.send(refused, override_reason="Xử lý theo chỉ đạo của trạm bảo vệ thực vật huyện")
    assert "2 nơi" in done.text


# -- undo ----------------------------------------------------------------------------------------------------


def test_a_slip_is_mended_at_once_by_whoever_made_it(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    done = grower.fill(work(season, "fertilising"), v_input="Kali", v_dose="5")
    assert "Ghi nhầm? Sửa lại" in done.text
    form = grower.get(next(link for link in done.links if link.endswith("/dinh-chinh")))
    assert (form.form["reason"], form.form["v-dose"]) == ("Ghi nhầm", "5")
    assert "Đã ghi vào sổ" in grower.send(form, v_dose="50").text
    assert last_event(desk)["sogoc:fields"]["dose"] == "50"


def test_later_a_grower_asks_somebody(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    done = grower.fill(work(season, "irrigation"), v_source="well")
    link = next(link for link in done.links if link.endswith("/dinh-chinh"))
    desk.world.clock.now += timedelta(minutes=31)
    assert grower.get(link).status == 403
    assert "dinh-chinh" not in grower.get(link.removesuffix("/dinh-chinh")).html
    assert desk.browser("recorder").get(link).status == 403


# -- voices --------------------------------------------------------------------------------------------------


def voice(data=b"OggS" + bytes(300)):
    return (io.BytesIO(data), "ghi-am.ogg")


def test_a_voice_is_kept_with_the_entry_and_played_back(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "irrigation"))
    done = grower.send(page, v_source="well", files={"voice": [voice()]})
    source = done.html.partition('<audio controls preload="none" src="')[2].partition('"')[0]
    heard = grower.client.get(source)
    assert (heard.status_code, heard.mimetype) == (200, "audio/ogg")
    assert heard.get_data().startswith(b"OggS")
    assert grower.client.get(source, headers={"Range": "bytes=0-3"}).get_data() == b"OggS"
    assert desk.browser("neighbour.manager").client.get(source).status_code == 404
    assert "/sogoc:fields/voice_note" in last_event(desk)["sogoc:sealed"]


def test_a_voice_is_kept_while_the_rest_is_mended(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "irrigation"))
    refused = grower.send(page, files={"voice": [voice()]})
    assert "Đã nhận ghi âm" in refused.text
    assert "Ghi âm" in grower.send(refused, v_source="well").text


def test_what_is_no_voice_is_said_beside_the_voice(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "irrigation"))
    refused = grower.send(page, v_source="well", files={"voice": [voice(b"<html>")]})
    assert "Không đọc được đoạn ghi âm" in refused.problems["voice"]


def test_only_the_console_may_ask_for_the_microphone(desk):
    grower = desk.browser("grower")
    assert "microphone=(self)" in grower.client.get(HOME).headers["Permissions-Policy"]
    assert "microphone=()" in grower.client.get("/").headers["Permissions-Policy"]


# -- practice, large type, the next season -------------------------------------------------------------------


def test_a_practice_season_from_opening_to_the_bin(desk):
    grower, size = desk.browser("grower"), desk.world.size()
    opened = grower.fill(f"{HOME}tap-ghi/mo", product="NHO", place="VUON1", started_on="01/09/2026")
    assert "Không dòng nào vào sổ thật" in opened.text
    spray = next(link for link in opened.links if link.endswith("/viec/pest_control"))
    recorded = grower.fill(spray, **SPRAYING)
    assert "Đã ghi thử" in recorded.text
    assert "Abamectin" in recorded.text
    early = grower.fill(spray.replace("pest_control", "harvest"), v_quantity="10")
    assert "Thu hoạch được từ 19/11/2026" in early.text
    gone = grower.send(recorded)
    assert "Chưa có vụ tập ghi nào" in gone.text
    assert desk.world.size() == size


def test_a_photo_taken_for_practice_is_shown_to_nobody_else(desk, tmp_path):
    grower = desk.browser("grower")
    opened = grower.fill(f"{HOME}tap-ghi/mo", product="NHO", place="VUON1", started_on="01/09/2026")
    page = grower.get(next(link for link in opened.links if link.endswith("/viec/pest_control")))
    files = {"photos": [picture((1, 2, 3))], "v-label_photo": [picture((4, 5, 6))]}
    refused = grower.send(page, **(SPRAYING | {"v_phi_days": ""}), files=files)
    recorded = grower.send(refused, v_phi_days="7")
    assert "Đã ghi thử" in recorded.text
    assert [file for file in (tmp_path / PHOTOS).rglob("*") if file.is_file()] == []
    held = re.findall(r'src="(/hop-tac-xa/giay-to/[^"]+)"', refused.html)
    assert len(held) == 2
    for address in held:
        assert grower.client.get(address).mimetype == "image/webp"
        assert desk.browser("manager").client.get(address).status_code == 403
        assert desk.app.test_client().get(address).status_code == 303


def test_large_type_is_remembered_by_the_browser_without_script(desk):
    grower = desk.browser("grower")
    page = grower.get(f"{HOME}tai-khoan")
    at = next(n for n, form in enumerate(page.forms) if form.action.endswith("/chu-to"))
    assert "large_type.css" not in page.html
    large = grower.send(page, at=at)
    assert "large_type.css" in large.html
    assert "large_type.css" in grower.get(HOME).html
    assert "large_type.css" not in grower.send(large, at=at).html


def test_an_orchard_goes_on_with_its_next_season(desk):
    season, manager = desk.world.season(), desk.browser("manager")
    sums = {"v_total_yield": "1", "v_revenue": "1", "v_cost": "1"}
    path = f"{HOME}vu/{season.partition('8000/')[2]}"
    manager.fill(f"{path}/ket-thuc", **sums)
    again = manager.get(next(link for link in manager.get(path).links if "/vu/mo/" in link))
    assert ("place", "VUON1") in again.form.answers
    opened = manager.send(again)
    assert "Đã ghi vào sổ" in opened.text
    new = manager.get(next(link for link in opened.links if "/vu/" in link))
    assert any(link.endswith(path) for link in new.links)
