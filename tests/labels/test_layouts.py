"""Layouts: printers, copies, used cells and levels; and profiles, which mend a printer but lose no label."""

import math
from dataclasses import replace

import pypdfium2
import pytest

from labels import (
    PRINTER_DPI,
    STOCKS,
    CopiesError,
    DesignTooLargeError,
    Layout,
    LayoutError,
    PrinterProfile,
    ProfileError,
    TooManyStampsError,
    UsedCellsError,
    own_grid,
    print_stamps,
    save_pdf,
)
from labels.design import render_design
from labels.layouts import MOST_COPIES, STAMPS_A_JOB
from labels.places import LEAST_MODULE_MM, symbol_place
from labels.qr import make_symbol
from tests.labels.printed import (
    BUILT_IN,
    RENDERERS,
    TEXT,
    cells_of,
    layout_of,
    make_stamps,
    poppler_pages,
    read_codes,
)

L7160 = STOCKS["avery_l7160"].paper


def words_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [word for page in document for word in page.get_textpage().get_text_bounded().split()]
    finally:
        document.close()


@pytest.mark.parametrize("wrong", [{"dpi": 72}, {"level": "L"}, {"level": "H"}], ids=str)
def test_a_printer_or_level_that_does_not_exist_is_refused(wrong):
    with pytest.raises(LayoutError) as caught:
        layout_of(**wrong)
    assert caught.value.name in wrong.values()
    assert all(str(known) in str(caught.value) for known in caught.value.known)


@pytest.mark.parametrize(
    ("used", "is_left"), [(35, True), (36, False), (-1, False), (1.5, False), (True, False)]
)
def test_a_sheet_has_at_least_one_cell_left(used, is_left):
    if is_left:
        assert layout_of(used_cells=used).labels_a_page == 36
        return
    with pytest.raises(UsedCellsError) as caught:
        layout_of(used_cells=used)
    assert caught.value.used is used


def test_a_roll_has_no_used_cells():
    with pytest.raises(UsedCellsError):
        layout_of("roll", used_cells=1)


@pytest.mark.parametrize("copies", [0, -1, 101, 10_000_000, 1.5, True])
def test_copies_outside_their_limits_are_refused(copies):
    with pytest.raises(CopiesError) as caught:
        layout_of(copies=copies)
    assert caught.value.limit == MOST_COPIES == 100


def test_copies_stand_in_a_row_and_count_as_labels(tmp_path):
    stamps = make_stamps(15)
    path = tmp_path / "stamps.pdf"
    layout = layout_of(copies=3, used_cells=1)
    save_pdf(print_stamps(layout, TEXT, stamps), path)
    first, second = poppler_pages(path, 203.2)
    cells = [read_codes(cell) for page in (first, second) for cell in cells_of(page, layout)]
    assert cells[0] == []
    assert cells[1:46] == [[stamp.url] for stamp in stamps for _ in range(3)]


def test_copies_beyond_a_files_labels_are_refused_before_the_first_byte():
    few = make_stamps(1) * (STAMPS_A_JOB // 100 + 1)
    with pytest.raises(TooManyStampsError):
        print_stamps(layout_of(copies=100), TEXT, few)
    chunks = print_stamps(layout_of(copies=100), TEXT, iter(few))
    with pytest.raises(TooManyStampsError):
        list(chunks)


def test_a_design_larger_than_its_cell_is_refused_with_both_sizes():
    with pytest.raises(DesignTooLargeError) as caught:
        Layout(L7160, BUILT_IN["crate_100x70"])
    assert (caught.value.width_mm, caught.value.cell_width_mm) == (100, 63.5)
    assert "100 × 70 mm" in str(caught.value)
    assert "63,5 × 38,1 mm" in str(caught.value)


@pytest.mark.parametrize("dpi", [203.2, 300, 600])
@pytest.mark.parametrize("stock", ["avery_l7160", "avery_l7161", "avery_3474"])
def test_stamps_print_on_label_sheets_without_marks(stock, dpi, tmp_path):
    layout = Layout(STOCKS[stock].paper, BUILT_IN["stamp_50x30"], dpi)
    stamps = make_stamps(3)
    path = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout, TEXT, stamps), path)
    (page,) = poppler_pages(path, PRINTER_DPI[dpi])
    cells = list(cells_of(page, layout))
    assert [read_codes(cell) for cell in cells[:3]] == [[stamp.url] for stamp in stamps]
    grid = layout.grid
    for left, top in grid.origins:
        page.paste(1, (left, top, left + grid.label_width, top + grid.label_height))
    foot = grid.origins[-1][1] + grid.label_height
    assert page.crop((0, 0, grid.page_width, foot)).convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("stock", "has_line"), [("avery_l7160", True), ("avery_l7164", False), ("roll_50x30", False)]
)
def test_the_sheet_line_stands_where_the_paper_has_room(stock, has_line):
    layout = Layout(STOCKS[stock].paper, BUILT_IN["stamp_50x30"])
    assert ("Tờ" in words_of(b"".join(print_stamps(layout, TEXT, make_stamps(1))))) is has_line


