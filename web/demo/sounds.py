"""The voice note of the demo: a short melody that the program plays itself, so that nobody's voice is lent.

It is FLAC (RFC 9639) in an ISO base media file ("Encapsulation of FLAC in ISO Base Media File Format" 0.0.4),
which every browser of today plays.
"""

import math
import struct
import sys
from array import array
from collections.abc import Iterable, Iterator
from functools import cache

RATE_HZ, BLOCK = 8000, 4096
NOTES_HZ = (523.25, 587.33, 659.26, 783.99, 880.0, 783.99, 659.26, 523.25)
"""C, D, E, G, A and back: five tones, as many songs of the country use."""
_NOTE_S = 0.3
_VERBATIM = b"\x02"  # subframe type 1: the samples as they are (RFC 9639 §9.2.3)
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@cache
def melody() -> bytes:
    """About two and a half seconds of sound, the same bytes every time."""
    samples = _samples()
    blocks = [samples[at : at + BLOCK] for at in range(0, len(samples), BLOCK)]
    frames = [_frame(number, block) for number, block in enumerate(blocks)]
    # Where the frames lie is written before them, and takes the same room whatever it is.
    begin = len(_file(b"".join(frames), frames, blocks, at=0)) - sum(map(len, frames))
    return _file(b"".join(frames), frames, blocks, at=begin)


def _samples() -> "array[int]":
    length = int(RATE_HZ * _NOTE_S)
    return array(
        "h",
        (
            int(9000 * math.exp(-5 * at / length) * math.sin(math.tau * tone * at / RATE_HZ))
            for tone in NOTES_HZ
            for at in range(length)
        ),
    )


# -- FLAC ------------------------------------------------------------------------------------------------


def _frame(number: int, block: "array[int]") -> bytes:
    """A frame of one channel at 8 kHz and 16 bits, its size in the header (RFC 9639 §9.1)."""
    header = b"\xff\xf8" + bytes([0b0111_0100, 0b0000_1000, number]) + struct.pack(">H", len(block) - 1)
    samples = array("h", block)
    if sys.byteorder == "little":
        samples.byteswap()
    frame = header + bytes([_crc(header, 0x07, 8)]) + _VERBATIM + samples.tobytes()
    return frame + struct.pack(">H", _crc(frame, 0x8005, 16))


@cache
def _crc_table(polynomial: int, bits: int) -> tuple[int, ...]:
    return tuple(_crc_of_byte(byte, polynomial, bits) for byte in range(256))


def _crc_of_byte(byte: int, polynomial: int, bits: int) -> int:
    value = byte << (bits - 8)
    for _ in range(8):
        value = (value << 1) ^ (polynomial if value >> (bits - 1) else 0)
        value &= (1 << bits) - 1
    return value


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    table, mask, value = _crc_table(polynomial, bits), (1 << bits) - 1, 0
    for byte in data:
        value = (value << 8 & mask) ^ table[value >> (bits - 8) ^ byte]
    return value


def _stream_info(sizes: Iterable[int], count: int) -> bytes:
    """STREAMINFO (RFC 9639 §8.2); an MD5 of zeros says that there is none."""
    sizes = list(sizes)
    smallest, largest = min(sizes).to_bytes(3, "big"), max(sizes).to_bytes(3, "big")
    packed = RATE_HZ << 44 | 0 << 41 | 15 << 36 | count
    return struct.pack(">HH", BLOCK, BLOCK) + smallest + largest + packed.to_bytes(8, "big") + bytes(16)


# -- ISO base media file (ISO/IEC 14496-12) --------------------------------------------------------------


def _box(kind: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind.encode() + body


def _full(kind: str, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _file(sound: bytes, frames: list[bytes], blocks: list["array[int]"], *, at: int) -> bytes:
    count = sum(map(len, blocks))
    media = _box("mdia", *_media(frames, [len(block) for block in blocks], count, at))
    times = struct.pack(">4I", 0, 0, RATE_HZ, count)
    movie = times + struct.pack(">IHH8x", 0x10000, 0x100, 0) + _MATRIX + bytes(24) + struct.pack(">I", 2)
    track = struct.pack(">5I8xHHHH", 0, 0, 1, 0, count, 0, 0, 0x100, 0) + _MATRIX + bytes(8)
    moov = _box("moov", _full("mvhd", movie), _box("trak", _full("tkhd", track, flags=3), media))
    return _box("ftyp", b"isom", bytes(4), b"isommp41") + moov + _box("mdat", sound)


def _media(frames: list[bytes], lengths: list[int], count: int, at: int) -> Iterator[bytes]:
    yield _full("mdhd", struct.pack(">4IHH", 0, 0, RATE_HZ, count, 0x55C4, 0))  # language: undetermined
    yield _full("hdlr", struct.pack(">I4s12x", 0, b"soun"), b"sound\0")
    info = _stream_info((len(frame) for frame in frames), count)
    special = _full("dfLa", b"\x80", len(info).to_bytes(3, "big"), info)
    entry = _box("fLaC", struct.pack(">6xH8xHHIHH", 1, 1, 16, 0, RATE_HZ, 0), special)
    table = _box(
        "stbl",
        _full("stsd", struct.pack(">I", 1), entry),
        _full("stts", struct.pack(">I", len(lengths)), *(struct.pack(">II", 1, n) for n in lengths)),
        _full("stsc", struct.pack(">4I", 1, 1, len(frames), 1)),
        _full("stsz", struct.pack(">2I", 0, len(frames)), *(struct.pack(">I", len(f)) for f in frames)),
        _full("stco", struct.pack(">2I", 1, at)),
    )
    here = _full("dref", struct.pack(">I", 1), _full("url ", flags=1))
    yield _box("minf", _full("smhd", bytes(4)), _box("dinf", here), table)
