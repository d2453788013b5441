"""A page that is kept for many stamps, and what differs from stamp to stamp in it. Pure.

A rendered page has marks where a stamp's code or counts go. No text of ours has them, and what users type is
shown beside them, never instead of them: whoever types a mark sees a code or a count there, and no more.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from web.compression import GzipParts
from web.formats import format_code, format_number

CODE_MARK = "~~~~~~~~~~~~~"
"""Stands for the stamp's code (13 characters)."""
SCANS_MARK, PROVINCES_MARK = "~~scans~~", "~~provinces~~"
"""Stand for how often the stamp was scanned, and in how many provinces. In quotes, as JSON writes a text, a
mark stands for the number itself."""


class StampValues(NamedTuple):
    """What goes in place of the marks. ``code`` is canonical: 13 letters and digits."""

    code: str
    scans: int = 0
    provinces: int = 0


_WRITERS: dict[str, Callable[[StampValues], str]] = {
    CODE_MARK: lambda values: values.code,
    format_code(CODE_MARK): lambda values: format_code(values.code),
    f'"{SCANS_MARK}"': lambda values: str(values.scans),
    f'"{PROVINCES_MARK}"': lambda values: str(values.provinces),
    SCANS_MARK: lambda values: format_number(values.scans),
    PROVINCES_MARK: lambda values: format_number(values.provinces),
}
_ANY_MARK = re.compile(b"(%b)" % b"|".join(re.escape(mark.encode()) for mark in _WRITERS))


class MarkedPage:
    """A page cut at its marks once, and filled for one stamp after another."""

    def __init__(self, body: bytes) -> None:
        self._parts = tuple(_ANY_MARK.split(body))
        self._marks = tuple(mark.decode() for mark in self._parts[1::2])
        self._writers = [(mark, _WRITERS[mark]) for mark in dict.fromkeys(self._marks)]

    @cached_property
    def _zipped(self) -> GzipParts:
        return GzipParts(self._parts[::2])

    def fill(self, values: StampValues) -> bytes:
        """The page of one stamp."""
        parts = list(self._parts)
        parts[1::2] = self._between(values)
        return b"".join(parts)

    def fill_zipped(self, values: StampValues) -> bytes:
        """The same as one gzip member."""
        return self._zipped.join(self._between(values))

    def _between(self, values: StampValues) -> list[bytes]:
        known = {mark: write(values).encode() for mark, write in self._writers}
        return [known[mark] for mark in self._marks]
