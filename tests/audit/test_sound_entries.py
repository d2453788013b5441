"""The shortcut through the parsers says what they say, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.sound_entries import read_sound
from ledger.log.entries import Kind, parse_entry, parse_event_note
from ledger.log.errors import MalformedError
from signing.errors import SigningError
from tests.support.following import Scribe, key_of
from tests.support.ledgers import CHAIN, OTHER_CHAIN

FIRST, SECOND = key_of(CHAIN), key_of(CHAIN, 2)
BODIES = (
    {"type": "ObjectEvent"},
    {"a": "Nhật ký", "b": ["x", {"c": None}], "d": {"e": True, "f": "NFC: ề"}},
    {"n": 12.5, "m": [1, 2.25, -3], "k": 0},
    {"é": "tên", "ê": {"ơ": 1}},
    {'quoted \\" ': '":5', "tab": "\t", "slash": "/"},
)


def entries():
    scribe = Scribe()
    for body in BODIES:
        scribe.write(body, FIRST)
        scribe.write(body, FIRST, SECOND, kind=Kind.STATEMENT)
        scribe.write(body, key_of(OTHER_CHAIN, 3), chain_id=OTHER_CHAIN)
    scribe.add_key(SECOND, FIRST)
    return scribe.entries


ENTRIES = entries()


def parsed(data):
    try:
        entry = parse_entry(data)
        return entry, parse_event_note(entry.note)
    except (MalformedError, SigningError):
        return None


@pytest.mark.parametrize("data", ENTRIES)
def test_every_ordinary_entry_takes_the_shortcut(data):
    assert read_sound(data) == parsed(data) is not None


@given(st.sampled_from(ENTRIES), st.data())
def test_what_it_says_is_what_the_parsers_say(data, drawn):
    """Some bytes changed, cut out, put in or doubled, most of all where forms differ by a byte."""
    changed = bytearray(data)
    for _ in range(drawn.draw(st.integers(1, 3))):
        at = drawn.draw(st.integers(0, len(changed) - 1))
        piece = drawn.draw(st.sampled_from(PIECES) | st.binary(min_size=1, max_size=2))
        cut = drawn.draw(st.integers(0, 2))
        changed[at : at + cut] = piece
    said = read_sound(bytes(changed))
    assert said is None or said == parsed(bytes(changed))


PIECES = (b"\n", b"\n\n", b" ", b"=", b"A", b"0", b"+", b'"', b"\\", b"\x7f", "—".encode(), "ề".encode(), b"")

ODD = (
    (b"sogoc/entry/v1", b"sogoc/entry/v2"),
    (b"2026-", b"2026-13-"),
    (b"-09-01T", b"-19-01T"),
    (b"T01:", b"T25:"),
    (b" 0 ", b" 00 "),
    (b" 0 ", b" 9007199254740992 "),
    (b" 0 ", b" 1 "),
    (b"sogoc/event/v1", b"sogoc/event/v3"),
    (b'{"type":', b'{ "type":'),
    (b'"ObjectEvent"', b'"Object\\u0045vent"'),
    (b'{"type":"ObjectEvent"}', b'["ObjectEvent"]'),
    (b'{"type":"ObjectEvent"}', b'{"type":"A","type":"B"}'),
    (b'{"type":"ObjectEvent"}', b'{"type":"\xff"}'),
    (b'{"type":"ObjectEvent"}', '{"type":"e\u0301"}'.encode()),
    (b'{"type":"ObjectEvent"}', b'{"type":1e400}'),
    (b'{"type":"ObjectEvent"}', b"[" * 40 + b"]" * 40),
    ("— so.".encode(), "— s o.".encode()),
    ("— so.".encode(), "— s+o.".encode()),
    ("— so.".encode(), b"\xe2\x80\x94 \xffo."),
    ("— so.".encode(), "— s\u00a0o.".encode()),
    ("— so.".encode(), f"— {'x' * 300}so.".encode()),
    (b"=\n", b"==\n"),
    (b"=\n", b"=\n\n"),
    (b"=\n", b"="),
)


@pytest.mark.parametrize(("old", "new"), ODD)
def test_every_second_spelling_is_left_to_the_parsers(old, new):
    data = ENTRIES[0]
    assert old in data
    assert read_sound(data.replace(old, new, 1)) is None
    assert parsed(data.replace(old, new, 1)) is None


def test_too_many_or_repeated_signatures_and_too_long_entries():
    keys = [key_of(CHAIN, seed) for seed in range(1, 18)]
    scribe = Scribe()
    scribe.write({"type": "x"}, *keys)
    scribe.write({"type": "x"}, FIRST, FIRST, seq=1)
    assert [read_sound(data) for data in scribe.entries] == [None, None]
    assert [parsed(data) for data in scribe.entries] == [None, None]
    long = ENTRIES[0].replace(b"ObjectEvent", b"x" * 70_000)
    assert read_sound(long) is parsed(long) is None
