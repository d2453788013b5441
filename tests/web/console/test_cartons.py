"""Labels of cartons and pallets in the console, and what their codes answer to the public."""

import io
from decimal import Decimal

import pytest
import zxingcpp

from ledger.coop.actors import Role
from ledger.coop.paper.carton_codes import parse_code
from ledger.coop.paper.carton_queries import read_carton_jobs
from ledger.coop.paper.label_designs import SaveDesign, save_design
from tests.labels.printed import pdfium_pages, read_codes
from tests.labels.written import words_of
from tests.support.desk import HOME, open_desk

CARTONS = f"{HOME}tem-thung"
PREFIX = "8931234"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


@pytest.fixture
def lot(desk):
    return desk.world.sealed(packs=100)


def path_of(lot):
    return lot.partition("8000/")[2]


def ordered(packer, lot, kind="carton", **answers):
    answers = {"packs_each": "24", "count": "4"} | answers
    return packer.fill(f"{CARTONS}/{path_of(lot)}/in/{kind}", **answers)


def jobs_of(desk, lot):
    return desk.world.read(read_carton_jobs, desk.world.actors[Role.PACKER], lot)


def printed(packer, page, tmp_path):
    """The addresses in the symbols of a job's first sheet."""
    form = page.form
    response = packer.client.post(form.action, data=dict(form.answers), follow_redirects=True)
    assert response.mimetype == "application/pdf"
    file = tmp_path / "tem.pdf"
    file.write_bytes(response.get_data())
    return sorted(read_codes(next(pdfium_pages(file, 203.2))))


def test_each_carton_gets_a_code_that_leads_to_what_is_in_it(desk, packer, lot, tmp_path):
    page = ordered(packer, lot)
    assert "4 tem thùng lô" in page.text
    assert "24 gói" in page.text
    codes = printed(packer, page, tmp_path)
    assert len(set(codes)) == 4
    assert all(code.startswith("HTTP://127.0.0.1:8000/C/T") for code in codes)
    answer = desk.browser().get(codes[0].removeprefix("HTTP://127.0.0.1:8000"))
    # As printed, in capitals.
    assert answer.path == codes[0].removeprefix("HTTP://127.0.0.1:8000")
    assert answer.status == 200
    assert "Lô hàng thật" in answer.text
    assert "24 gói" in answer.text
    assert f"/{path_of(lot)}" in answer.links


def test_with_a_company_prefix_cartons_bear_sscc(desk, packer, lot, tmp_path):
    manager = desk.browser("manager")
    filed = manager.fill(f"{CARTONS}/ma-gs1", prefix=PREFIX)
    assert PREFIX in filed.text
    codes = printed(packer, ordered(packer, lot), tmp_path)
    paths = [code.removeprefix("HTTP://127.0.0.1:8000") for code in codes]
    assert all(path.startswith(f"/00/0{PREFIX}") and parse_code(path[4:]) for path in paths)
    stranger = desk.browser()
    led = stranger.client.get(paths[0])
    assert (led.status_code, led.headers["Location"]) == (307, f"http://127.0.0.1:8000/c/{paths[0][4:]}")
    assert "Mã SSCC" in stranger.get(f"/c/{paths[0][4:]}").text


@pytest.mark.parametrize("kind", ["carton", "pallet"])
def test_an_sscc_is_also_bars_for_a_warehouse_scanner_and_parts_for_people(desk, packer, lot, kind, tmp_path):
    desk.browser("manager").fill(f"{CARTONS}/ma-gs1", prefix=PREFIX)
    page = ordered(packer, lot, kind=kind, count="2", packs_each="50")
    (job,) = jobs_of(desk, lot)
    codes = [job.code(number) for number in range(2)]
    parts = [f"(00) 0 {PREFIX} {code[8:17]} {code[17]}" for code in codes]
    assert parts[0] in page.text
    file = tmp_path / "tem.pdf"
    file.write_bytes(packer.client.get(f"{HOME}luot-in-thung/{job.id}.pdf").get_data())
    assert all(each in " ".join(words_of(file)) for each in parts)
    sheet = next(pdfium_pages(file, 203.2)).convert("L")
    bars = zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.Code128)
    assert {each.text for each in bars} == {f"(00){code}" for code in codes}


def test_an_own_code_is_no_bars(desk, packer, lot, tmp_path):
    ordered(packer, lot)
    (job,) = jobs_of(desk, lot)
    file = tmp_path / "tem.pdf"
    file.write_bytes(packer.client.get(f"{HOME}luot-in-thung/{job.id}.pdf").get_data())
    sheet = next(pdfium_pages(file, 203.2)).convert("L")
    assert zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.Code128) == []


