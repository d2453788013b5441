"""QR symbols as an affine map over GF(2), measured once from ``qrcode``'s own functions.

For a fixed version and error level every step after the data bits is linear or constant: Reed-Solomon is
linear (ISO/IEC 18004 §7.5), interleaving and placement are permutations (§7.6, §7.7), function patterns,
format information and the mask are constants (§6.3, §7.8, §7.9). So

    symbol(data) = blank(mask) XOR (XOR of bit_images[i] for every data bit i that is 1).

A symbol is one Python integer: rows from the top, each row padded to whole bytes, most significant bit first,
1 = dark. ``int.to_bytes`` of it is the 1-bit image that PDF and PNG want.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, reduce
from operator import mul
from typing import Literal

from qrcode import constants
from qrcode.base import Polynomial, gexp, glog, rs_blocks
from qrcode.main import QRCode

VERSIONS = range(2, 9)
"""Versions that a stamp may use: 25 to 49 modules a side."""

MASKS = range(8)
"""Mask pattern references (ISO/IEC 18004 table 10)."""

Level = Literal["L", "M", "Q", "H"]

LEVELS: dict[Level, int] = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
"""Error correction levels, weakest first, with ``qrcode``'s number for each."""


@dataclass(frozen=True, slots=True)
class SymbolTables:
    """What never changes between two symbols of one version and level.

    ``size`` is modules a side, ``stride`` bits a row of the image; ``blanks[mask]`` is the symbol of all-zero
    data; ``bit_images[i]`` is what data bit ``i`` (first bit = most significant bit of codeword 0) flips.
    """

    size: int
    stride: int
    blanks: tuple[int, ...]
    bit_images: tuple[int, ...]

    @property
    def data_bits(self) -> int:
        """Bits that mode, count, characters, terminator and padding share (ISO/IEC 18004 table 7)."""
        return len(self.bit_images)

    @property
    def image_bytes(self) -> int:
        """Bytes of the 1-bit image."""
        return self.size * self.stride // 8


def modules_a_side(version: int) -> int:
    """Modules a side of a version, ISO/IEC 18004 table 1."""
    return 17 + 4 * version


def row_stride(size: int) -> int:
    """Bits a row when rows are padded to whole bytes."""
    return (size + 7) // 8 * 8


@cache
def data_bits(version: int, level: Level) -> int:
    """Data bits of a version and level, without building its tables."""
    return 8 * sum(int(block.data_count) for block in rs_blocks(version, LEVELS[level]))


@cache
def symbol_tables(version: int, level: Level) -> SymbolTables:
    """The tables of one version and level; 5 to 60 ms the first time, then remembered."""
    size = modules_a_side(version)
    stride = row_stride(size)
    blocks = [(int(block.data_count), int(block.total_count)) for block in rs_blocks(version, LEVELS[level])]
    codewords = sum(total for _, total in blocks)
    blanks = tuple(_drawn(version, level, mask, [0] * codewords) for mask in MASKS)
    placed = _placement(version, level, codewords, blanks[0])
    return SymbolTables(size, stride, blanks, tuple(_bit_images(blocks, placed)))


def _drawn(version: int, level: Level, mask: int, codewords: list[int]) -> int:
    """``qrcode``'s drawing of final codewords, as an integer."""
    code = QRCode(version=version, error_correction=LEVELS[level], mask_pattern=mask)
    code.data_cache = codewords
    code.makeImpl(test=False, mask_pattern=mask)
    padding = "0" * (row_stride(code.modules_count) - code.modules_count)
    rows = ("".join("1" if dark else "0" for dark in row) + padding for row in code.modules)
    return int("".join(rows), 2)


def _placement(version: int, level: Level, codewords: int, blank: int) -> list[int]:
    """The one-module image of every codeword bit.

    Codeword bit ``i`` is drawn in the planes where ``i + 1`` has a 1, so each module spells its own bit's
    number.
    """
    total = 8 * codewords
    plane_count = total.bit_length()
    numbers: dict[int, int] = {}
    for plane in range(plane_count):
        bits = "".join(str((index + 1) >> plane & 1) for index in range(total))
        drawn = _drawn(version, level, 0, list(int(bits, 2).to_bytes(codewords, "big"))) ^ blank
        for position in _ones(drawn):
            numbers[position] = numbers.get(position, 0) | 1 << plane
    placed = [0] * total
    for position, number in numbers.items():
        placed[number - 1] = 1 << position
    return placed


def _ones(number: int) -> Iterator[int]:
    """Positions of the 1 bits, least significant first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _bit_images(blocks: list[tuple[int, int]], placed: list[int]) -> Iterator[int]:
    """What each data bit flips: its own module and those of its block's error correction codewords."""
    data_homes, correction_homes = _interleaving(blocks)
    for block, (data_count, total_count) in enumerate(blocks):
        remainders = _remainders(data_count, total_count - data_count)
        for index in range(data_count):
            for shift in range(7, -1, -1):
                image = placed[8 * data_homes[block][index] + 7 - shift]
                for home, value in zip(correction_homes[block], remainders[index], strict=True):
                    product = gexp(glog(value) + shift) if value else 0
                    for bit in _ones(product):
                        image ^= placed[8 * home + 7 - bit]
                yield image


def _interleaving(blocks: list[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    """Where each block's data and correction codewords stand in the final sequence (ISO/IEC 18004 §7.6)."""
    counter = iter(range(sum(total for _, total in blocks)))
    homes: list[list[list[int]]] = []
    for lengths in ([data for data, _ in blocks], [total - data for data, total in blocks]):
        part: list[list[int]] = [[] for _ in lengths]
        for index in range(max(lengths)):
            for block, length in enumerate(lengths):
                if index < length:
                    part[block].append(next(counter))
        homes.append(part)
    return homes[0], homes[1]


@cache
def _remainders(data_count: int, correction_count: int) -> list[list[int]]:
    """Error correction codewords of a block whose only non-zero data codeword is 1, for each place of that 1.

    x^k mod g from x^(k-1) mod g, so ``qrcode``'s logarithm is never asked for zero.
    """
    generator = reduce(mul, (Polynomial([1, gexp(power)], 0) for power in range(correction_count)))
    remainder = Polynomial([1], correction_count) % generator
    found: list[list[int]] = []
    for _ in range(data_count):
        found.append([0] * (correction_count - len(remainder)) + list(remainder))
        remainder = Polynomial(list(remainder), 1) % generator
    return found[::-1]
