"""Six characters for a digest, and how they are read before a code."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import StampCodeError
from signing.short_digests import ITERATIONS, SHORT_LENGTH, is_short_digest, short_digest
from signing.stamp_codes import ALPHABET, CODE_LENGTH, PrintedStamp, StampCodec, canonical_code, read_printed

CODE = StampCodec.from_secret(bytes(range(32))).format(12345)
shorts = st.text(ALPHABET, min_size=SHORT_LENGTH, max_size=SHORT_LENGTH)


@settings(max_examples=5)
@given(st.binary(min_size=32, max_size=32))
def test_it_is_the_written_rule(digest):
    bits = int.from_bytes(hashlib.pbkdf2_hmac("sha256", digest, b"sogoc/stamp-url/v1", ITERATIONS, 32), "big")
    top = f"{bits >> 226:030b}"
    characters = "".join(ALPHABET[int(top[at : at + 5], 2)] for at in range(0, 30, 5))
    assert short_digest(digest) == characters
    assert is_short_digest(characters, digest)
    assert not is_short_digest("".join(reversed(characters)), digest) or characters == characters[::-1]


@given(shorts)
def test_what_is_printed_is_read_back(short):
    assert read_printed(PrintedStamp(CODE, short).format()) == (CODE, short)
    assert canonical_code(short + CODE) == CODE


def test_a_code_alone_carries_nothing():
    assert read_printed(CODE) == PrintedStamp(CODE)
    assert PrintedStamp(CODE).format() == CODE


@given(shorts, st.integers(0, SHORT_LENGTH + CODE_LENGTH))
def test_blanks_hyphens_and_small_letters_change_nothing(short, at):
    text = short + CODE
    assert read_printed(f"{text[:at].lower()} -{text[at:]}") == (CODE, short)


@pytest.mark.parametrize("length", [0, 6, 12, 14, 18, 20, 26])
def test_other_lengths_are_refused(length):
    with pytest.raises(StampCodeError):
        read_printed("0" * length)


def test_the_code_is_found_behind_whatever_stands_before_it():
    codec = StampCodec.from_secret(bytes(range(32)))
    assert codec.parse(f"ZZZZZZ{CODE}") == codec.parse(CODE) == 12345
