"""Event notes and entries: strict inverses, and every spoilt byte is seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.entries import (
    FIRST_PREV,
    MAX_ENTRY_BYTES,
    MAX_EVENT_SIGNATURES,
    MAX_SEQ,
    Entry,
    Kind,
    format_entry,
    format_event_text,
    format_time,
    parse_decimal,
    parse_entry,
    parse_event_note,
    parse_time,
)
from ledger.log.errors import EntryTooLargeError, MalformedEntryError, MalformedEventNoteError
from signing.keys import NamedKey, PrivateKey
from signing.notes import Note, NoteSignature, format_note, sign_note
from tests.support.mutations import mutated

SIGNERS = [
    NamedKey(f"so.example.vn/goc/HTX/{n}", PrivateKey.from_seed(bytes([n]) * 32)) for n in range(1, 18)
]
BODY = {"type": "ObjectEvent", "eventID": "urn:uuid:1", "sogoc:fields": {"giống": "nếp cái hoa vàng"}}
NOTE = sign_note(format_event_text(Kind.EVENT, BODY), SIGNERS[0])
WHEN = datetime(2026, 11, 12, 6, 30, 0, 123000, tzinfo=UTC)
ENTRY = Entry("HTX7K3M9Q2", 7, bytes(range(32)), WHEN, NOTE)
SECOND_LINE = b"HTX7K3M9Q2 7 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= 2026-11-12T06:30:00.123Z"

CHAIN_IDS = st.from_regex(r"\A[0-9A-Za-z](?:[0-9A-Za-z._-]{0,62}[0-9A-Za-z])?\Z")
HANOI = timezone(timedelta(hours=7))
MOMENTS = st.integers(-62_135_596_800_000, 253_402_275_599_999).map(
    lambda since_1970_ms: (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=since_1970_ms)).astimezone(
        HANOI
    )
)


@st.composite
def entries(draw):
    seq = draw(st.integers(0, 3) | st.integers(0, MAX_SEQ))
    prev = draw(st.binary(min_size=32, max_size=32).filter(lambda leaf: leaf != FIRST_PREV))
    note = draw(st.binary(max_size=50))
    return Entry(draw(CHAIN_IDS), seq, prev if seq else FIRST_PREV, draw(MOMENTS), note)


@given(entries())
def test_an_entry_is_read_back(entry):
    assert parse_entry(format_entry(entry)) == entry


@given(mutated(format_entry(ENTRY)))
def test_a_spoilt_entry_is_refused_or_says_something_else(data):
    try:
        entry = parse_entry(data)
        note = parse_event_note(entry.note)
    except (MalformedEntryError, MalformedEventNoteError):
        return
    assert entry != ENTRY
    assert format_entry(entry) == data
    assert format_note(Note(note.text, note.signatures)) == entry.note


def test_an_entry_looks_like_its_page_says():
    assert format_entry(ENTRY) == b"sogoc/entry/v1\n" + SECOND_LINE + b"\n\n" + NOTE


@pytest.mark.parametrize(
    "changes",
    [
        {"chain_id": ""},
        {"chain_id": "a b"},
        {"chain_id": "a+b"},
        {"chain_id": "a/b"},
        {"chain_id": "-a"},
        {"chain_id": "a\n"},
        {"chain_id": "é"},
        {"chain_id": "a" * 65},
        {"seq": -1},
        {"seq": MAX_SEQ + 1},
        {"seq": 0},
        {"prev": FIRST_PREV},
        {"prev": bytes(31) + b"12"},
        {"recorded_at": WHEN.replace(tzinfo=None)},
        {"recorded_at": WHEN.replace(microsecond=1)},
        {"recorded_at": datetime(1, 1, 1, tzinfo=HANOI)},
    ],
)
def test_what_is_no_entry_is_not_written(changes):
    with pytest.raises(MalformedEntryError):
        format_entry(replace(ENTRY, **changes))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"entry/v1", b"entry/v2"),
        (b"sogoc/entry/v1\n", b""),
        (b"\n\n", b"\n"),
        (b" 7 ", b" 07 "),
        (b" 7 ", b" +7 "),
        (b" 7 ", b" \xd9\xa7 "),
        (b" 7 ", b"  7 "),
        (b" 7 ", b" 7\t"),
        (b" 7 ", b" 0 "),
        (b"Hh8=", b"Hh8"),
        (b"Hh8=", b"Hh9="),
        (b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", b"AAECAw=="),
        (b".123Z", b"Z"),
        (b".123Z", b".123456Z"),
        (b".123Z", b".123+00:00"),
        (b".123Z", b",123Z"),
        (b"T06:30:00", b"T24:00:00"),
        (b"T06:30:00", b"T06:30:60"),
        (b"2026-11-12T", b"2026-11-31T"),
        (b"2026-11-12T", b"2026-11-12 "),
        (b"2026-11-12T", b"20261112T"),
        (SECOND_LINE, SECOND_LINE + b" "),
        (SECOND_LINE, SECOND_LINE + b"\r"),
        (SECOND_LINE, SECOND_LINE + b"\nmore"),
        (SECOND_LINE, SECOND_LINE.replace(b" ", b"\xc2\xa0")),
    ],
)
def test_another_spelling_of_an_entry_is_refused(old, new):
    data = format_entry(ENTRY)
    assert old in data
    with pytest.raises(MalformedEntryError):
        parse_entry(data.replace(old, new, 1))


def test_the_format_holds_65535_bytes_and_no_more():
    room = MAX_ENTRY_BYTES - len(format_entry(replace(ENTRY, note=b"")))
    data = format_entry(replace(ENTRY, note=bytes(room)))
    assert len(parse_entry(data).note) == room
    with pytest.raises(EntryTooLargeError) as caught:
        format_entry(replace(ENTRY, note=bytes(room + 1)))
    assert (caught.value.size_bytes, caught.value.limit_bytes) == (65_536, 65_535)
    with pytest.raises(MalformedEntryError):
        parse_entry(data + b"\0")


def test_an_event_note_is_read_back():
    note = parse_event_note(NOTE)
    assert (note.kind, note.body) == (Kind.EVENT, BODY)
    assert note.text == format_event_text(note.kind, note.body)
    assert [signature.name for signature in note.signatures] == [SIGNERS[0].name]


@given(mutated(NOTE))
def test_a_spoilt_event_note_is_refused_or_says_something_else(data):
    try:
        note = parse_event_note(data)
    except MalformedEventNoteError:
        return
    assert note != parse_event_note(NOTE)
    assert format_note(Note(note.text, note.signatures)) == data


TEXT = format_event_text(Kind.EVENT, BODY)


@pytest.mark.parametrize(
    "text",
    [
        b"sogoc/event/v2\n" + TEXT[15:],
        b"sogoc/event/v1 \n" + TEXT[15:],
        TEXT[15:],
        b"sogoc/event/v1\n",
        b"sogoc/event/v1\n\n",
        b"sogoc/event/v1\n[]\n",
        b"sogoc/event/v1\n{}\n{}\n",
        b"sogoc/event/v1\n{}\n\n",
        b"sogoc/event/v1\n{} \n",
        b'sogoc/event/v1\n{"b":1,"a":1}\n',
        b'sogoc/event/v1\n{"a":1,"a":1}\n',
        b'sogoc/event/v1\n{"a":1.0}\n',
        'sogoc/event/v1\n{"a":"Tie\u0302n"}\n'.encode(),
    ],
)
def test_what_is_no_event_text_is_refused(text):
    with pytest.raises(MalformedEventNoteError) as caught:
        parse_event_note(sign_note(text, SIGNERS[0]))
    assert caught.value.sentence


@pytest.mark.parametrize("byte", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80"])
def test_bytes_that_are_no_unicode_are_refused(byte):
    with pytest.raises(MalformedEventNoteError):
        parse_event_note(NOTE.replace("nếp".encode(), b"n" + byte + b"p"))


def test_an_unsigned_event_note_is_refused():
    with pytest.raises(MalformedEventNoteError):
        parse_event_note(TEXT + b"\n")


def test_sixteen_may_sign_and_no_more():
    assert len(parse_event_note(sign_note(TEXT, *SIGNERS[:MAX_EVENT_SIGNATURES])).signatures) == 16
    with pytest.raises(MalformedEventNoteError):
        parse_event_note(sign_note(TEXT, *SIGNERS))


def test_nobody_signs_twice():
    once = parse_event_note(NOTE).signatures[0]
    again = NoteSignature(once.name, once.key_id, bytes(64))
    for second in (once, again):
        with pytest.raises(MalformedEventNoteError):
            parse_event_note(format_note(Note(TEXT, (once, second))))


@given(MOMENTS)
def test_a_time_is_read_back(moment):
    assert parse_time(format_time(moment)) == moment


@given(st.integers(0, MAX_SEQ))
def test_a_decimal_is_read_back(number):
    assert parse_decimal(str(number)) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "01", "1.0", " 1", "1_0", "٣", str(MAX_SEQ + 1), "9" * 400])
def test_other_decimals_are_refused(text):
    with pytest.raises(ValueError, match="decimal"):
        parse_decimal(text)
