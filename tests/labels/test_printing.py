"""What comes out of a 1-bit printer, seen through four renderers."""

import pytest
from PIL import Image

from labels import PRINTER_DPI, Layout, Stamp, print_stamps, save_pdf
from labels.design import printable_characters, render_design
from labels.places import LEAST_MODULE_MM
from labels.qr import Symbol, stamp_encoder
from labels.sheets import module_dots
from labels.texts import check_text
from tests.labels.printed import (
    LAYOUTS,
    RENDERERS,
    TEXT,
    cells_of,
    layout_name,
    layout_of,
    make_stamps,
    poppler_pages,
    read_codes,
)

COUNT = 44


def symbol_picture(symbol: Symbol, dots: int) -> Image.Image:
    """The symbol and its quiet zone as they must be printed."""
    side = symbol.size + 8
    picture = Image.new("1", (side, side), 1)
    for row in range(symbol.size):
        for column in range(symbol.size):
            if symbol.is_dark(row, column):
                picture.putpixel((column + 4, row + 4), 0)
    return picture.resize((side * dots, side * dots), Image.Resampling.NEAREST)


def symbol_corner(layout: Layout, size: int) -> tuple[int, int, int]:
    """Dots a module, and where the quiet zone begins on the label."""
    slot = render_design(layout.design, check_text(TEXT, printable_characters())).slots["qr"]
    dots = module_dots(slot.width, size, layout.dots_per_mm)
    half = size * dots / 2
    left = round((slot.left + slot.width / 2) * layout.dots_per_mm - half) - 4 * dots
    top = round((slot.top + slot.height / 2) * layout.dots_per_mm - half) - 4 * dots
    return dots, left, top


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("layout", LAYOUTS, ids=layout_name)
def test_every_symbol_is_printed_dot_by_dot_and_read_back(layout, renderer, tmp_path):
    stamps = make_stamps(COUNT if layout.design.name == "stamp_50x30" and layout.dpi < 600 else 10)
    urls = [stamp.url for stamp in stamps]
    pdf = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout, TEXT, stamps), pdf)
    pages = list(RENDERERS[renderer](pdf, PRINTER_DPI[layout.dpi]))
    grid = layout.grid
    assert {page.size for page in pages} == {(grid.page_width, grid.page_height)}
    encoder = stamp_encoder(urls[0])
    dots, left, top = symbol_corner(layout, encoder.tables.size)
    labels = [label for page in pages for label in cells_of(page, layout)]
    for stamp, label in zip(stamps, labels, strict=False):
        symbol = Symbol(encoder.version, encoder.level, encoder.mask, encoder.draw(stamp.url))
        wanted = symbol_picture(symbol, dots)
        found = label.crop((left, top, left + wanted.width, top + wanted.height))
        assert found.tobytes() == wanted.tobytes()
        assert read_codes(label) == [stamp.url]
    assert all(read_codes(label) == [] for label in labels[len(stamps) :])
    assert dots / layout.dots_per_mm >= LEAST_MODULE_MM


@pytest.mark.parametrize("kind", ["sheet", "roll"])
def test_a_whole_sheet_and_a_roll_read_in_one_look(kind, tmp_path):
    stamps = make_stamps(COUNT)
    pdf = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout_of(kind), TEXT, stamps), pdf)
    found = [text for page in poppler_pages(pdf, 203.2) for text in read_codes(page)]
    assert sorted(found) == sorted(stamp.url for stamp in stamps)


@pytest.mark.parametrize(
    "host",
    ["HTTP://127.0.0.1:8000/S/", "HTTPS://TRUYXUAT.LIENMINHHTX.TIENGIANG.GOV.VN/S/", "https://sogoc.vn/S/"],
)
def test_other_hosts_read_too(host, tmp_path):
    stamps = make_stamps(3, host)
    pdf = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout_of("roll"), TEXT, stamps), pdf)
    assert [read_codes(page) for page in poppler_pages(pdf, 203.2)] == [[stamp.url] for stamp in stamps]


def test_payloads_of_different_shapes_share_a_job(tmp_path):
    urls = [
        "HTTPS://SOGOC.VN/S/7K3M9QX2W4TD1",
        "HTTPS://TEM.HTXHOALOC.VN/S/7K3M9QX2W4TD1",
        "https://sogoc.vn/S/7K3M9QX2W4TD1",
        "HTTPS://SOGOC.VN/S/7K3M9QX2W4TD2",
    ]
    pdf = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout_of("roll"), TEXT, [Stamp(url, "7K3M9QX2W4TD1") for url in urls]), pdf)
    assert [read_codes(page) for page in poppler_pages(pdf, 203.2)] == [[url] for url in urls]


def test_used_cells_of_the_first_sheet_stay_empty(tmp_path):
    stamps = make_stamps(40)
    pdf = tmp_path / "stamps.pdf"
    layout = layout_of(used_cells=30)
    save_pdf(print_stamps(layout, TEXT, stamps), pdf)
    first, second = poppler_pages(pdf, 203.2)
    cells = list(cells_of(first, layout))
    assert all(cell.convert("L").getextrema() == (255, 255) for cell in cells[:30])
    assert [read_codes(cell) for cell in cells[30:]] == [[stamp.url] for stamp in stamps[:6]]
    assert len(read_codes(second)) == 34


def test_cutting_marks_and_sheet_line_stay_off_the_labels(tmp_path):
    pdf = tmp_path / "stamps.pdf"
    layout = layout_of(used_cells=35)
    save_pdf(print_stamps(layout, TEXT, make_stamps(1)), pdf)
    (page,) = poppler_pages(pdf, 203.2)
    grid = layout.grid
    inside = page.crop((grid.columns[0], grid.rows[0], grid.columns[-1], grid.rows[-2]))
    assert inside.convert("L").getextrema() == (255, 255)
    page.paste(1, (grid.columns[0], grid.rows[0], grid.columns[-1], grid.rows[-1]))
    assert page.convert("L").getextrema() == (0, 255)
