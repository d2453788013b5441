"""Stamps on paper at the console: ordered, printed with the same bytes, printed again with a reason."""

from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.printers import SavePrinter, save_printer
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.stamps.hand_outs import HAND_OUT_LASTS
from ledger.coop.stamps.job_queries import read_job
from ledger.coop.stamps.stamp_holders import AssignRoll, assign_roll
from ledger.coop.stamps.stamp_ranges import StampState, ranges_of_job
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, Void, mark_printed, reserve_stamps, void_stamps
from tests.support.desk import HOME, open_desk


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


def path(kind, lot):
    return f"{HOME}{kind}/{lot.partition('8000/')[2]}"


def states(desk, job):
    return [(part.count, part.state) for part in desk.world.read(ranges_of_job, job)]


def order(desk, count=40, packs=40, **spec):
    """A print job for a sealed lot."""
    lot = desk.world.sealed(packs=packs)
    command = Reserve(count, lot, PrintSpec(**spec), url_base="http://127.0.0.1:8000")
    return desk.world.run(reserve_stamps, command, Role.PACKER)


def read(desk, job):
    return desk.world.read(read_job, desk.world.actors[Role.PACKER], job)


def job_id(page):
    return page.path.partition("?")[0].rsplit("/", 1)[1]


def press(browser, job):
    """Take the job's file from the button on its page; where it came from."""
    return browser.send(browser.get(f"{HOME}luot-in/{job}")).path


# -- ordering -----------------------------------------------------------------------------------------------


def test_as_many_stamps_are_offered_as_packs_are_without(desk, packer):
    lot = desk.world.sealed(packs=40)
    page = packer.get(path("in-tem", lot))
    assert page.form["count"] == "40"
    packer.send(page, count="30")
    assert packer.get(path("in-tem", lot)).form["count"] == "10"


def test_more_stamps_than_packs_are_refused_with_what_would_do(desk, packer):
    lot = desk.world.sealed(packs=40)
    page = packer.fill(path("in-tem", lot), count="41")
    assert page.status == 409
    assert "Chỉ in thêm được 40 tem" in page.text


def test_an_order_sent_twice_is_one_job(desk, packer):
    page = packer.get(path("in-tem", desk.world.sealed(packs=40)))
    assert packer.send(page).path == packer.send(page).path


def test_the_job_keeps_how_it_was_ordered_and_the_public_address(desk, packer):
    page = packer.fill(
        path("in-tem", desk.world.sealed(packs=40)),
        paper="a4_cut_100x70", dpi="300", level="Q", used_cells="3", copies="2", count="10",
    )  # fmt: skip
    job = read(desk, job_id(page))
    assert job.spec == PrintSpec(paper="a4_cut_100x70", dpi=300, level="Q", used_cells=3, copies=2)
    assert job.url_base == "http://127.0.0.1:8000"
    assert "100 × 70 mm" in page.text


@pytest.mark.parametrize(
    ("design", "file", "paper"),
    [
        ("stamp_50x30", "pdf", "a4_cut_50x30"),
        ("food_70x50", "pdf", "a4_cut_70x50"),
        ("crate_100x70", "zpl", "roll_100x70"),
    ],
)
def test_unless_one_says_otherwise_the_paper_fits_the_design(desk, packer, design, file, paper):
    page = packer.fill(path("in-tem", desk.world.sealed(packs=40)), design=design, file=file)
    assert read(desk, job_id(page)).spec.paper == paper


def test_a_design_with_room_for_a_scratch_code_gets_one(desk, packer):
    page = packer.fill(path("in-tem", desk.world.sealed(packs=40)), design="scratch_50x40")
    job = read(desk, job_id(page))
    assert job.spec.has_secret
    assert "nhớ dán lớp phủ" in page.text
    press(packer, job.id)
    assert packer.client.get(f"{HOME}luot-in/{job.id}.pdf").data.startswith(b"%PDF-")


def test_the_default_printer_answers_for_paper_and_margins(desk, packer):
    spec = PrintSpec(paper="roll_50x30", dpi=300, offset_x_mm=Decimal("0.5"))
    printer = desk.world.run(save_printer, SavePrinter("Máy in tem kho", spec), Role.PACKER)
    page = packer.get(path("in-tem", desk.world.sealed(packs=40)))
    assert page.form["printer"] == printer.id
    job = read(desk, job_id(packer.send(page)))
    assert (job.spec.paper, job.spec.dpi, job.spec.offset_x_mm) == ("roll_50x30", 300, Decimal("0.5"))
    other = packer.send(packer.get(path("in-tem", desk.world.sealed(packs=40))), printer="-", dpi="203")
    assert read(desk, job_id(other)).spec == PrintSpec()


