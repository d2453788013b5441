"""Checkpoints and proof files: strict inverses, and every spoilt byte is seen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.checkpoints import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    parse_checkpoint_note,
    sign_checkpoint,
)
from ledger.log.entries import MAX_SEQ
from ledger.log.errors import MalformedCheckpointError, MalformedProofFileError
from ledger.log.merkle import EMPTY_ROOT
from ledger.log.proofs import MAX_PROOF_HASHES, Proof, format_proof, parse_proof
from signing.errors import BadSignatureError, UnknownSignerError
from signing.keys import NamedKey, PrivateKey
from tests.support.mutations import mutated

LOG = NamedKey("so.example.vn/goc", PrivateKey.from_seed(bytes([7]) * 32))
STRANGER = NamedKey("la.example.vn", PrivateKey.from_seed(bytes([8]) * 32))
CHECKPOINT = Checkpoint("so.example.vn/goc", 1000, bytes(range(32)))
NOTE = sign_checkpoint(CHECKPOINT, LOG)
PROOF = Proof(613, (bytes(32), bytes(range(32))), NOTE)

HASHES = st.binary(min_size=32, max_size=32)
NAMES = st.from_regex(r"\A[a-z0-9./-]{1,30}\Z")
LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=9)
CHECKPOINTS = st.builds(
    Checkpoint, NAMES, st.integers(1, MAX_SEQ), HASHES, st.lists(LINES, max_size=2).map(tuple)
) | st.builds(Checkpoint, NAMES, st.just(0), st.just(EMPTY_ROOT))
PROOFS = st.builds(
    Proof,
    st.integers(0, MAX_SEQ),
    st.lists(HASHES, max_size=MAX_PROOF_HASHES).map(tuple),
    st.just(NOTE),
    st.none() | st.binary(max_size=20),
)


@given(CHECKPOINTS)
def test_a_checkpoint_is_read_back(checkpoint):
    assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint


@given(mutated(format_checkpoint(CHECKPOINT)))
def test_a_spoilt_checkpoint_is_refused_or_says_something_else(text):
    try:
        checkpoint = parse_checkpoint(text)
    except MalformedCheckpointError:
        return
    assert checkpoint != CHECKPOINT
    assert format_checkpoint(checkpoint) == text


@given(mutated(NOTE))
def test_a_spoilt_checkpoint_never_passes_for_the_signed_one(data):
    """Only signatures of strangers may be added or changed without harm."""
    with pytest.raises((MalformedCheckpointError, BadSignatureError, UnknownSignerError)):
        open_checkpoint(data, LOG.verifier_key)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"so.example.vn/goc\n1000\n",
        b"so.example.vn/goc\n1000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        b"\n1000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        b"a b\n1000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        b"a\n01000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        b"a\n-1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        b"a\n1000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n",
        b"a\n1000\nAAECAw==\n",
        b"a\n0\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        b"a\n1000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n",
        b"a\n1000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\nmore\n",
        b"a\n1000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\xff\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(MalformedCheckpointError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "a\nb"},
        {"origin": ""},
        {"size": -1},
        {"size": 0},
        {"root": b"x"},
        {"extensions": ("",)},
        {"extensions": ("a\nb",)},
    ],
)
def test_what_no_text_can_say_is_not_written(changes):
    with pytest.raises(MalformedCheckpointError):
        format_checkpoint(replace(CHECKPOINT, **changes))


def test_a_checkpoint_opens_under_the_key_of_its_log():
    assert open_checkpoint(NOTE, LOG.verifier_key) == CHECKPOINT
    cosigned = sign_checkpoint(CHECKPOINT, STRANGER, LOG)
    assert open_checkpoint(cosigned, LOG.verifier_key) == CHECKPOINT


def test_a_checkpoint_of_another_log_or_key_does_not_open():
    with pytest.raises(UnknownSignerError):
        open_checkpoint(sign_checkpoint(CHECKPOINT, STRANGER), LOG.verifier_key)
    with pytest.raises(MalformedCheckpointError, match="origin"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, STRANGER), STRANGER.verifier_key)
    with pytest.raises(MalformedCheckpointError):
        parse_checkpoint_note(b"no note")


@given(PROOFS)
def test_a_proof_file_is_read_back(proof):
    assert parse_proof(format_proof(proof)) == proof


@given(mutated(format_proof(PROOF)))
def test_a_spoilt_proof_file_is_refused_or_says_something_else(data):
    try:
        proof = parse_proof(data)
    except MalformedProofFileError:
        return
    assert proof != PROOF
    assert format_proof(proof) == data


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"c2sp.org/tlog-proof@v1\n", b""),
        (b"index 613\n", b""),
        (b"index 613", b"index 0613"),
        (b"index 613", b"index  613"),
        (b"index 613", b"Index 613"),
        (b"index 613", b"extra\nindex 613"),
        (b"index 613", b"extra AB==\nindex 613"),
        (b"index 613", b"extra AA==\nextra AA==\nindex 613"),
        (b"index 613", b"index 613\nAAAA"),
        (b"index 613", b"index 613\nAAECAw=="),
        (b"\n\nso.example", b"\nso.example"),
        (b"\n\nso.example", b"\n\n\nso.example"),
        (b"\n", b"\r\n"),
    ],
)
def test_another_spelling_of_a_proof_file_is_refused(old, new):
    data = format_proof(PROOF)
    assert old in data
    with pytest.raises(MalformedProofFileError):
        parse_proof(data.replace(old, new, 1))


def test_a_proof_has_63_hashes_at_most():
    longest = replace(PROOF, hashes=(bytes(32),) * MAX_PROOF_HASHES)
    assert parse_proof(format_proof(longest)) == longest
    with pytest.raises(MalformedProofFileError):
        format_proof(replace(PROOF, hashes=(bytes(32),) * (MAX_PROOF_HASHES + 1)))


@pytest.mark.parametrize("changes", [{"index": -1}, {"hashes": (b"x",)}, {"checkpoint": b""}])
def test_what_no_proof_file_can_say_is_not_written(changes):
    with pytest.raises(MalformedProofFileError):
        format_proof(replace(PROOF, **changes))
