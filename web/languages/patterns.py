"""Finds the source of a sentence whose holes are filled already, and what stands in them.

Rooms below know no language: their sentences arrive as Vietnamese text, ``"Lô TN-07 đã ký."``. The catalogue
has the source, ``"Lô %(code)s đã ký."``. Of several that fit, the one with the most words of its own counts.
What people wrote is looked up too, so a look-up is linear in it: no regular expression, no way back.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

_HOLE = re.compile(r"%\((\w+)\)s")
_SENTENCES = frozenset({"instruction", "mend", "reason", "said", "sentence", "sentence_vi"})
"""Names of holes that hold whole sentences."""
_NEXT_SENTENCE = re.compile(r"[.!?…] \w")


class Found(NamedTuple):
    """The source of a sentence, and the texts in its holes."""

    source: str
    holes: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A source cut at its holes: one text more than there are names."""

    source: str
    texts: tuple[str, ...]
    names: tuple[str, ...]
    longest: str

    @property
    def rank(self) -> tuple[int, int, str]:
        """What sorts the most telling first, and two that tell as much always the same way."""
        letters = sum(letter.isalpha() for text in self.texts for letter in text)
        return (-letters, -sum(map(len, self.texts)), self.source)

    def read(self, sentence: str) -> dict[str, str] | None:
        """What stands in the holes of a sentence; None where it was not made from this source."""
        first, *between, last = self.texts
        at, end = len(first), len(sentence) - len(last)
        if not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        found: dict[str, str] = {}
        for name, text in zip(self.names, (*between, None), strict=True):
            stop = end if text is None else sentence.find(text, at, end)
            hole = sentence[at:stop]
            if stop < at or found.setdefault(name, hole) != hole or not _fits(name, hole):
                return None
            at = stop + len(text or "")
        return found


class Patterns:
    """Sources with holes, to be asked for the one that a sentence was made from."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._patterns = sorted(map(_pattern, sources), key=lambda each: each.rank)

    def find(self, sentence: str) -> Found | None:
        """The source and its holes; None for a sentence that none of them makes."""
        for pattern in self._patterns:
            if pattern.longest in sentence and (holes := pattern.read(sentence)) is not None:
                return Found(pattern.source, holes)
        return None


def _fits(name: str, text: str) -> bool:
    """Whether a text may stand in a hole: one that holds no sentences ends before the next begins."""
    return name in _SENTENCES or _NEXT_SENTENCE.search(text) is None


def _pattern(source: str) -> _Pattern:
    parts = _HOLE.split(source)
    texts = tuple(text.replace("%%", "%") for text in parts[::2])
    return _Pattern(source, texts, tuple(parts[1::2]), max(texts, key=len))
