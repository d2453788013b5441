"""A PDF page as a label printer sees it: whole dots, each black or white. PDFium lives here and in
``labels.page_objects``.

Pictures are Pillow's mode ``1``: one bit a dot, 1 = white, rows padded to whole bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import pypdfium2
from PIL import Image, ImageChops

DOTS_LIMIT = 60_000_000
"""Most dots of a picture: an A4 page at 600 dpi has 35 million."""

_DARK_BELOW = 128
"""A dot of which ink covers more than half is black; no pattern of dots ever stands for a shade of grey."""

_rendering = Lock()  # PDFium may be entered by one thread at a time


def page_image(pdf: bytes, dpi: float, page: int = 0) -> Image.Image:
    """A page in black and white, one pixel a dot.

    Raises ``IndexError`` when there is no such page, ``ValueError`` for a file that is not a PDF, a
    resolution that is not positive or a page of more than ``DOTS_LIMIT`` dots.
    """
    grey = page_grey(pdf, dpi, page)
    return grey.point([0] * _DARK_BELOW + [255] * (256 - _DARK_BELOW), mode="1")


def page_grey(pdf: bytes, dpi: float, page: int = 0) -> Image.Image:
    """The page with its edges smoothed, 256 shades, for screens; raises what ``page_image`` raises."""
    if not 0 < dpi < math.inf:
        raise ValueError(f"dpi must be positive, not {dpi}")
    with opened_page(pdf, page) as found:
        width, height = (math.ceil(side_pt * dpi / 72) for side_pt in found.get_size())
        if width * height > DOTS_LIMIT:
            raise ValueError(f"{width} x {height} dots are more than {DOTS_LIMIT}")
        bitmap = found.render(scale=dpi / 72, grayscale=True)
        picture: Image.Image = bitmap.to_pil().convert("L").copy()  # the bitmap's memory goes with it
        bitmap.close()
        return picture


def page_size_pt(pdf: bytes, page: int = 0) -> tuple[float, float]:
    """Width and height of a page in points. Raises ``IndexError`` or ``ValueError`` like ``page_image``."""
    with opened_page(pdf, page) as found:
        width_pt, height_pt = found.get_size()
        return width_pt, height_pt


@contextmanager
def opened_page(pdf: bytes, number: int) -> Iterator[pypdfium2.PdfPage]:
    """A page in PDFium, while no other thread is in there. Raises ``IndexError`` or ``ValueError``."""
    with _rendering:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise ValueError("not a PDF") from error
        try:
            if not 0 <= number < len(document):
                raise IndexError(f"page {number} of {len(document)}")
            page = document[number]
            yield page
            page.close()
        finally:
            document.close()


def page_png(pdf: bytes, dpi: float, page: int = 0) -> bytes:
    """``page_image`` as a 1-bit PNG that knows its resolution; the same arguments give the same bytes."""
    output = io.BytesIO()
    page_image(pdf, dpi, page).save(output, "PNG", dpi=(dpi, dpi))
    return output.getvalue()


def page_rows(pdf: bytes, dpi: float, page: int = 0) -> Sequence[bytes]:
    """``page_image`` row by row from the top, 1 = black as printers have it, padded with white."""
    return image_rows(page_image(pdf, dpi, page))


def image_rows(image: Image.Image) -> Sequence[bytes]:
    """The rows of a picture of mode ``1`` from the top, 1 = black, padded with white to whole bytes."""
    stride = (image.width + 7) // 8
    padded = Image.new("1", (8 * stride, image.height), 1)
    padded.paste(image)
    dark = bytes(255 - byte for byte in padded.tobytes())
    return [dark[start : start + stride] for start in range(0, len(dark), stride)]


def ink_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of what is black on a picture of mode ``1``; ``None`` when nothing is."""
    return ImageChops.invert(image.convert("L")).getbbox()
