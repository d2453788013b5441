"""What a label printer prints, drawn by another program: the same dots as the PDF."""

from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from labels import (
    BUILT_IN,
    FieldMissingError,
    Layout,
    PrinterProfile,
    SecretSlotError,
    Stamp,
    roll,
)
from labels.places import symbol_place
from labels.qr import Symbol
from labels.raster import ink_box
from labels.zpl import print_zpl
from tests.labels.label_printer import (
    LAYOUTS,
    file_of,
    labels_of,
    pdf_picture,
    printed_labels,
    rendered,
    roll_of,
    stamps_for,
    text_boxes,
    without_texts,
)
from tests.labels.printed import HOST, TEXT, make_stamps, read_codes
from tests.labels.test_printing import symbol_picture


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.design.name}-{layout.dpi:g}")
def test_a_label_has_the_dots_of_the_pdf_and_its_symbol_is_read(layout):
    stamps = stamps_for(layout, 5)
    labels = list(printed_labels(file_of(layout, stamps), layout.dpi))
    assert len(labels) == len(stamps)
    for stamp, label in zip(stamps, labels, strict=True):
        paper = pdf_picture(layout, stamp)
        assert label.size == paper.size
        bare = [without_texts(picture, layout) for picture in (label, paper)]
        assert ImageChops.difference(*bare).getbbox() is None
        assert read_codes(label) == [stamp.url]


@pytest.mark.parametrize("level", ["M", "Q"])
@pytest.mark.parametrize("dpi", [203, 203.2, 300])
def test_every_module_is_whole_dots_with_its_quiet_zone(dpi, level):
    layout = roll_of(dpi=dpi, level=level)
    stamps = make_stamps(12)
    place = symbol_place(layout, rendered(layout).slots["qr"], stamps[0].url)
    assert (place.encoder.level in "QH") >= (level == "Q")
    edge = 4 * place.module_dots
    for stamp, label in zip(
        stamps, printed_labels(file_of(layout, stamps), 25.4 * layout.dots_per_mm), strict=True
    ):
        symbol = Symbol(
            place.encoder.version, place.encoder.level, place.encoder.mask, place.encoder.draw(stamp.url)
        )
        wanted = symbol_picture(symbol, place.module_dots)
        corner = (place.left - edge, place.top - edge)
        found = label.crop((*corner, corner[0] + wanted.width, corner[1] + wanted.height))
        assert found.tobytes() == wanted.tobytes()


def test_modules_larger_than_the_printer_magnifies_are_sent_larger():
    layout = roll_of("crate_100x70", 300)
    stamp = make_stamps(1)[0]
    place = symbol_place(layout, rendered(layout).slots["qr"], stamp.url)
    assert place.module_dots > 10
    (label,) = printed_labels(file_of(layout, [stamp]), 300)
    assert read_codes(label) == [stamp.url]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.design.name}-{layout.dpi:g}")
def test_texts_stand_where_the_pdf_has_them(layout):
    (stamp,) = stamps_for(layout, 1)
    (label,) = printed_labels(file_of(layout, [stamp]), layout.dpi)
    paper = pdf_picture(layout, stamp)
    for box in text_boxes(layout):
        ours, theirs = (ink_box(picture.crop(box)) for picture in (label, paper))
        # Whole dots a character make a line up to half a dot a character shorter or longer than the PDF's.
        assert max(abs(a - b) for a, b in zip(ours[1::2], theirs[1::2], strict=True)) <= 2
        assert abs((ours[0] + ours[2]) - (theirs[0] + theirs[2])) <= 8
        assert ours[2] - ours[0] >= 0.85 * (theirs[2] - theirs[0])


def test_a_carton_code_with_brackets_gets_the_room_that_they_need():
    layout = roll_of("carton_100x70")
    stamps = [Stamp(HOST + "1", "(00) 3893-1234-5678-9012-34"), *make_stamps(1)]
    first, second = labels_of(file_of(layout, stamps))[1]
    assert int(first[2]) > int(second[2])
    label = next(printed_labels(file_of(layout, stamps), 203.2))
    (box,) = text_boxes(layout)
    assert ink_box(label.crop(box))


def test_a_printer_profile_moves_the_whole_label():
    stamp = make_stamps(1)[0]
    (plain,) = printed_labels(file_of(roll_of(), [stamp]), 203.2)
    moved_layout = roll_of(profile=PrinterProfile(offset_x_mm=0.25, offset_y_mm=-0.125))
    (moved,) = printed_labels(file_of(moved_layout, [stamp]), 203.2)
    assert moved.size == plain.size
    shifted = Image.new("1", plain.size, 1)
    shifted.paste(plain, (2, -1))
    assert ImageChops.difference(moved.convert("L"), shifted.convert("L")).getbbox() is None
    paper = pdf_picture(moved_layout, stamp)
    bare = [without_texts(picture, moved_layout) for picture in (moved, paper)]
    assert ImageChops.difference(*bare).getbbox() is None


def test_a_stretched_label_has_the_dots_of_the_pdf():
    layout = Layout(roll(54, 34), BUILT_IN["stamp_50x30"], profile=PrinterProfile(scale_x=1.02, scale_y=0.98))
    stamp = make_stamps(1)[0]
    (label,) = printed_labels(file_of(layout, [stamp]), 203.2)
    bare = [without_texts(picture, layout) for picture in (label, pdf_picture(layout, stamp))]
    assert ImageChops.difference(*bare).getbbox() is None
    assert read_codes(label) == [stamp.url]


def test_a_design_smaller_than_the_label_stands_in_its_middle():
    layout = Layout(roll(60, 40), BUILT_IN["stamp_50x30"])
    stamp = make_stamps(1)[0]
    (label,) = printed_labels(file_of(layout, [stamp]), 203.2)
    (small,) = printed_labels(file_of(roll_of(), [stamp]), 203.2)
    assert label.size == (480, 320)
    assert label.crop((40, 40, 440, 280)).tobytes() == small.tobytes()


def test_payloads_of_different_shapes_share_a_job():
    urls = [
        "HTTPS://SOGOC.VN/S/7K3M9QX2W4TD1",
        "https://sogoc.vn/S/7K3M9QX2W4TD1",
        "HTTPS://TEM.HTXHOALOC.VN/S/7K3M9QX2W4TD1",
        "HTTPS://SOGOC.VN/S/7k3M9QX2W4TD2",
    ]
    stamps = [Stamp(url, "7K3M9QX2W4TD1") for url in urls]
    labels = printed_labels(file_of(roll_of(), stamps), 203.2)
    assert [read_codes(label) for label in labels] == [[url] for url in urls]


def test_a_scratch_code_and_its_place_need_each_other():
    stamp = replace(make_stamps(1)[0], secret="7K3M9QX2")
    with pytest.raises(SecretSlotError):
        print_zpl(roll_of(), TEXT, [stamp])
    with pytest.raises(FieldMissingError):
        print_zpl(roll_of("scratch_50x40"), TEXT, make_stamps(1))
    (label,) = printed_labels(file_of(roll_of("scratch_50x40"), [stamp]), 203.2)
    other = replace(stamp, secret="7K3M9QX3")
    (changed,) = printed_labels(file_of(roll_of("scratch_50x40"), [other]), 203.2)
    difference = ImageChops.difference(label.convert("L"), changed.convert("L")).getbbox()
    assert difference is not None
    (box,) = [found for found in text_boxes(roll_of("scratch_50x40")) if found[1] <= difference[1] < found[3]]
    assert difference[3] <= box[3]
