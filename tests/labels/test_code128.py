"""GS1-128 bar codes: the encoder, and its bars on paper and on label printers, read back."""

import io
from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labels import (
    BUILT_IN,
    BarcodeDigitsError,
    BarcodeSlotError,
    Design,
    Layout,
    PrinterProfile,
    Stamp,
    code128,
    cut_sheet,
    design_png,
    own_grid,
    print_stamps,
    print_zpl,
    roll,
    save_pdf,
)
from labels.code128 import FNC1, PATTERNS, QUIET_MODULES, START_C, STOP
from labels.design import Box
from labels.places import barcode_place
from tests.labels.label_printer import printed_labels, rendered, roll_of
from tests.labels.printed import RENDERERS, TEXT, cells_of, read_codes
from tests.labels.written import words_of

SSCC_DESIGNS = ("carton_sscc_100x70", "pallet_sscc_148x105")
EXAMPLE = "00106141412345678908"
digits_of = st.integers(1, 24).flatmap(
    lambda pairs: st.text("0123456789", min_size=2 * pairs, max_size=2 * pairs)
)


def carton(number: int = 0, host: str = "HTTPS://SOGOC.VN") -> Stamp:
    sscc = f"1061414123456789{number:02}"
    code = f"(00) {sscc[0]} {sscc[1:8]} {sscc[8:17]} {sscc[17]}"
    return Stamp(f"{host}/00/{sscc}", code, barcode=f"00{sscc}")


def bars_of(picture: Image.Image) -> list[str]:
    """The element strings of all GS1-128 symbols on a picture, application identifiers in brackets."""
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.Code128)
    assert all(each.content_type == zxingcpp.ContentType.GS1 for each in found)
    return [each.text for each in found]


def row_of(digits: str, times: int = 2) -> Image.Image:
    """The symbol alone, ``times`` dots a module, with its quiet zones."""
    modules = f"{code128.make_bars(digits):0{code128.modules_of(digits)}b}"
    quiet = "0" * QUIET_MODULES
    line = [255 * (digit == "0") for digit in quiet + modules + quiet for _ in range(times)]
    picture = Image.new("L", (len(line), 40))
    picture.putdata(line * 40)
    return picture


def test_characters_are_those_of_the_standard():
    assert len(PATTERNS) == len(set(PATTERNS)) == 107
    for value, pattern in enumerate(PATTERNS):
        modules = f"{pattern:b}"
        assert len(modules) == (13 if value == STOP else 11)
        # ISO/IEC 15417 §4.3.2: bars of a character have an even number of modules; the stop ends with a bar.
        assert modules.count("1") % 2 == 0 or value == STOP
        assert sum(width for _, width in code128.bars_of(value)) == modules.count("1")


def test_the_example_of_gs1_has_its_check_character():
    values = list(code128.symbol_characters(EXAMPLE))
    assert values[:3] == [START_C, FNC1, 0]
    assert values[-1] == STOP
    weighted = values[0] + sum(weight * value for weight, value in enumerate(values[1:-2], start=1))
    assert values[-2] == weighted % 103
    assert code128.make_bars(EXAMPLE).bit_length() == code128.modules_of(EXAMPLE) == 156


@given(digits_of)
def test_any_even_number_of_digits_is_read_back(digits):
    (found,) = zxingcpp.read_barcodes(row_of(digits), formats=zxingcpp.BarcodeFormat.Code128)
    assert found.symbology_identifier == "]C1"
    assert found.bytes.decode() == digits


@given(digits_of, st.data())
def test_a_digit_misread_is_caught_by_the_check_character(digits, data):
    place = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[place]]))
    changed = digits[:place] + other + digits[place + 1 :]
    checks = [list(code128.symbol_characters(each))[-2] for each in (digits, changed)]
    assert checks[0] != checks[1]


@pytest.mark.parametrize("wrong", ["", "0", "001", "00 1", "00A1", "٠٠", "00" * 25])
def test_what_is_no_element_string_of_digits_is_refused(wrong):
    with pytest.raises(BarcodeDigitsError) as caught:
        code128.make_bars(wrong)
    assert caught.value.digits == wrong


