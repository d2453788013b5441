"""Jobs of labels as whole processes: ours, and the same design by what others use.

`python -m benchmarks._label_jobs ours|weasyprint|blabel sheet|roll|zpl COUNT` prints the job into nothing and
tells its bytes and the most memory that the process had, in MB.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from labels import BUILT_IN, Layout, Stamp, StampText, cut_sheet, print_stamps, roll
from labels.design_files import DESIGN_FOLDER
from labels.zpl import print_zpl

HOST = "HTTPS://SOGOC.VN/S/"
DESIGN = BUILT_IN["stamp_50x30"]
LAYOUTS = {"sheet": Layout(cut_sheet(50, 30), DESIGN), "roll": Layout(roll(50, 30), DESIGN)}
TEXT = StampText(
    product_name="Xoài cát Hòa Lộc",
    lot="XCHL-260512",
    organisation="HTX Nông nghiệp Hòa Lộc, Cái Bè",
    packed_on="12/05/2026",
    expires_on="26/05/2026",
)
PAGES = {
    "sheet": "@page { size: A4; margin: 13.5mm 5mm } .label { float: left }",
    "roll": "@page { size: 50mm 30mm; margin: 0 } .label { break-after: page }",
}
STYLE = """.label { width: 50mm; height: 30mm; position: relative; overflow: hidden; break-after: auto }
.slot-qr > * { position: absolute; left: 2.5mm; top: 2.5mm; width: 15.75mm; height: 15.75mm }"""


def make_stamps(count: int) -> Iterator[Stamp]:
    """Stamps of random codes, the same at every run."""
    chosen = random.Random(count)
    for _ in range(count):
        code = "".join(chosen.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=13))
        yield Stamp(HOST + code, code)


def ours(kind: str, stamps: Iterator[Stamp]) -> Iterator[bytes]:
    """A job of ours as it is sent to a browser."""
    if kind == "zpl":
        return print_zpl(LAYOUTS["roll"], TEXT, stamps)
    return print_stamps(LAYOUTS[kind], TEXT, stamps)


def weasyprint(kind: str, stamps: Iterator[Stamp]) -> Iterator[bytes]:
    """One WeasyPrint document with a label per cell, each symbol as inline SVG by qrcode."""
    import qrcode  # noqa: PLC0415 — each process loads what it uses
    from qrcode.image.svg import SvgPathImage  # noqa: PLC0415
    from weasyprint import HTML  # noqa: PLC0415

    label = Template(_label("$qr", "$code"))
    cells = []
    for stamp in stamps:
        svg = qrcode.make(stamp.url, image_factory=SvgPathImage, border=0).to_string(encoding="unicode")
        cells.append(label.substitute(qr=svg, code=stamp.printed_code))
    links = "".join(f'<link rel="stylesheet" href="{name}.css">' for name in ("base", DESIGN.name))
    html = f'<!doctype html><meta charset="utf-8">{links}<style>{STYLE}{PAGES[kind]}</style>{"".join(cells)}'
    yield HTML(string=html, base_url=f"{DESIGN_FOLDER.as_uri()}/").write_pdf()


def blabel(kind: str, stamps: Iterator[Stamp]) -> Iterator[bytes]:
    """The same by blabel, which prints a label a page."""
    if kind != "roll":
        raise SystemExit(f"blabel prints rolls, not {kind}")
    from blabel import LabelWriter  # noqa: PLC0415
    from weasyprint import CSS  # noqa: PLC0415

    writer = LabelWriter(
        item_template=_label('<img src="{{ label_tools.qr_code(url) }}">', "{{ code }}"),
        default_stylesheets=(
            *(str(DESIGN_FOLDER / f"{name}.css") for name in ("base", DESIGN.name)),
            CSS(string=STYLE + "@page { size: 50mm 30mm; margin: 0 }"),
        ),
        default_base_url=f"{DESIGN_FOLDER.as_uri()}/",
    )
    yield writer.write_labels([{"url": stamp.url, "code": stamp.printed_code} for stamp in stamps])


def _label(symbol: str, code: str) -> str:
    """One label of the design with its text; ``symbol`` and ``code`` are the marks of a template."""
    values = {
        name: f'<a class="field"><span>{escape(getattr(TEXT, name))}</span></a>' for name in TEXT.__slots__
    }
    inside = Template(DESIGN.html).substitute(values)
    for slot, mark in (("qr", symbol), ("code", code)):
        inside = inside.replace(f'href="slot:{slot}">', f">{mark}", 1)
    return f'<section class="label">{inside}</section>'


MAKERS: dict[str, Callable[[str, Iterator[Stamp]], Iterator[bytes]]] = {
    "ours": ours,
    "weasyprint": weasyprint,
    "blabel": blabel,
}


@dataclass(frozen=True, slots=True)
class Done:
    """A job that was printed in a process of its own, from its start to its end."""

    seconds: float
    size: int
    peak_mb: float


def in_a_process(maker: str, kind: str, count: int) -> Done:
    """Print a job in a new process."""
    command = [sys.executable, "-m", "benchmarks._label_jobs", maker, kind, str(count)]
    root = Path(__file__).parents[1]
    begin = time.perf_counter()
    output = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    seconds = time.perf_counter() - begin
    size, peak_mb = output.split()
    return Done(seconds, int(size), float(peak_mb))


def main(maker: str, kind: str, count: str) -> None:
    size = sum(map(len, MAKERS[maker](kind, make_stamps(int(count)))))
    # Not getrusage: its peak is at least the parent's at the time of the fork.
    status = Path("/proc/self/status")
    found: Any = status.exists() and re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
    print(size, int(found[1]) / 1024 if found else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
