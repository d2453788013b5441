"""Digest texts (RFC 6920)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.digests import digest_of, format_digest, parse_digest
from ledger.trace.errors import MalformedIdentifierError


@given(st.binary(min_size=32, max_size=32))
def test_a_digest_is_read_back(sha256):
    assert parse_digest(format_digest(sha256)) == sha256


def test_the_example_of_the_rfc():
    assert digest_of(b"Hello World!") == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk",
        "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk=",
        "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGl",
        "ni:///sha-256;f4OxZX/x/FO5LcGBSKHWXfwtSx+j1ncoSt3SABJtkGk",
        "ni:///sha-256;f4Ox",
        "ni:///sha-512;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk",
        "ni:///sha-256;ế",
    ],
)
def test_another_spelling_is_refused(text):
    with pytest.raises(MalformedIdentifierError):
        parse_digest(text)


def test_a_digest_has_32_bytes():
    with pytest.raises(MalformedIdentifierError):
        format_digest(b"short")
