"""Proofs of every tree of size 1 to 100, transparency-dev's vectors, and what is not a proof."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.errors import ConsistencyError, InclusionError
from ledger.log.merkle import (
    EMPTY_ROOT,
    Node,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root_hash,
    split_range,
)
from tests.support.ledgers import read_vectors
from tests.support.trees import Hashes

LEAVES = [leaf_hash(b"%d" % number) for number in range(128)]


TREE = Hashes(LEAVES)


def defined_root(leaves):
    """MTH as RFC 6962 §2.1 writes it down."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(defined_root(leaves[:k]), defined_root(leaves[k:]))


def flip(data, at=0, bit=1):
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]


@pytest.mark.parametrize("size", range(1, 101))
def test_every_leaf_of_every_tree_is_proved(size):
    root = root_hash(size, TREE)
    assert root == defined_root(LEAVES[:size])
    for index in range(size):
        proof = prove_inclusion(index, size, TREE)
        assert len(proof) <= (size - 1).bit_length()
        check_inclusion(index, size, LEAVES[index], proof, root)


@pytest.mark.parametrize("new_size", range(101))
def test_every_tree_extends_every_smaller_one(new_size):
    new_root = root_hash(new_size, TREE)
    for old_size in range(new_size + 1):
        proof = prove_consistency(old_size, new_size, TREE)
        check_consistency(old_size, root_hash(old_size, TREE), new_size, new_root, proof)


@pytest.mark.parametrize("size", [2, 3, 7, 8, 9, 64, 100])
def test_a_proof_proves_no_other_leaf_index_size_or_root(size):
    root = root_hash(size, TREE)
    for index in range(size):
        proof = prove_inclusion(index, size, TREE)
        wrong = [
            ((index + 1) % size, size, LEAVES[index], proof, root),
            (index, size, LEAVES[(index + 1) % size], proof, root),
            (index, size, LEAVES[index], proof, flip(root)),
            (index, size, LEAVES[index], proof[:-1], root),
            (index, size, LEAVES[index], (*proof, root), root),
            (index, size, LEAVES[index], (proof[0][:-1], *proof[1:]), root),
            (index, size, LEAVES[index][:-1], proof, root),
            (size, size, LEAVES[index], proof, root),
            (-1, size, LEAVES[index], proof, root),
        ]
        wrong += [
            (index, size, LEAVES[index], (*proof[:at], flip(proof[at]), *proof[at + 1 :]), root)
            for at in range(len(proof))
        ]
        for case in wrong:
            with pytest.raises(InclusionError):
                check_inclusion(*case)


@pytest.mark.parametrize(("old_size", "new_size"), [(1, 2), (4, 8), (6, 8), (7, 100), (64, 100), (99, 100)])
def test_a_consistency_proof_fits_no_other_roots(old_size, new_size):
    old_root, new_root = root_hash(old_size, TREE), root_hash(new_size, TREE)
    proof = prove_consistency(old_size, new_size, TREE)
    wrong = [
        (old_size, flip(old_root), new_size, new_root, proof),
        (old_size, old_root, new_size, flip(new_root), proof),
        (old_size, new_root, new_size, old_root, proof),
        (old_size, old_root, new_size, new_root, ()),
        (old_size, old_root, new_size, new_root, (*proof, new_root)),
        (old_size, old_root, new_size, new_root, proof[:-1]),
        (old_size, old_root, new_size, new_root, (proof[0][:-1], *proof[1:])),
        (new_size, new_root, old_size, old_root, proof),
    ]
    for case in wrong:
        with pytest.raises(ConsistencyError):
            check_consistency(*case)


def test_the_empty_tree_is_the_beginning_of_every_tree_without_proof():
    root = root_hash(5, TREE)
    check_consistency(0, EMPTY_ROOT, 5, root, ())
    check_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
    for case in [(0, root, 5, root, ()), (0, EMPTY_ROOT, 5, root, (root,)), (-1, EMPTY_ROOT, 5, root, ())]:
        with pytest.raises(ConsistencyError):
            check_consistency(*case)


def test_equal_sizes_need_equal_roots_and_no_proof():
    root = root_hash(5, TREE)
    check_consistency(5, root, 5, root, ())
    for case in [(5, flip(root), 5, root, ()), (5, root, 5, root, (root,))]:
        with pytest.raises(ConsistencyError):
            check_consistency(*case)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_beyond_the_tree_is_not_proved(index, size):
    with pytest.raises(InclusionError) as caught:
        prove_inclusion(index, size, TREE)
    assert (caught.value.index, caught.value.size) == (index, size)


def test_a_smaller_tree_does_not_extend_a_larger_one():
    with pytest.raises(ConsistencyError) as caught:
        prove_consistency(6, 5, TREE)
    assert (caught.value.old_size, caught.value.new_size) == (6, 5)


def test_a_proof_is_read_at_once():
    reader = Hashes(LEAVES)
    prove_inclusion(37, 100, reader)
    prove_consistency(37, 100, reader)
    assert reader.calls == 2


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_range_is_covered_by_complete_subtrees(start, width):
    at, heights = start, []
    for node in split_range(start, start + width):
        assert isinstance(node, Node)
        assert node.number << node.level == at
        at += 1 << node.level
        heights.append(node.level)
    assert at == start + width
    assert len(heights) <= 2 * (start + width).bit_length()


def decoded(case, *names):
    return [base64.b64decode(case[name] or "") for name in names]


def test_inclusion_vectors(shared_data):
    cases = read_vectors(shared_data / "vectors" / "merkle" / "inclusion")
    assert len(cases) == 98
    for case in cases:
        leaf, root = decoded(case, "leafHash", "root")
        proof = [base64.b64decode(hashed) for hashed in case["proof"] or []]
        arguments = (case["leafIdx"], case["treeSize"], leaf, proof, root)
        assert is_accepted(check_inclusion, InclusionError, arguments) is not case["wantErr"], case["name"]


def test_consistency_vectors(shared_data):
    """All but one agree: transparency-dev refuses a proof from size 0; C2SP tlog-witness wants it, empty."""
    cases = read_vectors(shared_data / "vectors" / "merkle" / "consistency")
    assert len(cases) == 98
    differing = set()
    for case in cases:
        old_root, new_root = decoded(case, "root1", "root2")
        proof = [base64.b64decode(hashed) for hashed in case["proof"] or []]
        arguments = (case["size1"], old_root, case["size2"], new_root, proof)
        if is_accepted(check_consistency, ConsistencyError, arguments) is case["wantErr"]:
            differing.add(case["name"])
    assert differing == {"additional/size1-is-zero-and-size2-is-not-zero.json"}


def is_accepted(check, refusal, arguments):
    try:
        check(*arguments)
    except refusal:
        return False
    return True
