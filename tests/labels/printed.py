"""Reads printed pages back as printers see them: 1-bit pixels at their resolution, from four renderers."""

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from labels import BUILT_IN, STOCKS, Design, Layout, Stamp, StampText

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HOST = "HTTPS://SOGOC.VN/S/"
TEXT = StampText(
    product_name="Xoài cát Hòa Lộc",
    lot="XCHL-260512",
    organisation="HTX Nông nghiệp Hòa Lộc, Cái Bè",
    packed_on="12/05/2026",
    expires_on="26/05/2026",
    weight="20 kg",
    grade="Loại 1",
    sender="Ấp Hòa, xã Hòa Hưng, tỉnh Tiền Giang",
)
PAPERS = {"sheet": "a4_cut", "roll": "roll"}
"""The stocks of each kind of paper begin with this word."""


def design_of(width_mm: float, height_mm: float) -> Design:
    """A design of a size, for geometry: nobody renders it."""
    return Design("test", "Thử", width_mm, height_mm, "", "")


def layout_of(kind: str = "sheet", design: str = "stamp_50x30", dpi: float = 203.2, **more) -> Layout:
    """A built-in design on paper of its own size."""
    size = design.rpartition("_")[2]
    return Layout(STOCKS[f"{PAPERS[kind]}_{size}"].paper, BUILT_IN[design], dpi, **more)


LAYOUTS = [
    layout_of(kind, design, dpi)
    for kind in PAPERS
    for design in ("stamp_50x30", "crate_100x70")
    for dpi in (203.2, 300, 600)
]


def layout_name(layout: Layout) -> str:
    return f"{layout.paper.kind}-{layout.design.name}-{layout.dpi:g}"


def make_stamps(count: int, host: str = HOST, seed: int = 1) -> list[Stamp]:
    chosen = random.Random(seed)
    codes = ["".join(chosen.choices(ALPHABET, k=13)) for _ in range(count)]
    return [Stamp(host + code, code) for code in codes]


def poppler_pages(pdf: Path, dpi: float) -> Iterator[Image.Image]:
    return _command_pages(pdf, "pdftoppm", "-mono", "-r", f"{dpi}", pdf, pdf.with_suffix(""))


def ghostscript_pages(pdf: Path, dpi: float) -> Iterator[Image.Image]:
    output = f"-sOutputFile={pdf.with_suffix('')}-%05d.pbm"
    return _command_pages(pdf, "gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pbmraw", f"-r{dpi}", output, pdf)


def mupdf_pages(pdf: Path, dpi: float) -> Iterator[Image.Image]:
    output = f"{pdf.with_suffix('')}-%05d.pbm"
    return _command_pages(pdf, "mutool", "draw", "-q", "-r", f"{dpi}", "-o", output, pdf)


def pdfium_pages(pdf: Path, dpi: float) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            grey = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            yield grey.point(lambda level: 255 * (level > 127)).convert("1")
    finally:
        document.close()


RENDERERS: dict[str, Callable[[Path, float], Iterator[Image.Image]]] = {
    "poppler": poppler_pages,
    "ghostscript": ghostscript_pages,
    "mupdf": mupdf_pages,
    "pdfium": pdfium_pages,
}


def _command_pages(pdf: Path, program: str, *arguments: object) -> Iterator[Image.Image]:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)
    for path in sorted(pdf.parent.glob(f"{pdf.stem}-*.pbm")):
        with Image.open(path) as page:
            yield page.copy()
        path.unlink()


def read_codes(picture: Image.Image) -> list[str]:
    """The texts of all QR symbols on a picture; phantom Micro QR symbols are not asked for."""
    return [
        found.text
        for found in zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    ]


def cells_of(page: Image.Image, layout: Layout) -> Iterator[Image.Image]:
    """Each label of a page as its own picture."""
    grid = layout.grid
    for left, top in grid.origins:
        yield page.crop((left, top, left + grid.label_width, top + grid.label_height))
