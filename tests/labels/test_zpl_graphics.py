"""Pictures in the letters of ZPL, read back as a printer reads them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.zpl_graphics import SymbolSpeller, compress, download


def unpacked(digits: str, stride: int) -> list[str]:
    """Rows of ``~DG`` data (the guide's alternative data compression scheme) as a printer reads them."""
    rows: list[str] = []
    row = ""
    for count, digit in re.findall(r"([G-Yg-z]*)([0-9A-F,!:])", digits):
        if digit == ":":
            assert not row
            rows.append(rows[-1])
            continue
        if digit in ",!":
            row += ("0" if digit == "," else "F") * (2 * stride - len(row))
        else:
            times = sum(ord(one) - 70 if one <= "Y" else 20 * (ord(one) - 102) for one in count)
            row += digit * (times or 1)
        assert len(row) <= 2 * stride
        if len(row) == 2 * stride:
            rows.append(row)
            row = ""
    assert not row
    return rows


@pytest.mark.parametrize("module_dots", range(1, 41))
def test_a_symbol_is_spelt_in_the_fewest_dots_that_the_printer_can_magnify(module_dots):
    size, stride = 3, 8
    image = 0b10100000_01000000_11100000
    speller = SymbolSpeller(size, stride, module_dots)
    times = module_dots // speller.magnification
    assert speller.magnification * times == module_dots
    assert 1 <= speller.magnification <= 10
    assert all(module_dots % larger for larger in range(speller.magnification + 1, 11))
    rows = unpacked(speller.spell(image), speller.row_bytes)
    assert len(rows) == speller.rows == size * times
    for row, bits in enumerate(rows):
        digits = f"{int(bits, 16):0{8 * speller.row_bytes}b}"
        module_row = f"{image >> 8 * (2 - row // times) & 0xFF:08b}"
        assert digits == "".join(digit * times for digit in module_row)


@given(
    st.lists(
        st.binary(min_size=300, max_size=300) | st.sampled_from([b"\0" * 300, b"\xff" * 300]), min_size=1
    )
)
def test_a_stored_picture_is_read_back(rows):
    head = f"~DGR:A.GRF,{300 * len(rows)},300,"
    text = download("R:A.GRF", rows)
    assert text.startswith(head)
    assert unpacked(text.removeprefix(head).rstrip("\n"), 300) == [row.hex().upper() for row in rows]


@given(st.text(alphabet="0137F", min_size=2, max_size=900).map(lambda text: text[: len(text) // 2 * 2]))
def test_a_row_is_compressed_and_read_back(row):
    assert unpacked(compress(row), len(row) // 2) == [row]


@pytest.mark.parametrize(
    ("row", "packed"),
    [
        ("00000000", ","),
        ("FFFFFFFF", "!"),
        ("0F0F0F0F", "0F0F0F0!"),
        ("1" + "A" * 39 + "00", "1gYA,"),
        ("12AA", "12HA"),
    ],
)
def test_a_row_is_compressed_as_the_guide_shows(row, packed):
    assert compress(row) == packed
