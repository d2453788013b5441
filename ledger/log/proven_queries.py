"""Stored entries with their proofs under the newest checkpoint, for files that others check offline."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.authors import LOG_CHAIN, chain_of
from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.entries import parse_entry
from ledger.log.errors import NoSuchEntryError
from ledger.log.log_key_history import LogKeyHistory, format_history
from ledger.log.merkle import prove_inclusion
from ledger.log.proven_entries import ProvenEntry
from ledger.log.publication import covering_checkpoint
from ledger.log.queries import StoredTiles, find_entry, read_entries, read_head, read_identity
from ledger.log.records import parse_record
from ledger.log.tables import LogEntry, LogKey
from ledger.log.tiles import TileReader
from ledger.log.verify import Link


@dataclass(frozen=True, slots=True)
class Proven:
    """A checkpoint, a signed note, and entries with their proofs under it, by ascending index."""

    checkpoint: bytes
    entries: tuple[ProvenEntry, ...]


def prove_entries(session: Session, indexes: Iterable[int], checkpoint: bytes | None = None) -> Proven:
    """The entries at ``indexes`` with proofs under ``checkpoint``, one of this log; the newest if not given.

    Raises ``NoSuchEntryError`` for an entry that it does not contain.
    """
    note = read_head(session).checkpoint if checkpoint is None else checkpoint
    size, reader = parse_checkpoint_note(note)[0].size, TileReader(StoredTiles(session))
    proven = []
    for stored in read_entries(session, sorted(set(indexes))):
        if stored.index >= size:
            raise NoSuchEntryError(stored.index)
        seq = parse_entry(stored.entry).seq
        before = find_entry(session, stored.chain_id, seq - 1) if seq else None
        link = None
        if before is not None:
            link = Link(before.index, prove_inclusion(before.index, size, reader))
        hashes = prove_inclusion(stored.index, size, reader)
        proven.append(ProvenEntry(stored.index, stored.entry, hashes, link))
    return Proven(note, tuple(proven))


def prove_with_keys(session: Session, index: int) -> Proven:
    """The entry at ``index`` and the statements about every key of every chain that signed it.

    Under the best checkpoint that contains the entry (``publication_covering``). Raises ``NoSuchEntryError``.
    """
    note = covering_checkpoint(session, index)
    size = parse_checkpoint_note(note)[0].size
    return prove_entries(session, {index, *(at for at in key_statements(session, index) if at < size)}, note)


def read_log_key_history(session: Session) -> bytes:
    """The history of the log's own keys as of the newest checkpoint (docs/spec/log-keys.md)."""
    # All of the chain: its links must meet, and what else it says (``LogRecovered``) is for the same readers.
    indexes = session.scalars(select(LogEntry.index).where(LogEntry.chain_id == LOG_CHAIN)).all()
    proven = prove_entries(session, indexes)
    return format_history(
        LogKeyHistory(read_identity(session).verifier_key, proven.checkpoint, proven.entries)
    )


def key_statements(session: Session, index: int) -> tuple[int, ...]:
    """Where the keys of every chain that signed the entry at ``index`` were added and revoked, ascending.

    Raises ``NoSuchEntryError``.
    """
    (stored,) = read_entries(session, (index,))
    origin = read_identity(session).origin
    record = parse_record(index, stored.entry)
    chains = {record.chain_id, *(chain_of(name, origin) for name in record.signers)} - {None}
    return chain_key_statements(session, *(chain for chain in chains if chain is not None))


def chain_key_statements(session: Session, *chain_ids: str) -> tuple[int, ...]:
    """Where the keys of these chains were added and revoked, ascending."""
    rows = session.execute(
        select(LogKey.valid_from, LogKey.valid_until).where(LogKey.chain_id.in_(chain_ids))
    )
    # A key is valid up to and including the entry that revokes it.
    return tuple(
        sorted({at for added, until in rows for at in ((added,) if until is None else (added, until - 1))})
    )
