import pytest

from ledger.coop.actors import Role
from tests.support.desk import HOME, open_desk, picture

MONEY = f"{HOME}tien"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def test_costs_and_sales_of_a_season_end_in_its_profit(desk):
    season = desk.world.season()
    office = desk.browser("accountant")
    page = office.get(f"{MONEY}/chi?vu={season}")
    assert page.form["season"] == season
    kept = office.send(
        page, kind="labour", amount="1.250.000", on="hôm qua", partner="Anh Bảy",
        files={"photo": [picture()]},
    )  # fmt: skip
    assert "Đã ghi" in kept.text
    assert "Anh Bảy" in kept.text
    office.fill(f"{MONEY}/thu?vu={season}", kind="goods", amount="3.000.000", on="12/11/2026")
    page = office.get(MONEY)
    assert page.text.count("1.750.000") >= 2
    assert "Nho hạ đen, Vườn nho số 1" in page.text
    assert "Cùng kỳ năm trước" in page.text
    last_year = office.get(f"{MONEY}?ky=2025")
    assert "Kỳ này chưa có khoản nào" in last_year.text
    before = office.get(f"{MONEY}?ky=2026-q1")
    assert before.status == 200


def test_an_amount_entered_by_mistake_is_dropped(desk):
    office = desk.browser("accountant")
    kept = office.fill(f"{MONEY}/chi", kind="energy", amount="5.000.000", on="12/11/2026")
    drop = office.get(next(link for link in kept.links if link.endswith("/bo")))
    assert "5.000.000" in drop.text
    gone = office.send(drop)
    assert "5.000.000" not in gone.text


def test_a_wrong_amount_is_told_beside_its_question(desk):
    office = desk.browser("accountant")
    page = office.fill(f"{MONEY}/chi", kind="energy", amount="0", on="ngày mai")
    assert page.status == 422
    assert {"amount", "on"} & set(page.problems)


def test_the_accountants_file_comes_with_comma_or_semicolon(desk):
    office = desk.browser("accountant")
    office.fill(f"{MONEY}/chi", kind="energy", amount="5.000.000", on="12/11/2026", note="=1+1")
    comma = office.client.get(f"{MONEY}/ke-toan.csv?ky=2026").get_data().decode("utf-8-sig")
    semicolon = office.client.get(f"{MONEY}/ke-toan.csv?ky=2026&dau=cham-phay").get_data().decode("utf-8-sig")
    assert '12/11/2026,Chi,"Điện, nước, xăng dầu",5000000,,,,,\'=1+1' in comma
    assert "12/11/2026;Chi;Điện, nước, xăng dầu;5000000;;;;;'=1+1" in semicolon


def test_a_period_that_is_none_is_not_found(desk):
    assert desk.browser("accountant").get(f"{MONEY}?ky=2026-13").status == 404


@pytest.mark.parametrize("path", ["tien", "tien/khoan", "tien/chi", "tien/thu", "tien/ke-toan.csv"])
def test_nobody_outside_the_office_sees_money(desk, path):
    for role in (Role.GROWER, Role.RECORDER, Role.TEAM_LEAD, Role.PACKER):
        assert desk.browser(role.value).client.get(f"{HOME}{path}").status_code == 403


def test_a_neighbours_season_is_not_found(desk):
    season = desk.world.season()
    assert desk.browser("neighbour.manager").get(f"{MONEY}/chi?vu={season}").status == 404
    assert "Nho hạ đen" not in desk.browser("neighbour.manager").get(f"{MONEY}/khoan?vu={season}").text
