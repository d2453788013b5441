"""Another major version of WeasyPrint may write pages in another way: labels are printed all the same."""

import re

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from labels import BUILT_IN, Design, DesignError, form
from labels.design import CODE_CHARACTERS, render_design
from labels.raster import page_image
from tests.labels.printed import read_codes
from tests.labels.test_own_designs import PLACES, SLOTS
from tests.labels.written import FULL, printed, rendered, stamps_of, words_of

NEVER = re.compile(rb"(?!)()()")


@pytest.fixture
def unknown_writer(monkeypatch):
    """A WeasyPrint whose text operators are not those that ``labels.form`` looks for."""
    render_design.cache_clear()
    monkeypatch.setattr(form, "_MATRIX", NEVER)
    yield
    render_design.cache_clear()


def both_ways(design, text, monkeypatch) -> tuple[bytes, bytes]:
    usual = printed(design, text)
    render_design.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(form, "_MATRIX", NEVER)
        plain = printed(design, text)
        assert rendered(design, text).painted.is_plain
    render_design.cache_clear()
    return usual, plain


def strays(picture: Image.Image, other: Image.Image) -> int:
    """Black dots of a picture that have no black dot of the other within one dot."""
    near = other.convert("L").filter(ImageFilter.MinFilter(3))
    return ImageChops.subtract(near, picture.convert("L")).histogram()[255]


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_page_that_cannot_be_read_is_printed_the_same(name, monkeypatch):
    usual, plain = (page_image(pdf, 203.2) for pdf in both_ways(name, FULL, monkeypatch))
    assert usual.size == plain.size
    dark = usual.convert("L").histogram()[0]
    assert strays(plain, usual) + strays(usual, plain) < 0.02 * dark
    assert read_codes(plain) == [stamps_of(name)[0].url]


def test_codes_are_text_and_names_a_picture(unknown_writer):
    words = words_of(printed("scratch_50x40", FULL))
    stamp = stamps_of("scratch_50x40")[0]
    assert sorted(words) == sorted([stamp.printed_code, stamp.printed_secret])


def test_slots_are_measured_as_they_were_read(monkeypatch):
    usual = rendered("pallet_148x105", FULL)
    render_design.cache_clear()
    monkeypatch.setattr(form, "_MATRIX", NEVER)
    plain = rendered("pallet_148x105", FULL)
    render_design.cache_clear()
    assert plain.slots == usual.slots
    assert set(plain.painted.typesets) == set(usual.painted.typesets)
    for slot, typeset in usual.painted.typesets.items():
        other = plain.painted.typesets[slot]
        assert other.size_pt == pytest.approx(typeset.size_pt, abs=0.01)
        assert other.baseline_mm == pytest.approx(typeset.baseline_mm, abs=0.02)
        assert other.glyphs == typeset.glyphs
        assert other.advances == pytest.approx(typeset.advances, abs=1)


@pytest.mark.parametrize("broken", ["_FONT", "_GLYPHS", "_WIDTH_RUN", "_REFERENCE"])
def test_whichever_habit_changes_labels_are_printed(broken, monkeypatch):
    monkeypatch.setattr(form, broken, NEVER)
    render_design.cache_clear()
    assert read_codes(page_image(printed("stamp_50x30", FULL), 203.2))
    render_design.cache_clear()


def test_a_glyph_map_that_says_something_else_is_never_trusted(monkeypatch):
    monkeypatch.setattr(form, "_ONE_CHARACTER", NEVER)
    render_design.cache_clear()
    with pytest.raises(DesignError, match="thành ký tự khác"):
        rendered("stamp_50x30", FULL)
    render_design.cache_clear()


def test_a_printer_of_another_resolution_reads_it_too(unknown_writer):
    pdf = printed("stamp_50x30", FULL)
    for dpi in (300, 600):
        assert read_codes(page_image(pdf, dpi)) == [stamps_of("stamp_50x30")[0].url]


def test_the_same_text_gives_the_same_bytes(unknown_writer):
    first = printed("food_70x50", FULL)
    render_design.cache_clear()
    assert printed("food_70x50", FULL) == first


def test_every_character_of_a_code_is_there(unknown_writer):
    assert set(rendered("stamp_50x30", FULL).painted.typesets["code"].glyphs) == {*CODE_CHARACTERS, " "}


def test_a_whole_page_is_drawn_coarser(unknown_writer):
    document = pypdfium2.PdfDocument(printed(Design("test", "Thử", 210, 297, SLOTS_IN_PLACE, PLACES), FULL))
    assert len(document) == 1
    document.close()


@pytest.mark.parametrize(
    ("html", "css", "reason"),
    [
        ("<p>a</p>" * 20, "p { font-size: 8pt }", "tràn ra ngoài"),
        ("", ".slot-code { font-family: 'DejaVu Sans' }", "phông Be Vietnam Pro"),
    ],
)
def test_a_design_is_no_better_for_it(unknown_writer, html, css, reason):
    with pytest.raises(DesignError, match=reason):
        rendered(Design("test", "Thử", 50, 30, SLOTS_IN_PLACE + html, PLACES + css), FULL)


SLOTS_IN_PLACE = SLOTS.replace('href="slot:qr"', 'class="slot-qr" href="slot:qr"').replace(
    'href="slot:code"', 'class="slot-code" href="slot:code"'
)
