"""1-bit pictures in the letters of ZPL II: hexadecimal, with the compression of ``~DG`` and ``^GFA``. Pure.

Clauses are commands of Zebra's ZPL II programming guide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_MAGNIFICATION = 10
"""Largest ``mx`` and ``my`` of ``^XG``."""

_REPEATS = [(count, chr(ord("f") + count // 20)) for count in range(400, 0, -20)] + [
    (count, chr(ord("F") + count)) for count in range(19, 0, -1)
]  # how often the next digit stands, largest first: z 400 to g 20, Y 19 to G 1
_RUN = re.compile(r"(.)\1*")


def download(name: str, rows: Sequence[bytes]) -> str:
    """``~DG``: store a picture under a name like ``R:NAME.GRF``; rows of equal length, 1 = black."""
    digits = [row.hex().upper() for row in rows]
    packed = [
        ":" if above == row else compress(row) for above, row in zip(["", *digits], digits, strict=False)
    ]
    stride = len(rows[0])
    return f"~DG{name},{stride * len(rows)},{stride},{''.join(packed)}\n"


def compress(row: str) -> str:
    """A row of hexadecimal digits with its runs counted, a white rest as ``,`` and a black one as ``!``."""
    for digit, mark in (("0", ","), ("F", "!")):
        bare = row.rstrip(digit)
        if bare != row:
            return _runs(bare) + mark
    return _runs(row)


def _runs(digits: str) -> str:
    return "".join(_counted(len(run.group())) + run.group(1) for run in _RUN.finditer(digits))


def _counted(count: int) -> str:
    marks = []
    for worth, mark in _REPEATS if count > 1 else ():
        while count >= worth:
            marks.append(mark)
            count -= worth
    return "".join(marks)


def hexadecimal(bits: int, length: int) -> str:
    """``length`` bytes of bits in capitals; without ``%X``, whose branches cost four times as much here."""
    return bits.to_bytes(length, "big").hex().upper()


class SymbolSpeller:
    """Spells symbols (see ``qr_tables``) for a printer that magnifies them to ``module_dots`` a module.

    It is sent ``times`` dots a module, as few as it can magnify to the rest: one, unless ``module_dots`` is
    larger than 10. ``stride`` is bits a row of the image, ``size`` modules a side.
    """

    __slots__ = ("_digits", "_row", "_total", "magnification", "row_bytes", "rows")

    def __init__(self, size: int, stride: int, module_dots: int) -> None:
        self.magnification = next(
            times for times in range(MOST_MAGNIFICATION, 0, -1) if module_dots % times == 0
        )
        times = module_dots // self.magnification
        self.rows, self.row_bytes = size * times, stride // 8 * times
        self._row, self._total = stride // 4, stride // 4 * size
        self._digits = (
            None if times == 1 else str.maketrans({f"{four:X}": _widened(four, times) for four in range(16)})
        )

    def spell(self, image: int) -> str:
        """The symbol's rows in hexadecimal; where they are repeated, ``:`` says so."""
        digits = hexadecimal(image, self._total // 2)
        if self._digits is None:
            return digits
        again = ":" * (self.rows * self._row // self._total - 1)
        rows = [digits[start : start + self._row] for start in range(0, self._total, self._row)]
        return "".join([row.translate(self._digits) + again for row in rows])


def _widened(four: int, times: int) -> str:
    """Four modules, each ``times`` dots wide, as ``times`` digits."""
    bits = "".join(bit * times for bit in f"{four:04b}")
    return f"{int(bits, 2):0{times}X}"