@pytest.mark.parametrize(
    ("answers", "name", "said"),
    [
        ({"design": "crate_100x70", "paper": "a4_cut_50x30"}, "design", "lớn hơn ô tem"),
        ({"used_cells": "36"}, "used_cells", "từ 0 đến 35"),
        ({"copies": "10.000.000"}, "copies", "từ 1 đến 100"),
        ({"copies": "0"}, "copies", "từ 1 đến 100"),
        ({"dpi": "1200"}, "dpi", "trong danh sách"),
        ({"file": "zpl", "dpi": "600"}, "dpi", "203 hoặc 300"),
        ({"file": "zpl", "paper": "avery_l7160"}, "paper", "ZPL chỉ in trên cuộn tem"),
        ({"paper": "da-trau"}, "paper", "trong danh sách"),
        ({"count": "nhiều"}, "count", "chưa đúng dạng"),
    ],
)
def test_what_no_paper_can_do_is_said_before_a_number_is_given(desk, packer, answers, name, said):
    lot = desk.world.sealed(packs=40)
    page = packer.fill(path("in-tem", lot), **answers)
    assert page.status == 422
    assert said in page.problems[name]
    assert packer.get(path("in-tem", lot)).form["count"] == "40"


@pytest.mark.parametrize("design", ["own:khong-co", "khong_co"])
def test_a_design_that_is_nobodys_is_not_found(desk, packer, design):
    lot = desk.world.sealed(packs=40)
    assert packer.fill(path("in-tem", lot), design=design).status == 404
    assert packer.get(path("in-tem", lot)).form["count"] == "40"


def long_named_packs(world):
    name = "Nho hạ đen không hạt trồng trong nhà màng theo tiêu chuẩn VietGAP, Phước Thuận"
    world.run(register_product, RegisterProduct("DAI", name, "fruit_nho", "Việt Nam"))
    command = Pack(
        product="DAI",
        inputs=((world.harvested(kg="10"), Decimal(10)),),
        net_per_pack=Decimal(500),
        packs=20,
        packed_on=world.today,
        pack_type="box",
    )
    return world.run(pack, command, Role.PACKER).lot


def test_a_name_too_long_for_the_stamp_is_said_before_anything_is_reserved(desk, packer):
    lot = long_named_packs(desk.world)
    page = packer.fill(path("in-tem", lot))
    assert page.status == 422
    assert "Tên sản phẩm không vừa chỗ" in page.text
    assert packer.get(path("in-tem", lot)).form["count"] == "20"


# -- printing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spec",
    [
        {"paper": "a4_cut_50x30"},
        {"paper": "roll_50x30", "dpi": "300"},
        {"paper": "avery_l7159", "used_cells": "5"},
        {"design": "crate_100x70", "paper": "a4_cut_100x70"},
        {"design": "food_70x50", "dpi": "600"},
    ],
    ids=["sheet", "roll", "stock", "crate", "food"],
)
def test_the_file_of_a_job_is_the_same_bytes_every_time(desk, packer, spec):
    page = packer.fill(path("in-tem", desk.world.sealed(packs=40)), **spec)
    address = press(packer, job_id(page))
    first, again = packer.client.get(address), packer.client.get(address)
    assert first.mimetype == "application/pdf"
    assert first.headers["Content-Disposition"].startswith("attachment; filename=")
    assert first.headers["Cache-Control"] == "no-store"
    assert first.data.startswith(b"%PDF-")
    assert first.data == again.data


def test_a_label_printer_gets_its_own_kind_of_file(desk, packer):
    job = order(desk, paper="roll_50x30", file="zpl")
    press(packer, job.id)
    asked_as_pdf = packer.client.get(f"{HOME}luot-in/{job.id}.pdf", follow_redirects=True)
    file = packer.client.get(f"{HOME}luot-in/{job.id}.zpl")
    assert file.mimetype == "application/zpl"
    assert file.data.rstrip().endswith(b"^XZ")
    assert asked_as_pdf.data == file.data


def test_a_part_of_a_job_is_asked_for_by_place_or_by_code(desk, packer):
    job = order(desk)
    codec = desk.world.codec()
    press(packer, job.id)
    whole = packer.client.get(f"{HOME}luot-in/{job.id}.pdf")
    by_place = packer.client.get(f"{HOME}luot-in/{job.id}.pdf?tu=11&den=20")
    ends = codec.format(job.first + 10), codec.format(job.first + 19)
    by_code = packer.client.get(f"{HOME}luot-in/{job.id}.pdf?tu={ends[0]}&den={ends[1]}")
    assert by_place.data == by_code.data != whole.data
    assert f"tem-{job.first + 10}-{job.first + 19}.pdf" in by_place.headers["Content-Disposition"]


