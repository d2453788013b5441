"""The first page of each: their own work, and what needs a decision today."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.queries import JobCard, SeasonCard, ShipmentCard
from ledger.coop.registers.certificates import Certificate, FileCertificate, file_certificate
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from tests.support.desk import HOME, open_desk
from web.console.decisions import MAX_SHOWN, Books, decide

TODAY = date(2026, 11, 12)
MANAGER = frozenset({Role.MANAGER})


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def test_a_grower_sees_the_plots_with_their_countdowns_and_six_buttons(desk):
    season = desk.world.season(days=44)
    desk.world.spray(season, ago=3)
    page = desk.browser("grower").get(HOME)
    assert "Nho hạ đen" in page.text
    assert "Vườn nho số 1" in page.text
    assert "Ngày thứ 45" in page.text
    assert "Còn tới ngày thu 56 ngày" in page.text
    assert "Đang cách ly, còn 4 ngày: thu được từ 16/11/2026" in page.text
    assert page.html.count('class="step-button') == 6


def test_a_grower_without_a_season_is_told_what_one_is_for(desk):
    page = desk.browser("grower").get(HOME)
    assert "Chưa có vụ nào đang làm" in page.text
    assert f"{HOME}vu/mo" in page.links


def test_with_two_plots_the_work_asks_where(desk):
    for _ in range(2):
        desk.world.season()
    page = desk.browser("grower").get(f"{HOME}viec/irrigation")
    assert page.text.count("Vườn nho số 1") == 2


def test_with_one_plot_the_work_begins_at_once(desk):
    desk.world.season()
    assert "/viec/irrigation/" in desk.browser("grower").get(f"{HOME}viec/irrigation").path


def test_a_packer_sees_what_waits_for_packing_sealing_and_stamps(desk):
    world = desk.world
    loose, packed, sealed = world.harvested(kg="77"), world.packed(packs=20), world.sealed(packs=30)
    job = world.run(reserve_stamps, Reserve(30, sealed), Role.PACKER)
    page = desk.browser("packer").get(HOME)
    assert "Còn 77 kg" in page.text
    assert any(link.endswith(loose.partition("8000/")[2]) for link in page.links)
    assert any("/ky-lo/" in link and link.endswith(packed.partition("8000/")[2]) for link in page.links)
    assert f"{HOME}luot-in/{job.id}" in page.links


def test_a_distributor_sees_the_scan_box_and_what_is_coming(desk):
    empty = desk.browser("distributor").get(HOME)
    assert {"code", "codes", "file"} <= empty.form.names
    assert "Không có chuyến nào đang tới" in empty.text
    shipped = desk.world.shipped()
    page = desk.browser("distributor").get(HOME)
    assert f"{HOME}nhan-hang/{shipped.code}" in page.links


def test_a_manager_decides_what_is_due(desk):
    world = desk.world
    lot = world.packed(packs=20)
    sealed = world.sealed(packs=30, ago=9)
    job = world.run(reserve_stamps, Reserve(30, sealed), Role.PACKER)
    world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    world.run(
        file_certificate,
        FileCertificate("VietGAP", "VG-1", "Quatest 3", date(2026, 1, 1), date(2026, 12, 1), ("NHO",)),
    )
    page = desk.browser("manager").get(HOME)
    assert "Ký lô Nho hạ đen" in page.text
    assert "Kích hoạt 30 tem" in page.text
    assert "hết hạn 13/11/2026" in page.text
    assert "VietGAP hết hạn 01/12/2026" in page.text
    assert any(link.endswith(lot.partition("8000/")[2]) for link in page.links)


def test_a_manager_with_nothing_due_reads_so(desk):
    assert "Hôm nay không có việc nào chờ quyết" in desk.browser("manager").get(HOME).text


def test_a_new_cooperative_is_told_what_to_begin_with(desk):
    page = desk.browser("neighbour.manager").get(HOME)
    assert f"{HOME}so-sach/noi-san-xuat/them" in page.links
    assert f"{HOME}so-sach/san-pham/them" in page.links


@pytest.mark.parametrize(
    "role", ["grower", "recorder", "team_lead", "packer", "accountant", "manager", "distributor"]
)
def test_every_link_of_a_home_leads_to_a_page(desk, role):
    desk.world.shipped()
    desk.world.season()
    browser = desk.browser(role)
    for link in browser.get(HOME).links:
        if link.startswith("/"):
            assert browser.get(link).status == 200, link


def test_a_short_delivery_and_a_silent_receiver_are_decisions(desk):
    card = ShipmentCard(
        id="x", code="ABCD2345", lot="urn:x", lot_code="261112-1", product="Nho", quantity=Decimal(50),
        uom="EA", sender="HTX", sent_on=TODAY - timedelta(days=4), state="sent", counted=None,
    )  # fmt: skip
    short = replace(card, id="y", state="received", counted=Decimal(48))
    with desk.app.test_request_context():
        titles = [
            item.title
            for item in decide(
                Books(sent=(card, short), awaited=frozenset({"x"}), unsettled=frozenset({"y"})),
                MANAGER,
                TODAY,
            )
        ]
        nobody = decide(Books(sent=(card,)), MANAGER, TODAY)
    assert titles == ["Chuyến ABCD2345 thiếu 2\u00a0gói", "Chuyến ABCD2345 chưa được ký nhận"]
    assert nobody == ()  # who keeps no books here cannot sign in them


def test_decisions_are_a_screen_full_not_a_ledger(desk):
    season = SeasonCard("urn:x", "V1", "Nho", "fruit_nho", "V1", "Vườn", TODAY, 200, -3, None)
    with desk.app.test_request_context():
        assert len(decide(Books(seasons=(season,) * 40), MANAGER, TODAY)) == MAX_SHOWN


def test_only_who_may_do_it_is_asked_to_decide(desk):
    job = JobCard("j", "urn:x", "261112-1", 1, 9, 9, 0, is_printed=True, is_sealed=True)
    ends = Certificate("urn:c", "VietGAP", "1", TODAY)
    with desk.app.test_request_context():
        books = Books(to_activate=(job,), certificates=(ends,))
        titles = [item.title for item in decide(books, frozenset({Role.ACCOUNTANT}), TODAY)]
    assert titles == ["VietGAP hết hạn 12/11/2026"]
