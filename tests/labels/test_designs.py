"""Designs with real texts: every letter prints, long texts shrink or wrap, and nothing overflows unsaid."""

import itertools
import re
import shutil
import subprocess
import unicodedata
from dataclasses import asdict, fields, replace

import pypdfium2
import pytest
import weasyprint
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import (
    DESIGNS,
    DesignError,
    FieldMissingError,
    FieldOverflowError,
    FieldTooLongError,
    Layout,
    MissingGlyphError,
    StampText,
    design,
    print_stamps,
    save_pdf,
)
from labels.design import CODE_CHARACTERS, FONT_FOLDER, printable_characters, render_design
from labels.errors import FIELD_NAMES
from labels.values import REQUIRED, TEXT_LIMITS, check_text
from tests.labels.printed import TEXT, cells_of, make_stamps, poppler_pages, read_codes

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưy"
CONSONANTS = "bcdđghklmnpqrstvx"
LETTERS = sorted(
    {
        unicodedata.normalize("NFC", letter + tone)
        for vowel, tone in itertools.product(VOWELS, TONES)
        for letter in (vowel, vowel.upper())
    }
    | set(CONSONANTS + CONSONANTS.upper() + "0123456789")
)
LONG = StampText(
    product_name="Thanh long ruột đỏ Chợ Gạo sấy dẻo không đường",
    lot="TLRD-CG-260512-07",
    organisation="Hợp tác xã Dịch vụ Nông nghiệp Tổng hợp Thanh long Chợ Gạo, Quơn Long",
    packed_on="12/05/2026",
    expires_on="26/05/2026",
    weight="1.234,5 kg",
    grade="Loại đặc biệt xuất khẩu",
    sender="Kho số 2, đường Nguyễn Hữu Huân, xã Quơn Long, huyện Chợ Gạo, tỉnh Tiền Giang",
    remark="Hàng dễ dập, xếp nhẹ tay, giữ lạnh 5–8 °C",
)
ON_DESIGN = {
    "stamp_50x30": ("product_name", "lot", "packed_on", "expires_on", "organisation"),
    "crate_100x70": tuple(TEXT_LIMITS),
}


def rendered(name: str, text: StampText) -> design.RenderedDesign:
    return render_design(name, check_text(text, printable_characters()))


