"""One pass over a log in index order: what is found wrong on the way, and how much was looked at.

Holds the end of each chain, the key ring and the tree's right edge, so memory is flat. Entries come either
with their bytes, and are looked at here, or certified by a worker, and then only what needs order is left.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from ledger.audit.certificates import Certificate, certified_record, differing_columns
from ledger.audit.finding import Finding
from ledger.audit.lineage import Authors, Chains
from ledger.audit.rederive import Tree, compare_chains, compare_keys
from ledger.log.entries import Entry, parse_entry, parse_event_note
from ledger.log.errors import MalformedError
from ledger.log.merkle import leaf_hash
from ledger.log.queries import Head, Identity, StoredEntry, read_entry
from ledger.log.records import Record, make_record


class ProjectionCheck(Protocol):
    """A check that an upper room adds: fed every record that could be read, in order, then asked."""

    @property
    def rows_checked(self) -> int:
        """How many rows it derived and compared so far."""

    def feed(self, record: Record, /) -> None:
        """Take note of one record."""

    def findings(self, session: Session, /) -> Iterable[Finding]:
        """What the room's stored projection says otherwise than the records did."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How much a walk looked at: ``projections`` are the rows that upper rooms derived and compared."""

    entries: int = 0
    signatures: int = 0
    tiles: int = 0
    chains: int = 0
    keys: int = 0
    projections: int = 0


class Walk:
    """Goes over the log that ``session`` sees: feed it entries in index order, then ask for ``findings``."""

    def __init__(
        self, session: Session, identity: Identity, head: Head, projection_checks: Sequence[ProjectionCheck]
    ) -> None:
        self.projection_checks = projection_checks
        self._session = session
        self._identity = identity
        self._head = head
        self._chains = Chains()
        self._authors = Authors(identity.origin)
        self._tree = Tree(session, head)
        self._next_index = 0
        self._entries = 0

    @property
    def checked(self) -> Checked:
        """What was looked at so far."""
        return Checked(
            entries=self._entries,
            signatures=self._authors.signatures,
            tiles=self._tree.tiles,
            chains=len(self._chains),
            keys=len(self._authors),
            projections=sum(check.rows_checked for check in self.projection_checks),
        )

    def gap(self, index: int) -> Iterator[Finding]:
        """Report the entries missing before ``index``, and bridge them in the tree."""
        if index > self._next_index:
            missing = f"{index - self._next_index} entries"
            yield Finding("log_entry", self._next_index, "entries are missing", missing, None)
            yield from self._tree.fill(index)
            self._next_index = index

    def entry(self, stored: StoredEntry) -> Iterator[Finding]:
        """Check one entry on its own and against everything before it."""
        if stored.index > self._next_index:
            yield from self.gap(stored.index)
        leaf = leaf_hash(stored.entry)
        yield from self._place(stored.index, leaf)
        try:
            entry = parse_entry(stored.entry)
        except MalformedError as error:
            yield Finding("log_entry", stored.index, "entry", "the one form of an entry", str(error))
            self._chains.skip(stored.chain_id, stored.seq, leaf)
            return
        for column, expected, found in differing_columns(stored, entry, leaf):
            yield Finding("log_entry", stored.index, f"column {column}", expected, found)
        yield from self._chains.feed(stored.index, entry.chain_id, entry.seq, entry.prev, leaf)
        yield from self._note(stored, entry, leaf)

    def certified(self, certificate: Certificate) -> Iterator[Finding]:
        """Check what a worker could not: the same findings in the same order as ``entry`` has."""
        index, leaf, chain_id, seq, prev, signers, recorder, _ = certificate
        if index > self._next_index:
            yield from self.gap(index)
        yield from self._place(index, leaf)
        yield from self._chains.feed(index, chain_id, seq, prev, leaf)
        if not self._authors.accept(index, chain_id, seq, signers, recorder):
            stored = read_entry(self._session, index)
            yield from self._note(stored, parse_entry(stored.entry), leaf)
        elif self.projection_checks:
            self._show(certified_record(certificate))

    def findings(self) -> Iterator[Finding]:
        """What shows only at the end: missing entries, tree, chains, keys, projections."""
        yield from self.gap(self._head.size)
        yield from self._tree.findings(self._identity, self._authors.ring)
        yield from compare_chains(self._session, self._chains.ends)
        yield from compare_keys(self._session, self._authors.ring, self._identity.origin)
        for check in self.projection_checks:
            yield from check.findings(self._session)

    def _place(self, index: int, leaf: bytes) -> Iterator[Finding]:
        if index != self._next_index:
            yield Finding("log_entry", index, "index", self._next_index, index)
        self._next_index = index + 1
        self._entries += 1
        # Behind a hole that no tile bridges there is no tree to compare with.
        if self._tree.size == index:
            yield from self._tree.feed(leaf)

    def _note(self, stored: StoredEntry, entry: Entry, leaf: bytes) -> Iterator[Finding]:
        try:
            note = parse_event_note(entry.note)
        except MalformedError as error:
            yield Finding(
                "log_entry", stored.index, "event note", "the one form of an event note", str(error)
            )
            return
        yield from self._authors.feed(stored.index, entry, note)
        if self.projection_checks:
            self._show(make_record(stored.index, stored.entry, entry, note, leaf))

    def _show(self, record: Record) -> None:
        for check in self.projection_checks:
            check.feed(record)