@pytest.mark.parametrize("part", ["tu=0", "tu=41", "tu=20&den=19", "den=9999999", "tu=KHONGPHAIMA00"])
def test_a_part_that_is_not_of_the_job_is_refused(desk, packer, part):
    page = packer.get(f"{HOME}luot-in/{order(desk).id}.pdf?{part}")
    assert page.status in {409, 422}
    assert "tem" in page.text


def test_a_second_tap_is_the_same_printing(desk, packer):
    job = order(desk)
    page = packer.get(f"{HOME}luot-in/{job.id}")
    assert "Tải tệp tem để in" in page.text
    first, second = packer.send(page), packer.send(page)
    assert first.path == second.path == f"{HOME}luot-in/{job.id}.pdf"
    assert states(desk, job.id) == [(40, StampState.PRINTED)]
    assert read(desk, job.id).reprints == ()


def test_an_old_page_that_prints_what_is_on_paper_leads_to_the_question_why(desk, packer):
    job = order(desk)
    old = packer.get(f"{HOME}luot-in/{job.id}")
    desk.world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    assert packer.send(old).path == f"{HOME}luot-in/{job.id}/in-lai"


def test_printing_again_needs_a_reason_which_is_kept(desk, packer):
    job = order(desk)
    desk.world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    refused = packer.fill(f"{HOME}luot-in/{job.id}/in-lai")
    assert refused.status == 422
    assert refused.problems["reason"]
    done = packer.send(refused, reason="Kẹt giấy", from_stamp="11", to_stamp="20")
    assert done.path == f"{HOME}luot-in/{job.id}.pdf?tu=11&den=20"
    page = packer.get(f"{HOME}luot-in/{job.id}")
    assert "Kẹt giấy Tem 11 đến 20" in page.text
    assert "packer" in page.text
    assert states(desk, job.id) == [(40, StampState.PRINTED)]


@pytest.mark.parametrize(
    ("answers", "name"),
    [({"from_stamp": "ABC"}, "from_stamp"), ({"from_stamp": "1", "to_stamp": "0000000000000"}, "to_stamp")],
)
def test_a_part_to_print_again_that_cannot_be_read_is_said_beside_it(desk, packer, answers, name):
    job = order(desk)
    desk.world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    page = packer.fill(f"{HOME}luot-in/{job.id}/in-lai", reason="Kẹt giấy", **answers)
    assert page.status == 422
    assert page.problems[name]
    assert read(desk, job.id).reprints == ()


def test_a_job_larger_than_a_file_is_offered_in_parts(desk, packer):
    job = desk.world.run(reserve_stamps, Reserve(250_000, url_base="http://127.0.0.1:8000"), Role.PACKER)
    page = packer.get(f"{HOME}luot-in/{job.id}")
    assert [(form["from_stamp"], form["to_stamp"]) for form in page.forms[:3]] == [
        ("1", "100000"), ("100001", "200000"), ("200001", "250000"),
    ]  # fmt: skip
    assert packer.get(f"{HOME}luot-in/{job.id}.pdf").path == f"{HOME}luot-in/{job.id}?het=1"
    assert packer.send(page, at=1).path == f"{HOME}luot-in/{job.id}.pdf?tu=100001&den=200000"
    again = packer.get(f"{HOME}luot-in/{job.id}")
    (form,) = [form for form in again.forms if form.action.endswith("/tai-lai")]
    assert (form["from_stamp"], form["to_stamp"]) == ("100001", "200000")
    assert states(desk, job.id) == [
        (100_000, StampState.RESERVED), (100_000, StampState.PRINTED), (50_000, StampState.RESERVED),
    ]  # fmt: skip


def test_what_became_of_the_stamps_adds_up_on_the_page(desk, packer):
    lot = desk.world.stamped(packs=40)
    page = packer.get(path("lo", lot))
    job = packer.get(next(link for link in page.links if "/luot-in/" in link))
    assert "Đã in 40 Đã kích hoạt 40 Đã hủy 0 Còn trong tay 0" in job.text


# -- the file once more -------------------------------------------------------------------------------------


def lines(desk, job):
    return len(read(desk, job).hand_outs)


def fetch_again(browser, page):
    at = next(at for at, form in enumerate(page.forms) if form.action.endswith("/tai-lai"))
    return browser.send(page, at=at)


