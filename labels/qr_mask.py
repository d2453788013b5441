"""The penalty of a masked symbol, computed on the whole image at once (ISO/IEC 18004 §7.8.3).

The image is one integer (see ``qr_tables``), so "the module to the right" is a shift by 1 and "the module
below" a shift by a row. Every shifted integer below is aligned to the first module of the group it looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

N1, N2, N3, N4 = 3, 3, 40, 10
"""Weights of the four features, ISO/IEC 18004 table 11."""


class PenaltyScorer:
    """Scores symbols of one size. ``size`` is modules a side, ``stride`` bits a row."""

    __slots__ = ("_areas", "_modules", "_size", "_stride")

    def __init__(self, size: int, stride: int) -> None:
        self._size = size
        self._stride = stride
        self._modules = size * size
        # _areas[k][axis]: modules with k more modules after them, along a row (0) or down a column (1).
        self._areas = [(self._area(size - k, size), self._area(size, size - k)) for k in range(11)]

    def _area(self, columns: int, rows: int) -> int:
        row = ((1 << columns) - 1) << (self._stride - columns)
        area = 0
        for index in range(rows):
            area |= row << self._stride * (self._size - 1 - index)
        return area

    def penalty(self, image: int) -> int:
        """The sum of the four features; smaller is easier to read."""
        dark = image.bit_count()
        deviation = abs(200 * dark - 100 * self._modules) // (10 * self._modules)
        return (
            self._lines(image, 1, 0)
            + self._lines(image, self._stride, 1)
            + self._blocks(image)
            + N4 * deviation
        )

    def _lines(self, image: int, step: int, axis: int) -> int:
        """Features 1 (runs of five or more) and 3 (1:1:3:1:1 beside four light modules), in one direction."""
        same = ~(image ^ image << step) & self._areas[1][axis]
        pairs = same & same << step
        fives = pairs & pairs << 2 * step
        # A run of n modules holds n - 4 windows of five and weighs N1 + (n - 5).
        runs = fives & ~(fives >> step)
        found = fives.bit_count() + (N1 - 1) * runs.bit_count()
        light = ~image
        core = image & light << step & image << 2 * step
        core &= image << 3 * step & image << 4 * step & light << 5 * step & image << 6 * step
        twice = light & light << step
        four = twice & twice << 2 * step
        area = self._areas[10][axis]
        finders = (core & four << 7 * step & area).bit_count() + (four & core << 4 * step & area).bit_count()
        return found + N3 * finders

    def _blocks(self, image: int) -> int:
        """Feature 2: every 2 x 2 block of one colour, overlapping ones too."""
        beside = ~(image ^ image << 1)
        below = ~(image ^ image << self._stride)
        area = self._areas[1][0] & self._areas[1][1]
        return N2 * (beside & beside << self._stride & below & area).bit_count()


@cache
def penalty_scorer(size: int, stride: int) -> PenaltyScorer:
    """The scorer of a size, remembered."""
    return PenaltyScorer(size, stride)


def best_mask(images: Sequence[int], blanks: Sequence[int], size: int, stride: int) -> int:
    """The mask with the least total penalty over ``images``, the lowest number on a tie.

    ``images`` are symbols drawn with mask 0; ``blanks[mask]`` are the tables' blanks, so XOR with
    ``blanks[0] ^ blanks[mask]`` is the same symbol under another mask, format information included.
    """
    penalty = penalty_scorer(size, stride).penalty
    totals = []
    for blank in blanks:
        change = blanks[0] ^ blank
        totals.append(sum(penalty(image ^ change) for image in images))
    return totals.index(min(totals))
