"""What a process remembers of the log between two units of work, so that it need not be read again.

One rule: memory is good exactly while the stored head is the one it was made for. A head (size, root hash)
commits to every entry, hence to every chain and key. When another process has moved the head, memory follows
it entry by entry (``catch_up``) or is read anew.
"""

from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from ledger.log.authors import chain_of
from ledger.log.entries import FIRST_PREV, ChainEnd
from ledger.log.errors import UnknownChainError
from ledger.log.queries import Head, StoredTiles
from ledger.log.right_edge import RightEdge
from ledger.log.tables import LogChain, LogEntry, LogKey
from signing.errors import KeyNotValidError
from signing.keyring import KeyRing
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.vault import Vault

CATCH_UP_LIMIT = 5_000
"""How many entries of others are followed one by one; beyond, reading the edge anew is cheaper."""


_SINCE = (
    select(LogEntry.chain_id, LogEntry.seq, LogEntry.leaf_hash)
    .where(LogEntry.index >= bindparam("since"))
    .order_by(LogEntry.index)
)
_KEYS_CHANGED = (
    select(LogKey.chain_id)
    .where((LogKey.valid_from >= bindparam("since")) | (LogKey.valid_until > bindparam("since")))
    .distinct()
)


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
            signer = self.signers[chain_id] = open_signer(session, vault, self.origin, chain_id)
        return signer

    def catch_up(self, session: Session, head: Head) -> bool:
        """Follow the log from where this memory stands to ``head``, which other processes moved.

        ``False`` when ``head`` is too far away, or does not extend what is remembered: then this memory is
        spoilt. That it extends is proved by the root hash, computed from our peaks and the new leaves.
        """
        if not 0 <= head.size - self.head.size <= CATCH_UP_LIMIT:
            return False
        since = self.head.size
        connection = session.connection()
        for chain_id, seq, leaf in connection.execute(_SINCE, {"since": since}).all():
            self.edge.append(leaf)
            self.chains[chain_id] = ChainEnd(seq + 1, leaf)
        if (self.edge.size, self.edge.root_hash()) != (head.size, head.root):
            return False
        self.edge.take_grown_tiles()
        for chain_id in connection.execute(_KEYS_CHANGED, {"since": since}).scalars():
            self.forget_keys(chain_id)
        self.head = head
        return True

    def forget_keys(self, chain_id: str) -> None:
        """Read the keys of a chain anew when they are needed next."""
        self.rings.pop(chain_id, None)
        self.signers.pop(chain_id, None)


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


def open_signer(session: Session, vault: Vault, origin: str, chain_id: str) -> NamedKey:
    """The newest valid key of a chain that this server holds.

    Raises ``UnknownChainError`` for none, ``VaultError``.
    """
    name = f"{origin}/{chain_id}"
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
