"""QR symbols of many payloads that look alike: one encoder for each length, a few XORs for each symbol.

Payloads in capitals are one alphanumeric segment. Anything else is a byte segment up to its last character
outside the alphanumeric set, then an alphanumeric segment for the rest (ISO/IEC 18004 §7.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import xor

from qrcode.util import ALPHA_NUM, MODE_8BIT_BYTE, MODE_ALPHA_NUM, PAD0, PAD1

from labels.errors import PayloadCharacterError, PayloadTooLongError
from labels.qr_mask import best_mask
from labels.qr_tables import (
    LEVELS,
    MASKS,
    VERSIONS,
    Level,
    SymbolTables,
    data_bits,
    modules_a_side,
    row_stride,
    symbol_tables,
)

DEFAULT_LEVEL: Level = "M"
"""Least error correction of a stamp: 15 % of the codewords may be scratched away."""

MASK_SAMPLE = 64
"""Symbols scored to choose the mask of a job."""

HEADS_REMEMBERED = 256

CODE_CHARACTERS = 13
"""The end of a payload that differs from stamp to stamp; a longer one only costs time."""

_VALUES = {chr(code): value for value, code in enumerate(ALPHA_NUM)}
_ALPHANUMERIC_TAIL = re.compile(r"[0-9A-Z $%*+\-./:]*\Z")
_COUNT_BITS = {MODE_ALPHA_NUM: 9, MODE_8BIT_BYTE: 8}  # versions 1 to 9, ISO/IEC 18004 table 3
_WORTH_SWITCHING = 6  # a second header costs 13 bits, each alphanumeric character saves 2.5
_VARYING = CODE_CHARACTERS + 1  # a pair of characters may straddle its start
_SAMPLE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One QR symbol: ``size`` modules a side, ``image`` as described in ``qr_tables``."""

    version: int
    level: Level
    mask: int
    image: int

    @property
    def size(self) -> int:
        """Modules a side, without the quiet zone."""
        return modules_a_side(self.version)

    def is_dark(self, row: int, column: int) -> bool:
        """Whether the module is dark; rows from the top, columns from the left, from 0."""
        stride = row_stride(self.size)
        return bool(self.image >> (stride * (self.size - row) - 1 - column) & 1)

    def rows(self) -> Iterator[str]:
        """Each row from the top as a string of ``size`` digits, 1 = dark."""
        stride = row_stride(self.size)
        digits = f"{self.image:0{stride * self.size}b}"
        return (digits[start : start + self.size] for start in range(0, len(digits), stride))


