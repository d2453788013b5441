"""A log that can sign whatever it likes, honest trees and forks, for witnesses to judge."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.log.checkpoints import Checkpoint, format_checkpoint
from ledger.log.merkle import leaf_hash, node_hash, prove_consistency, root_hash
from ledger.witness.requests import format_request
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import NoteSigner, sign_note

ORIGIN = "so.example.vn/goc"


class Leaves:
    """A ``HashReader`` over leaf hashes."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves

    def read_hashes(self, nodes):
        return [self._hash(level, number) for level, number in nodes]

    def _hash(self, level, number):
        if level == 0:
            return self.leaves[number]
        return node_hash(self._hash(level - 1, 2 * number), self._hash(level - 1, 2 * number + 1))


def entries(count: int, face: str = "", since: int = 0) -> list[bytes]:
    """Leaf hashes of ``count`` entries; from ``since`` on they are those of another ``face`` of the log."""
    return [leaf_hash(f"{face if n >= since else ''}{n}".encode()) for n in range(count)]


@dataclass(frozen=True)
class ForkingLog:
    """``key`` signs any tree. ``extensions`` stand behind the root hash in every checkpoint."""

    key: NamedKey = field(default_factory=lambda: NamedKey(ORIGIN, PrivateKey.from_seed(bytes([7]) * 32)))
    extensions: tuple[str, ...] = ()

    @property
    def vkey(self) -> VerifierKey:
        return self.key.verifier_key

    def checkpoint(self, leaves: Sequence[bytes], *signers: NoteSigner) -> bytes:
        root = root_hash(len(leaves), Leaves(leaves))
        text = format_checkpoint(Checkpoint(self.key.name, len(leaves), root, self.extensions))
        return sign_note(text, *(signers or (self.key,)))

    def request(self, old_size: int, leaves: Sequence[bytes], *signers: NoteSigner) -> bytes:
        """A request whose proof is right for ``leaves``, if there is such a proof."""
        proof = prove_consistency(old_size, len(leaves), Leaves(leaves)) if old_size <= len(leaves) else ()
        return format_request(old_size, proof, self.checkpoint(leaves, *signers))
