"""Own designs: read strictly, written anew, and refused with the reason before anything is laid out."""

import base64
import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels import BUILT_IN, DesignError
from labels.design import render_design
from labels.design_css import CSS_BYTES, RULES_LIMIT
from labels.design_files import FIELDS, own_design
from labels.design_html import DEPTH_LIMIT, ELEMENTS_LIMIT, HTML_BYTES, TEXT_LIMIT
from labels.design_pictures import PICTURE_BYTES, SHAPES_LIMIT
from tests.labels.written import FULL, printed_words, stamps_of

SLOTS = '<a href="slot:qr"></a><a href="slot:code"></a>'
PLACES = """.slot-qr { left: 1mm; top: 1mm; width: 20.75mm; height: 20.75mm }
.slot-code { left: 1mm; top: 22.5mm; width: 21.5mm; height: 3mm; font-size: 5.9pt; line-height: 3mm }
.name { position: absolute; left: 24mm; top: 2mm; width: 25mm; font-weight: 700 }
.name .field { max-height: 10mm; font-size: 8pt; line-height: 3.25mm }
"""


def own(html: str = SLOTS, css: str = PLACES, width_mm: float = 50, height_mm: float = 30):
    return own_design("Tem nhà", html, css, width_mm, height_mm)


def png_address(mode: str, colour, size: tuple[int, int] = (8, 8)) -> str:
    output = io.BytesIO()
    Image.new(mode, size, colour).save(output, "PNG")
    return f"data:image/png;base64,{base64.b64encode(output.getvalue()).decode()}"


def svg_address(inside: str, start: str = "") -> str:
    svg = f'{start}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def picture(source: str) -> str:
    return f'{SLOTS}<img src="{source}">'


def test_an_own_design_prints_like_a_built_in_one():
    found = printed_words(own(SLOTS + '<p class="name">$product_name</p>'), FULL)
    assert " ".join(found).startswith(FULL.product_name)
    assert stamps_of("stamp_50x30")[0].printed_code in found


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_design_may_be_the_start_of_an_own_one(name):
    design = BUILT_IN[name]
    copy = own(design.html, design.css, design.width_mm, design.height_mm)
    assert copy.is_own
    assert render_design(copy, FULL).slots == render_design(design, FULL).slots


def test_what_was_not_understood_is_not_in_what_is_kept():
    html = '<!-- lời nhắn --><P CLASS="x"  lang=vi>A &amp; B &lt; C\t$$ ${lot}<br/></P>' + SLOTS
    assert own(html).html == (
        '<p class="x" lang="vi">A &amp; B &lt; C $$ ${lot}<br></p>'
        '<a href="slot:qr" class="slot-qr"></a><a href="slot:code" class="slot-code"></a>'
    )


def test_a_picture_is_kept_as_one_bit_on_white():
    design = own(picture(png_address("RGBA", (0, 0, 0, 0))))
    kept = design.html.partition("base64,")[2].partition('"')[0]
    with Image.open(io.BytesIO(base64.b64decode(kept))) as found:
        assert (found.mode, found.size, found.getextrema()) == ("1", (8, 8), (255, 255))


