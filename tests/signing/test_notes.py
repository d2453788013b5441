import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import BadSignatureError, MalformedKeyError, MalformedNoteError, UnknownSignerError
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Note,
    NoteSignature,
    check_note,
    countersign,
    format_note,
    parse_note,
    sign_note,
)

COOPERATIVE = NamedKey("htx.example/a", PrivateKey.from_seed(b"a" * 32))
RECEIVER = NamedKey("cho.example/b", PrivateKey.from_seed(b"b" * 32))
STRANGER = NamedKey("la.example/c", PrivateKey.from_seed(b"c" * 32))
TEXT = "Lúa thơm đã thu hoạch\n".encode()
DATA = sign_note(TEXT, COOPERATIVE, RECEIVER)

texts = st.text(st.characters(exclude_categories=("Cs",), min_codepoint=0x20), max_size=80).map(
    lambda text: (text + "\n").encode()
)
blank_line_texts = st.lists(texts | st.just(b"\n"), min_size=1, max_size=5).map(b"".join)
signatures = st.builds(
    NoteSignature,
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="+"), min_size=1),
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=1, max_size=100),
)


@given(blank_line_texts, st.lists(signatures, min_size=1, max_size=5))
def test_parse_undoes_format(text, lines):
    note = Note(text, tuple(lines))
    assert parse_note(format_note(note)) == note


@given(st.data())
def test_what_parses_has_no_second_spelling(data):
    """One byte changed: either refused, or the same bytes are written again."""
    changed = bytearray(DATA)
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] = data.draw(st.integers(0, 255))
    try:
        note = parse_note(bytes(changed))
    except MalformedNoteError:
        return
    assert format_note(note) == bytes(changed)


def test_foreign_notes_verify_and_are_written_unchanged(shared_data):
    vectors = json.loads((shared_data / "vectors" / "notes.json").read_text())
    for vector in vectors["signed_notes"]:
        key = VerifierKey.parse(vector["vkey"])
        note = parse_note(vector["note"].encode())
        assert check_note(note, [key]) == (key.name,)
        assert format_note(note) == vector["note"].encode()


def test_a_foreign_checkpoint_verifies(shared_data):
    folder = shared_data / "vectors" / "log"
    key = VerifierKey.parse((folder / "vkey").read_text().strip())
    for name in ("checkpoint", "checkpoint.old"):
        assert check_note(parse_note((folder / name).read_bytes()), [key]) == (key.name,)


def test_every_known_signer_is_named_in_the_notes_order():
    note = parse_note(DATA)
    keys = [RECEIVER.verifier_key, COOPERATIVE.verifier_key, STRANGER.verifier_key]
    assert check_note(note, keys) == ("htx.example/a", "cho.example/b")
    assert check_note(note, [RECEIVER.verifier_key]) == ("cho.example/b",)


def test_a_signer_who_signed_twice_is_named_once():
    note = parse_note(sign_note(TEXT, COOPERATIVE, COOPERATIVE))
    assert check_note(note, [COOPERATIVE.verifier_key]) == ("htx.example/a",)


def test_a_note_without_a_known_signer_is_refused():
    with pytest.raises(UnknownSignerError) as unknown:
        check_note(parse_note(DATA), [STRANGER.verifier_key])
    assert unknown.value.names == ("htx.example/a", "cho.example/b")


def test_one_bad_signature_by_a_known_key_spoils_the_note():
    note = parse_note(DATA)
    forged = NoteSignature(RECEIVER.name, RECEIVER.key_id, bytes(64))
    note = Note(note.text, (note.signatures[0], forged))
    with pytest.raises(BadSignatureError) as bad:
        check_note(note, [COOPERATIVE.verifier_key, RECEIVER.verifier_key])
    assert bad.value.name == "cho.example/b"


def test_a_changed_text_is_refused():
    note = parse_note(DATA.replace("thơm".encode(), "nếp".encode()))
    with pytest.raises(BadSignatureError):
        check_note(note, [COOPERATIVE.verifier_key])


def test_a_name_with_another_keys_id_is_an_unknown_signer():
    """The name alone is anybody's to write."""
    impostor = NamedKey(COOPERATIVE.name, PrivateKey.from_seed(b"x" * 32))
    with pytest.raises(UnknownSignerError):
        check_note(parse_note(sign_note(TEXT, impostor)), [COOPERATIVE.verifier_key])


def test_two_keys_of_one_name_and_id_are_refused():
    class Colliding:
        name = COOPERATIVE.name
        key_id = COOPERATIVE.key_id

        def check(self, message, signature):
            raise AssertionError

    with pytest.raises(MalformedKeyError, match="two keys"):
        check_note(parse_note(DATA), [COOPERATIVE.verifier_key, Colliding()])


