"""Printers in the console: their paper, the page with rulers, setting them right."""

import io

import pypdfium2
import pytest

from labels.papers import roll
from ledger.coop.actors import Role
from ledger.coop.paper.printers import list_printers
from tests.support.desk import HOME, open_desk
from web.paper.print_layouts import paper_of

PRINTERS = f"{HOME}may-in"
GRID = {
    "page_width_mm": "210",
    "page_height_mm": "297",
    "cell_width_mm": "60",
    "cell_height_mm": "40",
    "columns": "3",
    "rows": "6",
    "left_mm": "10",
    "top_mm": "12,5",
    "pitch_x_mm": "63",
    "pitch_y_mm": "45",
}


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


def printers_of(desk):
    return desk.world.read(list_printers, desk.world.actors[Role.PACKER])


def saved(desk, packer, **answers):
    """The page of a new printer with a roll."""
    return packer.fill(f"{PRINTERS}/them", **{"name": "Máy in kho", "paper": "roll_50x30"} | answers)


def test_the_first_printer_is_the_one_that_is_chosen_beforehand(desk, packer):
    page = saved(desk, packer, dpi="300", file="zpl")
    assert "Đã lưu máy in" in page.text
    (printer,) = printers_of(desk)
    assert (printer.name, printer.spec.paper, printer.spec.dpi, printer.spec.file) == (
        "Máy in kho", "roll_50x30", 300, "zpl",
    )  # fmt: skip
    assert printer.is_default
    assert "thường dùng" in packer.get(PRINTERS).text


def test_paper_without_a_name_is_described_by_its_measures(desk, packer):
    page = saved(desk, packer, paper="grid", **GRID)
    assert "Giấy tự ghi số đo" in page.text
    (printer,) = printers_of(desk)
    assert [str(number) for number in printer.spec.grid] == [
        "210", "297", "60", "40", "3", "6", "10", "12.5", "63", "45",
    ]  # fmt: skip
    again = packer.get(f"{PRINTERS}/{printer.id}/sua")
    assert (again.form["top_mm"], again.form["columns"]) == ("12,5", "3")


@pytest.mark.parametrize(
    ("changed", "asked"),
    [({"pitch_x_mm": "50"}, "pitch_x_mm"), ({"rows": "7"}, "rows"), ({"left_mm": ""}, "left_mm")],
)
def test_measures_that_are_no_paper_are_refused_beside_the_number(desk, packer, changed, asked):
    page = saved(desk, packer, paper="grid", **(GRID | changed))
    assert page.status == 422
    assert page.problems[asked]
    assert printers_of(desk) == ()


def test_zpl_goes_on_rolls_only_and_a_sheet_is_refused_beside_the_paper(desk, packer):
    page = saved(desk, packer, paper="avery_l7160", file="zpl")
    assert page.status == 422
    assert "ZPL chỉ in trên cuộn tem" in page.problems["paper"]
    assert printers_of(desk) == ()


def test_a_page_that_is_one_stamp_is_a_roll_of_ones_own_size_also_for_zpl(desk, packer):
    size = {"page_width_mm": "55", "page_height_mm": "35", "cell_width_mm": "55", "cell_height_mm": "35"}
    one = {"columns": "1", "rows": "1", "left_mm": "0", "top_mm": "0", "pitch_x_mm": "55", "pitch_y_mm": "35"}
    saved(desk, packer, paper="grid", file="zpl", **size, **one)
    (printer,) = printers_of(desk)
    assert paper_of(printer.spec) == roll(55, 35)


def test_a_printer_is_set_right_by_what_was_measured_on_its_ruler_page(desk, packer):
    saved(desk, packer, paper="a4_cut_50x30")
    (printer,) = printers_of(desk)
    ruler = packer.client.get(f"{PRINTERS}/{printer.id}/trang-thuoc.pdf")
    assert ruler.mimetype == "application/pdf"
    with pypdfium2.PdfDocument(io.BytesIO(ruler.get_data())) as document:
        assert len(document) == 1
    # Printed 2 mm too far to the right, and one per cent too long.
    page = packer.get(f"{PRINTERS}/{printer.id}/canh")
    assert "In đúng thì được 20 mm" in page.text
    done = packer.send(page, left_mm="22", top_mm="20", width_mm="170", height_mm="259,5")
    assert "Đã canh" in done.text
    assert "sang trái" in done.text
    (mended,) = printers_of(desk)
    assert mended.spec.offset_x_mm == -2
    assert 0.98 < mended.spec.scale_y < 1
    packer.send(packer.get(f"{PRINTERS}/{printer.id}"), at=0)
    (unset,) = printers_of(desk)
    assert (unset.spec.offset_x_mm, unset.spec.scale_y) == (0, 1)


def test_a_page_that_was_printed_to_fit_cannot_be_mended(desk, packer):
    saved(desk, packer, paper="a4_cut_50x30")
    (printer,) = printers_of(desk)
    page = packer.fill(
        f"{PRINTERS}/{printer.id}/canh", left_mm="24", top_mm="24", width_mm="155", height_mm="240"
    )
    assert page.status == 422
    assert "Chưa canh được" in page.text
    assert printers_of(desk)[0].spec.scale_x == 1


def test_changing_the_paper_keeps_what_was_measured(desk, packer):
    saved(desk, packer, paper="a4_cut_50x30")
    (printer,) = printers_of(desk)
    packer.fill(f"{PRINTERS}/{printer.id}/canh", left_mm="22", top_mm="20", width_mm="170", height_mm="257")
    packer.fill(f"{PRINTERS}/{printer.id}/sua", name="Máy in văn phòng", paper="avery_l7160")
    (changed,) = printers_of(desk)
    assert (changed.name, changed.spec.paper, changed.spec.offset_x_mm) == (
        "Máy in văn phòng", "avery_l7160", -2,
    )  # fmt: skip


def test_a_printer_that_is_gone_is_taken_off_the_list(desk, packer):
    saved(desk, packer)
    (printer,) = printers_of(desk)
    page = packer.fill(f"{PRINTERS}/{printer.id}/xoa")
    assert "Đã bỏ máy in Máy in kho" in page.text
    assert printers_of(desk) == ()


def test_a_name_that_is_taken_is_refused(desk, packer):
    saved(desk, packer)
    assert "Đã có máy in" in saved(desk, packer).text


def test_a_neighbour_sees_none_of_our_printers(desk, packer):
    saved(desk, packer)
    (printer,) = printers_of(desk)
    neighbour = desk.browser("neighbour.manager")
    assert "Máy in kho" not in neighbour.get(PRINTERS).text
    for path in ("", "/sua", "/canh", "/xoa", "/trang-thuoc.pdf"):
        assert neighbour.get(f"{PRINTERS}/{printer.id}{path}").status == 404


def test_who_does_not_pack_sets_up_no_printer(desk, packer):
    saved(desk, packer)
    (printer,) = printers_of(desk)
    grower = desk.browser("grower")
    for path in ("", "/them", f"/{printer.id}", f"/{printer.id}/sua", f"/{printer.id}/canh"):
        assert grower.get(f"{PRINTERS}{path}").status == 403
    assert grower.get(f"{HOME}in-an").status == 403
    assert PRINTERS in packer.get(f"{HOME}in-an").links
