"""Pages as printers see them: dots that are black or white, no matter who asks or how often."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageChops

from labels import print_stamps, raster
from labels.raster import (
    DOTS_LIMIT,
    image_rows,
    ink_box,
    page_grey,
    page_image,
    page_png,
    page_rows,
    page_size_pt,
)
from tests.labels.printed import TEXT, layout_of, make_stamps, poppler_pages, read_codes


@pytest.fixture(scope="module")
def two_pages() -> bytes:
    return b"".join(print_stamps(layout_of("roll"), TEXT, make_stamps(2)))


def test_a_page_has_a_pixel_for_each_dot_and_no_grey(two_pages):
    picture = page_image(two_pages, 203.2)
    assert (picture.mode, picture.size) == ("1", (400, 240))
    assert read_codes(picture) == [make_stamps(2)[0].url]
    assert read_codes(page_image(two_pages, 203.2, 1)) == [make_stamps(2)[1].url]


def test_a_screen_gets_shades_and_the_same_shapes(two_pages):
    grey = page_grey(two_pages, 203.2)
    assert grey.mode == "L"
    assert len(set(grey.tobytes())) > 2
    dots = grey.point(lambda level: 255 * (level > 127), mode="1")
    assert dots.tobytes() == page_image(two_pages, 203.2).tobytes()


def test_another_renderer_puts_nearly_every_dot_in_the_same_place(two_pages, tmp_path):
    pdf = tmp_path / "stamps.pdf"
    pdf.write_bytes(two_pages)
    ours, theirs = page_image(two_pages, 203.2), next(poppler_pages(pdf, 203.2))
    assert theirs.size == ours.size
    differing = ImageChops.difference(ours.convert("L"), theirs.convert("L")).histogram()[255]
    assert differing < 0.04 * ours.width * ours.height


def test_a_png_is_one_bit_knows_its_resolution_and_is_always_the_same(two_pages):
    png = page_png(two_pages, 203.2)
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.mode == "1"
        assert picture.info["dpi"] == pytest.approx((203.2, 203.2), abs=0.02)
        assert picture.tobytes() == page_image(two_pages, 203.2).tobytes()
    assert page_png(two_pages, 203.2) == png


def test_rows_are_black_ones_in_whole_bytes():
    picture = Image.new("1", (10, 2), 1)
    picture.putpixel((0, 0), 0)
    picture.putpixel((9, 1), 0)
    assert image_rows(picture) == [b"\x80\x00", b"\x00\x40"]


def test_rows_of_a_page_are_its_picture(two_pages):
    rows = page_rows(two_pages, 300, 1)
    picture = page_image(two_pages, 300, 1)
    assert len(rows) == picture.height
    assert {len(row) for row in rows} == {(picture.width + 7) // 8}
    assert list(rows) == image_rows(picture)


def test_ink_has_a_box_and_an_empty_page_has_none():
    picture = Image.new("1", (30, 20), 1)
    assert ink_box(picture) is None
    picture.putpixel((3, 4), 0)
    picture.putpixel((9, 6), 0)
    assert ink_box(picture) == (3, 4, 10, 7)


def test_a_page_tells_its_size(two_pages):
    assert page_size_pt(two_pages) == pytest.approx((50 * 72 / 25.4, 30 * 72 / 25.4), abs=0.01)


@pytest.mark.parametrize("page", [-1, 2])
def test_a_page_that_does_not_exist_is_refused(two_pages, page):
    for look in (page_image, page_grey, page_png, page_rows):
        with pytest.raises(IndexError, match=r"of 2"):
            look(two_pages, 203.2, page)
    with pytest.raises(IndexError):
        page_size_pt(two_pages, page)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.5\n", b"not a page at all"])
def test_what_is_no_pdf_is_refused(data):
    with pytest.raises(ValueError, match="not a PDF"):
        page_image(data, 203.2)


@pytest.mark.parametrize("dpi", [0, -203.2, float("nan"), float("inf")])
def test_a_resolution_that_is_none_is_refused(two_pages, dpi):
    with pytest.raises(ValueError, match="positive"):
        page_image(two_pages, dpi)


def test_a_picture_too_large_for_memory_is_refused(two_pages):
    with pytest.raises(ValueError, match=str(DOTS_LIMIT)):
        page_image(two_pages, 100_000)


def test_after_a_refusal_the_next_page_is_drawn(two_pages):
    with pytest.raises(IndexError):
        page_image(two_pages, 203.2, 9)
    assert not raster._rendering.locked()
    assert page_image(two_pages, 203.2).size == (400, 240)


def test_many_threads_get_the_same_page(two_pages):
    with ThreadPoolExecutor(8) as pool:
        pages = set(pool.map(lambda _: page_png(two_pages, 203.2), range(40)))
    assert pages == {page_png(two_pages, 203.2)}