def test_the_same_key_given_twice_is_one_key():
    assert check_note(parse_note(DATA), [COOPERATIVE.verifier_key] * 2) == ("htx.example/a",)


def test_a_countersignature_is_added_behind():
    note = parse_note(sign_note(TEXT, COOPERATIVE))
    assert format_note(countersign(note, RECEIVER)) == DATA


def test_a_signature_of_an_unknown_type_is_carried_along():
    note = parse_note(sign_note(TEXT, COOPERATIVE))
    longer = NoteSignature("witness.example/w", b"\x01\x02\x03\x04", bytes(range(72)))
    carried = parse_note(format_note(Note(note.text, (*note.signatures, longer))))
    assert carried.signatures[1] == longer
    assert check_note(carried, [COOPERATIVE.verifier_key]) == ("htx.example/a",)


LINE = "— htx.example/a AQIDBAU=\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        f"text\n\n{LINE}"[:-1].encode(),
        f"text\n\n{LINE}\n".encode(),
        f"text\n\n{LINE}rest\n".encode(),
        f"text\n{LINE}".encode(),
        f"text\r\n\r\n{LINE}".encode(),
        f"te\txt\n\n{LINE}".encode(),
        f"te\x00xt\n\n{LINE}".encode(),
        b"te\xffxt\n\n" + LINE.encode(),
        b"text\n\n\xe2\x80\x94 a\xff AQIDBAU=\n",
        b"text\n\n- htx.example/a AQIDBAU=\n",
        "text\n\n—  AQIDBAU=\n".encode(),
        "text\n\n— htx.example/a\n".encode(),
        "text\n\n— htx.example/a  AQIDBAU=\n".encode(),
        "text\n\n— htx.example/a AQIDBAU= \n".encode(),
        "text\n\n— htx+example/a AQIDBAU=\n".encode(),
        "text\n\n— htx.example/a AQIDBAU\n".encode(),
        "text\n\n— htx.example/a AQIDBA==\n".encode(),
        "text\n\n— htx.example/a AQIDBAV=\n".encode(),
        "text\n\n— htx.example/a AQIDBAU=\r\n".encode(),
    ],
    ids=repr,
)
def test_another_form_is_refused(data):
    with pytest.raises(MalformedNoteError):
        parse_note(data)


def test_a_text_may_hold_blank_lines_and_signature_lines():
    text = f"một\n\n{LINE}\n\n".encode()
    assert parse_note(sign_note(text, COOPERATIVE)).text == text


@pytest.mark.parametrize("text", [b"", b"no newline", b"te\txt\n", b"te\xffxt\n"], ids=repr)
def test_a_text_that_would_not_parse_is_not_signed(text):
    with pytest.raises(MalformedNoteError):
        sign_note(text, COOPERATIVE)


@pytest.mark.parametrize(
    "signature",
    [
        NoteSignature("a b", bytes(4), bytes(64)),
        NoteSignature("a", bytes(3), bytes(64)),
        NoteSignature("a", bytes(4), b""),
    ],
    ids=["name", "key id", "signature"],
)
def test_a_signature_that_would_not_parse_is_not_written(signature):
    with pytest.raises(MalformedNoteError):
        format_note(Note(b"text\n", (signature,)))


def test_a_note_without_signatures_is_not_written():
    with pytest.raises(MalformedNoteError, match="1 to 100"):
        sign_note(TEXT)


def test_a_hundred_signatures_are_the_limit():
    signature = NoteSignature("a", bytes(4), b"s")
    most = format_note(Note(b"text\n", (signature,) * MAX_SIGNATURES))
    assert len(parse_note(most).signatures) == MAX_SIGNATURES
    with pytest.raises(MalformedNoteError, match="at most 100"):
        parse_note(most + "— a AAAAAHM=\n".encode())
    with pytest.raises(MalformedNoteError, match="1 to 100"):
        format_note(Note(b"text\n", (signature,) * (MAX_SIGNATURES + 1)))


def test_a_million_bytes_are_the_limit():
    frame = len(sign_note(b"\n", COOPERATIVE))
    longest = b"x" * (MAX_NOTE_BYTES - frame) + b"\n"
    data = sign_note(longest, COOPERATIVE)
    assert len(data) == MAX_NOTE_BYTES
    assert parse_note(data).text == longest
    with pytest.raises(MalformedNoteError, match="at most 1000000"):
        sign_note(b"x" + longest, COOPERATIVE)
    with pytest.raises(MalformedNoteError, match="at most 1000000"):
        parse_note(b"x" + data)