def test_a_file_that_nobody_asked_for_by_the_button_is_not_given(desk, packer):
    job = order(desk)
    page = packer.get(f"{HOME}luot-in/{job.id}.pdf")
    assert page.path == f"{HOME}luot-in/{job.id}?het=1"
    assert "Bấm lại nút tải" in page.text
    assert states(desk, job.id) == [(40, StampState.RESERVED)]
    assert lines(desk, job.id) == 0


def test_a_download_that_broke_off_goes_on_with_the_same_bytes_and_no_line(desk, packer):
    job = order(desk)
    address = press(packer, job.id)
    first = packer.client.get(address).data
    assert fetch_again(packer, packer.get(f"{HOME}luot-in/{job.id}")).path == address
    assert packer.client.get(address).data == first
    assert lines(desk, job.id) == 1


def test_a_later_download_is_a_line_on_the_job_and_in_the_stamp_book(desk, packer):
    job = order(desk)
    address = press(packer, job.id)
    first = packer.client.get(address).data
    desk.world.clock.now += HAND_OUT_LASTS
    assert packer.get(address).path == f"{HOME}luot-in/{job.id}?het=1"
    page = packer.get(f"{HOME}luot-in/{job.id}")
    assert fetch_again(packer, page).path == address
    assert packer.client.get(address).data == first
    assert lines(desk, job.id) == 2
    shown = packer.get(f"{HOME}luot-in/{job.id}").text
    assert shown.count("packer · Cả lượt") == 2
    assert "đưa tệp 2 lần, lần cuối" in packer.get(f"{HOME}so-tem").text


def test_a_link_to_the_file_is_worth_nothing_to_another_person(desk, packer):
    job = order(desk)
    address = press(packer, job.id)
    manager = desk.browser("manager")
    assert manager.get(address).path == f"{HOME}luot-in/{job.id}?het=1"
    assert lines(desk, job.id) == 1
    assert fetch_again(manager, manager.get(f"{HOME}luot-in/{job.id}")).path == address
    assert lines(desk, job.id) == 2


def test_the_file_of_a_held_roll_goes_to_its_holder_or_the_manager(desk, packer):
    job = order(desk)
    address = press(packer, job.id)
    page = packer.get(f"{HOME}luot-in/{job.id}")
    lead = desk.world.actors[Role.TEAM_LEAD]
    desk.world.run(assign_roll, AssignRoll(job.id, lead.account_id))
    for refused in (packer.get(address), fetch_again(packer, page)):
        assert refused.status == 409
        assert "đã giao cho người khác giữ" in refused.text
    for login in ("team_lead", "manager"):
        browser = desk.browser(login)
        assert fetch_again(browser, browser.get(f"{HOME}luot-in/{job.id}")).path == address
        assert browser.client.get(address).data.startswith(b"%PDF-")
    assert lines(desk, job.id) == 3


# -- isolation ----------------------------------------------------------------------------------------------


def test_who_prints_again_is_told_of_void_stamps_in_the_file(desk, packer):
    job = order(desk)
    desk.world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    again = f"{HOME}luot-in/{job.id}/in-lai"
    assert "đã hủy" not in packer.get(again).text
    desk.world.run(void_stamps, Void(job.first, job.first + 2, "rách"), Role.PACKER)
    assert "Lượt này có 3 tem đã hủy." in packer.get(again).text


@pytest.mark.parametrize("page", ["", ".pdf", "/in-lai", "/kich-hoat", "/giao"])
def test_a_neighbours_job_is_not_found(desk, page):
    neighbour = desk.browser("neighbour.manager")
    assert neighbour.get(f"{HOME}luot-in/{order(desk).id}{page}").status == 404


def test_a_neighbours_file_is_not_handed_out(desk):
    job = order(desk)
    neighbour = desk.browser("neighbour.manager")
    form = neighbour.get(f"{HOME}cuon-tem/dat")
    form.forms[0].action = f"{HOME}luot-in/{job.id}/tai-lai"
    assert neighbour.send(form).status == 404
    assert lines(desk, job.id) == 0


def test_a_neighbours_printer_is_not_found(desk, packer):
    own = desk.world.run(save_printer, SavePrinter("Máy kho", PrintSpec()), Role.PACKER)
    theirs = desk.world.run(save_printer, SavePrinter("Máy kho", PrintSpec()), desk.world.neighbour_manager)
    assert own.id != theirs.id
    page = packer.fill(path("in-tem", desk.world.sealed(packs=40)), printer=theirs.id)
    assert page.status == 404


def test_only_who_packs_orders_and_prints(desk):
    job = order(desk)
    grower = desk.browser("grower")
    for page in (f"luot-in/{job.id}", f"luot-in/{job.id}.pdf", "cuon-tem", "cuon-tem/dat", "so-tem"):
        assert grower.get(f"{HOME}{page}").status == 403
