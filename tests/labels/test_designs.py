"""Designs with real texts: every letter prints, long texts shrink or wrap, and nothing overflows unsaid."""

import itertools
import re
import shutil
import string
import subprocess
import unicodedata
from dataclasses import asdict, fields, replace

import pytest
import weasyprint
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import (
    BUILT_IN,
    Design,
    DesignError,
    FieldMissingError,
    FieldOverflowError,
    FieldTooLongError,
    MissingGlyphError,
    Stamp,
    StampText,
    print_stamps,
    save_pdf,
)
from labels.design import CODE_CHARACTERS, FONT_FOLDER, printable_characters, render_design
from labels.errors import FIELD_NAMES
from labels.texts import REQUIRED, TEXT_LIMITS, check_text
from tests.labels.golden_form import GOLDEN, readable_form
from tests.labels.printed import cells_of, layout_of, make_stamps, poppler_pages, read_codes
from tests.labels.written import (
    FULL,
    LONG,
    printed,
    printed_words,
    rendered,
    roll_layout,
    stamps_of,
    words_of,
)

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
BARE = StampText(product_name="Gạo ST25", lot="L0512", organisation="HTX Vĩnh Lợi")
ON_DESIGN = {name: string.Template(design.html).get_identifiers() for name, design in BUILT_IN.items()}
CAPTIONS = {
    "gói",
    "dùng",
    "Khối",
    "Phân",
    "NSX",
    "HSD",
    "phần:",
    "báo:",
    "quản,",
    "chỉ:",
    "gửi:",
    "Đơn",
    "Gồm",
}
CALLS = {
    "stamp_50x30": "Quét để kiểm tra nguồn gốc",
    "stamp_45x25": "Quét để kiểm tra nguồn gốc",
    "stamp_40x30": "Quét để kiểm tra nguồn gốc",
    "stamp_38x21": "Lô",
    "scratch_50x40": "Quét để kiểm tra nguồn gốc",
    "crate_100x70": "Quét để kiểm tra nguồn gốc",
    "food_70x50": "Bảo quản, sử dụng:",
    "carton_100x70": "Quét để xem lô và các gói trong thùng",
    "carton_sscc_100x70": "Quét để xem lô và các gói trong thùng",
    "pallet_148x105": "Quét để xem lô và số gói trên pa-lét",
    "pallet_sscc_148x105": "Quét để xem lô và số gói trên pa-lét",
}


def test_the_alphabet_has_every_letter():
    assert len(LETTERS) == 2 * 12 * 6 + 2 * 17 + 10
    assert set(LETTERS) <= printable_characters()


@pytest.mark.parametrize("name", ["stamp_50x30", "food_70x50", "crate_100x70"])
@pytest.mark.parametrize("part", range(8))
def test_every_vietnamese_letter_is_printed_and_can_be_copied(name, part):
    letters = LETTERS[part::8]
    words = ["".join(letters[start : start + 6]) for start in range(0, len(letters), 6)]
    text = replace(FULL, product_name=" ".join(words), organisation=" ".join(words[::-1]))
    found = printed_words(name, text)
    assert [found.count(word) for word in words] == [2] * len(words)


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("text", [FULL, LONG], ids=["usual", "long"])
def test_every_field_of_a_design_is_printed_whole(name, text):
    found = " ".join(printed_words(name, text))
    for field in ON_DESIGN[name]:
        assert getattr(text, field) in found
    assert CALLS[name] in found


def test_only_our_typeface_is_embedded(tmp_path):
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts is not installed")
    pdf = tmp_path / "label.pdf"
    save_pdf(print_stamps(layout_of(), LONG, make_stamps(40)), pdf)
    listing = subprocess.run(["pdffonts", pdf], check=True, capture_output=True, text=True).stdout
    rows = listing.splitlines()[2:]
    assert len(rows) == 3
    assert all("+Be-Vietnam-Pro" in row and " yes yes yes " in row for row in rows)


