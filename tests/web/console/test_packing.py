"""Packing on one screen: the number of packs reckoned, never believed blindly; the stamps in the same tap."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.lots import find_own_lot
from ledger.coop.queries import lots_packed
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.stamps.job_queries import read_jobs
from tests.support.desk import HOME, open_desk


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


def screen(desk, browser, kg="120,5"):
    return browser.get(f"{HOME}dong-goi?lo={desk.world.harvested(kg=kg)}")


def made(desk):
    """The packed lots and the jobs for the newest."""
    actor = desk.world.actors[Role.PACKER]
    lots = desk.world.read(lots_packed, actor)
    return lots, desk.world.read(read_jobs, actor, lots[0].lot) if lots else ()


def test_the_newest_lot_is_first_and_one_tap_from_its_packing(desk, packer):
    older, newer = desk.world.harvested(ago=2), desk.world.harvested(ago=0)
    links = [link for link in packer.get(HOME).links if "/dong-goi?" in link]
    assert [link.endswith(lot.rpartition(".")[2]) for link, lot in zip(links, (newer, older), strict=True)]


def test_packs_are_reckoned_from_what_is_left_and_the_first_size(desk, packer):
    page = screen(desk, packer)
    assert (page.form["net"], page.form["packs"]) == ("500", "241")
    assert "còn 120,5 kg" in page.text


def test_a_size_larger_than_what_is_left_is_not_the_first_choice(desk, packer):
    world = desk.world
    world.run(
        register_product, RegisterProduct("TO", "Nho thùng", "fruit_nho", "VN", net_options_g=(5000, 250))
    )
    page = packer.get(f"{HOME}dong-goi?lo={world.harvested(kg='1,2')}&sp=TO")
    assert (page.form["net"], page.form["packs"]) == ("250", "4")


def test_what_is_less_than_a_pack_offers_no_number(desk, packer):
    page = screen(desk, packer, kg="0,3")
    assert (page.form["net"], page.form["packs"]) == ("500", "")
    assert packer.send(page).problems["packs"] == "Chưa ghi “Số gói đã đóng”."


def test_one_tap_packs_and_orders_a_stamp_for_every_pack(desk, packer):
    page = packer.send(screen(desk, packer), then="print")
    assert "/luot-in/" in page.path
    assert "241 tem" in page.text
    (lot,), (job,) = made(desk)
    assert lot.left == job.count == 241
    assert not job.is_printed
    assert job.facts.product_name == "Nho hạ đen"
    assert packer.send(page).path == f"{HOME}luot-in/{job.id}.pdf"


def test_the_tap_repeated_packs_once_and_orders_once(desk, packer):
    page = screen(desk, packer)
    first = packer.send(page, then="print")
    size = desk.world.size()
    assert packer.send(page, then="print").path == first.path
    assert desk.world.size() == size
    lots, jobs = made(desk)
    assert (len(lots), len(jobs)) == (1, 1)


def test_packing_alone_orders_nothing(desk, packer):
    page = packer.send(screen(desk, packer), then="pack")
    assert "Đã ghi vào sổ" in page.text
    assert made(desk)[1] == ()


def test_who_may_pack_but_not_print_is_not_asked_how(desk):
    recorder = desk.browser("recorder")
    page = screen(desk, recorder)
    assert "design" not in page.form.names
    done = recorder.send(page)
    assert "241 gói" in done.text
    assert made(desk)[1] == ()


@pytest.mark.parametrize("then", ["print", "pack"])
def test_a_smaller_number_takes_what_it_needs_and_leaves_the_rest_for_later(desk, packer, then):
    asked = screen(desk, packer, kg="450")
    assert "Đóng ít gói hơn thì chỉ lấy vừa đủ" in asked.text
    done = packer.send(asked, then=then, packs="24")
    (lot,), jobs = made(desk)
    assert (lot.left, [job.count for job in jobs]) == (24, [24] if then == "print" else [])
    assert "còn 438\u00a0kg để đóng gói sau" in done.html
    again = packer.get(next(link for link in done.links if "/dong-goi?" in link))
    assert again.form["packs"] == "876"


def test_all_of_a_lot_that_was_packed_is_told_too(desk, packer):
    assert "hết lô" in packer.send(screen(desk, packer), then="pack").text


def test_what_was_typed_and_is_far_too_much_is_refused_once_with_both_ways_out(desk, packer):
    asked = screen(desk, packer, kg="450")
    page = packer.send(asked, then="print", packs="24", **{"inputs-amount": "450", "inputs-all": None})
    assert page.status == 422
    assert page.problems["inputs"].endswith("Hãy sửa thành lấy 12 kg, hoặc ghi hao hụt 438 kg.")
    assert made(desk) == ((), ())
    packer.send(page, then="pack", loss="438")
    (lot,), _ = made(desk)
    assert lot.left == 24


def test_a_number_that_was_reckoned_for_another_size_is_reckoned_again_first(desk, packer):
    page = packer.send(screen(desk, packer), then="print", net="1000")
    assert page.form["packs"] == "120"
    assert "Đã tính lại số gói" in page.text
    assert made(desk) == ((), ())
    assert "120 tem" in packer.send(page, then="print").text


def test_more_packs_than_what_is_left_are_refused_and_nothing_is_printed(desk, packer):
    asked = screen(desk, packer)
    size = desk.world.size()
    page = packer.send(asked, then="print", packs="300")
    assert page.status == 422
    assert "Chưa ghi được" in page.text
    assert "Đóng được nhiều nhất 241 gói" in page.text
    assert "hao hụt 0 kg" not in page.text
    assert desk.world.size() == size
    assert made(desk) == ((), ())


@pytest.mark.parametrize(
    "answers",
    [
        {"copies": "0"},
        {"dpi": "72"},
        {"paper": "giấy báo"},
        {"used_cells": "36"},
        {"design": "food_70x50", "paper": "a4_cut_50x30"},
        {"paper": "avery_l7160", "file": "zpl"},
    ],
)
def test_paper_that_cannot_be_is_said_before_anything_is_packed(desk, packer, answers):
    page = packer.send(screen(desk, packer), then="print", **answers)
    assert page.status == 422
    assert page.problems[next(iter(answers))]
    assert made(desk) == ((), ())


def test_the_same_paper_does_not_stand_in_the_way_of_packing_alone(desk, packer):
    page = packer.send(screen(desk, packer), then="pack", copies="0")
    assert "Đã ghi vào sổ" in page.text


def test_what_the_stamp_cannot_hold_leaves_the_packing_recorded_and_says_where_to_go_on(desk, packer):
    name = "Nho hạ đen không hạt trồng trong nhà màng theo tiêu chuẩn VietGAP, Phước Thuận"
    desk.world.run(register_product, RegisterProduct("DAI", name, "fruit_nho", "VN", net_options_g=(500,)))
    raw = desk.world.harvested(kg="10")
    page = packer.send(packer.get(f"{HOME}dong-goi?lo={raw}&sp=DAI"), then="print")
    assert "/in-tem/" in page.path
    assert page.form["count"] == "20"
    assert "Đã ghi đóng gói, nhưng tem chưa đặt được" in page.text
    (lot,), jobs = made(desk)
    assert desk.world.read(find_own_lot, desk.world.actors[Role.PACKER], lot.lot).packs == 20
    assert jobs == ()
    assert "Tên sản phẩm không vừa chỗ" in packer.send(page).text


def test_a_lot_of_which_nothing_is_left_says_so_instead_of_asking_for_it(desk, packer):
    world = desk.world
    raw = world.harvested(kg="10")
    packer.send(packer.get(f"{HOME}dong-goi?lo={raw}"), then="pack")
    assert "Không còn hàng rời nào để đóng gói" in packer.get(f"{HOME}dong-goi?lo={raw}").text


# -- what the law asks of the label -------------------------------------------------------------------------


def test_what_is_missing_on_the_label_is_said_before_printing(desk, packer):
    page = screen(desk, packer)
    assert "Nhãn theo luật còn thiếu: Thông tin cảnh báo" in page.text
    assert "Nhờ người quản lý bổ sung" in page.text
    ordering = packer.get(f"{HOME}in-tem/{desk.world.packed(packs=20).partition('8000/')[2]}")
    assert "Nhãn theo luật còn thiếu: Thông tin cảnh báo" in ordering.text


@pytest.mark.parametrize("kind", ["dong-goi?lo=", "in-tem/"])
def test_a_manager_mends_the_product_and_comes_back_to_the_stamps(desk, kind):
    world, manager = desk.world, desk.browser("manager")
    lot = world.harvested(kg="10") if "?" in kind else world.packed(packs=20).partition("8000/")[2]
    page = manager.get(f"{HOME}{kind}{lot}")
    mending = manager.get(next(link for link in page.links if link.partition("?")[0].endswith("/nhan")))
    assert mending.form["origin"] == "Phước Thuận, Khánh Hòa, Việt Nam"
    assert mending.form["shelf_life_days"] == "10"
    back = manager.send(mending, warning="Rửa sạch trước khi ăn")
    assert kind.partition("?")[0] in back.path
    assert "Nhãn theo luật còn thiếu" not in back.text


def test_only_a_manager_mends_the_label(desk, packer):
    assert packer.get(f"{HOME}so-sach/san-pham/NHO/nhan").status == 403
    assert desk.browser("neighbour.manager").get(f"{HOME}so-sach/san-pham/NHO/nhan").status == 404