def test_a_code_too_wide_for_an_own_design_is_the_designs_to_mend(desk, packer, lot):
    narrow = SaveDesign(
        name="HEP",
        title_vi="Tem hẹp",
        html='<a href="slot:qr"></a><a href="slot:code"></a><p>$product_name</p>',
        css=".slot-qr { left: 1mm; top: 1mm; width: 20mm; height: 20mm }"
        " .slot-code { left: 1mm; top: 22mm; width: 14mm; height: 3mm; font-size: 6pt }"
        " p { position: absolute; left: 25mm; top: 3mm; width: 24mm; font-size: 6pt }",
        width_mm=Decimal(50),
        height_mm=Decimal(30),
    )
    card = desk.world.run(save_design, narrow, Role.PACKER)
    refused = ordered(packer, lot, design=card.spec_name)
    assert refused.status == 422
    assert "Ô “code” của mẫu “Tem hẹp” quá hẹp cho mã “WWWW-" in refused.problems["design"]
    assert "nới rộng ô ấy hoặc giảm cỡ chữ" in refused.problems["design"]
    assert jobs_of(desk, lot) == ()


def test_a_prefix_is_the_managers_to_file_and_checked(desk, packer):
    assert packer.get(f"{CARTONS}/ma-gs1").status == 403
    refused = desk.browser("manager").fill(f"{CARTONS}/ma-gs1", prefix="12")
    assert "GS1" in refused.problems["prefix"]


def test_the_page_of_a_pallet_calls_it_a_pallet(desk, packer, lot):
    ordered(packer, lot, kind="pallet", packs_each="50", count="2")
    (job,) = jobs_of(desk, lot)
    answer = desk.browser().get(f"/c/{job.code(0)}").text
    assert "Số gói trên pa-lét là lời khai" in answer
    assert "Mã pa-lét" in answer
    assert "thùng" not in answer


def test_never_more_cartons_than_packs_fill(desk, packer, lot):
    refused = ordered(packer, lot, count="5")
    assert "còn 100 gói" in refused.problems["count"]
    ordered(packer, lot)
    again = packer.get(f"{CARTONS}/{path_of(lot)}/in/carton")
    assert "còn 4 gói chưa vào thùng nào" in again.text
    assert "còn 100 gói chưa vào pa-lét nào" in packer.get(f"{CARTONS}/{path_of(lot)}/in/pallet").text
    assert len(jobs_of(desk, lot)) == 1


def test_a_label_that_does_not_fit_its_paper_is_refused_before_a_code_is_given(desk, packer, lot):
    refused = ordered(packer, lot, paper="roll_50x30")
    assert refused.status == 422
    assert "lớn hơn ô tem" in refused.problems["design"]
    assert jobs_of(desk, lot) == ()


def test_printing_again_needs_a_reason_and_gives_the_same_bytes(desk, packer, lot):
    page = ordered(packer, lot, kind="pallet", packs_each="50", count="2")
    (job,) = jobs_of(desk, lot)
    file = f"{HOME}luot-in-thung/{job.id}.pdf"
    first = packer.client.get(file).get_data()
    # The page was open twice: the second tap is asked why.
    for key in ("a", "b"):
        sent = packer.client.post(page.form.action, data=dict(page.form.answers) | {"idempotency_key": key})
    assert sent.headers["Location"].endswith("/in-lai")
    assert packer.fill(f"{HOME}luot-in-thung/{job.id}/in-lai", reason="").problems["reason"]
    again = packer.client.post(
        f"{HOME}luot-in-thung/{job.id}/in-lai",
        data=dict(packer.get(f"{HOME}luot-in-thung/{job.id}/in-lai").form.answers) | {"reason": "Tem bị ướt"},
        follow_redirects=True,
    )
    assert again.get_data() == first
    assert "Tem bị ướt" in packer.get(f"{HOME}luot-in-thung/{job.id}").text


def test_a_tap_on_the_same_form_twice_is_one_printing(desk, packer, lot):
    page = ordered(packer, lot)
    (job,) = jobs_of(desk, lot)
    for _ in range(2):
        sent = packer.client.post(page.form.action, data=dict(page.form.answers))
        assert sent.headers["Location"].endswith(".pdf")
    assert "Đã in lại" not in packer.get(f"{HOME}luot-in-thung/{job.id}").text


