"""One durable transaction, and what the units of work in it have appended so far.

Units of several callers share it, one after another (group commit). As a rule they share its session as well,
and with it everything that waits to be written; when one of them fails, the transaction is rolled back and
done again without it. A *careful* transaction spares the others: each unit has a session of its own within a
savepoint, and one that fails is undone alone, its rows by the savepoint, what it left in memory by
``undo_unit``. Careful costs twice as much, so it is for groups in which something has failed.
"""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from ledger.database import sent_together
from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.log.entries import ChainEnd
from ledger.log.memory import Memory
from ledger.log.new_leaves import NewLeaves
from ledger.log.queries import Head, StoredEntry, find_entries_by_keys
from ledger.log.store import EntryRow, WaitingEntries, move_head, write_chains, write_tiles
from signing.notes import NoteSigner


class Transaction:
    """A transaction on ``session``, which is alone with the database, over the log that ``memory`` knows."""

    def __init__(self, session: Session, memory: Memory, *, is_careful: bool = False) -> None:
        self.session = session
        self.memory = memory
        self.is_careful = is_careful
        self.entries = WaitingEntries()
        self.entries.attach(session)
        self._leaves: list[bytes] = []
        self._first_ends: dict[str, ChainEnd] = {}
        self._peaks = memory.edge.peaks
        self._found_keys: dict[tuple[str, str], StoredEntry | None] = {}
        self._at_end: list[Callable[[], None]] = []
        # Of the unit at work, or of all of them if they share everything:
        self._own_session: Session | None = None
        self._mark = self.entries.mark()
        self._ends_before: dict[str, ChainEnd] = {}
        self._rings_changed: set[str] = set()

    @property
    def next_index(self) -> int:
        """The log index of the next entry."""
        return self.memory.head.size + len(self._leaves)

    def chain(self, chain_id: str) -> ChainEnd:
        """The end of a chain, what this transaction appended included."""
        return self.memory.chain(self.session, chain_id)

    def find_by_key(self, chain_id: str, idempotency_key: str) -> StoredEntry | None:
        """What was appended to a chain under a key, ``None`` if nothing was."""
        key = (chain_id, idempotency_key)
        row = self.entries.find(*key)
        if row is not None:
            return StoredEntry(row.index, row.chain_id, row.seq, row.recorded_at, row.leaf_hash, row.entry)
        if key not in self._found_keys:
            self.look_up_keys([key])
        return self._found_keys[key]

    def look_up_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Read at once what stood under (chain id, idempotency key) when the transaction began."""
        self._found_keys.update(dict.fromkeys(keys))
        self._found_keys.update(find_entries_by_keys(self.session, keys))

    def open_session(self) -> Session:
        """The session of the unit at work."""
        if not self.is_careful:
            return self.session
        if self._own_session is None:
            self._own_session = Session(
                self.session.connection(), expire_on_commit=False, join_transaction_mode="create_savepoint"
            )
            self.entries.attach(self._own_session)
        return self._own_session

    def at_end(self, work: Callable[[], None]) -> None:
        """Have ``work`` run before what the unit at work did is committed; later units may come between."""
        self._at_end.append(work)

    def append(self, chain_id: str, end: ChainEnd, row: EntryRow) -> None:
        """Take an entry as the last of the log and of its chain, whose ``end`` it makes."""
        before = self.memory.chains[chain_id]
        self._first_ends.setdefault(chain_id, before)
        self._ends_before.setdefault(chain_id, before)
        self.memory.chains[chain_id] = end
        self._leaves.append(end.last_leaf_hash)
        self.entries.add(row)

    def change_ring(self, chain_id: str) -> None:
        """The unit at work changes the keys of a chain in memory: they are read anew should it fail."""
        self._rings_changed.add(chain_id)
        self.memory.signers.pop(chain_id, None)

    def end_unit(self) -> None:
        """Keep what the unit at work did."""
        if not self.is_careful:
            return
        self._run_at_end()
        if self._own_session is not None:
            self._own_session.commit()  # releases the savepoint
            self._own_session.close()
        self._begin_unit()

    def end_units(self) -> None:
        """No unit comes any more: write what they share."""
        if not self.is_careful:
            self._run_at_end()
            self.session.flush()

    def undo_unit(self) -> None:
        """Undo the unit at work of a careful transaction; of another one, all units in memory.

        That one is to be rolled back.
        """
        if self._own_session is not None:
            self._own_session.rollback()
            self._own_session.close()
        del self._leaves[self._mark[0] :]
        self.entries.undo(self._mark)
        self.memory.chains.update(self._ends_before)
        for chain_id in self._rings_changed:
            self.memory.forget_keys(chain_id)
        self._begin_unit()

    def finish(self, *signers: NoteSigner) -> Head | None:
        """Write what the units appended and move the head to a checkpoint signed by ``signers``.

        Returns the new head, ``None`` when nothing was appended. Raises ``HeadMovedError``.
        """
        if not self._leaves:
            return None
        memory, old = self.memory, self.memory.head
        grown = {chain: memory.chains[chain] for chain in self._first_ends}
        for leaf in self._leaves:
            memory.edge.append(leaf)
        connection = self.session.connection()
        with sent_together(connection):
            self.entries.flush(connection)
            write_chains(connection, self._first_ends, grown)
            write_tiles(connection, memory.edge.take_grown_tiles())
        size, root = memory.edge.size, memory.edge.root_hash()
        checkpoint = sign_checkpoint(Checkpoint(memory.origin, size, root), *signers)
        move_head(self.session, (old.size, old.root), (size, root), checkpoint)
        return Head(size, root, checkpoint)

    def new_leaves(self) -> NewLeaves:
        """What the transaction's entries are proved from, without reading the database."""
        return NewLeaves(self.memory.head.size, self._peaks, self._leaves)

    def _run_at_end(self) -> None:
        works, self._at_end = self._at_end, []
        for work in works:
            work()

    def _begin_unit(self) -> None:
        self._own_session = None
        self._at_end = []
        self._mark = self.entries.mark()
        self._ends_before = {}
        self._rings_changed = set()
