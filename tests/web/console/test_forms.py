"""How a form answers: everything that is wrong at once, what was typed kept, and a double tap done once."""

import io

import pytest

from ledger.coop.actors import Role
from ledger.coop.queries import recent_entries
from ledger.log.records import read_record
from ledger.trace.units import format_date
from tests.support.desk import HOME, open_desk, picture


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def work(season, step):
    return f"{HOME}viec/{step}/{season.partition('8000/')[2]}"


def event(desk, index):
    return desk.world.read(read_record, index).body


def last_event(desk):
    (entry, *_) = desk.world.read(recent_entries, desk.world.actors[Role.MANAGER])
    return event(desk, entry.index)


def test_every_problem_stands_beside_its_question_and_what_was_typed_stays(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    size = desk.world.size()
    page = grower.fill(work(season, "pest_control"), done_on="", v_method="chemical", v_volume_l="nhiều")
    assert page.status == 422
    assert page.problems["done_on"] == "Chưa ghi “Ngày làm”."
    assert page.problems["v-target"] == "Chưa ghi “Sâu, bệnh”."
    assert page.problems["v-input"] == "Chưa ghi “Tên thuốc”."
    assert page.problems["v-phi_days"].startswith("Chưa ghi “Thời gian cách ly")
    assert "Số chưa đúng dạng" in page.problems["v-volume_l"]
    assert page.form["v-volume_l"] == "nhiều"
    assert ("v-method", "chemical") in page.form.answers
    assert desk.world.size() == size


def test_a_form_that_was_mended_is_recorded(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.fill(work(season, "fertilising"), v_input="Phân chuồng ủ hoai")
    done = grower.send(page, v_dose="1.234,5")
    assert "Đã ghi vào sổ" in done.text
    assert last_event(desk)["sogoc:fields"]["dose"] == "1234.5"


@pytest.mark.parametrize(
    ("typed", "kept"), [("1.234,5", "1234.5"), ("0,5", "0.5"), ("2 tạ", "200"), ("300", "300")]
)
def test_weights_are_read_as_people_write_them(desk, typed, kept):
    season, grower = desk.world.season(), desk.browser("grower")
    grower.fill(work(season, "fertilising"), v_input="Kali", v_dose=typed)
    assert last_event(desk)["sogoc:fields"]["dose"] == kept


def test_a_point_for_a_decimal_comma_is_not_guessed_at(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.fill(work(season, "fertilising"), v_input="Kali", v_dose="12.5")
    assert "12,5" in page.problems["v-dose"]


def test_the_day_is_today_unless_one_says_otherwise(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "irrigation"))
    assert page.form["done_on"] == format_date(desk.world.today)
    grower.send(page, v_source="well", done_on=desk.world.day(3).isoformat())
    assert last_event(desk)["eventTime"].startswith(desk.world.day(3).isoformat())


def test_a_day_that_is_yet_to_come_is_refused_beside_the_date(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.fill(work(season, "irrigation"), v_source="well", done_on="2026-12-31")
    assert "chưa tới" in page.problems["done_on"]


def test_photos_are_kept_while_the_rest_is_mended(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "fertilising"))
    refused = grower.send(page, files={"photos": [picture(), picture((1, 2, 3))]})
    assert refused.status == 422
    assert "Đã nhận 2 ảnh" in refused.text
    grower.send(refused, v_input="Kali", v_dose="5")
    assert len(last_event(desk)["sogoc:photos"]) == 2
    assert last_event(desk)["sogoc:evidence"] == "photo"


def test_what_is_no_photo_is_named_beside_the_photos_with_the_other_problems(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "fertilising"))
    refused = grower.send(page, v_input="Kali", files={"photos": [(io.BytesIO(b"not a picture"), "a.jpg")]})
    assert refused.status == 422
    assert "Không đọc được ảnh" in refused.problems["photos"]
    assert refused.problems["v-dose"]


def test_a_photo_of_the_label_goes_with_its_field(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "pest_control"))
    answers = {"v_method": "chemical", "v_target": "bọ trĩ", "v_input": "Abamectin", "v_phi_days": "7"}
    done = grower.send(page, **answers, files={"v-label_photo": [picture((200, 0, 0))]})
    assert "Đã ghi vào sổ" in done.text
    assert "/sogoc:fields/label_photo" in last_event(desk)["sogoc:sealed"]