def test_labels_that_were_taken_back_say_so_to_whoever_scans_them(desk, packer, lot):
    ordered(packer, lot)
    (job,) = jobs_of(desk, lot)
    page = packer.fill(f"{HOME}luot-in-thung/{job.id}/huy", reason="Xếp lại thùng")
    assert "đã hủy" in page.text
    answer = desk.browser().get(f"/c/{job.code(0)}")
    assert (answer.status, "Tem thùng đã hủy" in answer.text) == (200, True)
    assert f"/{path_of(lot)}" not in answer.links
    assert "còn 100 gói" in packer.get(f"{CARTONS}/{path_of(lot)}/in/carton").text


def test_a_code_that_nobody_issued_is_a_page_not_an_error(desk, packer, lot):
    ordered(packer, lot)
    (job,) = jobs_of(desk, lot)
    code = job.code(3)
    stranger = desk.browser()
    last = "0" if code[-1] != "0" else "1"
    for path in (f"/c/{code[:-1]}{last}", "/00/106141412345678908", "/c/xin-chao"):
        page = stranger.get(path)
        assert page.status == 404
        assert "Không tìm thấy mã thùng này" in page.text


def test_a_code_typed_with_dashes_finds_its_page(desk, packer, lot):
    ordered(packer, lot)
    (job,) = jobs_of(desk, lot)
    code = job.code(0)
    stranger = desk.browser()
    typed = f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()
    assert stranger.get(f"/c/{typed}").path == f"/c/{code}"
    # Under GS1's key nothing but an SSCC is an address at all.
    assert stranger.get(f"/00/{code}").status == 400


def test_a_recalled_lot_is_recalled_on_its_cartons_too(desk, packer, lot):
    ordered(packer, lot)
    (job,) = jobs_of(desk, lot)
    desk.browser("manager").fill(
        f"{HOME}thu-hoi/{path_of(lot)}", reason="Dư lượng", instruction="Trả lại", contact="0900 000 000"
    )
    assert "Hàng đang bị thu hồi" in desk.browser().get(f"/c/{job.code(0)}").text
    assert ordered(packer, lot, count="1", packs_each="4").status == 409


def test_cartons_go_to_a_label_printer_as_zpl(desk, packer, lot):
    ordered(packer, lot, paper="roll_100x70", file="zpl")
    (job,) = jobs_of(desk, lot)
    response = packer.client.get(f"{HOME}luot-in-thung/{job.id}.zpl")
    assert response.mimetype == "application/zpl"
    assert response.get_data().count(b"^XA") >= 4
    moved = packer.client.get(f"{HOME}luot-in-thung/{job.id}.pdf")
    assert moved.headers["Location"].endswith(".zpl")


def test_a_saved_printer_that_is_too_small_is_not_chosen_for_cartons(desk, packer, lot):
    packer.fill(f"{HOME}may-in/them", name="Cuộn nhỏ", paper="roll_50x30")
    page = packer.get(f"{CARTONS}/{path_of(lot)}/in/carton")
    assert page.form["printer"] == "-"
    packer.fill(f"{HOME}may-in/them", name="Cuộn lớn", paper="roll_100x70")
    assert packer.get(f"{CARTONS}/{path_of(lot)}/in/carton").form["printer"] != "-"
    assert "4 tem thùng" in ordered(packer, lot).text


def test_a_neighbour_sees_none_of_our_cartons(desk, packer, lot):
    ordered(packer, lot)
    (job,) = jobs_of(desk, lot)
    neighbour = desk.browser("neighbour.manager")
    for path in ("", ".pdf", "/in-lai", "/huy"):
        assert neighbour.get(f"{HOME}luot-in-thung/{job.id}{path}").status == 404
    assert neighbour.get(f"{CARTONS}/{path_of(lot)}").status == 404
    assert neighbour.get(f"{CARTONS}/{path_of(lot)}/in/carton").status == 404
    token = dict(neighbour.get(f"{CARTONS}/ma-gs1").form.answers)
    assert neighbour.client.post(f"{HOME}luot-in-thung/{job.id}/in", data=token).status_code == 404


def test_who_does_not_pack_orders_no_cartons(desk, lot):
    grower = desk.browser("grower")
    for path in (CARTONS, f"{CARTONS}/{path_of(lot)}", f"{CARTONS}/{path_of(lot)}/in/carton"):
        assert grower.get(path).status == 403


def test_the_file_has_a_name_that_says_what_it_is(desk, packer, lot):
    ordered(packer, lot)
    (job,) = jobs_of(desk, lot)
    response = packer.client.get(f"{HOME}luot-in-thung/{job.id}.pdf")
    assert f'filename="tem-thung-{job.facts.lot_code}.pdf"' in response.headers["Content-Disposition"]
    assert io.BytesIO(response.get_data()).read(5) == b"%PDF-"
