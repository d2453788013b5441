"""One symbol as a picture for a page."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image, ImageChops

from labels import (
    BUILT_IN,
    FieldMissingError,
    Layout,
    LayoutError,
    PayloadCharacterError,
    PayloadTooLongError,
    Stamp,
    own_grid,
    print_stamps,
    stamp_png,
    stamp_svg,
)
from labels.pictures import design_png
from labels.qr import make_symbol
from labels.raster import page_image
from tests.labels.printed import TEXT, cells_of, layout_of, make_stamps, poppler_pages, read_codes

URLS = ["HTTPS://SOGOC.VN/S/7K3M9QX2W4TD1", "https://id.example.vn/01/08930000000001/10/L0512", "A"]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("module_px", [1, 3, 8, 32])
def test_a_png_has_the_modules_and_the_quiet_zone(url, module_px):
    symbol = make_symbol(url)
    with Image.open(io.BytesIO(stamp_png(url, module_px))) as picture:
        assert picture.mode == "1"
        assert picture.size == ((symbol.size + 8) * module_px,) * 2
        for row in range(-4, symbol.size + 4):
            for column in range(-4, symbol.size + 4):
                inside = 0 <= row < symbol.size and 0 <= column < symbol.size
                dark = inside and symbol.is_dark(row, column)
                corner = ((column + 4) * module_px, (row + 4) * module_px)
                last = (corner[0] + module_px - 1, corner[1] + module_px - 1)
                assert {picture.getpixel(corner), picture.getpixel(last)} == {0 if dark else 255}


@pytest.mark.parametrize("url", URLS)
def test_a_png_is_read_back(url):
    with Image.open(io.BytesIO(stamp_png(url))) as picture:
        assert read_codes(picture) == [url]


@pytest.mark.parametrize("url", URLS)
def test_an_svg_has_the_modules_and_the_quiet_zone(url):
    symbol = make_symbol(url)
    root = ET.fromstring(stamp_svg(url))
    assert root.attrib["viewBox"] == f"0 0 {symbol.size + 8} {symbol.size + 8}"
    path = root.findall("{http://www.w3.org/2000/svg}path")[1].attrib["d"]
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    dark = {(int(y), int(x) + step) for x, y, length, _ in runs for step in range(int(length))}
    assert "".join("M{} {}h{}v1h-{}z".format(*run) for run in runs) == path
    assert dark == {
        (row + 4, column + 4)
        for row in range(symbol.size)
        for column in range(symbol.size)
        if symbol.is_dark(row, column)
    }


@pytest.mark.parametrize("module_px", [0, 33, -1])
def test_a_scale_outside_its_range_is_refused(module_px):
    with pytest.raises(ValueError, match="1 to 32"):
        stamp_png(URLS[0], module_px)


@pytest.mark.parametrize("make", [stamp_png, stamp_svg])
def test_pictures_refuse_what_stamps_refuse(make):
    with pytest.raises(PayloadCharacterError):
        make("HTTPS://HỢP-TÁC-XÃ.VN/S/1")
    with pytest.raises(PayloadTooLongError):
        make("A" * 300)


@pytest.mark.parametrize("level", ["M", "Q"])
@pytest.mark.parametrize(
    ("dpi", "size"), [(203, (400, 240)), (203.2, (400, 240)), (300, (590, 354)), (600, (1181, 708))]
)
def test_a_label_as_a_picture_is_the_printed_label(dpi, size, level, tmp_path):
    (stamp,) = make_stamps(1)
    with Image.open(io.BytesIO(design_png(BUILT_IN["stamp_50x30"], TEXT, stamp, dpi, level))) as picture:
        assert (picture.mode, picture.size) == ("1", size)
        assert read_codes(picture) == [stamp.url]
        pdf = tmp_path / "label.pdf"
        pdf.write_bytes(b"".join(print_stamps(layout_of("roll", dpi=dpi, level=level), TEXT, [stamp])))
        (page,) = poppler_pages(pdf, 203.2 if dpi == 203 else dpi)
        box = tuple(round(side * size[0] / 50) for side in (2, 1, 21, 21))
        assert picture.crop(box).tobytes() == page.crop(box).tobytes()


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_design_is_shown_as_a_picture(name):
    design = BUILT_IN[name]
    secret = "7K3M9QX2" if "slot:secret" in design.html else ""
    stamp = Stamp(URLS[0], "7K3M9QX2W4TD1", secret)
    with Image.open(io.BytesIO(design_png(design, TEXT, stamp, 203))) as picture:
        assert picture.size == (round(design.width_mm * 8), round(design.height_mm * 8))
        assert read_codes(picture) == [URLS[0]]


def test_a_label_looks_the_same_on_a_sheet_whatever_stands_before_it():
    # The line at the foot of the sheet and the first code are set narrower than the second code.
    layout = Layout(own_grid(66, 90, 50, 30, 1, 2, 8, 8, 50, 30), BUILT_IN["stamp_50x30"])
    stamps = [Stamp(URLS[0], "WWWW-MMMM-11"), Stamp(URLS[0], "7K3M")]
    pdf = b"".join(print_stamps(layout, TEXT, stamps))
    for stamp, label in zip(stamps, cells_of(page_image(pdf, 203.2), layout), strict=True):
        with Image.open(io.BytesIO(design_png(layout.design, TEXT, stamp, 203))) as picture:
            assert ImageChops.difference(label.convert("L"), picture.convert("L")).getbbox() is None


def test_what_cannot_be_printed_cannot_be_shown():
    design = BUILT_IN["stamp_50x30"]
    with pytest.raises(LayoutError):
        design_png(design, TEXT, make_stamps(1)[0], 96)
    with pytest.raises(FieldMissingError):
        design_png(design, TEXT, Stamp(URLS[0], ""), 203)
    with pytest.raises(PayloadTooLongError):
        design_png(design, TEXT, Stamp("A" * 300, "7K3M"), 203)