def test_a_guard_says_why_and_when_it_will_do(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    desk.world.spray(season, ago=3)
    page = grower.fill(work(season, "harvest"), v_quantity="100")
    assert page.status == 422
    assert "Chưa được thu hoạch: thuốc Abamectin" in page.text
    assert "Thu hoạch được từ 16/11/2026" in page.text
    assert page.form["v-quantity"] == "100"
    assert "override" not in page.form.names


def test_a_manager_may_pass_a_guard_that_allows_it_with_a_public_reason(desk):
    season, manager = desk.world.season(), desk.browser("manager")
    answers = {"v_method": "chemical", "v_target": "sâu", "v_input": "Paraquat 20SL", "v_phi_days": "20"}
    refused = manager.fill(work(season, "pest_control"), **answers)
    assert refused.status == 422
    assert "override" in refused.form.names
    short = manager.send(refused, override_reason="vội")
    assert short.status == 422
    done = manager.send(refused, override_reason="Xử lý theo chỉ đạo của trạm bảo vệ thực vật huyện")
    assert "Người quản lý cho qua cảnh báo" in done.text
    assert last_event(desk)["sogoc:override"]


def test_a_grower_is_not_offered_to_pass_a_guard(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    answers = {"v_method": "chemical", "v_target": "sâu", "v_input": "Paraquat 20SL", "v_phi_days": "20"}
    assert "override" not in grower.fill(work(season, "pest_control"), **answers).form.names


def test_a_double_tap_is_recorded_once(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "harvest"))
    first = grower.send(page, v_quantity="100")
    size = desk.world.size()
    again = grower.send(page, v_quantity="100")
    assert first.path == again.path
    assert desk.world.size() == size


def test_a_form_sent_again_with_other_words_offers_a_new_form(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    page = grower.get(work(season, "harvest"))
    grower.send(page, v_quantity="100")
    size = desk.world.size()
    again = grower.send(page, v_quantity="200")
    assert again.status == 409
    assert "Mở phiếu mới" in again.text
    assert desk.world.size() == size


def test_packing_sent_twice_packs_once(desk):
    desk.world.harvested(kg="100")
    packer = desk.browser("packer")
    lot = next(href for href in packer.get(HOME).links if "/lo/" in href and href != f"{HOME}lo")
    counts = packer.get(next(h for h in packer.get(lot).links if "/dong-goi" in h))
    first = packer.send(counts)
    size = desk.world.size()
    assert packer.send(counts).path == first.path
    assert desk.world.size() == size


def test_more_packs_than_there_is_are_refused_with_the_reason(desk):
    desk.world.harvested(kg="100")
    packer = desk.browser("packer")
    lot = next(href for href in packer.get(HOME).links if "/lo/" in href and href != f"{HOME}lo")
    counts = packer.get(next(h for h in packer.get(lot).links if "/dong-goi" in h))
    assert counts.form["packs"] == "200"
    size = desk.world.size()
    refused = packer.send(counts, packs="300")
    assert refused.status == 422
    assert "Chưa ghi được" in refused.text
    assert desk.world.size() == size


def test_another_size_of_pack_is_asked_for_in_grams(desk):
    desk.world.harvested(kg="100")
    packer = desk.browser("packer")
    lot = next(href for href in packer.get(HOME).links if "/lo/" in href and href != f"{HOME}lo")
    sizes = packer.get(next(h for h in packer.get(lot).links if "/dong-goi" in h))
    missing = packer.send(sizes, net="other")
    assert missing.problems["net_other"] == "Chưa ghi mỗi gói bao nhiêu."
    assert packer.send(sizes, net="other", net_other="250").form["packs"] == "400"
