"""A design that a black and white printer cannot print sharply is refused, with the reason."""

import contextlib
import re
from pathlib import Path

import pytest

from labels import BUILT_IN, DesignError, FieldOverflowError, LayoutError, MissingGlyphError, StampText
from labels.design import design_pdf
from labels.design_check import check_sharp
from labels.design_files import FIELDS, own_design
from labels.page_objects import page_objects
from tests.labels.test_own_designs import PLACES, SLOTS, own, png_address, svg_address
from tests.labels.written import FULL, LONG

PAYLOAD = "HTTPS://SOGOC.VN/S/7K3M9QX2W4TD1"
BESIDE = ".t { position: absolute; left: 25mm; top: 5mm; "
LOGO = ".logo { position: absolute; left: 25mm; top: 12mm; width: 10mm; height: 5mm }"
BARE = StampText("Gạo", "L1", "HTX")


def check(html: str = "", css: str = "", dpi: float = 203.2, payload: str = PAYLOAD, text=BARE) -> None:
    check_sharp(own(SLOTS + html, PLACES + css), text, dpi, "M", payload)


def reason_of(*arguments, **more) -> str:
    with pytest.raises(DesignError) as caught:
        check(*arguments, **more)
    return caught.value.reason


def logo(source: str) -> str:
    return f'<img class="logo" src="{source}">'


@pytest.mark.parametrize("dpi", [203.2, 300, 600])
@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_designs_are_sharp(name, dpi):
    check_sharp(BUILT_IN[name], FULL, dpi, "M", PAYLOAD)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_designs_are_sharp_with_long_texts(name):
    check_sharp(BUILT_IN[name], LONG, 203, "Q", PAYLOAD)


@pytest.mark.parametrize(
    ("html", "css"),
    [
        ("", ""),
        ('<p class="t">Chữ</p>', BESIDE + "border: 0.125mm solid black }"),
        ('<p class="t">Chữ</p>', BESIDE + "background: #000; color: #fff; border-radius: 1mm }"),
        ('<p class="t">Chữ</p>', BESIDE + "left: 2mm; top: 2mm; color: white }"),
        ('<hr class="t">', BESIDE + "width: 20mm }"),
        (logo(png_address("1", 0, (80, 40))), LOGO),
        (logo(png_address("1", 0, (40, 20))), LOGO),
        (logo(svg_address('<path d="M1 1h7v7h-7z"/><circle cx="4" cy="4" r="2" fill="white"/>')), LOGO),
    ],
)
def test_ink_and_paper_are_sharp(html, css):
    check(html, css)


BARS = '<a href="slot:barcode"></a>'
LARGE = (
    ".slot-code { top: 24mm; width: 47mm }.slot-barcode { left: 1mm; top: 27.5mm; width: 48mm; height: 12mm }"
)


def check_bars(css: str = "", dpi: float = 203.2) -> None:
    check_sharp(own(SLOTS + BARS, PLACES + LARGE + css, 50, 40), BARE, dpi, "M", PAYLOAD)


def test_an_own_design_may_have_a_place_for_the_bars_of_an_sscc():
    for dpi in (203.2, 300, 600):
        check_bars(dpi=dpi)


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        (
            ".slot-barcode { width: 40mm }",
            "ô “barcode” khổ 40 mm × 12 mm là quá nhỏ cho mã vạch SSCC ở 203 dpi",
        ),
        (".slot-barcode { height: 8mm }", "ít nhất 44 mm × 10 mm"),
        (".slot-code { font-size: 13pt }", "ô “code” rộng 47 mm là quá hẹp cho mã 26 ký tự"),
        (".slot-barcode { background: #000 }", "in đè lên ô “barcode”"),
    ],
)
def test_a_place_in_which_the_bars_of_an_sscc_cannot_be_read_is_refused(css, reason):
    with pytest.raises(DesignError) as caught:
        check_bars(css)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        ("color: #555 }", "chữ “Chữ” có màu hoặc nét xám (#555555)"),
        ("color: rgb(200, 0, 0) }", "chữ “Chữ” có màu hoặc nét xám (#c80000)"),
        ("background: #ddd }", "nét vẽ có màu hoặc nét xám (#dddddd)"),
        ("border-left: 1mm solid blue }", "nét vẽ có màu"),
        ("font-size: 4pt }", "chữ “Chữ” cỡ 4,0 pt, nhỏ quá không đọc được; ít nhất 4,5 pt"),
        ("border: 0.05mm solid #000 }", "nét dày 0,05 mm, mảnh hơn một chấm của máy in (0,125 mm)"),
        ("border-bottom: 0.1mm solid #000 }", "nét dày 0,1 mm"),
        ("border: 0.1mm solid #000; border-radius: 1mm }", "nét dày 0,1 mm"),
        ("left: 45mm; white-space: nowrap; font-size: 14pt }", "chữ “Chữ” tràn ra ngoài khổ tem"),
        ("top: 27mm; height: 1mm; line-height: 1mm; font-size: 20pt }", "tràn ra ngoài khổ tem"),
        ("left: 10mm; top: 10mm }", "đè lên vùng trắng quanh mã QR"),
        ("left: 20mm; top: 0; width: 5mm; height: 1.5mm; background: #000; color: #fff }", "vùng trắng"),
        ("left: 4mm; top: 22mm }", "đè lên ô “code”"),
        ('font-family: "DejaVu Sans" }', "không thuộc phông"),
    ],
)
def test_what_would_blur_vanish_or_cover_is_refused(css, reason):
    assert reason in reason_of('<p class="t">Chữ</p>', BESIDE + css)


def test_a_letter_that_the_typeface_lacks_is_refused():
    assert "“中”" in reason_of('<p class="t">中</p>')


