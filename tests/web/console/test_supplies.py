"""The stock of supplies in the console: bought, used by the diary, counted, and what is amiss."""

import gzip
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.supplies.catalogue import SaveSupply, save_supply
from ledger.coop.supplies.purchases import BuySupply, buy_supply
from tests.support.desk import HOME, open_desk, picture

STORE = f"{HOME}vat-tu"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def recorder(desk):
    return desk.browser("recorder")


def added(browser, **answers):
    known = {"name": "NPK 16-16-8", "kind": "fertiliser", "unit": "kg"}
    page = browser.fill(f"{STORE}/them", **known | answers)
    assert page.status == 200, page.text
    return page


def bought(browser, supply, **answers):
    address = supply.path.partition("?")[0]
    return browser.fill(f"{address}/mua", **{"amount": "50"} | answers)


def worked(desk, browser, step="fertilising", **answers):
    season = desk.world.season().partition("8000/")[2]
    known = {"v_input": "NPK 16-16-8", "v_dose": "5"} if step == "fertilising" else {}
    return browser.fill(f"{HOME}viec/{step}/{season}", **known | answers)


def test_an_empty_store_teaches_what_it_is_for(recorder):
    page = recorder.get(STORE)
    assert "Kho chưa có gì" in page.text
    assert f"{STORE}/them" in page.links
    assert STORE in recorder.get(HOME).links


def test_a_purchase_with_its_invoice_is_entered(desk, recorder):
    supply = added(recorder, active_ingredient="N, P, K", products=["NHO"])
    assert "Đã lưu vào kho" in supply.text
    form = recorder.get(f"{supply.path.partition('?')[0]}/mua")
    page = recorder.send(
        form,
        files={"invoice": [picture()]},
        amount="20 x 2,5 kg",
        cost="1.250.000",
        lot_code="A1",
        expires_on="01/01/2028",
        supplier=desk.world.partner,
    )
    assert "còn 50 kg · hạn 01/01/2028" in page.text
    assert "1.250.000" not in page.text
    seen = desk.browser("accountant").get(page.path)
    assert "1.250.000" in seen.text
    assert "Sen Xanh" in seen.text
    assert "Ảnh hóa đơn" in seen.text


@pytest.mark.parametrize("typed", ["", "nhiều", "0", "5 lít"])
def test_an_amount_that_is_none_is_refused_beside_its_question(recorder, typed):
    page = bought(recorder, added(recorder), amount=typed)
    assert page.status == 422
    assert page.problems["amount"]


def test_the_diary_offers_what_is_in_stock_and_takes_it_out(desk, recorder):
    bought(recorder, added(recorder), lot_code="A1")
    grower = desk.browser("grower")
    season = desk.world.season().partition("8000/")[2]
    form = grower.get(f"{HOME}viec/fertilising/{season}")
    assert '<option value="NPK 16-16-8">' in form.html
    done = grower.send(form, v_input="NPK 16-16-8", v_dose="5")
    assert "Lấy từ kho 5 kg NPK 16-16-8" in done.text
    assert "Trong kho còn 45 kg" in done.text
    assert "Lô vật tư A1" in done.text


def test_more_used_than_entered_is_told_with_a_way_to_enter_it(desk, recorder):
    supply = added(recorder)
    done = worked(desk, recorder)
    assert "Trong sổ kho thiếu 5 kg NPK 16-16-8" in done.text
    buy = next(link for link in done.links if link.endswith("/mua"))
    assert "còn 45 kg" in recorder.fill(buy, amount="50").text
    assert "Dùng nhiều hơn đã ghi mua" not in recorder.get(STORE).text
    assert "Ghi lần mua" not in worked(desk, desk.browser("grower")).text
    assert supply.status == 200


def test_a_name_that_is_not_in_stock_can_be_added_from_the_entry(desk, recorder):
    added(recorder, name="Vôi bột")
    done = worked(desk, recorder)
    assert "“NPK 16-16-8” chưa có trong kho" in done.text
    link = next(link for link in done.links if "/vat-tu/them" in link)
    assert recorder.get(link).form["name"] == "NPK 16-16-8"