def words_of(pdf) -> list[str]:
    """All words of the first page, as a reader would copy them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return unicodedata.normalize("NFC", document[0].get_textpage().get_text_bounded()).split()
    finally:
        document.close()


def printed_words(name: str, text: StampText, folder) -> list[str]:
    pdf = folder / "label.pdf"
    save_pdf(print_stamps(Layout("roll", name), text, make_stamps(1)), pdf)
    return words_of(pdf)


def test_the_alphabet_has_every_letter():
    assert len(LETTERS) == 2 * 12 * 6 + 2 * 17 + 10
    assert set(LETTERS) <= printable_characters()


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("part", range(8))
def test_every_vietnamese_letter_is_printed_and_can_be_copied(name, part, tmp_path):
    letters = LETTERS[part::8]
    words = ["".join(letters[start : start + 6]) for start in range(0, len(letters), 6)]
    text = replace(TEXT, product_name=" ".join(words), organisation=" ".join(words[::-1]))
    found = printed_words(name, text, tmp_path)
    assert [found.count(word) for word in words] == [2] * len(words)


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("text", [TEXT, LONG], ids=["usual", "long"])
def test_every_field_of_a_design_is_printed_whole(name, text, tmp_path):
    found = " ".join(printed_words(name, text, tmp_path))
    for field in ON_DESIGN[name]:
        assert getattr(text, field) in found
    assert "Quét để kiểm tra nguồn gốc" in found


def test_only_our_typeface_is_embedded(tmp_path):
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts is not installed")
    pdf = tmp_path / "label.pdf"
    save_pdf(print_stamps(Layout("a4"), LONG, make_stamps(40)), pdf)
    listing = subprocess.run(["pdffonts", pdf], check=True, capture_output=True, text=True).stdout
    rows = listing.splitlines()[2:]
    assert len(rows) == 3
    assert all("+Be-Vietnam-Pro" in row and " yes yes yes " in row for row in rows)


def test_slot_characters_are_the_glyphs_of_the_font_file():
    typeset = rendered("stamp_50x30", TEXT).painted.typesets["code"]
    with TTFont(FONT_FOLDER / "BeVietnamPro-SemiBold.ttf") as font:
        names = font.getBestCmap()
        for character in CODE_CHARACTERS:
            name = names[ord(character)]
            assert typeset.glyphs[character] == font.getGlyphID(name).to_bytes(2, "big")
            assert typeset.advances[character] == pytest.approx(font["hmtx"][name][0], abs=1)


@pytest.mark.parametrize(("name", "size_pt"), [("stamp_50x30", 5.9), ("crate_100x70", 11.6)])
def test_the_code_stands_in_its_slot_in_the_size_of_the_design(name, size_pt):
    shown = rendered(name, TEXT)
    typeset, slot = shown.painted.typesets["code"], shown.slots["code"]
    assert typeset.size_pt == pytest.approx(size_pt, abs=0.01)
    assert slot.top + slot.height / 2 < typeset.baseline_mm < slot.bottom


def test_the_form_reader_knows_this_weasyprint():
    assert weasyprint.__version__.split(".")[0] == "70"


@pytest.mark.parametrize("name", DESIGNS)
def test_a_longer_name_is_set_smaller_or_on_more_lines_until_it_is_refused(name):
    largest = []
    for count in range(1, 17):
        text = replace(TEXT, product_name=" ".join(["Bưởi"] * count))
        try:
            content = rendered(name, text).painted.content
        except FieldOverflowError:
            break
        largest.append(max(map(float, re.findall(rb"/\S+ ([\d.]+) Tf", content))))
    assert largest == sorted(largest, reverse=True)
    assert largest[0] > largest[-1]
    with pytest.raises(FieldOverflowError):
        rendered(name, replace(TEXT, product_name=" ".join(["Nghiêng"] * 10)))


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, chosen in ON_DESIGN.items() for field in chosen]
)
def test_a_text_too_wide_for_its_place_is_an_error_that_names_the_field(name, field):
    wide = "W" * TEXT_LIMITS[field]
    with pytest.raises(FieldOverflowError) as caught:
        list(print_stamps(Layout("roll", name), replace(TEXT, **{field: wide}), make_stamps(1)))
    assert (caught.value.field, caught.value.text) == (field, wide)
    assert FIELD_NAMES[field] in str(caught.value)


@pytest.mark.parametrize("field", TEXT_LIMITS)
def test_a_field_may_have_its_limit_and_not_one_character_more(field, tmp_path):
    limit = TEXT_LIMITS[field]
    at_limit = ("i" * 20 if field == "lot" else "il " * limit)[: limit - 1] + "i"
    for name in DESIGNS:
        assert print_stamps(Layout("roll", name), replace(TEXT, **{field: at_limit}), make_stamps(1))
    with pytest.raises(FieldTooLongError) as caught:
        print_stamps(Layout(), replace(TEXT, **{field: at_limit + "i"}), make_stamps(1))
    assert (caught.value.field, caught.value.length, caught.value.limit) == (field, limit + 1, limit)


@pytest.mark.parametrize("field", REQUIRED)
def test_a_stamp_without_name_lot_or_maker_is_refused(field):
    with pytest.raises(FieldMissingError) as caught:
        print_stamps(Layout(), replace(TEXT, **{field: "  "}), make_stamps(1))
    assert caught.value.field == field


@pytest.mark.parametrize("character", ["中", "→", "\n", "\u00ad", "😀", "\u0301"])
def test_a_character_that_the_typeface_lacks_is_an_error_never_another_glyph(character):
    with pytest.raises(MissingGlyphError) as caught:
        print_stamps(Layout(), replace(TEXT, grade=f"1{character}2"), make_stamps(1))
    assert (caught.value.field, caught.value.character) == ("grade", character)
    assert f"U+{ord(character):04X}" in str(caught.value)


def test_decomposed_letters_are_composed_first(tmp_path):
    decomposed = unicodedata.normalize("NFD", TEXT.product_name)
    assert decomposed != TEXT.product_name
    stamps = make_stamps(1)
    assert b"".join(print_stamps(Layout(), replace(TEXT, product_name=decomposed), stamps)) == b"".join(
        print_stamps(Layout(), TEXT, stamps)
    )


def test_empty_fields_leave_with_their_captions(tmp_path):
    bare = StampText(product_name="Gạo ST25", lot="L0512", organisation="HTX Vĩnh Lợi")
    for name in DESIGNS:
        found = printed_words(name, bare, tmp_path)
        assert not {"gói", "dùng", "Khối", "Phân"} & set(found)


def test_markup_in_a_text_is_printed_and_not_obeyed(tmp_path):
    text = replace(TEXT, product_name="Rau <b>A&B</b> $lot")
    assert printed_words("crate_100x70", text, tmp_path)[:3] == ["Rau", "<b>A&B</b>", "$lot"]


@pytest.mark.parametrize("kind", ["a4", "roll"])
@pytest.mark.parametrize("name", DESIGNS)
def test_long_texts_leave_the_quiet_zone_white(name, kind, tmp_path):
    layout = Layout(kind, name)
    stamps = make_stamps(2)
    pdf = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout, LONG, stamps), pdf)
    slot = rendered(name, LONG).slots["qr"]
    cells = [cell for page in poppler_pages(pdf, 203.2) for cell in cells_of(page, layout)]
    for stamp, cell in zip(stamps, cells, strict=False):
        assert read_codes(cell) == [stamp.url]
        edges = [round(side * layout.dots_per_mm) for side in (slot.left, slot.top, slot.right, slot.bottom)]
        inside = cell.crop(edges).convert("L")
        # The finest symbol of this job has 33 modules with its quiet zone: 4 of them stay white.
        quiet = 4 * (inside.width // 33)
        inside.paste(255, (quiet, quiet, inside.width - quiet, inside.height - quiet))
        assert inside.getextrema() == (255, 255)


syllables = st.text(alphabet=[letter for letter in LETTERS if letter.islower()], min_size=1, max_size=7)


@settings(max_examples=30)
@given(
    st.lists(syllables, min_size=1, max_size=14).map(" ".join).filter(lambda name: len(name) <= 80),
    st.sampled_from(sorted(DESIGNS)),
)
def test_any_name_is_printed_whole_or_refused(tmp_path_factory, product_name, name):
    folder = tmp_path_factory.mktemp("names")
    try:
        found = printed_words(name, replace(TEXT, product_name=product_name), folder)
    except FieldOverflowError:
        return
    else:
        assert " ".join(found).startswith(product_name)


@pytest.fixture
def draw(tmp_path, monkeypatch):
    """``draw(html, css)`` renders a design of 50 x 30 mm made for one test."""
    folder = tmp_path / "designs"
    folder.mkdir()
    shutil.copy(design.DESIGN_FOLDER / "base.css", folder)
    shutil.copytree(FONT_FOLDER, tmp_path / "fonts")
    monkeypatch.setattr(design, "DESIGN_FOLDER", folder)
    monkeypatch.setitem(DESIGNS, "test", (50.0, 30.0))

    def rendered_now(html: str, css: str = "") -> design.RenderedDesign:
        slots = """@page { size: 50mm 30mm } .label { width: 50mm; height: 30mm }
            .slot-qr { left: 1mm; top: 1mm; width: 20mm; height: 20mm }
            .slot-code { left: 1mm; top: 22mm; width: 20mm; height: 3mm }"""
        (folder / "test.html").write_text(html, encoding="utf-8")
        (folder / "test.css").write_text(slots + css, encoding="utf-8")
        render_design.cache_clear()
        return render_design("test", TEXT)

    yield rendered_now
    render_design.cache_clear()


SLOTS = '<a class="slot-qr" href="slot:qr"></a><a class="slot-code" href="slot:code"></a>'


def test_a_design_of_two_slots_is_enough(draw):
    assert set(draw(SLOTS).slots) == {"qr", "code"}


OTHER_FONT = """@font-face { font-family: Other; src: url(../fonts/BeVietnamPro-Bold.ttf) }
    .slot-code { font-family: Other }"""


@pytest.mark.parametrize(
    ("html", "css", "reason"),
    [
        ('<a class="slot-qr" href="slot:qr"></a>', "", "thiếu ô “code”"),
        ('<a class="slot-code" href="slot:code"></a>', "", "thiếu ô “qr”"),
        (SLOTS, ".slot-qr { left: 31mm }", "ô “slot:qr” nằm ngoài"),
        (SLOTS, ".slot-code { top: 20mm }", "ô “qr” bị “slot:code” đè"),
        (SLOTS + "<p>$product_name</p>", "", "ô “qr” bị “field:product_name” đè"),
        (SLOTS + "<p>A</p><p>B</p>", "p + p { break-before: page }", "tràn ra ngoài"),
        (SLOTS + "<p>$lot</p>", "p { position: absolute; left: 25mm; width: 26mm }", "“field:lot” nằm ngoài"),
        (SLOTS, "@page { size: 50mm 31mm }", "khác khổ"),
        (SLOTS + "<p>中</p>", "", "“中” không có trong phông"),
        (SLOTS, OTHER_FONT, "không thuộc phông"),
        (SLOTS, ".slot-code { visibility: hidden }", "không đọc được phông"),
        (SLOTS, ".slot-code { text-transform: lowercase }", "thành ký tự khác"),
    ],
)
def test_a_design_that_breaks_a_rule_is_refused(draw, html, css, reason):
    with pytest.raises(DesignError, match=reason) as caught:
        draw(html, css)
    assert caught.value.design == "test"


def test_every_field_has_a_name_for_people_and_a_limit():
    names = {field.name for field in fields(StampText)}
    assert names == set(TEXT_LIMITS) == set(asdict(TEXT))
    assert names <= set(FIELD_NAMES)
