"""A print job before its first byte: what is wrong with it is said here, whatever the file it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import chain, islice

from labels.design import RenderedDesign, printable_characters, render_design
from labels.errors import NoStampsError, TooManyStampsError
from labels.layouts import STAMPS_A_JOB, Layout
from labels.texts import Stamp, StampText, check_text

STAMPS_CHECKED_FIRST = 64
"""Stamps that are looked at before the first byte."""


@dataclass(frozen=True, slots=True)
class Job:
    """A checked job: ``first`` are its first stamps, ``stamps`` all, each as often as it is printed."""

    layout: Layout
    text: StampText
    design: RenderedDesign
    first: tuple[Stamp, ...]
    stamps: Iterator[Stamp]


def open_job(layout: Layout, text: StampText, stamps: Iterable[Stamp]) -> Job:
    """Check the text, render the design, look at the first stamps.

    Raises ``LabelError`` for a text that is missing, too long or does not fit, for no stamps, and for too
    many where ``stamps`` is sized; ``Job.stamps`` raises ``TooManyStampsError`` where it is not.
    """
    checked = check_text(text, printable_characters())
    if isinstance(stamps, Sized) and len(stamps) * layout.copies > STAMPS_A_JOB:
        raise TooManyStampsError(STAMPS_A_JOB)
    design = render_design(layout.design, checked)
    rest = iter(stamps)
    first = tuple(islice(rest, STAMPS_CHECKED_FIRST))
    if not first:
        raise NoStampsError
    return Job(layout, checked, design, first, _copied(chain(first, rest), layout.copies))


def _copied(stamps: Iterable[Stamp], copies: int) -> Iterator[Stamp]:
    left = STAMPS_A_JOB
    for stamp in stamps:
        left -= copies
        if left < 0:
            raise TooManyStampsError(STAMPS_A_JOB)
        for _ in range(copies):
            yield stamp