def test_slot_characters_are_the_glyphs_of_the_font_file():
    typeset = rendered("stamp_50x30", FULL).painted.typesets["code"]
    with TTFont(FONT_FOLDER / "BeVietnamPro-SemiBold.ttf") as font:
        names = font.getBestCmap()
        for character in CODE_CHARACTERS:
            name = names[ord(character)]
            assert typeset.glyphs[character] == font.getGlyphID(name).to_bytes(2, "big")
            assert typeset.advances[character] == pytest.approx(font["hmtx"][name][0], abs=1)


@pytest.mark.parametrize(("name", "size_pt"), [("stamp_50x30", 5.9), ("crate_100x70", 11.6)])
def test_the_code_stands_in_its_slot_in_the_size_of_the_design(name, size_pt):
    shown = rendered(name, FULL)
    typeset, slot = shown.painted.typesets["code"], shown.slots["code"]
    assert typeset.size_pt == pytest.approx(size_pt, abs=0.01)
    assert slot.top + slot.height / 2 < typeset.baseline_mm < slot.bottom


def test_the_form_reader_knows_this_weasyprint():
    assert weasyprint.__version__.split(".")[0] == "70"


def test_a_page_is_written_as_it_was_when_its_reader_was_written():
    assert readable_form() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_longer_name_is_set_smaller_or_on_more_lines_until_it_is_refused(name):
    largest = []
    for count in range(1, 17, 3):
        text = replace(BARE, product_name=" ".join(["Bưởi"] * count))
        try:
            content = rendered(name, text).painted.content
        except FieldOverflowError:
            break
        largest.append(max(map(float, re.findall(rb"/\S+ ([\d.]+) Tf", content))))
    assert largest == sorted(largest, reverse=True)
    assert largest[0] > largest[-1]
    with pytest.raises(FieldOverflowError):
        rendered(name, replace(BARE, product_name=" ".join(["MWMWMWM"] * 10)))


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, chosen in ON_DESIGN.items() for field in chosen]
)
def test_a_text_too_wide_for_its_place_is_an_error_that_names_the_field(name, field):
    wide = "W" * TEXT_LIMITS[field]
    with pytest.raises(FieldOverflowError) as caught:
        rendered(name, replace(BARE, **{field: wide}))
    assert (caught.value.field, caught.value.text) == (field, wide)
    assert FIELD_NAMES[field] in str(caught.value)


@pytest.mark.parametrize("field", TEXT_LIMITS)
def test_a_field_may_have_its_limit_and_not_one_character_more(field):
    limit = TEXT_LIMITS[field]
    at_limit = ("i" * 20 if field == "lot" else "il " * limit)[: limit - 1] + "i"
    assert getattr(check_text(replace(FULL, **{field: at_limit}), printable_characters()), field) == at_limit
    with pytest.raises(FieldTooLongError) as caught:
        printed("stamp_50x30", replace(FULL, **{field: at_limit + "i"}))
    assert (caught.value.field, caught.value.length, caught.value.limit) == (field, limit + 1, limit)


@pytest.mark.parametrize("field", REQUIRED)
def test_a_stamp_without_name_lot_or_maker_is_refused(field):
    with pytest.raises(FieldMissingError) as caught:
        printed("stamp_50x30", replace(FULL, **{field: "  "}))
    assert caught.value.field == field


@pytest.mark.parametrize("character", ["中", "→", "\n", "\u00ad", "😀", "\u0301"])
def test_a_character_that_the_typeface_lacks_is_an_error_never_another_glyph(character):
    with pytest.raises(MissingGlyphError) as caught:
        printed("stamp_50x30", replace(FULL, grade=f"1{character}2"))
    assert (caught.value.field, caught.value.character) == ("grade", character)
    assert f"U+{ord(character):04X}" in str(caught.value)


def test_decomposed_letters_are_composed_first():
    decomposed = unicodedata.normalize("NFD", FULL.product_name)
    assert decomposed != FULL.product_name
    assert printed("stamp_50x30", replace(FULL, product_name=decomposed)) == printed("stamp_50x30", FULL)


