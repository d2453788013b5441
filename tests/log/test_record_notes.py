"""Record notes: one form, a device of the chain, a key that is valid there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.authors import Place
from ledger.log.errors import MalformedRecordNoteError
from ledger.log.record_notes import MEMBER, carried_note, check_record, parse_record_note
from signing.canonical_base64 import format_base64
from signing.errors import BadSignatureError, KeyNotValidError
from signing.keyring import KeyRing
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note

ORIGIN, CHAIN = "so.example.vn/goc", "K7QM2X9T4D"
DEVICE = NamedKey(f"{ORIGIN}/{CHAIN}/may-1", PrivateKey.from_seed(bytes([5]) * 32))
TEXT = (
    b"sogoc/record/v1\n"
    b'{"digest":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","recordedAt":"2026-11-12T01:02:03.004Z"}\n'
)
NOTE = sign_note(TEXT, DEVICE)
PLACE = Place(ORIGIN, CHAIN, 3, 7)


def ring(valid_from=2, valid_until=None, key=DEVICE):
    held = KeyRing()
    held.add(key.verifier_key, valid_from, valid_until)
    return held


def body(**changes):
    return {MEMBER: {**parse_record_note(NOTE).member(), **changes}}


def test_a_note_is_carried_and_found_again():
    note = parse_record_note(NOTE)
    assert note.text == TEXT
    assert note.recorded_at == "2026-11-12T01:02:03.004Z"
    assert carried_note({MEMBER: note.member()}) == note
    assert carried_note({}) is None
    assert check_record({MEMBER: note.member()}, ring(), PLACE)
    assert not check_record({}, ring(), PLACE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        NOTE[:-2],
        NOTE.replace(b"record/v1", b"record/v2"),
        NOTE.replace(b'{"digest"', b'{ "digest"'),
        NOTE.replace(b".004Z", b"Z"),
        NOTE.replace(b"2026-11", b"2026-13"),
        NOTE.replace(b"AAECAw", b"AAECA"),
        NOTE + NOTE.split(b"\n\n")[1],
        sign_note(TEXT.replace(b"\n{", b'\n{"a":1,'), DEVICE),
        NOTE + b"x" * 3000,
    ],
)
def test_another_spelling_is_no_record_note(data):
    with pytest.raises(MalformedRecordNoteError) as caught:
        parse_record_note(data)
    assert caught.value.sentence


@pytest.mark.parametrize(
    "member",
    [
        None,
        "x",
        [],
        {},
        {**parse_record_note(NOTE).member(), "more": "x"},
        {**parse_record_note(NOTE).member(), "digest": 7},
        {**parse_record_note(NOTE).member(), "digest": "AAAA"},
        {**parse_record_note(NOTE).member(), "signature": "AAAA"},
        {**parse_record_note(NOTE).member(), "signer": "a name"},
        {**parse_record_note(NOTE).member(), "recordedAt": "2026-11-12T08:02:03.004+07:00"},
    ],
)
def test_an_entry_carries_a_whole_note_or_none(member):
    with pytest.raises(MalformedRecordNoteError):
        carried_note({MEMBER: member})


def test_who_signs_is_a_device_of_the_chain_with_a_key_valid_there():
    with pytest.raises(KeyNotValidError):
        check_record(body(), ring(8), PLACE)
    with pytest.raises(KeyNotValidError):
        check_record(body(), ring(2, 7), PLACE)
    for name in (f"{ORIGIN}/{CHAIN}", f"{ORIGIN}/KHAC/may-1", ORIGIN, "khac.example/may-1"):
        with pytest.raises(MalformedRecordNoteError):
            check_record(body(signer=name), ring(), PLACE)


@given(st.sampled_from(["digest", "recordedAt"]), st.data())
def test_nothing_of_what_was_signed_can_be_changed(name, data):
    changed = {
        "digest": st.binary(min_size=32, max_size=32).filter(lambda value: value != bytes(range(32))),
        "recordedAt": st.integers(0, 999).filter(lambda value: value != 4),
    }[name]
    value = data.draw(changed)
    text = format_base64(value) if name == "digest" else f"2026-11-12T01:02:03.{value:03}Z"
    with pytest.raises(BadSignatureError):
        check_record(body(**{name: text}), ring(), PLACE)
