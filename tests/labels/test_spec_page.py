"""The examples of docs/spec/stamp-sheet.md, derived again."""

import re
from itertools import islice

from labels import BUILT_IN, Layout, Stamp
from labels.code128 import symbol_characters
from labels.design import printable_characters, render_design
from labels.places import LEAST_MODULE_MM
from labels.qr import Segments, make_symbol, sample_payloads, smallest_version, stamp_encoder
from labels.qr_tables import modules_a_side
from labels.sheets import module_dots
from labels.texts import check_text
from tests.conftest import SPEC_FOLDER
from tests.labels.printed import LAYOUTS, TEXT


def symbol_lines(payload: str) -> str:
    symbol = make_symbol(payload)
    rows = [row.replace("1", "#").replace("0", ".") for row in symbol.rows()]
    return "\n".join([f"version {symbol.version} level {symbol.level} mask {symbol.mask}", *rows, ""])


def geometry_line(layout: Layout, payload: str) -> str:
    grid = layout.grid
    slot = render_design(layout.design, check_text(TEXT, printable_characters())).slots["qr"]
    dots = module_dots(slot.width, make_symbol(payload).size, layout.dots_per_mm)
    paper = f"{layout.paper.kind:5} {layout.design.name:12} {layout.dpi:5g} dpi"
    page = f"page {grid.page_width:4} x {grid.page_height:4}"
    labels = f"labels {layout.labels_a_page:2} of {grid.label_width:4} x {grid.label_height:3}"
    left, top = grid.origins[0]
    module = f"module {dots:2} = {dots / layout.dots_per_mm:.3f} mm"
    return f"{paper}  {page}  {labels}  first at {left:2}, {top:3}  {module}\n"


def test_the_symbol_and_its_code(spec_examples):
    page = spec_examples("stamp-sheet")
    payload = page["payload"].strip()
    assert symbol_lines(payload) == page["symbol"]
    assert Stamp(payload, payload.rpartition("/")[2]).printed_code == page["code"].strip()


def test_the_geometry(spec_examples):
    page = spec_examples("stamp-sheet")
    payload = page["payload"].strip()
    assert "".join(geometry_line(layout, payload) for layout in LAYOUTS) == page["geometry"]


def test_the_symbols_of_a_job(spec_examples):
    page = spec_examples("stamp-sheet")
    encoder = stamp_encoder(page["payload"].strip())
    samples = list(islice(sample_payloads("", 13), 2))
    first = f"version {encoder.version} level {encoder.level} mask {encoder.mask}"
    assert "\n".join([first, *samples, ""]) == page["job"]


def test_hosts_and_versions_named_on_the_page():
    fixed = len("HTTPS:///S/") + 13
    assert [smallest_version(Segments(0, fixed + host)) for host in (14, 15, 37, 38)] == [2, 3, 3, 4]
    assert [smallest_version(Segments(0, fixed + 6 + host)) for host in (8, 9, 31, 32)] == [2, 3, 3, 4]
    assert modules_a_side(2) == 25
    assert LEAST_MODULE_MM == 0.33


def test_the_bars_of_a_carton_code(spec_examples):
    people, characters = spec_examples("carton-code")["bars"].splitlines()
    digits = "".join(each for each in people if each.isdigit())
    assert " ".join(map(str, symbol_characters(digits))) == characters


def test_the_table_of_labels_names_every_design_with_its_symbol():
    page = (SPEC_FOLDER / "stamp-sheet.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([\d × ]+ mm) \| ([\d.]+) mm \|", page, re.MULTILINE)
    text = check_text(TEXT, printable_characters())
    assert {name: (size, float(symbol)) for name, size, symbol in rows} == {
        name: (
            f"{design.width_mm:g} × {design.height_mm:g} mm",
            round(render_design(design, text).slots["qr"].width, 2),
        )
        for name, design in BUILT_IN.items()
    }