def test_two_texts_on_one_place_are_refused():
    html = '<p class="t">Trên</p><p class="t">Dưới</p>'
    assert reason_of(html, BESIDE + "}") == "chữ “Dưới” in đè lên chữ “Trên”"


def test_a_design_that_spills_over_its_label_is_refused():
    assert "tràn ra ngoài" in reason_of("<p>a</p>" * 20, "p { font-size: 8pt }")


@pytest.mark.parametrize(
    ("source", "css", "dpi", "reason"),
    [
        (png_address("1", 0, (81, 40)), LOGO, 203.2, "đặt rộng 10,125 mm, cao 5 mm"),
        (png_address("1", 0, (30, 15)), LOGO, 203.2, "hình 30 × 15 điểm không khớp chấm"),
        (png_address("1", 0, (80, 40)), LOGO, 300, "đặt rộng 6,773 mm, cao 3,387 mm"),
        (png_address("1", 0, (80, 40)), LOGO.replace("25mm", "25.06mm"), 203.2, "dời về 25 mm"),
        (svg_address('<path d="M1 1h7v0.05h-7z"/>'), LOGO, 203.2, "mảnh hơn một chấm"),
        (svg_address('<path d="M1 1l7 7" stroke="black" stroke-width="0.1"/>'), LOGO, 203.2, "mảnh hơn"),
    ],
)
def test_a_picture_off_the_printers_dots_is_refused(source, css, dpi, reason):
    assert reason in reason_of(logo(source), css, dpi)


def test_a_line_of_one_dot_is_sharp_at_its_resolution_only():
    html, css = '<p class="t">Chữ</p>', BESIDE + "border: 0.085mm solid #000 }"
    check(html, css, 300)
    assert "mảnh hơn một chấm" in reason_of(html, css, 203.2)


def test_a_symbol_too_dense_for_its_slot_is_refused_at_that_resolution():
    css = ".slot-qr { width: 11.5mm; height: 11.5mm }"
    assert "ô “qr” rộng 11,5 mm là quá nhỏ cho địa chỉ dài 32 ký tự ở 203 dpi" in reason_of("", css)
    check("", css, 300)


def test_a_slot_that_some_code_does_not_fit_is_refused_before_any_code_is_given():
    css = ".slot-code { width: 16mm; font-size: 6pt }"
    assert "ô “code” rộng 16 mm là quá hẹp cho mã 13 ký tự" in reason_of("", css)


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        (".slot-qr { left: 31mm }", "ô “slot:qr” nằm ngoài khổ tem"),
        (".slot-code { top: 28mm }", "ô “slot:code” nằm ngoài khổ tem"),
        (".slot-qr { display: none }", "thiếu ô “qr”"),
        (".slot-code { top: 20mm }", "ô “qr” bị “slot:code” đè lên"),
        (".slot-qr { left: -400mm }", "ô “slot:qr” nằm ngoài khổ tem"),
    ],
)
def test_a_slot_off_its_place_is_refused(css, reason):
    assert reason_of("", css) == reason


def test_a_text_that_overflows_its_place_is_refused():
    with pytest.raises(FieldOverflowError) as caught:
        check('<p class="name">$product_name</p>', ".name { width: 8mm }", text=LONG)
    assert caught.value.field == "product_name"


def test_a_field_of_an_own_design_shrinks_by_itself():
    check('<p class="name">$product_name</p>', ".name .field { font-size: 9.4pt }", text=FULL)


def test_what_cannot_be_printed_at_all_is_said_in_its_own_words():
    with pytest.raises(LayoutError):
        check(dpi=150)
    with pytest.raises(MissingGlyphError):
        check(text=StampText("Gạo 中", "L1", "HTX"))


def test_numbers_that_nobody_tried_are_the_designs_fault():
    wild = svg_address('<path d="M1e999 1e999h1e999v-1e999z" transform="scale(0)"/><circle r="1e308"/>')
    with contextlib.suppress(DesignError):
        check(logo(wild), LOGO)


def test_a_page_is_read_as_text_shapes_and_pictures():
    frame = BESIDE + "border: 0.25mm solid #000; width: 10mm; height: 4mm; font-size: 8pt }"
    html = f'{SLOTS}<p class="t">Chữ</p>{logo(png_address("1", 0, (80, 40)))}'
    design = own(html, PLACES + LOGO + frame)
    found = {each.kind: each for each in page_objects(design_pdf(design, BARE))}
    assert set(found) == {"text", "shape", "picture"}
    assert found["text"].text.strip() == "Chữ"
    assert found["text"].size_mm * 72 / 25.4 == pytest.approx(8, abs=0.01)
    assert found["text"].inks == found["shape"].inks == ((0, 0, 0, 255),)
    assert found["shape"].thin_mm == pytest.approx(0.25, abs=0.001)
    assert (found["shape"].left, found["shape"].top) == pytest.approx((25, 5), abs=0.001)
    assert found["picture"].pixels == (80, 40)
    assert found["picture"].right - found["picture"].left == pytest.approx(10, abs=0.001)


def test_the_example_in_the_documentation_is_sharp():
    page = (Path(__file__).parents[2] / "docs" / "label-designs.md").read_text(encoding="utf-8")
    html, css = (
        re.search(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1] for kind in ("html", "css")
    )
    for dpi in (203, 300, 600):
        check_sharp(own_design("Tem xoài", html, css, 50, 30), FULL, dpi, "M", PAYLOAD)
    assert set(FIELDS) == set(re.findall(r"`\$(\w+)`", page)) - {"field", "tên_trường"}
    assert {name: f"{d.width_mm:g} × {d.height_mm:g} mm" for name, d in BUILT_IN.items()} == dict(
        re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE)
    )