@dataclass(frozen=True, slots=True)
class Segments:
    """How a payload is cut: ``head`` characters in byte mode, then ``tail`` in alphanumeric mode."""

    head: int
    tail: int

    @property
    def bits(self) -> int:
        """Data bits needed, before the terminator (versions 1 to 9)."""
        head = 12 + 8 * self.head if self.head else 0
        tail = 13 + 11 * (self.tail // 2) + 6 * (self.tail % 2) if self.tail else 0
        return head + tail


def segments_of(payload: str) -> Segments:
    """The cut of a payload. Raises ``PayloadCharacterError`` unless it is non-empty printable ASCII."""
    for character in payload or "\0":
        if not " " <= character <= "~":
            raise PayloadCharacterError(payload, character)
    found = _ALPHANUMERIC_TAIL.search(payload)
    tail = len(found.group()) if found else 0
    if 0 < tail < min(len(payload), _WORTH_SWITCHING):
        tail = 0
    return Segments(len(payload) - tail, tail)


def smallest_version(segments: Segments, level: Level = DEFAULT_LEVEL) -> int:
    """The smallest allowed version that holds the segments. Raises ``PayloadTooLongError``."""
    for version in VERSIONS:
        if segments.bits <= data_bits(version, level):
            return version
    raise PayloadTooLongError(segments.head + segments.tail)


def strongest_level(segments: Segments, version: int, level: Level = DEFAULT_LEVEL) -> Level:
    """The strongest level, at least ``level``, that still fits: correction that costs no space is free."""
    return [name for name in LEVELS if name == level or segments.bits <= data_bits(version, name)][-1]


class _Unit(dict[str, int]):
    """What the characters at one place of the payload flip, filled as they are met."""

    __slots__ = ("_images", "_mode")

    def __init__(self, images: Sequence[int], mode: int) -> None:
        super().__init__()
        self._images = images
        self._mode = mode

    def __missing__(self, characters: str) -> int:
        image = _image_of(f"{self._value(characters):0{len(self._images)}b}", self._images)
        self[characters] = image
        return image

    def _value(self, characters: str) -> int:
        """The number that the mode packs the characters into (ISO/IEC 18004 §7.4.4, §7.4.5)."""
        if self._mode == MODE_8BIT_BYTE:
            return ord(characters)
        value = 0
        for character in characters:
            value = 45 * value + _VALUES[character]
        return value


class SymbolEncoder:
    """Draws payloads of one cut at one version and level with one mask.

    ``draw`` raises ``KeyError`` for a character that the cut does not allow; the length is the caller's
    promise.
    """

    __slots__ = ("_blank", "_heads", "_split", "_units", "_varying", "level", "mask", "tables", "version")

    def __init__(self, segments: Segments, version: int, level: Level, mask: int) -> None:
        self.version = version
        self.level: Level = level
        self.mask = mask
        self.tables: SymbolTables = symbol_tables(version, level)
        self._blank = self.tables.blanks[mask] ^ _constant(segments, self.tables)
        self._units = list(_units(segments, self.tables))
        length = segments.head + segments.tail
        self._varying = [unit for unit in self._units if unit[0].start >= length - _VARYING]
        self._split = self._varying[0][0].start
        self._heads: dict[str, int] = {}

    def draw(self, payload: str) -> int:
        """The symbol's image as an integer."""
        head = payload[: self._split]
        image = self._heads.get(head)
        if image is None:
            image = self._draw_head(head)
        for place, unit in self._varying:
            image ^= unit[payload[place]]
        return image

    def _draw_head(self, head: str) -> int:
        """The blank and what stands before the varying characters, remembered: a job has one host."""
        image = self._blank
        for place, unit in self._units[: len(self._units) - len(self._varying)]:
            image ^= unit[head[place]]
        if len(self._heads) >= HEADS_REMEMBERED:
            self._heads.clear()
        self._heads[head] = image
        return image


def _units(segments: Segments, tables: SymbolTables) -> Iterator[tuple[slice, _Unit]]:
    """Each place of the payload with its table, in order."""
    bit = 12 if segments.head else 0
    for index in range(segments.head):
        yield slice(index, index + 1), _Unit(tables.bit_images[bit : bit + 8], MODE_8BIT_BYTE)
        bit += 8
    bit += 13
    for start in range(segments.head, segments.head + segments.tail, 2):
        end = min(start + 2, segments.head + segments.tail)
        width = 11 if end - start == 2 else 6
        yield slice(start, end), _Unit(tables.bit_images[bit : bit + width], MODE_ALPHA_NUM)
        bit += width


def _constant(segments: Segments, tables: SymbolTables) -> int:
    """What headers, terminator and padding flip: the same for every payload of the cut (§7.4.9, §7.4.10)."""
    parts = []
    if segments.head:
        parts.append(
            f"{MODE_8BIT_BYTE:04b}{segments.head:0{_COUNT_BITS[MODE_8BIT_BYTE]}b}{'0' * 8 * segments.head}"
        )
    if segments.tail:
        header = f"{MODE_ALPHA_NUM:04b}{segments.tail:0{_COUNT_BITS[MODE_ALPHA_NUM]}b}"
        parts.append(header.ljust(len(header) + 11 * (segments.tail // 2) + 6 * (segments.tail % 2), "0"))
    bits = "".join(parts)
    bits += "0" * min(4, tables.data_bits - len(bits))
    bits += "0" * (-len(bits) % 8)
    pads = (tables.data_bits - len(bits)) // 8
    bits += "".join(f"{PAD1 if index % 2 else PAD0:08b}" for index in range(pads))
    return _image_of(bits, tables.bit_images)


def _image_of(bits: str, images: Sequence[int]) -> int:
    """What the 1 bits among ``bits`` flip together."""
    return reduce(xor, (image for bit, image in zip(bits, images, strict=True) if bit == "1"), 0)


@lru_cache(maxsize=16)
def symbol_encoder(segments: Segments, version: int, level: Level, mask: int) -> SymbolEncoder:
    """An encoder, remembered with the tables it has filled."""
    return SymbolEncoder(segments, version, level, mask)


def job_encoder(payload: str, samples: Iterable[str], level: Level = DEFAULT_LEVEL) -> SymbolEncoder:
    """The encoder of a job: smallest version, strongest free level, mask of least mean penalty.

    ``samples`` are payloads of the job; those cut like ``payload`` are scored (at most ``MASK_SAMPLE``), and
    ``payload`` itself when there is none. Raises ``PayloadCharacterError`` or ``PayloadTooLongError``.
    """
    segments = segments_of(payload)
    version = smallest_version(segments, level)
    strongest = strongest_level(segments, version, level)
    plain = symbol_encoder(segments, version, strongest, MASKS[0])
    alike = [sample for sample in samples if segments_of(sample) == segments][:MASK_SAMPLE] or [payload]
    tables = plain.tables
    mask = best_mask([plain.draw(sample) for sample in alike], tables.blanks, tables.size, tables.stride)
    return symbol_encoder(segments, version, strongest, mask)


def stamp_encoder(payload: str, level: Level = DEFAULT_LEVEL) -> SymbolEncoder:
    """The encoder of every stamp whose payload differs from this one in its last 13 characters only.

    Its mask is chosen over ``sample_payloads``, not over the job, so that a part of a job and its reprint
    have the very symbols of the whole. Raises ``PayloadCharacterError`` or ``PayloadTooLongError``.
    """
    return _stamp_encoder(payload[:-CODE_CHARACTERS], len(payload), segments_of(payload), level)


@lru_cache(maxsize=64)
def _stamp_encoder(head: str, length: int, segments: Segments, level: Level) -> SymbolEncoder:
    samples = list(sample_payloads(head, length - len(head)))
    # The cut of a sample differs where the payload does not end in a code: then any payload of the cut does.
    alike = [sample for sample in samples if segments_of(sample) == segments]
    return job_encoder((alike or ["a" * segments.head + "A" * segments.tail])[0], alike, level)


def sample_payloads(head: str, tail: int) -> Iterator[str]:
    """``head`` with 64 codes of ``tail`` characters after it, always the same ones.

    A code is the top five bits of each state of x := (1103515245 x + 12345) mod 2^31, from x = 1, in
    Crockford's alphabet.
    """
    state = 1
    for _ in range(MASK_SAMPLE):
        code = ""
        for _ in range(tail):
            state = (1_103_515_245 * state + 12_345) % (1 << 31)
            code += _SAMPLE_ALPHABET[state >> 26]
        yield head + code


def make_symbol(payload: str, level: Level = DEFAULT_LEVEL) -> Symbol:
    """One symbol with the mask that ISO/IEC 18004 §7.8.3 chooses for it alone."""
    encoder = job_encoder(payload, (), level)
    return Symbol(encoder.version, encoder.level, encoder.mask, encoder.draw(payload))
