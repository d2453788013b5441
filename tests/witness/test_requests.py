"""add-checkpoint, byte for byte: one spelling, limits, nothing else accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.witness.errors import MalformedRequestError
from ledger.witness.requests import (
    MAX_ANSWER_BYTES,
    MAX_REQUEST_BYTES,
    format_answer,
    format_request,
    parse_answer,
    parse_request,
    parse_size,
)
from signing.canonical_base64 import format_base64
from signing.notes import parse_note
from tests.support.forking_log import ForkingLog, entries

LOG = ForkingLog()
REQUEST = LOG.request(5, entries(9))


def test_a_request_is_read_back():
    parsed = parse_request(REQUEST)
    assert (parsed.old_size, parsed.checkpoint.size, len(parsed.proof)) == (5, 9, 5)
    assert format_request(5, parsed.proof, LOG.checkpoint(entries(9))) == REQUEST


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: data.replace(b"old 5", b"old 05"),
        lambda data: data.replace(b"old 5", b"old +5"),
        lambda data: data.replace(b"old 5", b"old  5"),
        lambda data: data.replace(b"old 5", b"Old 5"),
        lambda data: data.replace(b"old 5", b"old 10"),
        lambda data: data.replace(b"old 5", b"old -1"),
        lambda data: data.replace(b"old 5", "old ٥".encode()),
        lambda data: data.replace(b"old 5", b"old 99999999999999999999"),
        lambda data: data.replace(b"old 5\n", b""),
        lambda data: data.replace(b"old 5\n", b"old 5\n\n"),
        lambda data: data.replace(b"old 5\n", b"old 5\nextra line\n"),
        lambda data: data.replace(b"old 5\n", b"old 5\r\n"),
        lambda data: data.replace(b"=\n", b"\n", 1),
        lambda data: data.replace(b"\n9\n", b"\n09\n"),
        lambda data: b"\xff" + data,
        lambda data: data.replace(b"\n\n", b"\n" + format_base64(bytes(31)).encode() + b"\n\n", 1),
    ],
)
def test_every_other_spelling_is_refused(change):
    with pytest.raises(MalformedRequestError):
        parse_request(change(REQUEST))


def test_a_proof_has_at_most_63_lines():
    note = LOG.checkpoint(entries(9))
    assert len(parse_request(format_request(5, [bytes(32)] * 63, note)).proof) == 63
    with pytest.raises(MalformedRequestError):
        format_request(5, [bytes(32)] * 64, note)


def test_a_request_has_a_size():
    line = b"\xe2\x80\x94 w.example " + format_base64(bytes(40_000)).encode() + b"\n"
    assert len(REQUEST + line) <= MAX_REQUEST_BYTES
    parse_request(REQUEST + line)
    with pytest.raises(MalformedRequestError, match="at most"):
        parse_request(REQUEST + line + line)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_refused(data):
    with pytest.raises(MalformedRequestError):
        parse_request(data)


@given(st.integers(0, len(REQUEST) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_read_as_it_stands(at, difference):
    changed = bytearray(REQUEST)
    changed[at] ^= difference
    try:
        parsed = parse_request(bytes(changed))
    except MalformedRequestError:
        return
    note = bytes(changed).partition(b"\n\n")[2]
    assert format_request(parsed.old_size, parsed.proof, note) == bytes(changed)


def test_an_answer_is_signature_lines_of_that_text():
    note = parse_note(LOG.checkpoint(entries(3)))
    data = format_answer(note, *note.signatures)
    assert data.decode().startswith("— so.example.vn/goc ")
    assert parse_answer(data, note.text) == note.signatures
    for wrong in (b"", b"ok\n", data[:-1], b"more text\n\n" + data, data + b"\n", data * 101, b"\xff\n"):
        with pytest.raises(MalformedRequestError):
            parse_answer(wrong, note.text)
    with pytest.raises(MalformedRequestError, match="at most"):
        parse_answer(data.ljust(MAX_ANSWER_BYTES + 1), note.text)


@pytest.mark.parametrize(("data", "size"), [(b"0\n", 0), (b"20852014\n", 20852014)])
def test_a_size_is_one_line(data, size):
    assert parse_size(data) == size


@pytest.mark.parametrize(
    "data", [b"", b"5", b"05\n", b"5\n\n", b"5\n6\n", b"-5\n", b"\xff\n", b"9" * 30 + b"\n"]
)
def test_what_is_no_size_is_refused(data):
    with pytest.raises(MalformedRequestError):
        parse_size(data)