def test_a_drawing_keeps_its_shapes_and_loses_what_its_editor_added():
    inside = '<g xmlns:ink="urn:x" ink:label="a"><ink:note/><path d="M0 0h9v9z" fill="black"/></g>'
    kept = own(picture(svg_address(inside))).html.partition("base64,")[2].partition('"')[0]
    written = base64.b64decode(kept).decode()
    assert 'd="M0 0h9v9z"' in written
    assert "ink" not in written


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<script>1</script>" + SLOTS, "mã lệnh"),
        ('<p onclick="x()">a</p>' + SLOTS, "mã lệnh (thuộc tính “onclick”)"),
        ('<iframe src="https://example.org"></iframe>' + SLOTS, "<iframe>"),
        ('<object data="x"></object>' + SLOTS, "<object>"),
        ('<embed src="x">' + SLOTS, "<embed>"),
        ('<link rel="stylesheet" href="x.css">' + SLOTS, "<link>"),
        ('<meta http-equiv="refresh" content="0">' + SLOTS, "<meta>"),
        ('<base href="https://example.org">' + SLOTS, "<base>"),
        ("<style>p { color: #000 }</style>" + SLOTS, "<style>"),
        ("<svg></svg>" + SLOTS, "<svg>"),
        ("<!DOCTYPE html>" + SLOTS, "<!DOCTYPE html>"),
        ("<![CDATA[x]]>" + SLOTS, "khai báo"),
        ("<?php x ?>" + SLOTS, "<?php"),
        ('<p id="a" contenteditable>a</p>' + SLOTS, "“contenteditable”"),
        ('<p class="label">a</p>' + SLOTS, "“label”"),
        ('<p class="&quot;&gt;">a</p>' + SLOTS, "không dùng được cho class"),
        ('<a href="https://example.org">a</a>' + SLOTS, "https://example.org"),
        ('<a href="javascript:x">a</a>' + SLOTS, "javascript:x"),
        ('<a href="field:lot"></a>' + SLOTS, "field:lot"),
        (SLOTS + SLOTS, "hai lần"),
        (f"<div>{SLOTS}</div>", "đứng ngoài cùng"),
        ('<a href="slot:qr">chữ</a><a href="slot:code"></a>', "để trống"),
        ('<a href="slot:qr"><b></b></a><a href="slot:code"></a>', "để trống"),
        ('<a href="slot:qr"></a>', "slot:code"),
        ('<a href="slot:code"></a>', "slot:qr"),
        ("<p>$price</p>" + SLOTS, "không có trường “$price”"),
        ("<p>5 $</p>" + SLOTS, "dấu $ đứng lẻ"),
        ('<img alt="$lot" src="x">' + SLOTS, "hình lấy từ tệp"),
        (f'<img alt="$lot" src="{png_address("1", 0)}">' + SLOTS, "dấu $ chỉ dùng trong chữ"),
        ("<p>$lot $lot $lot</p>" + SLOTS, "hơn 2 lần “$lot”"),
        ("<p>a" + SLOTS, "phải đứng ngoài cùng"),
        (SLOTS + "<p>a", "mở mà không đóng"),
        (SLOTS + "<p>a</b></p>", "đóng không đúng chỗ"),
        (SLOTS + "</p>", "đóng không đúng chỗ"),
        (SLOTS + "<p>" * (DEPTH_LIMIT + 1) + "</p>" * (DEPTH_LIMIT + 1), f"quá {DEPTH_LIMIT} lớp"),
        (SLOTS + "<br>" * ELEMENTS_LIMIT, f"hơn {ELEMENTS_LIMIT} thẻ"),
        (SLOTS + "x" * (TEXT_LIMIT + 1), f"hơn {TEXT_LIMIT} chữ"),
        ("x" * (HTML_BYTES + 1), "dài quá"),
        (SLOTS + '<p style="background: url(x)">a</p>', "url()"),
        (SLOTS + '<p style="a<b">a</p>', "ký tự không dùng được"),
    ],
)
def test_html_that_is_no_design_is_refused_with_the_reason(html, reason):
    with pytest.raises(DesignError) as caught:
        own(html)
    assert reason in caught.value.reason
    assert str(caught.value).startswith("Mẫu tem “Tem nhà” chưa dùng được: ")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("https://example.org/logo.png", "hình lấy từ mạng"),
        ("//example.org/logo.png", "hình lấy từ mạng"),
        ("/etc/passwd", "hình lấy từ tệp"),
        ("file:///etc/passwd", "hình lấy từ tệp"),
        ("../../logo.png", "hình lấy từ tệp"),
        ("", "hình lấy từ tệp"),
        ("data:image/gif;base64,R0lGODdh", "không phải PNG hay SVG"),
        ("data:text/html,<script>", "không phải PNG hay SVG"),
        ("data:image/png;base64,!!!!", "base64"),
        ("data:image/png;base64,iVBORw0KGgo=", "bị hỏng"),
        ("data:image/png;base64," + "A" * (PICTURE_BYTES * 3 // 2), "nặng"),
        (png_address("RGB", "red"), "màu hoặc nét xám"),
        (png_address("L", 200), "màu hoặc nét xám"),
        (png_address("RGBA", (0, 0, 0, 128)), "màu hoặc nét xám"),
        (png_address("1", 0, (2001, 2000)), "quá lớn"),
        (svg_address("<script>1</script>"), "“script”"),
        (svg_address('<image href="https://example.org/a.png"/>'), "“image”"),
        (svg_address('<use href="#a"/>'), "“use”"),
        (svg_address("<text>a</text>"), "“text”"),
        (svg_address("<style>a</style>"), "“style”"),
        (svg_address('<path d="M0 0" onload="x()"/>'), "“onload”"),
        (svg_address('<path d="M0 0" style="fill: red"/>'), "“style”"),
        (svg_address('<path d="M0 0" fill="red"/>'), "màu “red”"),
        (svg_address('<path d="M0 0" fill="url(#a)"/>'), "màu “url(#a)”"),
        (svg_address("", '<!DOCTYPE svg [<!ENTITY a "b">]>'), "khai báo"),
        (svg_address("<g>"), "bị hỏng"),
        (svg_address("<g>" * 9 + "</g>" * 9), "“g”"),
        (svg_address("<path/>" * SHAPES_LIMIT), f"hơn {SHAPES_LIMIT} nét"),
        ("data:image/svg+xml,%3Chtml/%3E", "không đúng dạng"),
    ],
)
def test_a_picture_from_elsewhere_or_with_more_than_ink_is_refused(source, reason):
    with pytest.raises(DesignError) as caught:
        own(picture(source.replace("<", "&lt;")))
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        ('@import "https://example.org/x.css";', "“@import”"),
        ("@font-face { font-family: x; src: url(x) }", "“@font-face”"),
        ("@page { size: 10mm }", "“@page”"),
        ("@media print { p { top: 0 } }", "“@media”"),
        ("p { background: url(https://example.org/x.png) }", "url()"),
        ("p { background: url('file:///etc/passwd') }", "url()"),
        ("p { background: url(data:image/png;base64,AAAA) }", "url()"),
        ("p { background: linear-gradient(#000, #fff) }", "“linear-gradient()”"),
        ("p { width: calc(1mm + 2mm) }", "“calc()”"),
        ("p { color: var(--x) }", "“var()”"),
        ("p { --x: 1 }", "“--x”"),
        ("p { display: flex }", "display: flex"),
        ("p { display: table }", "display: table"),
        ("p { position: fixed }", "position: fixed"),
        ("p { float: left }", "“float”"),
        ("p { columns: 3 }", "“columns”"),
        ("p { opacity: 0.5 }", "“opacity”"),
        ("p { transform: rotate(3deg) }", "“transform”"),
        ("p::before { content: 'x' }", "“content”"),
        ("p { -weasy-link: url(x) }", "“-weasy-link”"),
        ("p { border: 1mm dotted #000 }", "“dotted”"),
        ("p { width: 401mm }", "số quá lớn"),
        ("p { z-index: 1001 }", "số quá lớn"),
        ("p { width: 1vw }", "đơn vị “vw”"),
        ("p { font-size: 3em }", "cỡ chữ"),
        ("p { font: 400 150% x }", "cỡ chữ"),
        ("p:lang(vi) { top: 0 }", "“:lang()”"),
        ("p:not(:not(:not(b))) { top: 0 }", "“:not()”"),
        ("p { b { top: 0 } }", "sai cú pháp ở dòng"),
        ("p { top 0 }", "sai cú pháp ở dòng"),
        ("p", "sai cú pháp ở dòng"),
        ("p(b) { top: 0 }", "“:p()”"),
        ("p[x=url(a)] { top: 0 } ) { }", "sai cú pháp"),
        ("</style><script>", "ký tự không dùng được"),
        ("p { top: 0 }" * (RULES_LIMIT + 1), f"hơn {RULES_LIMIT} luật"),
        ("/*" + "x" * CSS_BYTES + "*/", "dài quá"),
    ],
)
def test_css_that_reads_computes_or_never_ends_is_refused_with_the_reason(css, reason):
    with pytest.raises(DesignError) as caught:
        own(css=css)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    "size", [(14, 30), (50, 14), (211, 30), (50, 298), (float("nan"), 30), (50, float("inf"))]
)
def test_a_label_of_no_size_is_refused(size):
    with pytest.raises(DesignError, match="khổ tem phải rộng 15–210 mm, cao 15–297 mm"):
        own(SLOTS, PLACES, *size)


def test_the_fields_of_a_design_are_those_of_a_stamp():
    assert set(FIELDS) >= {"product_name", "lot", "ingredients", "warning", "storage", "origin", "made_on"}
    assert all(own(f"{SLOTS}<p>${field}</p>") for field in FIELDS)


@settings(max_examples=200)
@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_written_is_a_design_or_a_sentence(html, css):
    with contextlib.suppress(DesignError):
        assert "<script" not in own(SLOTS + html, css).html


PIECES = (
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<br>",
    "$lot",
    "chữ ",
    "<img>",
    "<div class=x>",
    "</div>",
    "&#60;script>",
)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_reading_what_was_written_changes_nothing(html):
    try:
        design = own(SLOTS + html)
    except DesignError:
        return
    assert own(design.html).html == design.html
