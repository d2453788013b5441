"""The append-only log: entries, chains, Merkle tree, checkpoint, proofs, tiles. Knows no farm."""