def test_a_vague_dose_is_asked_for_afterwards(desk, recorder):
    added(recorder, name="Sâu Rầy", kind="pesticide", unit="ml")
    grower = desk.browser("grower")
    answers = {"v_method": "chemical", "v_target": "rầy", "v_input": "Sâu Rầy", "v_phi_days": "7"}
    done = worked(desk, grower, "pest_control", v_dose="2 nắp", **answers)
    assert "Chưa rõ đã dùng bao nhiêu Sâu Rầy" in done.text
    assert "Đã dùng bao nhiêu Sâu Rầy?" in grower.get(STORE).text
    link = next(link for link in done.links if "/vat-tu/dung/" in link)
    said = grower.fill(link, amount="30")
    assert "Lấy từ kho 30 ml" in said.text
    assert "Đã dùng bao nhiêu" not in grower.get(STORE).text


def test_a_count_sets_the_books_right(recorder):
    supply = bought(recorder, added(recorder), lot_code="A")
    supply = bought(recorder, supply, lot_code="B")
    address = supply.path.partition("?")[0]
    form = recorder.get(f"{address}/kiem-ke")
    chosen = form.form.choices["lot"][1]
    page = recorder.send(form, lot=chosen, counted="0", reason="Đổ")
    assert "Còn 50 kg" in page.text
    assert "Kiểm kê" in page.text
    page = recorder.fill(f"{address}/xuat", amount="10", reason="Phát cho thành viên")
    assert "Còn 40 kg" in page.text
    assert "Phát cho thành viên" in page.text
    refused = recorder.fill(f"{address}/kiem-ke", counted="x", reason="")
    assert set(refused.problems) == {"counted", "reason"}


def test_a_purchase_by_mistake_is_taken_back(recorder):
    supply = bought(recorder, added(recorder))
    link = next(link for link in supply.links if link.endswith("/bo"))
    page = recorder.fill(link)
    assert "Còn 0 kg" in page.text
    assert recorder.get(link).status == 404


def test_a_supply_is_changed_stopped_and_used_again(recorder):
    supply = added(recorder)
    address = supply.path.partition("?")[0]
    page = recorder.fill(f"{address}/sua", name="NPK 20-20-15")
    assert "NPK 20-20-15" in page.text
    stopped = recorder.send(page, at=0)
    assert "Dùng lại vật tư này" in stopped.text
    assert "NPK 20-20-15" not in recorder.get(STORE).text
    assert "NPK 20-20-15" in recorder.get(f"{STORE}?ngung=1").text
    assert "Ngừng dùng" in recorder.send(stopped, at=0).text


def test_stock_past_its_day_is_listed_first(recorder):
    supply = bought(recorder, added(recorder), expires_on="01/01/2026")
    assert "đã hết hạn ngày 01/01/2026" in supply.text
    page = recorder.get(STORE)
    assert "NPK 16-16-8 có lô hết hạn" in page.text


def test_a_grower_sees_the_store_and_changes_nothing(desk, recorder):
    supply = bought(recorder, added(recorder), cost="5.000")
    grower = desk.browser("grower")
    page = grower.get(supply.path)
    assert "Còn 50 kg" in page.text
    assert not any(link.endswith(("/mua", "/sua", "/kiem-ke", "/xuat", "/bo")) for link in page.links)
    address = supply.path.partition("?")[0]
    for path in ("mua", "sua", "kiem-ke", "xuat"):
        assert grower.get(f"{address}/{path}").status == 403


def test_a_long_list_is_paged_and_small(desk, recorder):
    for number in range(60):
        command = SaveSupply(name=f"Vật tư số {number:02}", kind="other", unit="kg")
        supply = desk.world.run(save_supply, command, Role.RECORDER)
        buying = BuySupply(supply=supply.id, amount=Decimal(5), bought_on=desk.world.today)
        desk.world.run(buy_supply, buying, Role.RECORDER)
    first = recorder.get(STORE)
    assert "Trang 1 / 2" in first.text
    assert len(gzip.compress(first.html.encode())) < 10_000
    after = recorder.get(f"{STORE}?trang=2")
    assert "Vật tư số 59" in after.text
    assert "Vật tư số 07" in recorder.get(f"{STORE}?tim=số 07").text
    assert "Không có vật tư nào như vậy" in recorder.get(f"{STORE}?loai=feed").text
