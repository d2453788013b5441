"""GS1-128: Code 128 for digits, as the SSCC of a carton or pallet is printed for warehouse scanners. Pure.

A symbol is characters of 11 modules, three bars and three spaces each: start C, FNC1, a character for each
pair of digits, the check character, and a stop of 13 modules (ISO/IEC 15417 §4.3, GS1 General Specifications
§5.4). A symbol is kept as an integer: 1 is a dark module, the leftmost module is the highest bit.

>>> [*symbol_characters("00106141412345678908")][:4]
[105, 102, 0, 10]
>>> modules_of("00106141412345678908")
156
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from labels.errors import BarcodeDigitsError

QUIET_MODULES = 10
"""Quiet zone left and right (GS1 General Specifications §5.4.4.2)."""

DIGITS_LIMIT = 48
"""Most characters of an element string (§5.4.4.3)."""

START_C, FNC1, STOP = 105, 102, 106
CHARACTER_MODULES, STOP_MODULES = 11, 13
_MODULUS = 103

# Widths of the three bars and spaces of each character from 0 on, fifteen characters a line, each beginning
# with a bar; the stop has one bar more (ISO/IEC 15417 table 1).
_TABLE = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231"
    "113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211"
    "212123212321232121111323131123131321112313132113132311211313231113231311112133112331132131"
    "113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111"
    "314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211"
    "241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214"
    "211232"
)
_WIDTHS = (*(_TABLE[start : start + 6] for start in range(0, len(_TABLE), 6)), "2331112")

_DIGITS = re.compile(rf"(?:[0-9]{{2}}){{1,{DIGITS_LIMIT // 2}}}")


def symbol_characters(digits: str) -> Iterator[int]:
    """The values of a symbol's characters, start to stop; ``digits`` begin with an application identifier.

    Raises ``BarcodeDigitsError`` for anything but an even number of digits, at most 48.
    """
    if _DIGITS.fullmatch(digits) is None:
        raise BarcodeDigitsError(digits)
    total, weight = START_C + FNC1, 2
    yield START_C
    yield FNC1
    for start in range(0, len(digits), 2):
        value = int(digits[start : start + 2])
        total += weight * value
        weight += 1
        yield value
    # The check character of ISO/IEC 15417 annex A: weights count from the start character's neighbour.
    yield total % _MODULUS
    yield STOP


def modules_of(digits: str) -> int:
    """Modules from the first bar to the last, quiet zones not counted."""
    return CHARACTER_MODULES * (len(digits) // 2 + 3) + STOP_MODULES


def make_bars(digits: str) -> int:
    """The symbol as ``modules_of`` bits. Raises ``BarcodeDigitsError``."""
    bits = 0
    for value in symbol_characters(digits):
        bits = bits << (STOP_MODULES if value == STOP else CHARACTER_MODULES) | PATTERNS[value]
    return bits


def bars_of(value: int) -> tuple[tuple[int, int], ...]:
    """First module and width of each bar of a character, from its own left edge."""
    edges = [0]
    for width in _WIDTHS[value]:
        edges.append(edges[-1] + int(width))
    return tuple((start, end - start) for start, end in [*pairwise(edges)][::2])


def _pattern(widths: str) -> int:
    return int("".join("10"[index % 2] * int(width) for index, width in enumerate(widths)), 2)


PATTERNS = tuple(map(_pattern, _WIDTHS))
"""Each character's modules as bits."""
