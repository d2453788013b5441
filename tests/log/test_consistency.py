"""A consistency proof has one text, and means what it says only under a signed checkpoint."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.log.consistency import (
    MAX_CONSISTENCY_HASHES,
    Consistency,
    check_extension,
    format_consistency,
    parse_consistency,
    prove_extension,
)
from ledger.log.errors import ConsistencyError, MalformedCheckpointError, MalformedProofFileError
from ledger.log.merkle import EMPTY_ROOT, root_hash
from ledger.log.tiles import TileReader
from signing.canonical_base64 import format_base64
from signing.errors import BadSignatureError, UnknownSignerError
from signing.keys import NamedKey, PrivateKey
from tests.support.ledgers import ORIGIN
from tests.support.remote import LOG_SIGNER, Kept, grown_tiles, some_entries

ENTRIES = some_entries(600)
TREE = TileReader(Kept(grown_tiles(ENTRIES)))
KEY = LOG_SIGNER.verifier_key


def signed(size, root=None):
    return sign_checkpoint(at(size, root), LOG_SIGNER)


def at(size, root=None):
    return Checkpoint(ORIGIN, size, root or root_hash(size, TREE))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 7), (1, 1), (1, 2), (3, 7), (256, 600), (599, 600)])
def test_a_proof_is_read_back_and_holds(old, new):
    proof = prove_extension(old, signed(new), TREE)
    text = format_consistency(proof)
    assert text.startswith(b"old %d\n" % old)
    assert parse_consistency(text) == proof
    assert check_extension(proof, at(old), KEY) == at(new)


@given(st.integers(0, 600), st.data())
def test_any_two_sizes_are_joined(new, data):
    old = data.draw(st.integers(0, new))
    text = format_consistency(prove_extension(old, signed(new), TREE))
    check_extension(parse_consistency(text), at(old), KEY)


TEXT = format_consistency(prove_extension(3, signed(7), TREE))
HASH = format_base64(bytes(32)).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TEXT[:-1],
        TEXT.replace(b"old 3", b"old 03"),
        TEXT.replace(b"old 3", b"old +3"),
        TEXT.replace(b"old 3", b"old  3"),
        TEXT.replace(b"old 3", b"Old 3"),
        TEXT.replace(b"old 3", "old ٣".encode()),
        TEXT.replace(b"old 3", b"old 8"),
        TEXT.replace(b"old 3\n", b"old 3\r\n"),
        TEXT.replace(b"old 3\n", b"old 3\n\n"),
        TEXT.replace(b"old 3\n", b"old 3\n" + HASH[:-1] + b"\n"),
        TEXT.replace(b"old 3\n", b"old 3\n" + HASH.rstrip(b"=") + b"\n"),
        TEXT.replace(b"old 3\n", b"old 3\n" + format_base64(bytes(31)).encode() + b"\n"),
        TEXT.replace(b"old 3\n", b"old 3\n" + (HASH + b"\n") * (MAX_CONSISTENCY_HASHES + 1)),
        b"index" + TEXT[3:],
        TEXT.partition(b"\n\n")[0] + b"\n\n",
        TEXT.partition(b"\n\n")[0],
    ],
)
def test_other_spellings_are_refused(data):
    with pytest.raises(MalformedProofFileError):
        parse_consistency(data)


@given(st.binary(max_size=200))
def test_bytes_are_a_proof_in_one_way_or_refused(data):
    for candidate in (data, b"old 1\n" + data, TEXT[:30] + data + TEXT[30:]):
        with contextlib.suppress(MalformedProofFileError):
            assert format_consistency(parse_consistency(candidate)) == candidate


def test_nothing_is_formatted_that_could_not_be_read():
    for wrong in (
        Consistency(-1, (), signed(7)),
        Consistency(8, (), signed(7)),
        Consistency(3, (b"short",), signed(7)),
        Consistency(3, (), b"no note"),
    ):
        with pytest.raises(MalformedProofFileError):
            format_consistency(wrong)


def test_hashes_where_none_belong_are_refused():
    for old in (0, 7):
        with pytest.raises(ConsistencyError):
            check_extension(Consistency(old, (bytes(32),), signed(7)), at(old), KEY)


@pytest.mark.parametrize("position", range(4))
def test_a_changed_hash_is_refused(position):
    proof = prove_extension(3, signed(7), TREE)
    assert len(proof.hashes) == 4
    hashes = [*proof.hashes[:position], bytes(32), *proof.hashes[position + 1 :]]
    with pytest.raises(ConsistencyError):
        check_extension(replace(proof, hashes=tuple(hashes)), at(3), KEY)
    with pytest.raises(ConsistencyError):
        check_extension(replace(proof, hashes=proof.hashes[:position]), at(3), KEY)


def test_a_proof_of_other_sizes_or_another_log_is_refused():
    proof = prove_extension(3, signed(7), TREE)
    for earlier in (at(2), at(4), replace(at(3), origin="elsewhere"), replace(at(3), root=bytes(32))):
        with pytest.raises(ConsistencyError):
            check_extension(proof, earlier, KEY)
    with pytest.raises(ConsistencyError):
        prove_extension(8, signed(7), TREE)


def test_a_checkpoint_that_the_log_did_not_sign_is_refused():
    stranger = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([9]) * 32))
    proof = replace(prove_extension(3, signed(7), TREE), checkpoint=sign_checkpoint(at(7), stranger))
    with pytest.raises(UnknownSignerError):
        check_extension(proof, at(3), KEY)
    forged = signed(7).replace(format_base64(at(7).root).encode(), HASH)
    with pytest.raises(BadSignatureError):
        check_extension(replace(proof, checkpoint=forged), at(3), KEY)
    elsewhere = NamedKey("elsewhere", PrivateKey.from_seed(bytes([9]) * 32))
    other = sign_checkpoint(at(7), elsewhere)
    with pytest.raises(MalformedCheckpointError):
        check_extension(replace(proof, checkpoint=other), at(3), elsewhere.verifier_key)


def test_from_the_empty_log_every_log_extends():
    assert at(0).root == EMPTY_ROOT
    check_extension(prove_extension(0, signed(7), TREE), at(0), KEY)
    with pytest.raises(ConsistencyError):
        check_extension(prove_extension(0, signed(7), TREE), replace(at(0), root=bytes(32)), KEY)
