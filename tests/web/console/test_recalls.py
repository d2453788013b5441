"""The trace box and a recall, as people go through them."""

import csv
import io

import pytest

from ledger.coop.recalls.recalls import Recall, recall
from ledger.trace.identifiers import lot_code_of
from tests.coop.goods.test_shipping import send
from tests.support.desk import HOME, open_desk
from tests.web.console.test_mending import path


@pytest.fixture(scope="module")
def desk(sqlite_template, tmp_path_factory):
    yield from open_desk(sqlite_template, tmp_path_factory.mktemp("recalls"))


@pytest.fixture
def manager(desk):
    return desk.browser("manager")


def file(browser, address):
    answer = browser.client.get(address)
    assert answer.status_code == 200
    return answer.get_data()


def rows(browser, address):
    return list(csv.reader(io.StringIO(file(browser, address).decode("utf-8-sig"))))


def called_back(world):
    lot = world.sealed(60)
    shipped = send(world, lot, 20)
    world.run(recall, Recall(lot, "Có mùi lạ", "Cả lô", "HTX", "Đem trả nơi mua", "0259 388 1122"))
    return lot, shipped


def test_box_leads_to_the_trace_and_the_trace_to_files(desk, manager):
    world = desk.world
    lot = world.packed(packs=20)
    shipped = send(world, lot, 5)
    asked = manager.get(f"{HOME}truy-vet")
    assert "Gõ hoặc quét" in asked.text
    found = manager.get(f"{HOME}truy-vet?ma={shipped.code.lower()}")
    assert found.path == path("truy-vet", lot)
    assert b"<svg" in file(manager, found.path)
    for said in ("Sen Xanh", "Vườn nho số 1", shipped.code):
        assert said in found.text
    listed = rows(manager, path("truy-vet-csv", lot))
    assert listed[0][:2] == ["Bậc", "Số lô"]
    assert [row[0] for row in listed[1:]] == ["ngược 2", "ngược 1", "lô này"]
    assert file(manager, path("truy-vet-xlsx", lot)).startswith(b"PK")
    nothing = manager.get(f"{HOME}truy-vet?ma=KHONG-CO")
    assert "Không thấy lô nào" in nothing.text
    assert manager.get(f"{HOME}truy-vet?ma=%3Cscript%3E").status == 200


def test_hold_is_placed_shown_and_lifted(desk, manager):
    world = desk.world
    lot = world.sealed(30)
    packer = desk.browser("packer")
    held = packer.fill(path("tam-giu", lot), reason="Khách báo có mùi lạ")
    assert held.path == path("lo", lot)
    assert "Đang tạm giữ từ ngày" in held.text
    assert "Khách báo có mùi lạ" in held.text
    assert path("tha-lo", lot) not in held.links
    refused = packer.fill(path("giao-hang", lot), to_partner=world.partner, packs="1")
    assert "đang tạm giữ" in refused.text
    assert lot_code_of(lot) in manager.get(f"{HOME}thu-hoi").text
    assert "mùi lạ" not in desk.app.test_client().get(lot.partition(":8000")[2]).text
    lifted = manager.fill(path("tha-lo", lot), reason="Kết quả đạt")
    assert "Đang tạm giữ" not in lifted.text
    assert packer.get(path("tha-lo", lot)).status == 403


def test_recall_is_worked_through_to_its_end(desk, manager):
    lot, shipped = called_back(desk.world)
    case = manager.get(path("thu-hoi", lot))
    assert case.path == path("dot-thu-hoi", lot)
    assert "Chưa báo" in case.text
    assert "Đem trả nơi mua" in case.text
    told = manager.fill(
        f"{HOME}dot-thu-hoi-bao/{shipped.code}/{lot.partition('8000/')[2]}",
        way="phone", returned="15", answer="Đã cất riêng",
    )  # fmt: skip
    assert "Đã cất riêng" in told.text
    listed = rows(manager, path("dot-thu-hoi-csv", lot))
    assert listed[1][0] == "Sen Xanh"
    assert listed[1][-3:] == ["Gọi điện", "15 gói", "Đã cất riêng"]
    assert file(manager, path("dot-thu-hoi-thu", lot)).startswith(b"%PDF")
    assert manager.get(f"{path('dot-thu-hoi-thu', lot)}?khach=khong-co").status == 404
    ended = manager.fill(path("ket-thuc-thu-hoi", lot), result="Thu về đủ", recovered_kg="7,5")
    assert "Đã kết thúc ngày" in ended.text
    assert desk.browser("packer").get(path("ket-thuc-thu-hoi", lot)).status == 403


def test_drill_shows_the_list_and_publishes_nothing(desk, manager):
    world = desk.world
    lot = world.sealed(20)
    send(world, lot, 3)
    size = world.size()
    running = manager.send(manager.get(path("dien-tap-lo", lot)))
    assert "đang chạy" in running.text
    assert "Sen Xanh" in running.text
    done = manager.send(running, remark="Thiếu số điện thoại")
    assert "1 lô, 1 nơi phải báo" in done.text
    assert "Thiếu số điện thoại" in done.text
    assert world.size() == size
    assert lot_code_of(lot) in manager.get(f"{HOME}dien-tap").text


def test_neighbour_and_grower_are_shut_out(desk):
    lot, shipped = called_back(desk.world)
    grower, neighbour = desk.browser("grower"), desk.browser("neighbour.manager")
    code = f"{HOME}dot-thu-hoi-bao/{shipped.code}/{lot.partition('8000/')[2]}"
    for kind in ("dot-thu-hoi", "dot-thu-hoi-csv", "dot-thu-hoi-xlsx", "dot-thu-hoi-thu", "thu-hoi"):
        assert grower.get(path(kind, lot)).status == 403
        assert neighbour.get(path(kind, lot)).status == 404
    assert (grower.get(code).status, neighbour.get(code).status) == (403, 404)
    assert grower.get(f"{HOME}truy-vet").status == 403
    assert neighbour.get(f"{HOME}truy-vet?ma={shipped.code}").path.endswith(shipped.code)
    assert shipped.code not in neighbour.get(path("truy-vet", lot)).text