def test_fields_that_run_into_one_another_are_refused():
    html = (
        '<a class="slot-qr" href="slot:qr"></a><a class="slot-code" href="slot:code"></a>'
        '<p class="one">$product_name</p><p class="two">$organisation</p>'
    )
    css = BUILT_IN["stamp_50x30"].css + (
        ".one, .two { position: absolute; left: 24mm; top: 4mm; width: 25mm }"
        ".one .field, .two .field { height: 4mm; font-size: 8pt; line-height: 4mm }"
    )
    apart = Design("apart", "Tách", 50, 30, html, css + ".two { top: 9mm }")
    assert render_design(apart, BARE).slots.keys() == {"qr", "code"}
    with pytest.raises(FieldOverflowError) as caught:
        render_design(replace(apart, css=css), BARE)
    assert caught.value.field in {"product_name", "organisation"}


def test_empty_fields_leave_with_their_captions():
    for name in BUILT_IN:
        found = " ".join(printed_words(name, BARE)).replace(CALLS[name], "").split()
        assert not CAPTIONS & set(found)


@pytest.mark.parametrize("name", ["carton_100x70", "pallet_148x105", "crate_100x70", "stamp_38x21"])
def test_an_sscc_is_printed_whole_with_its_identifier_however_narrow_its_place(name):
    code = "(00) 3 893123456789 9012 3"
    stamp = Stamp(f"HTTPS://SOGOC.VN/00/{'3' * 18}", code)
    assert code in " ".join(words_of(b"".join(print_stamps(roll_layout(name), FULL, [stamp]))))


def test_markup_in_a_text_is_printed_and_not_obeyed():
    text = replace(FULL, product_name="Rau <b>A&B</b> $lot")
    assert printed_words("crate_100x70", text)[:3] == ["Rau", "<b>A&B</b>", "$lot"]


@pytest.mark.parametrize("name", BUILT_IN)
def test_long_texts_leave_the_quiet_zone_white(name, tmp_path):
    layout, stamps, pdf = roll_layout(name), stamps_of(name, 2), tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout, LONG, stamps), pdf)
    slot = rendered(name, LONG).slots["qr"]
    cells = [cell for page in poppler_pages(pdf, 203.2) for cell in cells_of(page, layout)]
    for stamp, cell in zip(stamps, cells, strict=True):
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
    st.sampled_from(sorted(BUILT_IN)),
)
def test_any_name_is_printed_whole_or_refused(product_name, name):
    try:
        found = printed_words(name, replace(FULL, product_name=product_name))
    except FieldOverflowError:
        return
    else:
        assert f" {product_name} " in f" {' '.join(found)} "


def draw(html: str, css: str = ""):
    """A design of 50 x 30 mm, its slots in place, rendered."""
    slots = """.slot-qr { left: 1mm; top: 1mm; width: 20mm; height: 20mm }
        .slot-code { left: 1mm; top: 22mm; width: 20mm; height: 3mm }"""
    return render_design(Design("test", "Thử", 50, 30, html, slots + css), FULL)


SLOTS = '<a class="slot-qr" href="slot:qr"></a><a class="slot-code" href="slot:code"></a>'


def test_a_design_of_two_slots_is_enough():
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
        (SLOTS + "<p>中</p>", "", "“中” không có trong phông"),
        (SLOTS, OTHER_FONT, "không thuộc phông"),
        (SLOTS, "section:first-child .slot-code { width: 19mm }", "vị trí và kích thước cố định"),
        (SLOTS, ".slot-code { text-transform: lowercase }", "thành ký tự khác"),
    ],
)
def test_a_design_that_breaks_a_rule_is_refused(html, css, reason):
    with pytest.raises(DesignError, match=reason) as caught:
        draw(html, css)
    assert caught.value.design == "test"


def test_every_field_has_a_name_for_people_and_a_limit():
    names = {field.name for field in fields(StampText)}
    assert names == set(TEXT_LIMITS) == set(asdict(FULL))
    assert names <= set(FIELD_NAMES)