@pytest.mark.parametrize("dpi", [203.2, 300, 600])
@pytest.mark.parametrize("name", SSCC_DESIGNS)
def test_a_module_is_wide_enough_for_logistics_and_has_its_quiet_zone(name, dpi):
    layout = roll_of(name, dpi)
    slot = rendered(layout).slots["barcode"]
    place = barcode_place(layout, slot, EXAMPLE)
    per_mm = layout.dots_per_mm
    assert place.module_dots / per_mm >= 0.495
    quiet = QUIET_MODULES * place.module_dots
    assert slot.left * per_mm <= place.left - quiet + 0.5
    assert place.left + place.width + quiet <= slot.right * per_mm + 0.5
    assert (place.width + 2 * quiet) / per_mm <= 165.1
    assert place.height / per_mm >= (31.9 if name.startswith("pallet") else 15.6)


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("name", SSCC_DESIGNS)
def test_bars_on_paper_are_whole_dots_and_are_read_beside_the_symbol(name, renderer, tmp_path):
    design = BUILT_IN[name]
    layout = Layout(cut_sheet(design.width_mm, design.height_mm), design)
    stamps, pdf = [carton(number) for number in range(layout.labels_a_page)], tmp_path / "cartons.pdf"
    save_pdf(print_stamps(layout, TEXT, stamps), pdf)
    place = barcode_place(layout, rendered(layout).slots["barcode"], EXAMPLE)
    (page,) = RENDERERS[renderer](pdf, 203.2)
    for stamp, cell in zip(stamps, cells_of(page, layout), strict=True):
        assert bars_of(cell) == [f"(00){stamp.barcode[2:]}"]
        assert read_codes(cell) == [stamp.url]
        row = row_of(stamp.barcode, place.module_dots).crop((0, 0, place.width + 20 * place.module_dots, 1))
        left = place.left - QUIET_MODULES * place.module_dots
        for y in range(place.top, place.top + place.height):
            assert cell.crop((left, y, left + row.width, y + 1)).convert("L").tobytes() == row.tobytes()


@pytest.mark.parametrize("dpi", [203.2, 300])
@pytest.mark.parametrize("name", SSCC_DESIGNS)
def test_bars_from_a_label_printer_are_those_of_the_pdf(name, dpi):
    layout = roll_of(name, dpi)
    stamps = [carton(number) for number in range(4)]
    file = b"".join(print_zpl(layout, TEXT, stamps))
    place = barcode_place(layout, rendered(layout).slots["barcode"], EXAMPLE)
    box = (place.left, place.top, place.left + place.width, place.top + place.height)
    for stamp, label in zip(stamps, printed_labels(file, dpi), strict=True):
        with Image.open(io.BytesIO(design_png(layout.design, TEXT, stamp, dpi))) as paper:
            assert label.crop(box).tobytes() == paper.crop(box).tobytes()
        assert bars_of(label) == [f"(00){stamp.barcode[2:]}"]
        assert read_codes(label) == [stamp.url]


@pytest.mark.parametrize("name", SSCC_DESIGNS)
def test_people_read_the_sscc_with_its_identifier_and_parts(name):
    pdf = b"".join(print_stamps(roll_of(name), TEXT, [carton()]))
    assert carton().code in " ".join(words_of(pdf))


def test_a_label_without_an_sscc_leaves_the_place_of_its_bars_white():
    layout = roll_of("pallet_sscc_148x105")
    own = replace(carton(), barcode="", code="T8H2M4KQ7000C0")
    place = barcode_place(layout, rendered(layout).slots["barcode"], EXAMPLE)
    with Image.open(io.BytesIO(design_png(layout.design, TEXT, own, 203))) as picture:
        box = (place.left, place.top, place.left + place.width, place.top + place.height)
        assert picture.crop(box).getextrema() == (255, 255)
        assert read_codes(picture) == [own.url]


def test_a_design_without_a_place_for_bars_prints_the_same_with_and_without_them():
    files = [
        b"".join(print_stamps(roll_of("pallet_148x105"), TEXT, [each]))
        for each in (carton(), replace(carton(), barcode=""))
    ]
    assert files[0] == files[1]


def test_a_job_may_hold_element_strings_of_several_lengths():
    layout = roll_of("pallet_sscc_148x105")
    stamps = [carton(), replace(carton(), barcode="0112345678901231")]
    texts = [bars_of(label) for label in printed_labels(b"".join(print_zpl(layout, TEXT, stamps)), 203.2)]
    assert texts == [["(00)106141412345678900"], ["(01)12345678901231"]]


@pytest.mark.parametrize("profile", [PrinterProfile(1.3, 0.4, 0.98, 1.02), PrinterProfile(0, 0, 1.02, 0.98)])
def test_a_printer_profile_moves_the_bars_and_leaves_their_modules_whole(profile, tmp_path):
    design = BUILT_IN["carton_sscc_100x70"]
    layout = Layout(own_grid(120, 90, 100, 70, 1, 1, 8, 8, 100, 70), design, profile=profile)
    pdf = tmp_path / "carton.pdf"
    save_pdf(print_stamps(layout, TEXT, [carton()]), pdf)
    (page,) = RENDERERS["pdfium"](pdf, 203.2)
    assert bars_of(page) == ["(00)106141412345678900"]


def test_a_slot_too_small_for_a_bar_code_is_an_error_that_says_what_it_needs():
    design = Design("small", "Nhỏ", 60, 40, "", "")
    layout = Layout(roll(60, 40), design)
    assert barcode_place(layout, Box(2, 2, 44, 12), EXAMPLE).module_dots == 2
    for box in (Box(2, 2, 43.9, 12), Box(2, 2, 44, 9.9)):
        with pytest.raises(BarcodeSlotError, match="cần ít nhất 44 × 10 mm") as caught:
            barcode_place(layout, box, EXAMPLE)
        assert caught.value.size_mm == (box.width, box.height)
