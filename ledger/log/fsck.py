"""Checks a stored log from its entries' bytes alone, and says what is wrong and where.

Everything that can be derived is derived again - chains, key ring, signatures, tree, tiles, head - and
compared with what is stored. Nothing stops at the first finding. The walk is one pass in index order with
flat memory: it holds the end of each chain, the key ring and the tree's right edge.

Cost: one Ed25519 verification for each signature, two SHA-256 for each entry, and reading.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.entries import Entry, parse_entry, parse_event_note
from ledger.log.errors import LogError, MalformedError
from ledger.log.merkle import leaf_hash
from ledger.log.queries import StoredEntry, read_head, read_identity
from ledger.log.records import Record, make_record
from ledger.log.rederive import Authors, Chains, Finding, Tree
from ledger.log.tables import LogEntry
from signing.errors import SigningError

__all__ = ["Finding", "ProjectionCheck", "fsck"]

BATCH = 500
"""Entries read at once: at most 4 MiB under the policy's 8 KiB for each."""


class ProjectionCheck(Protocol):
    """A check that an upper room adds: fed every record that could be read, in order, then asked."""

    def feed(self, record: Record, /) -> None:
        """Take note of one record."""

    def findings(self, session: Session, /) -> Iterable[Finding]:
        """What the room's stored projection says otherwise than the records did."""


def fsck(session: Session, *, projection_checks: Sequence[ProjectionCheck] = ()) -> Iterator[Finding]:
    """Every finding of one walk over the log that ``session`` sees; none for a log that is whole."""
    try:
        identity, head = read_identity(session), read_head(session)
    except (LogError, SigningError) as error:
        yield Finding("log_identity", None, "identity and head", "one row each", str(error))
        return
    if identity.verifier_key.name != identity.origin:
        yield Finding("log_identity", None, "name of the key", identity.origin, identity.verifier_key.name)
    walk = _Walk(Chains(), Authors(identity.origin), Tree(session, head), projection_checks)
    for stored in _stored_entries(session):
        yield from walk.gap(stored.index)
        yield from walk.entry(stored)
    yield from walk.gap(head.size)
    yield from walk.tree.findings(identity)
    yield from walk.chains.findings(session)
    yield from walk.authors.findings(session)
    for check in projection_checks:
        yield from check.findings(session)


class _Walk:
    def __init__(
        self, chains: Chains, authors: Authors, tree: Tree, projection_checks: Sequence[ProjectionCheck]
    ) -> None:
        self.chains = chains
        self.authors = authors
        self.tree = tree
        self._projection_checks = projection_checks
        self._next_index = 0

    def gap(self, index: int) -> Iterator[Finding]:
        """Report the entries missing before ``index``, and bridge them in the tree."""
        if index > self._next_index:
            missing = f"{index - self._next_index} entries"
            yield Finding("log_entry", self._next_index, "entries are missing", missing, None)
            yield from self.tree.fill(index)
            self._next_index = index

    def entry(self, stored: StoredEntry) -> Iterator[Finding]:
        """Check one entry on its own and against everything before it."""
        leaf = leaf_hash(stored.entry)
        if stored.index != self._next_index:
            yield Finding("log_entry", stored.index, "index", self._next_index, stored.index)
        self._next_index = stored.index + 1
        # Behind a hole that no tile bridges there is no tree to compare with.
        if self.tree.size == stored.index:
            yield from self.tree.feed(leaf)
        try:
            entry = parse_entry(stored.entry)
        except MalformedError as error:
            yield Finding("log_entry", stored.index, "entry", "the one form of an entry", str(error))
            self.chains.skip(stored.chain_id, stored.seq, leaf)
            return
        yield from _compare_columns(stored, entry, leaf)
        yield from self.chains.feed(stored.index, entry, leaf)
        yield from self._note(stored, entry, leaf)

    def _note(self, stored: StoredEntry, entry: Entry, leaf: bytes) -> Iterator[Finding]:
        try:
            note = parse_event_note(entry.note)
        except MalformedError as error:
            yield Finding(
                "log_entry", stored.index, "event note", "the one form of an event note", str(error)
            )
            return
        yield from self.authors.feed(stored.index, entry, note)
        if self._projection_checks:
            record = make_record(stored.index, stored.entry, entry, note, leaf)
            for check in self._projection_checks:
                check.feed(record)


def _compare_columns(stored: StoredEntry, entry: Entry, leaf: bytes) -> Iterator[Finding]:
    derived = (leaf, entry.chain_id, entry.seq, entry.recorded_at)
    columns = (stored.leaf_hash, stored.chain_id, stored.seq, stored.recorded_at)
    names = ("leaf_hash", "chain_id", "seq", "recorded_at")
    for column, expected, found in zip(names, derived, columns, strict=True):
        if expected != found:
            yield Finding("log_entry", stored.index, f"column {column}", expected, found)


def _stored_entries(session: Session) -> Iterator[StoredEntry]:
    """Every stored entry in index order, read by key in batches: memory stays flat on both databases."""
    statement = select(
        LogEntry.index,
        LogEntry.chain_id,
        LogEntry.seq,
        LogEntry.recorded_at,
        LogEntry.leaf_hash,
        LogEntry.entry,
    ).order_by(LogEntry.index)
    batch = [StoredEntry(*row) for row in session.execute(statement.limit(BATCH))]
    while batch:
        yield from batch
        batch = [
            StoredEntry(*row)
            for row in session.execute(statement.where(LogEntry.index > batch[-1].index).limit(BATCH))
        ]
