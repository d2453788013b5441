"""The Merkle tree of RFC 6962 §2.1 over SHA-256: root hashes, inclusion proofs, consistency proofs. Pure.

A node is the complete subtree of ``2**level`` leaves that begins at leaf ``number * 2**level``. Proofs are
built by reading such nodes through ``HashReader``, wherever they are kept, and are checked with nothing but
the proof. Sizes and indexes are those of RFC 6962: a tree of ``size`` n has the leaves 0 to n - 1.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol

from ledger.log.errors import ConsistencyError, InclusionError

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()
"""Root hash of the tree of size 0."""


class Node(NamedTuple):
    """The complete subtree over the leaves ``[number << level, (number + 1) << level)``."""

    level: int
    number: int


class HashReader(Protocol):
    """Where the hashes of a tree are kept."""

    def read_hashes(self, nodes: Sequence[Node], /) -> Sequence[bytes]:
        """The hashes (32 bytes each) of ``nodes``, in their order. Only complete subtrees are asked for."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry), RFC 6962 §2.1."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1."""
    return sha256(b"\x01" + left + right).digest()


def split_range(start: int, end: int) -> Iterator[Node]:
    """The fewest complete subtrees that cover the leaves ``[start, end)``, left to right.

    For ``start`` 0 these are the peaks of the tree of size ``end``: one for each bit set in ``end``.
    """
    while start < end:
        # The widest step that starts aligned and does not pass the end.
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield Node(level, start >> level)
        start += 1 << level


def fold_peaks(peaks: Iterable[bytes]) -> bytes:
    """The hash of the subtree whose complete subtrees hash to ``peaks`` (left to right); at least one."""
    hashes = list(peaks)
    folded = hashes.pop()
    while hashes:
        folded = node_hash(hashes.pop(), folded)
    return folded


def root_hash(size: int, reader: HashReader) -> bytes:
    """MTH(D[0:size]) of RFC 6962 §2.1. Reads at most log2(size) + 1 hashes."""
    return fold_peaks(reader.read_hashes(list(split_range(0, size)))) if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, reader: HashReader) -> tuple[bytes, ...]:
    """PATH(index, D[size]) of RFC 6962 §2.1.1: sibling hashes from the leaf up, at most ceil(log2(size)).

    Raises ``InclusionError`` when the tree has no such leaf. Reads at most 2 log2(size) hashes, at once.
    """
    _check_index(index, size)
    return _hash_ranges(inclusion_ranges(index, size), reader)


def prove_consistency(old_size: int, new_size: int, reader: HashReader) -> tuple[bytes, ...]:
    """PROOF(old_size, D[new_size]) of RFC 6962 §2.1.2; empty when the sizes are equal or the old one is 0.

    Raises ``ConsistencyError`` when the old tree is the larger. Reads at most 2 log2(new_size) hashes.
    """
    _check_sizes(old_size, new_size)
    return _hash_ranges(consistency_ranges(old_size, new_size), reader)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges ``[start, end)`` whose hashes are the inclusion proof, from the leaf up."""
    ranges = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split_point(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    ranges.reverse()
    return ranges


def consistency_ranges(old_size: int, new_size: int) -> list[tuple[int, int]]:
    """The leaf ranges ``[start, end)`` whose hashes are the consistency proof, in its order."""
    if old_size in (0, new_size):
        return []
    ranges = []
    start, end = 0, new_size
    while end != old_size:
        middle = start + _split_point(end - start)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # RFC 6962 §2.1.2: SUBPROOF(m, D[m], true) is empty, as the verifier knows the old root already.
    if start:
        ranges.append((start, end))
    ranges.reverse()
    return ranges


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ``InclusionError`` unless ``proof`` leads from the leaf hash ``leaf`` at ``index`` to ``root``.

    The algorithm of RFC 9162 §2.1.3.2. Cost: one hash for each hash of the proof.
    """
    _check_index(index, size)
    if len(leaf) != HASH_BYTES:
        raise InclusionError("a leaf hash has 32 bytes", index=index, size=size)
    place, last, folded = index, size - 1, leaf
    for sibling in proof:
        if last == 0 or len(sibling) != HASH_BYTES:
            raise InclusionError("too long, or a hash of another length", index=index, size=size)
        if place & 1 or place == last:
            folded = node_hash(sibling, folded)
            place, last = _skip_missing_siblings(place, last)
        else:
            folded = node_hash(folded, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise InclusionError("too short", index=index, size=size)
    if folded != root:
        raise InclusionError(f"leads to {folded.hex()}, not to {root.hex()}", index=index, size=size)


def check_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise ``ConsistencyError`` unless ``proof`` shows that the new tree begins with the old one.

    The algorithm of RFC 9162 §2.1.4.2. Size 0 is the beginning of every tree: its root must be the hash of
    nothing and its proof empty (as C2SP tlog-witness asks). Cost: two hashes for each hash of the proof.
    """
    _check_sizes(old_size, new_size)
    sizes = {"old_size": old_size, "new_size": new_size}
    if any(len(hashed) != HASH_BYTES for hashed in proof):
        raise ConsistencyError("a hash has another length", **sizes)
    if old_size in (0, new_size):
        expected = new_root if old_size == new_size else EMPTY_ROOT
        if proof or old_root != expected or (old_size == 0 and old_root != EMPTY_ROOT):
            raise ConsistencyError("another root hash, or a proof where none belongs", **sizes)
        return
    if not proof:
        raise ConsistencyError("the proof is missing", **sizes)
    old_folded, new_folded, last = _fold_consistency(old_size, old_root, new_size, proof)
    if last != 0:
        raise ConsistencyError("the proof has the wrong length", **sizes)
    if (old_folded, new_folded) != (old_root, new_root):
        found = f"{old_folded.hex()} and {new_folded.hex()}"
        raise ConsistencyError(f"leads to {found}, not to {old_root.hex()} and {new_root.hex()}", **sizes)


def _fold_consistency(
    old_size: int, old_root: bytes, new_size: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes, int]:
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    # An old tree that is complete is itself the first node; the proof leaves its hash out.
    first, siblings = (proof[0], proof[1:]) if place else (old_root, proof)
    old_folded = new_folded = first
    for sibling in siblings:
        if last == 0:
            return old_folded, new_folded, -1
        if place & 1 or place == last:
            old_folded = node_hash(sibling, old_folded)
            new_folded = node_hash(sibling, new_folded)
            place, last = _skip_missing_siblings(place, last)
        else:
            new_folded = node_hash(new_folded, sibling)
        place, last = place >> 1, last >> 1
    return old_folded, new_folded, last


def _skip_missing_siblings(place: int, last: int) -> tuple[int, int]:
    # At the right edge a node without a sibling is its own parent.
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _split_point(width: int) -> int:
    """The largest power of two smaller than ``width`` (RFC 6962 §2.1: k)."""
    return 1 << ((width - 1).bit_length() - 1)


def _hash_ranges(ranges: Sequence[tuple[int, int]], reader: HashReader) -> tuple[bytes, ...]:
    covers = [list(split_range(start, end)) for start, end in ranges]
    hashes = iter(reader.read_hashes([node for cover in covers for node in cover]))
    return tuple(fold_peaks([next(hashes) for _ in cover]) for cover in covers)


def _check_index(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise InclusionError("no such leaf", index=index, size=size)


def _check_sizes(old_size: int, new_size: int) -> None:
    if not 0 <= old_size <= new_size:
        raise ConsistencyError("the old tree is the larger", old_size=old_size, new_size=new_size)
