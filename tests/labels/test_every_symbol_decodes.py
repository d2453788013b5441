"""Every symbol of a job, in every format, is read: in the printer's dots, in a scanner's greys, and dirty.

16,000 readings, some 20 s of one core, most of it drawing: rolls a page a label, PNG a file a label.
"""

import io
import random
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from PIL import Image

from labels import BUILT_IN, Layout, Stamp, cut_sheet, print_stamps, roll
from labels.design import printable_characters, render_design
from labels.pictures import design_png
from labels.places import symbol_place
from labels.raster import page_grey, page_image
from labels.texts import check_text
from labels.zpl import print_zpl
from tests.labels.label_printer import printed_labels
from tests.labels.printed import TEXT, cells_of, make_stamps, read_codes

DESIGN = BUILT_IN["stamp_50x30"]
SHEET = Layout(cut_sheet(50, 30), DESIGN)
ROLL = Layout(roll(50, 30), DESIGN)
PRINTER_DPI = 203.2
SCANNER_DPI = 300.0
FINDER = 8
COUNT = 1_000
STAMPS = make_stamps(COUNT, seed=COUNT)


def pdf_labels(layout: Layout, stamps: list[Stamp], dpi: float) -> Iterator[Image.Image]:
    """The labels of a PDF made for a 203.2 dpi printer: its dots, or smoothed as a scanner sees them."""
    pdf = b"".join(print_stamps(layout, TEXT, stamps))
    grid, look = layout.grid, page_image if dpi == PRINTER_DPI else page_grey
    for number in range(-(-len(stamps) // len(grid.origins))):
        page = look(pdf, dpi, number)
        if dpi == PRINTER_DPI:
            yield from cells_of(page, layout)
            continue
        scale = dpi / PRINTER_DPI
        for left, top in grid.origins:
            box = (left, top, left + grid.label_width, top + grid.label_height)
            yield page.crop(tuple(round(side * scale) for side in box))


def scanned(picture: Image.Image) -> Image.Image:
    """A picture of 203.2 dpi as a scanner of 300 dpi sees it: no edge falls on a pixel's edge."""
    size = tuple(round(side * SCANNER_DPI / PRINTER_DPI) for side in picture.size)
    return picture.convert("L").resize(size, Image.Resampling.BILINEAR)


def sheet_labels(dpi: float) -> Iterator[Image.Image]:
    return pdf_labels(SHEET, STAMPS, dpi)


def roll_labels(dpi: float) -> Iterator[Image.Image]:
    return pdf_labels(ROLL, STAMPS, dpi)


def zpl_labels(dpi: float) -> Iterator[Image.Image]:
    labels = printed_labels(b"".join(print_zpl(ROLL, TEXT, STAMPS)), PRINTER_DPI)
    return labels if dpi == PRINTER_DPI else map(scanned, labels)


@cache
def pictures() -> tuple[Image.Image, ...]:
    """The files are of one resolution: drawn once, looked at twice."""
    found = []
    for stamp in STAMPS:
        with Image.open(io.BytesIO(design_png(DESIGN, TEXT, stamp, PRINTER_DPI))) as picture:
            found.append(picture.copy())
    return tuple(found)


def png_labels(dpi: float) -> Iterator[Image.Image]:
    return iter(pictures()) if dpi == PRINTER_DPI else map(scanned, pictures())


FORMATS: dict[str, Callable[[float], Iterator[Image.Image]]] = {
    "sheet": sheet_labels,
    "roll": roll_labels,
    "zpl": zpl_labels,
    "png": png_labels,
}


def soiled(label: Image.Image, dpi: float, url: str, chosen: random.Random) -> Image.Image:
    """The label with one module turned to the other colour: any but those of the three finder patterns.

    Error correction does not cover those (ISO/IEC 18004 §6.3.3); whether a symbol is found in spite of a
    wrong module there is up to the reader.
    """
    slot = render_design(DESIGN, check_text(TEXT, printable_characters())).slots["qr"]
    place = symbol_place(ROLL, slot, url)
    scale = dpi / PRINTER_DPI
    row, column = chosen.choice(modules_without_finders(place.encoder.tables.size))
    left, top = place.left + column * place.module_dots, place.top + row * place.module_dots
    box = (left, top, left + place.module_dots, top + place.module_dots)
    dirty = label.convert("L")
    middle = dirty.getpixel((round((box[0] + box[2]) / 2 * scale), round((box[1] + box[3]) / 2 * scale)))
    dirty.paste(0 if middle > 127 else 255, tuple(round(side * scale) for side in box))
    return dirty


def modules_without_finders(size: int) -> list[tuple[int, int]]:
    """Rows and columns of all modules but the finder patterns' and their separators'."""
    edge = {*range(FINDER), *range(size - FINDER, size)}
    far = range(size - FINDER, size)
    return [
        (row, column)
        for row in range(size)
        for column in range(size)
        if not ({row, column} <= edge and not (row in far and column in far))
    ]


@pytest.mark.parametrize("dpi", [PRINTER_DPI, SCANNER_DPI], ids=["printer", "scanner"])
@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_every_symbol_of_a_thousand_is_read_clean_and_with_a_module_of_dirt(make, dpi):
    chosen = random.Random(COUNT)
    labels = list(make(dpi))
    assert len(labels) >= COUNT
    assert {label.mode for label in labels} == {"1" if dpi == PRINTER_DPI else "L"}
    unread = {"clean": 0, "dirty": 0}
    for stamp, label in zip(STAMPS, labels, strict=False):
        unread["clean"] += read_codes(label) != [stamp.url]
        unread["dirty"] += read_codes(soiled(label, dpi, stamp.url, chosen)) != [stamp.url]
    assert unread == {"clean": 0, "dirty": 0}
