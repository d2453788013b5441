"""Trees kept as nothing but their leaves."""

from collections.abc import Sequence

from ledger.log.merkle import Node, node_hash


class Hashes:
    """A ``HashReader`` that computes each node from the leaves and counts how often it is asked."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves
        self.calls = 0

    def read_hashes(self, nodes: Sequence[Node]) -> list[bytes]:
        self.calls += 1
        return [self._hash(*node) for node in nodes]

    def _hash(self, level: int, number: int) -> bytes:
        if level == 0:
            return self.leaves[number]
        return node_hash(self._hash(level - 1, 2 * number), self._hash(level - 1, 2 * number + 1))
