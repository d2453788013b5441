"""A label printer made of paper: takes our ZPL and gives back its labels, drawn by another program."""

import re
from collections.abc import Iterator
from dataclasses import replace

import zplkit
from PIL import Image
from zplkit.rendering import Limits

from labels import (
    BUILT_IN,
    Layout,
    Stamp,
    print_stamps,
    roll,
)
from labels.design import PICTURE_SLOTS, printable_characters, render_design
from labels.places import stretched
from labels.raster import page_image
from labels.texts import check_text
from labels.zpl import print_zpl
from tests.labels.printed import TEXT, make_stamps

LIMITS = Limits(graphic_bytes=4_000_000, input_bytes=64_000_000, labels=10_000, pixels=1 << 40)
LABELS_AT_ONCE = 64

HEX = r"[0-9A-FG-Yg-z,:!]+"
OPENING = re.compile(rf"~DGR:SOGOCD\.GRF,\d+,\d+,{HEX}\n")
LABEL = re.compile(
    r"~DGR:SOGOCQ\.GRF,\d+,\d+,[0-9A-F:]+\n"
    r"\^XA\^PW\d+\^LL\d+\^LH0,0\^FO\d+,\d+\^XGR:SOGOCD\.GRF,1,1\^FS"
    r"\^FO\d+,\d+\^XGR:SOGOCQ\.GRF,(\d+),\1\^FS"
    r"(?:\^FO\d+,\d+\^GFA,(\d+),\2,\d+,[0-9A-F:]+\^FS)+"
    r"(?:\^PQ(?P<copies>\d+))?\^XZ\n"
)
CLOSING = "^XA^IDR:SOGOCD.GRF^FS^IDR:SOGOCQ.GRF^FS^XZ\n"


def roll_of(design: str = "stamp_50x30", dpi: float = 203.2, **more) -> Layout:
    chosen = BUILT_IN[design]
    return Layout(roll(chosen.width_mm, chosen.height_mm), chosen, dpi, **more)


LAYOUTS = [roll_of(design, dpi) for design in BUILT_IN for dpi in (203.2, 300)]


def stamps_for(layout: Layout, count: int) -> list[Stamp]:
    secret = "7K3M9QX2" if "slot:secret" in layout.design.html else ""
    return [replace(stamp, secret=secret) for stamp in make_stamps(count)]


def file_of(layout: Layout, stamps) -> bytes:
    return b"".join(print_zpl(layout, TEXT, stamps))


def pdf_picture(layout: Layout, stamp: Stamp) -> Image.Image:
    return page_image(b"".join(print_stamps(layout, TEXT, [stamp])), layout.dots_per_mm * 25.4)


def rendered(layout: Layout):
    return render_design(layout.design, check_text(TEXT, printable_characters()))


def text_boxes(layout: Layout) -> list[tuple[int, ...]]:
    """Where a label's own texts stand, in dots, a line's height to spare."""
    left, top = layout.grid.origins[0]
    boxes = []
    for slot, box in rendered(layout).slots.items():
        if slot not in PICTURE_SLOTS:
            room = stretched(box, layout.profile)
            sides = [side * layout.dots_per_mm for side in (room.left, room.top, room.right, room.bottom)]
            boxes.append(
                tuple(round(side + (top if index % 2 else left)) for index, side in enumerate(sides))
            )
    return boxes


def without_texts(picture: Image.Image, layout: Layout) -> Image.Image:
    bare = picture.convert("L")
    for box in text_boxes(layout):
        bare.paste(255, box)
    return bare


def labels_of(file: bytes) -> tuple[str, list[re.Match[str]]]:
    """The stored design and each label's commands, when the file is exactly those and the closing."""
    text = file.decode("ascii")
    opening = OPENING.match(text)
    assert opening
    assert text.endswith(CLOSING)
    found = list(LABEL.finditer(text, opening.end()))
    assert opening.group() + "".join(label.group() for label in found) + CLOSING == text
    return opening.group(), found


def printed_labels(file: bytes, dpi: float) -> Iterator[Image.Image]:
    """Each label once as the printer's dots, without its copies."""
    opening, labels = labels_of(file)
    commands = [re.sub(r"\^PQ\d+", "", label.group()) for label in labels]
    options = zplkit.Options(profile="specification", dpi=round(dpi - 0.2))
    for start in range(0, len(commands), LABELS_AT_ONCE):
        batch = (opening + "".join(commands[start : start + LABELS_AT_ONCE])).encode("ascii")
        document = zplkit.render(batch, options, limits=LIMITS)
        assert list(document.warnings) == []
        for scene in document.labels:
            raster = scene.rasterize()
            yield Image.frombytes("L", (raster.width, raster.height), raster.pixels).convert("1")