def test_a_sheet_too_narrow_for_its_line_has_a_shorter_one():
    layout = Layout(own_grid(62, 60, 50, 30, 1, 1, 6, 5, 50, 30), BUILT_IN["stamp_50x30"])
    text = replace(TEXT, product_name="Thanh long ruột đỏ Chợ Gạo sấy dẻo không đường")
    found = words_of(b"".join(print_stamps(layout, text, make_stamps(1))))
    assert found[found.index("Tờ") + 1] == "1"
    assert found.count(TEXT.lot) == 1


@pytest.mark.parametrize("dpi", [203.2, 300, 600])
def test_level_q_is_at_least_q_and_its_modules_still_whole_dots(dpi):
    url = make_stamps(1)[0].url
    slot = render_design(BUILT_IN["stamp_50x30"], TEXT).slots["qr"]
    strong, usual = (symbol_place(layout_of("roll", dpi=dpi, level=level), slot, url) for level in ("Q", "M"))
    assert strong.encoder.level in ("Q", "H")
    assert strong.encoder.version >= usual.encoder.version
    assert strong.module_dots / layout_of(dpi=dpi).dots_per_mm >= LEAST_MODULE_MM
    assert make_symbol(url, "Q").level in ("Q", "H")


@pytest.mark.parametrize("kind", ["sheet", "roll"])
def test_stamps_of_level_q_are_read_with_more_damage(kind, tmp_path):
    stamps = make_stamps(4)
    path = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout_of(kind, level="Q"), TEXT, stamps), path)
    found = [text for page in poppler_pages(path, 203.2) for text in read_codes(page)]
    assert sorted(found) == sorted(stamp.url for stamp in stamps)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"offset_x_mm": 10.01}, "offset_x_mm"),
        ({"offset_y_mm": -11}, "offset_y_mm"),
        ({"scale_x": 0.96}, "scale_x"),
        ({"scale_y": 1.04}, "scale_y"),
        ({"scale_x": math.nan}, "scale_x"),
        ({"offset_y_mm": math.inf}, "offset_y_mm"),
    ],
)
def test_a_profile_beyond_its_limits_is_refused(wrong, field):
    with pytest.raises(ProfileError) as caught:
        PrinterProfile(**wrong)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("sheet", {"offset_x_mm": 5.2}, "offset_x_mm"),
        ("sheet", {"offset_x_mm": -5.2}, "offset_x_mm"),
        ("sheet", {"scale_x": 1.03}, "offset_x_mm"),
        ("roll", {"offset_y_mm": 4}, "offset_y_mm"),
        ("roll", {"offset_x_mm": -10}, "offset_x_mm"),
    ],
)
def test_a_profile_that_pushes_labels_off_the_page_is_refused(kind, wrong, field):
    with pytest.raises(ProfileError, match="ngoài trang giấy") as caught:
        layout_of(kind, profile=PrinterProfile(**wrong))
    assert caught.value.field == field


@pytest.mark.parametrize("wrong", [{"offset_x_mm": 1.5}, {"offset_y_mm": -1.5}, {"scale_x": 1.03}], ids=str)
def test_a_profile_that_pushes_ink_off_a_roll_is_refused_before_the_first_byte(wrong):
    layout = layout_of("roll", profile=PrinterProfile(**wrong))
    with pytest.raises(ProfileError, match="ngoài trang giấy"):
        print_stamps(layout, TEXT, make_stamps(1))


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(
    ("kind", "profile"),
    [
        ("sheet", PrinterProfile(2.0, -3.5)),
        ("sheet", PrinterProfile(0.4, 1.1, 0.991, 1.006)),
        ("roll", PrinterProfile(0.6, -0.3)),
        ("roll", PrinterProfile(-0.2, 0.2, 1.003, 0.992)),
    ],
)
def test_a_mended_printer_still_prints_whole_dots(kind, profile, renderer, tmp_path):
    """Stretched labels keep modules of whole dots: their symbols are the same pixels, elsewhere."""
    layout = layout_of(kind, profile=profile)
    stamps = make_stamps(6)
    path = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout, TEXT, stamps), path)
    pages = list(RENDERERS[renderer](path, 203.2))
    grid = layout.grid
    assert {page.size for page in pages} == {(grid.page_width, grid.page_height)}
    place = symbol_place(layout, render_design(layout.design, TEXT).slots["qr"], stamps[0].url)
    labels = [cell for page in pages for cell in cells_of(page, layout)]
    for stamp, label in zip(stamps, labels, strict=False):
        assert read_codes(label) == [stamp.url]
        box = (place.left, place.top, place.left + place.side, place.top + place.side)
        found = label.crop(box)
        size = place.encoder.tables.size
        modules = found.resize((size, size), 0).resize((place.side, place.side), 0)
        assert found.tobytes() == modules.tobytes()


def test_a_profile_moves_every_label_by_as_much(tmp_path):
    moved = layout_of(profile=PrinterProfile(1.0, -2.0))
    for (left, top), (moved_left, moved_top) in zip(
        layout_of().grid.origins, moved.grid.origins, strict=True
    ):
        assert (moved_left - left, moved_top - top) == (8, -16)
