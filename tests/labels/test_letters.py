"""All Vietnamese letters on paper: copied out of the PDF, and looked at in the dots of a label printer."""

import itertools
import unicodedata
from dataclasses import replace

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from labels import print_stamps
from labels.design_files import FONT_FOLDER
from tests.labels.printed import TEXT, layout_of, make_stamps, pdfium_pages

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưy"
TONED = [unicodedata.normalize("NFC", vowel + tone) for vowel, tone in itertools.product(VOWELS, TONES)]
LOWER = [letter for letter in TONED if letter not in "aeiouy"] + ["đ"]
ACCENTED = LOWER + [letter.upper() for letter in LOWER]
LETTERS_A_LABEL = 7  # on one line
SIZE_PT = 16.5  # of the name on a crate stamp, when it is short
DPI = 203.2
MARGIN = 3
FINE = 8  # times the printer's dots, so that the font's hints for screens change nothing


def picture_of(letter: str) -> Image.Image:
    """The letter as the font file draws it, in the printer's dots, cut to its ink."""
    font = ImageFont.truetype(str(FONT_FOLDER / "BeVietnamPro-Bold.ttf"), FINE * SIZE_PT * DPI / 72)
    canvas = Image.new("L", (120 * FINE, 120 * FINE), 255)
    ImageDraw.Draw(canvas).text((30 * FINE, 80 * FINE), letter, font=font, fill=0, anchor="ls")
    return cut(canvas.reduce(FINE))


def cut(picture: Image.Image) -> Image.Image:
    dark = picture.convert("L").point(lambda level: 255 * (level < 128))
    return dark.crop(dark.getbbox())


def difference(one: Image.Image, other: Image.Image) -> int:
    """Dots that differ at the best of nine places one dot apart."""
    size = (max(one.width, other.width) + 2, max(one.height, other.height) + 2)
    fixed = Image.new("L", size)
    fixed.paste(one, (1, 1))
    counts = []
    for left, top in itertools.product(range(3), repeat=2):
        moved = Image.new("L", size)
        moved.paste(other, (left, top))
        counts.append(ImageChops.difference(fixed, moved).histogram()[255])
    return min(counts)


def printed_letters(letters: list[str], folder) -> tuple[list[str], list[Image.Image]]:
    """The name's letters as text, and each as it is printed."""
    path = folder / "label.pdf"
    text = replace(TEXT, product_name=" ".join(letters))
    path.write_bytes(b"".join(print_stamps(layout_of("roll", "crate_100x70"), text, make_stamps(1))))
    (page,) = pdfium_pages(path, DPI)
    document = pypdfium2.PdfDocument(path)
    try:
        words = document[0].get_textpage()
        copied = words.get_text_range()
        places = [number for number, character in enumerate(copied) if not character.isspace()]
        places = places[: len(letters)]
        found = [unicodedata.normalize("NFC", copied[number]) for number in places]
        boxes = [words.get_charbox(number) for number in places]
    finally:
        document.close()
    return found, [cut(page.crop(in_dots(box, page.height))) for box in boxes]


def in_dots(box: tuple[float, float, float, float], height: int) -> tuple[int, int, int, int]:
    left, bottom, right, top = (side * DPI / 72 for side in box)
    return (
        int(left) - MARGIN,
        int(height - top) - MARGIN,
        int(right) + 1 + MARGIN,
        int(height - bottom) + 1 + MARGIN,
    )


def test_there_are_134_accented_letters():
    assert len(set(ACCENTED)) == len(ACCENTED) == 134
    assert all(unicodedata.is_normalized("NFC", letter) and len(letter) == 1 for letter in ACCENTED)


@pytest.fixture(scope="module")
def pictures() -> dict[str, Image.Image]:
    return {letter: picture_of(letter) for letter in ACCENTED}


@pytest.mark.parametrize("start", range(0, 134, LETTERS_A_LABEL))
def test_each_letter_is_copied_out_and_looks_like_itself_and_no_other(start, pictures, tmp_path):
    letters = ACCENTED[start : start + LETTERS_A_LABEL]
    words, printed = printed_letters(letters, tmp_path)
    assert words == letters
    for letter, picture in zip(letters, printed, strict=True):
        near = [
            other
            for other, shape in pictures.items()
            if abs(shape.width - picture.width) < 4 and abs(shape.height - picture.height) < 4
        ]
        assert min(near, key=lambda other: difference(picture, pictures[other])) == letter
