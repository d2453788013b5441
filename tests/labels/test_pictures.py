"""One symbol as a picture for a page."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from labels import PayloadCharacterError, PayloadTooLongError, stamp_png, stamp_svg
from labels.qr import make_symbol
from tests.labels.printed import read_codes

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
