from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError
from ledger.coop.paper.print_specs import OFFICE_PRINTER, PrintSpec, check_spec, format_spec, parse_spec

GRID = tuple(map(Decimal, ("210", "297", "70", "37", "3", "8", "0", "0.5", "70", "37")))


def problems(**changes):
    checks = Checks()
    check_spec(checks, replace(OFFICE_PRINTER, **changes))
    try:
        checks.finish()
    except CommandError as error:
        return [problem.field for problem in error.problems]
    return []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"file": "zpl", "paper": "roll_50x30", "dpi": 300},
        {"dpi": 600, "level": "Q", "used_cells": 1000, "copies": 100, "has_secret": True},
        {"paper": "grid", "grid": GRID},
        {"design": "own:7d9f1a52-0a4f-4c5e-9d3e-000000000000"},
        {"offset_x_mm": Decimal(-10), "offset_y_mm": Decimal("2.5"), "scale_x": Decimal("0.97")},
    ],
)
def test_what_a_printer_can_do_is_accepted(changes):
    assert problems(**changes) == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("file", ["", "exe", "PDF"]),
        ("paper", ["", "../a4", "A4", "x" * 41]),
        ("design", ["", "own:", "own:../x", "http://x", "<b>"]),
        ("dpi", [0, -203, 204, 10_000_000]),
        ("level", ["", "L", "H"]),
        ("copies", [0, -1, 101, 10_000_000]),
        ("used_cells", [-1, 1001]),
        ("offset_x_mm", [Decimal("10.001"), Decimal(-11), Decimal("NaN"), Decimal("Infinity")]),
        ("offset_y_mm", [Decimal("10.001")]),
        ("scale_x", [Decimal("0.969"), Decimal(0), Decimal("NaN")]),
        ("scale_y", [Decimal("1.031"), Decimal(-1)]),
        ("grid", [GRID]),
    ],
)
def test_what_no_printer_can_do_is_refused_by_its_field(field, wrong):
    for value in wrong:
        assert problems(**{field: value}) == [field], value


def test_zpl_is_for_the_two_kinds_of_label_printers():
    assert problems(file="zpl", dpi=600) == ["dpi"]


@pytest.mark.parametrize(
    "grid",
    [
        (),
        GRID[:9],
        (*GRID, Decimal(1)),
        (*GRID[:4], Decimal("1.5"), *GRID[5:]),
        (*GRID[:5], Decimal(0), *GRID[6:]),
        (Decimal(0), *GRID[1:]),
        (Decimal(-210), *GRID[1:]),
        (Decimal("NaN"), *GRID[1:]),
        (Decimal(10) ** 9, *GRID[1:]),
    ],
)
def test_own_grid_without_ten_sensible_numbers_is_refused(grid):
    assert problems(paper="grid", grid=grid) == ["grid"]


_MM = st.decimals("-10", "10", places=3)
_SPECS = st.builds(
    PrintSpec,
    file=st.sampled_from(["pdf", "zpl"]),
    paper=st.from_regex(r"[a-z0-9_]{1,20}", fullmatch=True),
    grid=st.just(()) | st.tuples(*[st.decimals("0", "500", places=2)] * 10),
    design=st.sampled_from(["stamp_50x30", "own:abc"]),
    dpi=st.sampled_from([203, 300, 600]),
    level=st.sampled_from(["M", "Q"]),
    used_cells=st.integers(0, 1000),
    copies=st.integers(1, 100),
    offset_x_mm=_MM,
    offset_y_mm=_MM,
    scale_x=st.decimals("0.97", "1.03", places=4),
    scale_y=st.decimals("0.97", "1.03", places=4),
    has_secret=st.booleans(),
)


@given(_SPECS)
def test_text_of_a_spec_reads_back_as_the_same_spec(spec):
    assert parse_spec(format_spec(spec)) == spec


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"v":1', '"v":2'),
        ('"dpi":203', '"dpi":203.0'),
        ('"dpi":203', '"dpi": 203'),
        ('"copies":1,', ""),
        ('{"v"', '{"x":0,"v"'),
        ('"scale_x":"1"', '"scale_x":1'),
        ('"scale_x":"1"', '"scale_x":"one"'),
        ('"scale_x":"1"', '"scale_x":null'),
        ('"grid":[]', '"grid":7'),
        ('"has_secret":false', '"has_secret":0'),
    ],
)
def test_text_that_is_not_the_one_form_is_refused(old, new):
    text = format_spec(OFFICE_PRINTER)
    assert old in text
    with pytest.raises(ValueError, match="print spec"):
        parse_spec(text.replace(old, new))
