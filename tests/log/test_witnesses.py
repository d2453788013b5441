"""Cosignatures: the example of C2SP tlog-cosignature's form, made and checked; what is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.checkpoints import Checkpoint, format_checkpoint, sign_checkpoint
from ledger.log.errors import WitnessError
from ledger.log.witnesses import ML_DSA_COSIGNATURE, Witness, WitnessKey, WitnessPolicy, check_witnesses
from signing.errors import BadSignatureError, MalformedKeyError
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.ml_dsa import MlDsaPrivateKey, is_ml_dsa_signature
from signing.notes import Note, check_note, countersign, format_note, parse_note

NOW = datetime(2026, 11, 12, tzinfo=UTC)
LOG = NamedKey("so.example.vn/goc", PrivateKey.from_seed(bytes([7]) * 32))
CHECKPOINT = Checkpoint(LOG.name, 1000, bytes(range(32)))
NOTE = parse_note(sign_checkpoint(CHECKPOINT, LOG))
ALLIANCE = Witness("lien-minh.example.vn", PrivateKey.from_seed(bytes([21]) * 32), NOW)
BUYER = Witness("nguoi-mua.example.vn", PrivateKey.from_seed(bytes([22]) * 32), NOW + timedelta(hours=1))


def key_of(witness):
    return WitnessKey(witness.name, witness.private_key.public_key)


POLICY = WitnessPolicy((key_of(ALLIANCE), key_of(BUYER)), 2)


def test_enough_witnesses_tell_when_they_looked():
    found = check_witnesses(countersign(NOTE, ALLIANCE, BUYER), POLICY)
    assert found == {ALLIANCE.name: NOW, BUYER.name: NOW + timedelta(hours=1)}


def test_what_is_signed_is_the_time_and_the_text():
    text = format_checkpoint(CHECKPOINT)
    message = b"cosignature/v1\ntime 1794441600\n" + text
    plain = VerifierKey(ALLIANCE.name, ALLIANCE.private_key.public_key)
    signature = ALLIANCE.sign(text)
    assert signature[:8] == (1794441600).to_bytes(8, "big")
    plain.check(message, signature[8:])
    assert key_of(ALLIANCE).key_id == ALLIANCE.key_id != plain.key_id


def test_a_witness_who_signed_again_counts_once_at_the_latest_time():
    later = replace(ALLIANCE, now=NOW + timedelta(days=1))
    note = countersign(NOTE, later, ALLIANCE)
    assert check_witnesses(note, replace(POLICY, wanted=1)) == {ALLIANCE.name: later.now}
    with pytest.raises(WitnessError) as caught:
        check_witnesses(note, POLICY)
    assert (caught.value.wanted, caught.value.names) == (2, (ALLIANCE.name,))


def test_one_key_under_two_names_is_one_witness():
    twin = replace(ALLIANCE, name="khac.example.vn")
    policy = WitnessPolicy((key_of(ALLIANCE), key_of(twin)), 2)
    with pytest.raises(WitnessError):
        check_witnesses(countersign(NOTE, ALLIANCE, twin), policy)


def test_strangers_and_the_log_itself_are_no_witnesses():
    assert check_witnesses(countersign(NOTE, BUYER), WitnessPolicy((key_of(ALLIANCE),))) == {}
    with pytest.raises(WitnessError):
        check_witnesses(NOTE, WitnessPolicy((WitnessKey(LOG.name, LOG.private_key.public_key),), 1))


@pytest.mark.parametrize("cut", [0, 1, 71, 73])
def test_a_cosignature_has_72_bytes(cut):
    line = countersign(NOTE, ALLIANCE).signatures[-1]
    spoilt = Note(NOTE.text, (replace(line, signature=(line.signature + b"x")[:cut]),))
    with pytest.raises(BadSignatureError):
        check_witnesses(spoilt, POLICY)


@given(st.integers(0, 71), st.integers(1, 255))
def test_a_changed_cosignature_is_refused(at, difference):
    line = countersign(NOTE, ALLIANCE).signatures[-1]
    changed = bytearray(line.signature)
    changed[at] ^= difference
    with pytest.raises(BadSignatureError):
        check_witnesses(Note(NOTE.text, (replace(line, signature=bytes(changed)),)), POLICY)


def test_a_cosignature_is_of_one_text():
    other = parse_note(sign_checkpoint(replace(CHECKPOINT, size=1001), LOG))
    line = countersign(other, ALLIANCE).signatures[-1]
    with pytest.raises(BadSignatureError):
        check_witnesses(Note(NOTE.text, (line,)), POLICY)


def test_a_witness_key_is_read_back():
    key = key_of(ALLIANCE)
    assert WitnessKey.parse(key.format()) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        VerifierKey(ALLIANCE.name, ALLIANCE.private_key.public_key).format(),
        key_of(ALLIANCE).format().replace("lien", "luon"),
        key_of(ALLIANCE).format() + "\n",
        key_of(ALLIANCE).format() + "=",
        "a b" + key_of(ALLIANCE).format(),
    ],
)
def test_what_is_no_witness_key_is_refused(text):
    with pytest.raises(MalformedKeyError):
        WitnessKey.parse(text)


# -- ML-DSA-44 (signature type 0x06) -------------------------------------------------------------------------

QUANTUM = Witness("luong-tu.example.vn", MlDsaPrivateKey.from_seed(bytes([23]) * 32), NOW)


def test_an_ml_dsa_cosignature_counts_like_any_other():
    cosigned = countersign(NOTE, ALLIANCE, QUANTUM)
    found = check_witnesses(cosigned, WitnessPolicy((key_of(ALLIANCE), QUANTUM.key), 2))
    assert found == {ALLIANCE.name: NOW, QUANTUM.name: NOW}
    assert check_witnesses(cosigned, WitnessPolicy((key_of(ALLIANCE),), 1)) == {ALLIANCE.name: NOW}


def test_what_ml_dsa_signs_is_the_structure_of_the_specification():
    """C2SP tlog-cosignature, "ML-DSA-44 signed message", spelt out byte by byte."""
    signature = QUANTUM.sign(NOTE.text)
    assert (len(signature), signature[:8]) == (2428, (1794441600).to_bytes(8, "big"))
    message = (
        b"subtree/v1\n\x00"
        b"\x13luong-tu.example.vn" + (1794441600).to_bytes(8, "big") + b"\x11so.example.vn/goc"
        b"\0\0\0\0\0\0\0\0" + (1000).to_bytes(8, "big") + bytes(range(32))
    )
    assert is_ml_dsa_signature(QUANTUM.key.public_key, message, signature[8:])


def test_an_ml_dsa_cosignature_is_of_one_checkpoint_and_one_time():
    line = countersign(NOTE, QUANTUM).signatures[-1]
    for text in (
        format_checkpoint(replace(CHECKPOINT, size=1001)),
        format_checkpoint(replace(CHECKPOINT, root=bytes(32))),
        format_checkpoint(replace(CHECKPOINT, origin="so.example.vn/khac")),
        b"no checkpoint\n",
    ):
        with pytest.raises(BadSignatureError):
            QUANTUM.key.check(text, line.signature)
    for at in (0, 7, 8, 2427):
        changed = bytearray(line.signature)
        changed[at] ^= 1
        with pytest.raises(BadSignatureError):
            QUANTUM.key.check(NOTE.text, bytes(changed))


def test_an_ml_dsa_key_is_read_back_and_is_another_key_than_ed25519():
    assert WitnessKey.parse(QUANTUM.key.format()) == QUANTUM.key
    assert QUANTUM.key.key_id != WitnessKey(QUANTUM.name, key_of(ALLIANCE).public_key).key_id
    for public_key, signature_type in ((bytes(1311), ML_DSA_COSIGNATURE), (bytes(range(32)), b"\x05")):
        with pytest.raises(MalformedKeyError):
            WitnessKey(QUANTUM.name, public_key, signature_type)


def test_go_s_note_reader_passes_both_kinds_of_cosignature_over():
    """What a reader does that knows the log's key only: a line by an unknown key is no error."""
    note = parse_note(format_note(countersign(NOTE, QUANTUM, ALLIANCE)))
    assert check_note(note, (LOG.verifier_key,)) == (LOG.name,)
