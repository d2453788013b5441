"""The picture of where a lot came from: one bar of 100, cut by each source lot's share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

TONES = 6
"""Colours at hand; sources beyond share the last one, and the list below the bar still tells them apart."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece: where it starts and how wide it is, of 100, and the number of its colour (1 to 6)."""

    x: str
    width: str
    tone: int


def bars(shares: Sequence[Fraction]) -> tuple[Bar, ...]:
    """The pieces in order, without a gap. Shares that do not add up to 1 leave the rest of the bar empty."""
    pieces = []
    start = Fraction(0)
    for number, share in enumerate(shares, start=1):
        pieces.append(Bar(f"{float(start * 100):.2f}", f"{float(share * 100):.2f}", min(number, TONES)))
        start += share
    return tuple(pieces)
