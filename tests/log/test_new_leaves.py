"""The quick proofs of new leaves are the plain ones of RFC 6962, at every size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.errors import InclusionError
from ledger.log.merkle import check_inclusion, leaf_hash, prove_inclusion
from ledger.log.new_leaves import NewLeaves
from ledger.log.right_edge import RightEdge
from tests.support.trees import Hashes


def grow(old_size, count):
    edge, leaves = RightEdge(), [leaf_hash(b"%d" % number) for number in range(old_size + count)]
    for leaf in leaves[:old_size]:
        edge.append(leaf)
    new = NewLeaves(old_size, edge.peaks, leaves[old_size:])
    for leaf in leaves[old_size:]:
        edge.append(leaf)
    return new, leaves, edge.root_hash()


@given(st.integers(0, 700), st.integers(1, 300))
def test_each_new_leaf_is_proved_as_the_whole_tree_proves_it(old_size, count):
    new, leaves, root = grow(old_size, count)
    tree = Hashes(leaves)
    for index in range(old_size, old_size + count):
        proof = new.prove(index)
        assert proof == prove_inclusion(index, len(leaves), tree)
        check_inclusion(index, len(leaves), leaves[index], proof, root)


@pytest.mark.parametrize("old_size", range(20))
@pytest.mark.parametrize("count", range(1, 20))
def test_small_trees_of_every_shape(old_size, count):
    new, leaves, root = grow(old_size, count)
    for index in range(old_size, old_size + count):
        check_inclusion(index, len(leaves), leaves[index], new.prove(index), root)


@pytest.mark.parametrize("index", [4, 9, -1])
def test_only_new_leaves_are_proved(index):
    new, _, _ = grow(5, 4)
    with pytest.raises(InclusionError):
        new.prove(index)


def test_nothing_new_proves_nothing():
    new, _, _ = grow(0, 0)
    with pytest.raises(InclusionError):
        new.prove(0)
