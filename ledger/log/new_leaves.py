"""Inclusion proofs of the leaves that were just appended, from memory alone. Pure.

The general way (``merkle.prove_inclusion``) reads the stored tiles, about 300 microseconds for a proof; a
group of appends is answered with one proof each, so they have to cost a few. The trick: the peaks of the
tree before and the new leaves hold every sibling that these proofs need. Left of a new node stands a new
node or a peak; right of it a new node or the incomplete rest of the tree.
"""

from collections.abc import Sequence

from ledger.log.errors import InclusionError
from ledger.log.merkle import node_hash, split_range


class NewLeaves:
    """The leaves from ``old_size`` on of a tree whose first ``old_size`` leaves have ``peaks``.

    ``peaks`` are the hashes of ``split_range(0, old_size)``, ``leaves`` the new leaf hashes; 32 bytes each.
    """

    def __init__(self, old_size: int, peaks: Sequence[bytes], leaves: Sequence[bytes]) -> None:
        self.old_size = old_size
        self.size = old_size + len(leaves)
        # At each level the complete nodes in reach, numbered from the first one on, and the hash of the
        # incomplete node behind them, if the tree ends inside one.
        self._levels: list[tuple[int, list[bytes], bytes | None]] = []
        self._build(
            {node.level: peak for node, peak in zip(split_range(0, old_size), peaks, strict=True)}, leaves
        )

    def prove(self, index: int) -> tuple[bytes, ...]:
        """``merkle.prove_inclusion(index, size, …)`` for a new leaf. Raises ``InclusionError`` for others."""
        if not self.old_size <= index < self.size:
            raise InclusionError("not a new leaf", index=index, size=self.size)
        proof = []
        number, complete = index, self.size
        for first, hashes, rest in self._levels:
            sibling = number ^ 1
            if sibling < complete:
                proof.append(hashes[sibling - first])
            elif sibling == complete and rest is not None:
                proof.append(rest)
            number >>= 1
            complete >>= 1
        return tuple(proof)

    def _build(self, peaks: dict[int, bytes], leaves: Sequence[bytes]) -> None:
        first, hashes, rest = self.old_size, list(leaves), None
        for level in range((self.size - 1).bit_length() if self.size else 0):
            if first & 1:
                # The left sibling of the first new node is complete and ends where the old tree ends: a peak.
                first -= 1
                hashes.insert(0, peaks[level])
            self._levels.append((first, hashes, rest))
            if (self.size >> level) & 1:
                rest = hashes[-1] if rest is None else node_hash(hashes[-1], rest)
            first >>= 1
            hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=False)]
