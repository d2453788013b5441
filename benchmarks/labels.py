"""Labels against a WeasyPrint document with a label per cell, symbols against qrcode: in turn, medians.

Both print the same design with the same texts. The document's labels a second are measured on two sheets:
its rate only falls with length.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import escape
from itertools import islice
from pathlib import Path
from statistics import median
from string import Template
from typing import Any

import qrcode
from qrcode.image.svg import SvgPathImage
from weasyprint import HTML

from labels import Layout, Stamp, StampText, print_stamps
from labels.design import DESIGN_FOLDER, render_design
from labels.qr import MASK_SAMPLE, job_encoder, make_symbol, symbol_encoder

ROUNDS = 5
SHEETS_OF_WEASYPRINT = 2
HOST = "HTTPS://SOGOC.VN/S/"
TEXT = StampText(
    product_name="Xoài cát Hòa Lộc",
    lot="XCHL-260512",
    organisation="HTX Nông nghiệp Hòa Lộc, Cái Bè",
    packed_on="12/05/2026",
    expires_on="26/05/2026",
)
PAGE = """@page { size: A4; margin: 13.5mm 5mm } .label { float: left; break-after: auto }
.slot-qr svg { width: 100%; height: 100% }"""


def make_stamps(count: int) -> Iterator[Stamp]:
    """Stamps of random codes, the same at every run."""
    chosen = random.Random(count)
    for _ in range(count):
        code = "".join(chosen.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=13))
        yield Stamp(HOST + code, code)


def stamp_job(kind: str, count: int) -> int:
    """Print a job into nothing; its bytes."""
    return sum(map(len, print_stamps(Layout(kind), TEXT, make_stamps(count))))


def stamp_job_cold() -> None:
    """1,000 labels on A4 with nothing remembered but Python's modules."""
    render_design.cache_clear()
    symbol_encoder.cache_clear()
    stamp_job("a4", 1_000)


def weasyprint_document(stamps: list[Stamp]) -> bytes:
    """The same labels as one WeasyPrint document, each with its symbol as inline SVG by qrcode."""
    source = Template((DESIGN_FOLDER / "stamp_50x30.html").read_text(encoding="utf-8"))
    fields = {name: getattr(TEXT, name) for name in TEXT.__slots__}
    values = {name: f'<a class="field"><span>{escape(value)}</span></a>' for name, value in fields.items()}
    cells = []
    for stamp in stamps:
        svg = qrcode.make(stamp.url, image_factory=SvgPathImage).to_string(encoding="unicode")
        cell = source.substitute(values).replace('href="slot:qr">', f">{svg}", 1)
        cells.append(cell.replace('href="slot:code">', f">{stamp.printed_code}", 1))
    body = "".join(f'<section class="label">{cell}</section>' for cell in cells)
    links = "".join(f'<link rel="stylesheet" href="{name}.css">' for name in ("base", "stamp_50x30"))
    html = f'<!doctype html><html lang="vi"><meta charset="utf-8">{links}<style>{PAGE}</style>{body}'
    document: bytes = HTML(string=html, base_url=DESIGN_FOLDER.as_uri() + "/").write_pdf()
    return document


def alternately(*works: Callable[[], object]) -> list[float]:
    """Median seconds of each work, their runs taken in turn."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, seconds, strict=True):
            begin = time.perf_counter()
            work()
            taken.append(time.perf_counter() - begin)
    return [median(taken) for taken in seconds]


def row(
    name: str, value: float, unit: str, *, against: str, ratio: float | None, aim: str, met: bool
) -> dict[str, Any]:
    return {
        "group": "labels", "name": name, "value": value, "unit": unit,
        "against": against, "ratio": ratio, "aim": aim, "met": met,
    }  # fmt: skip


def against_weasyprint() -> Iterator[dict[str, Any]]:
    stamps = list(make_stamps(SHEETS_OF_WEASYPRINT * Layout().labels_a_page))
    ours, theirs = alternately(stamp_job_cold, lambda: weasyprint_document(stamps))
    rate, document_rate = 1_000 / ours, len(stamps) / theirs
    yield row(
        "1,000 labels on A4, design and tables included", rate, "labels/s",
        against=f"WeasyPrint, a label per cell: {document_rate:.0f} labels/s",
        ratio=rate / document_rate, aim="≥ 25 ×", met=rate >= 25 * document_rate,
    )  # fmt: skip


def first_sheet() -> Iterator[dict[str, Any]]:
    stamp_job("a4", 40)
    (seconds,) = alternately(lambda: stamp_job("a4", 40))
    yield row(
        "first 40 labels in a warm server", 1_000 * seconds, "ms",
        against="", ratio=None, aim="≤ 10 ms", met=seconds <= 0.010,
    )  # fmt: skip


def whole_processes() -> Iterator[dict[str, Any]]:
    """100,000 labels in a process of their own, from its start to its end."""
    for kind, most_seconds, most_mb, most_bytes in (("a4", 6, 130, 160), ("roll", 8, 160, 400)):
        taken, memory, size = [], 0.0, 0
        for _ in range(3):
            begin = time.perf_counter()
            command = [sys.executable, "-m", "benchmarks.labels", kind, "100000"]
            root = Path(__file__).parents[1]
            output = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
            taken.append(time.perf_counter() - begin)
            size, memory = int(output.split()[0]), float(output.split()[1])
        seconds = median(taken)
        bytes_a_label = size / 100_000
        yield row(
            f"100,000 labels on {kind}, whole process ({memory:.0f} MB, {bytes_a_label:.0f} bytes a label)",
            seconds, "s", against="", ratio=None,
            aim=f"≤ {most_seconds} s, ≤ {most_mb} MB, ≤ {most_bytes} bytes a label",
            met=seconds <= most_seconds and memory <= most_mb and bytes_a_label <= most_bytes,
        )  # fmt: skip


def symbols() -> Iterator[dict[str, Any]]:
    urls = [stamp.url for stamp in make_stamps(50_000)]
    few, some = urls[:20], urls[:2_000]

    def job_mask() -> None:
        encoder = job_encoder(urls[0], islice(urls, MASK_SAMPLE))
        for url in urls:
            encoder.draw(url).to_bytes(encoder.tables.image_bytes, "big")

    def own_mask() -> None:
        for url in some:
            make_symbol(url)

    def by_qrcode() -> None:
        for url in few:
            code = qrcode.QRCode()
            code.add_data(url)
            code.make()

    job, own, theirs = alternately(job_mask, own_mask, by_qrcode)
    reference = len(few) / theirs
    for name, rate, aim in (
        ("symbols with a job's mask", len(urls) / job, 300_000),
        ("symbols with the best mask of each", len(some) / own, 5_000),
    ):
        yield row(
            name, rate, "symbols/s", against=f"qrcode: {reference:.0f} symbols/s",
            ratio=rate / reference, aim=f"≥ {aim:,} symbols/s", met=rate >= aim,
        )  # fmt: skip


def run() -> list[dict[str, Any]]:
    """All rows of the group, about two minutes."""
    return [*against_weasyprint(), *first_sheet(), *whole_processes(), *symbols()]


if __name__ == "__main__":
    # Not getrusage: its peak is at least the parent's at the time of the fork.
    size = stamp_job(sys.argv[1], int(sys.argv[2]))
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    print(size, int(peak[1]) / 1024 if peak else 0)
