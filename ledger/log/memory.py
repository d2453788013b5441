"""What a process remembers of the log between two units of work, so that it need not be read again.

One rule: memory is good exactly while the stored head is the one it was made for. A head (size, root hash)
commits to every entry, hence to every chain and key; so another process's append makes all of it stale.
"""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.authors import chain_of
from ledger.log.entries import FIRST_PREV
from ledger.log.errors import UnknownChainError
from ledger.log.queries import Head, StoredTiles
from ledger.log.right_edge import RightEdge
from ledger.log.tables import LogChain, LogKey
from signing.errors import KeyNotValidError
from signing.keyring import KeyRing
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.vault import Vault


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """A chain of ``size`` entries; ``last_leaf_hash`` is that of the last, zeros when it is empty."""

    size: int
    last_leaf_hash: bytes


@dataclass(slots=True)
class Memory:
    """The log at ``head``, as far as it was read. ``edge`` runs ahead of ``head`` while a unit appends."""

    origin: str
    head: Head
    edge: RightEdge
    chains: dict[str, ChainEnd] = field(default_factory=dict)
    rings: dict[str, KeyRing] = field(default_factory=dict)
    signers: dict[str, NamedKey] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session, origin: str, head: Head) -> "Memory":
        """A fresh memory of the log at ``head``."""
        return cls(origin, head, RightEdge.read(head.size, StoredTiles(session)))

    def chain(self, session: Session, chain_id: str) -> ChainEnd:
        """The end of a chain."""
        end = self.chains.get(chain_id)
        if end is None:
            row = session.execute(
                select(LogChain.size, LogChain.last_leaf_hash).where(LogChain.chain_id == chain_id)
            ).one_or_none()
            end = self.chains[chain_id] = ChainEnd(0, FIRST_PREV) if row is None else ChainEnd(*row)
        return end

    def ring(self, session: Session, chain_id: str) -> KeyRing:
        """The keys of one chain."""
        ring = self.rings.get(chain_id)
        if ring is None:
            ring = self.rings[chain_id] = read_key_ring(session, chain_id)
        return ring

    def signer(self, session: Session, vault: Vault, chain_id: str) -> NamedKey:
        """The newest key of a chain that this server holds. Raises ``UnknownChainError`` for none."""
        signer = self.signers.get(chain_id)
        if signer is None:
            signer = self.signers[chain_id] = _open_signer(
                session, vault, f"{self.origin}/{chain_id}", chain_id
            )
        return signer


@dataclass(frozen=True, slots=True)
class RememberedKeys:
    """The ``KeyLookup`` of a unit: reads the ring of a chain when a name of the chain is asked for."""

    memory: Memory
    session: Session

    def key_for(self, name: str, key_id: bytes, index: int) -> VerifierKey:
        """The key valid at ``index``. Raises ``KeyNotValidError``."""
        chain_id = chain_of(name, self.memory.origin)
        if chain_id is None:
            raise KeyNotValidError(name, key_id, index)
        return self.memory.ring(self.session, chain_id).key_for(name, key_id, index)


def read_key_ring(session: Session, chain_id: str | None = None) -> KeyRing:
    """The keys of a chain, or of the whole log, with the log indexes for which each is valid."""
    statement = select(LogKey.name, LogKey.public_key, LogKey.valid_from, LogKey.valid_until)
    if chain_id is not None:
        statement = statement.where(LogKey.chain_id == chain_id)
    ring = KeyRing()
    for row in session.execute(statement.order_by(LogKey.valid_from)):
        ring.add(VerifierKey(row.name, row.public_key), row.valid_from, row.valid_until)
    return ring


def seed_purpose(key: VerifierKey) -> str:
    """The vault's purpose of a chain key's seed."""
    return f"ledger.log/key/{key.name}+{key.key_id.hex()}"


def _open_signer(session: Session, vault: Vault, name: str, chain_id: str) -> NamedKey:
    row = session.execute(
        select(LogKey.public_key, LogKey.sealed_seed)
        .where(LogKey.chain_id == chain_id, LogKey.name == name)
        .where(LogKey.valid_until.is_(None), LogKey.sealed_seed.is_not(None))
        .order_by(LogKey.valid_from.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise UnknownChainError(chain_id)
    seed = vault.open(row.sealed_seed, seed_purpose(VerifierKey(name, row.public_key)))
    return NamedKey(name, PrivateKey.from_seed(seed))
