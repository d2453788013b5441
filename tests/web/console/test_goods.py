"""Goods in the house by hand: stores, counts, opened packs, samples, cartons, sales at the orchard."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.paper.cartons import (
    MarkCartonsPrinted,
    ReserveCartons,
    mark_cartons_printed,
    reserve_cartons,
)
from ledger.coop.registers.places import RegisterPlace, register_place
from tests.support.desk import HOME, open_desk, picture

PUBLIC = "https://so.example.vn"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def path_of(lot):
    return lot.partition("8000/")[2]


def with_stores(world):
    for code, name in (("KHO1", "Kho lạnh"), ("KHO2", "Kho mát")):
        world.run(
            register_place, RegisterPlace(code=code, name=name, kind="store", province="x", commune="y")
        )


def link(page, part):
    return next(href for href in page.links if part in href)


def test_goods_are_moved_and_counted(desk):
    with_stores(desk.world)
    lot = desk.world.harvested(kg="100")
    packer = desk.browser("packer")
    stock = packer.get(f"{HOME}kho")
    assert "Chưa xếp kho: 100" in stock.text
    moved = packer.fill(link(stock, "/kho/chuyen/"), to_place="KHO1", quantity="60")
    assert moved.status == 200, moved.text
    page = packer.get(f"{HOME}lo/{path_of(lot)}")
    assert "Kho lạnh: 60" in page.text
    refused = packer.fill(
        f"{HOME}kho/chuyen/{path_of(lot)}", to_place="KHO2", quantity="70", from_place="KHO1"
    )
    assert "chỉ có 60 kg" in refused.problems["quantity"]
    sheet = packer.get(f"{HOME}kiem-ke?noi=KHO1")
    again = packer.send(sheet, **{"count-amount": ["55"]})
    assert (again.status, again.form["count-amount"]) == (422, "55")
    done = packer.send(again, **{"count-cause": ["shrinkage"]})
    assert "Đã ghi số đếm của 1 lô" in done.text
    assert "Kho lạnh: 55" in packer.get(f"{HOME}kho").text
    assert "Chưa có hàng" in desk.browser("neighbour.manager").get(f"{HOME}kho").text


def test_a_blank_sheet_is_sent_back_with_a_word(desk):
    desk.world.harvested()
    packer = desk.browser("packer")
    assert "Chưa ghi số đếm" in packer.fill(f"{HOME}kiem-ke").problems["counts"]


def test_packs_are_opened_and_the_next_screen_packs_them(desk):
    lot = desk.world.packed(packs=20)
    packer = desk.browser("packer")
    page = packer.get(f"{HOME}lo/{path_of(lot)}")
    done = packer.fill(link(page, "/mo-goi/"), packs="8", reason="Khách đổi quy cách")
    assert "/dong-goi?" in done.path
    assert "còn 4" in done.text
    stamped = desk.world.stamped(10)
    page = packer.get(f"{HOME}mo-goi/{path_of(stamped)}")
    assert "phải hủy 10 tem" in page.text
    assert "Hãy hủy những tem ấy trước" in packer.send(page, reason="thử").text


def test_a_lot_is_split_on_one_screen(desk):
    lot = desk.world.harvested(kg="100")
    packer = desk.browser("packer")
    page = packer.get(link(packer.get(f"{HOME}lo/{path_of(lot)}"), "che-bien/regroup"))
    done = packer.send(page, **{"outputs-amount": ["40", "60"], "outputs-product": ["", ""]})
    assert done.status == 200, done.text
    assert "Chia lô, gộp lô" in done.text
    whose = packer.get(link(done, "/lo/")).text
    assert "Của hộ nào" in whose
    assert "100 %" in whose.replace("\u00a0", " ")


def test_sold_at_the_orchard_in_one_form(desk):
    season = desk.world.season()
    grower = desk.browser("grower")
    page = grower.get(link(grower.get(f"{HOME}vu/{path_of(season)}"), "/ban-tai-vuon/"))
    done = grower.send(page, v_quantity="30", paid="600.000")
    assert done.status == 200, done.text
    assert "600" not in grower.client.get(f"{HOME}so").get_data(as_text=True)
    refused = grower.fill(f"{HOME}ban-tai-vuon/{path_of(season)}", paid="0", v_quantity="3")
    assert "lớn hơn 0" in refused.problems["paid"]


def test_a_sample_from_the_lot_to_the_report(desk):
    lot = desk.world.harvested()
    packer = desk.browser("packer")
    taken = packer.fill(link(packer.get(f"{HOME}lo/{path_of(lot)}"), "/lay-mau/"), purpose="Kim loại nặng")
    assert "Mẫu M1" in taken.text
    sent = packer.fill(link(taken, "/gui"), lab="Quatest 3")
    assert "Quatest 3" in sent.text
    form = packer.get(link(sent, "/ket-qua"))
    assert form.form["lab"] == "Quatest 3"
    empty = packer.send(form, report_no="KN-7")
    assert "1 đến 40 chỉ tiêu" in empty.problems["criteria"]
    lines = {
        "crit-name": ["Chì", "Vi sinh"], "crit-found": ["0,3", "KPH"], "crit-unit": ["mg/kg", ""],
        "crit-rule": ["max", "absent"], "crit-allowed": ["0,1", ""],
    }  # fmt: skip
    failed = packer.send(empty, files={"documents": [picture()]}, **lines)
    assert "bị khóa" in failed.text
    assert "0,3 mg/kg" in failed.text
    assert "Đang bị khóa vì kiểm không đạt" in packer.get(f"{HOME}lo/{path_of(lot)}").text
    assert "M1" in packer.get(f"{HOME}kiem-nghiem").text
    assert packer.get(f"{HOME}kiem-nghiem/cho-xuat/{path_of(lot)}").status == 403
    manager = desk.browser("manager")
    decided = manager.fill(
        link(manager.get(f"{HOME}lo/{path_of(lot)}"), "/cho-xuat/"), reason="Đã kiểm lại nơi khác, đạt."
    )
    assert decided.status == 200, decided.text
    assert "Đang bị khóa" not in packer.get(f"{HOME}lo/{path_of(lot)}").text


def test_what_earlier_reports_asked_stands_on_the_next(desk):
    lot = path_of(desk.world.harvested())
    packer = desk.browser("packer")
    lines = {"crit-name": ["Chì"], "crit-found": ["0,02"], "crit-unit": ["mg/kg"], "crit-rule": ["max"]}
    packer.fill(
        f"{HOME}kiem-nghiem/phieu/{lot}", lab="x", report_no="1", **lines, **{"crit-allowed": ["0,1"]}
    )
    page = packer.get(f"{HOME}kiem-nghiem/phieu/{lot}")
    assert (page.form["crit-name"], page.form["crit-allowed"], page.form["crit-found"]) == ("Chì", "0,1", "")


def test_cartons_are_filled_and_put_on_a_pallet(desk):
    world, lot = desk.world, desk.world.sealed(40)
    jobs = [
        world.run(reserve_cartons, ReserveCartons(lot, kind, count, each, PUBLIC), Role.PACKER).id
        for kind, count, each in (("carton", 4, 10), ("pallet", 1, 20))
    ]
    for job in jobs:
        world.run(mark_cartons_printed, MarkCartonsPrinted(job), Role.PACKER)
    packer = desk.browser("packer")
    form = packer.get(link(packer.get(f"{HOME}luot-in-thung/{jobs[0]}"), "/xep"))
    assert (form.form["first"], form.form["last"]) == ("1", "4")
    filled = packer.send(form, last="3")
    assert "Đã xếp 3 / 4" in filled.text
    loading = packer.get(f"{HOME}luot-in-thung/{jobs[1]}/xep")
    assert len([value for name, value in loading.form.answers if name == "cartons"]) == 2
    loaded = packer.send(loading)
    assert "Đã xếp 1 / 1" in loaded.text
    assert "trên pa-lét" in packer.get(f"{HOME}luot-in-thung/{jobs[0]}").text
    off = packer.fill(link(loaded, "/do"))
    assert off.status == 200, off.text
    assert "trên pa-lét" not in packer.get(f"{HOME}luot-in-thung/{jobs[0]}").text


def test_a_certificate_says_what_it_covers_and_ends(desk):
    manager = desk.browser("manager")
    page = manager.get(f"{HOME}so-sach/chung-nhan/them")
    listed = manager.send(
        page, scheme="VietGAP", number="VG-9", issuer="Trung tâm", valid_from="01/01/2026",
        valid_to="31/12/2027", products=["NHO"], places=["VUON1"],
    )  # fmt: skip
    assert "Nho hạ đen · Vườn nho số 1" in listed.text
    ended = manager.fill(link(listed, "/ket-thuc"), valid_to="31/10/2026")
    assert "hết hạn từ 31/10/2026" in ended.text
