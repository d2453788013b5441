"""The log as a whole: create it on purpose, open it, write in units, read, prove."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ledger.database import WRITE_WAIT_S, Database, DatabaseUnavailableError
from ledger.log.anti_rollback import HeadRecord
from ledger.log.authors import LOG_CHAIN, check_signatures
from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.log.entries import ChainEnd, EventNote, parse_event_note
from ledger.log.errors import (
    CommitUnknownError,
    HeadMovedError,
    LogError,
    LogExistsError,
    NoLogError,
    RolledBackError,
)
from ledger.log.group_queue import GroupQueue, QueueTimeoutError
from ledger.log.groups import GROUP_LIMIT, Expected, Group, Job, NothingToCommitError, Written
from ledger.log.log_keys import keep_log_key, open_log_signers, read_log_keys
from ledger.log.memory import Memory, read_key_ring
from ledger.log.merkle import EMPTY_ROOT, HashReader, prove_inclusion, root_hash
from ledger.log.proofs import Proof
from ledger.log.queries import Head, Identity, StoredTiles, read_head, read_identity
from ledger.log.right_edge import EdgeReader
from ledger.log.tables import SINGLE_ROW, LogHead, LogIdentity
from ledger.log.tiles import TileReader
from ledger.log.transaction import Transaction
from ledger.log.unit import Receipt, Unit, append_note, text_key
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import NoteSigner
from signing.vault import Vault

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)

TRIES = 5
"""How often a unit is tried while other writers move the head."""


def utc_now() -> datetime:
    """The clock of the machine."""
    return datetime.now(UTC)


class Ledger:
    """A log in a database: one writer at a time, any number of readers. Safe to share by threads.

    Make one with ``create`` or ``open``.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        identity: Identity,
        *,
        clock: Callable[[], datetime] = utc_now,
        head_record: HeadRecord | None = None,
        group_limit: int = GROUP_LIMIT,
    ) -> None:
        self.database = database
        self.vault = vault
        self.identity = identity
        self._clock = clock
        self._head_record = head_record
        self._signers: tuple[NoteSigner, ...] = ()
        self._signers_at: ChainEnd | None = None
        self._memory: Memory | None = None
        self._signed: Head | None = None
        self._known_keys: dict[str, dict[tuple[str, bytes], VerifierKey]] = {}
        self._queue = GroupQueue(self._lead, group_limit)
        self._leading_thread: int | None = None

    @classmethod
    def open(
        cls,
        database: Database,
        vault: Vault,
        *,
        clock: Callable[[], datetime] = utc_now,
        head_record: HeadRecord | None = None,
        group_limit: int = GROUP_LIMIT,
    ) -> Self:
        """The log in ``database``. Raises ``NoLogError``; the vault is not needed before the first write."""
        with database.reading() as session:
            identity = read_identity(session)
        return cls(database, vault, identity, clock=clock, head_record=head_record, group_limit=group_limit)

    @classmethod
    def create(
        cls,
        database: Database,
        vault: Vault,
        *,
        origin: str,
        id_base: str,
        clock: Callable[[], datetime] = utc_now,
        head_record: HeadRecord | None = None,
        log_key: PrivateKey | None = None,
    ) -> Self:
        """Begin a log called ``origin`` with a new key, or ``log_key``, and the checkpoint of the empty tree.

        Raises ``LogExistsError`` when the database holds one, ``MalformedKeyError`` for an origin that cannot
        be a key name (white space, ``+``).
        """
        signer = NamedKey(origin, log_key or PrivateKey.generate())
        identity = Identity(origin, signer.verifier_key, id_base, _cut_to_milliseconds(clock()))
        with database.writing() as session:
            try:
                read_identity(session)
            except NoLogError:
                _insert_log(session, vault, identity, signer)
            else:
                raise LogExistsError("the database holds a log already")
        return cls.open(database, vault, clock=clock, head_record=head_record)

    @property
    def origin(self) -> str:
        """The log's name in its checkpoints."""
        return self.identity.origin

    @property
    def id_base(self) -> str:
        """The base of the identifiers that upper rooms make, as it was when the log began."""
        return self.identity.id_base

    @property
    def vkey(self) -> VerifierKey:
        """The key under which the log's checkpoints verify: the oldest of those that sign the newest one.

        Asked of the database, since keys are replaced (docs/adr/0012).
        """
        return self.read(read_log_keys)[0]

    def read(self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``query(session, …)`` on one snapshot."""
        with self.database.reading() as session:
            return query(session, *args, **kwargs)

    def checkpoint(self) -> bytes:
        """The newest checkpoint, a signed note."""
        return self.read(read_head).checkpoint

    def prove(self, index: int) -> Proof:
        """The proof of the entry at ``index`` under the newest checkpoint. Raises ``InclusionError``."""
        return self.prove_all([index])[0]

    def prove_all(self, indexes: list[int]) -> tuple[Proof, ...]:
        """Proofs under one checkpoint; each tile they share is read once."""
        with self.database.reading() as session:
            head, reader = read_head(session), TileReader(StoredTiles(session))
            return tuple(
                Proof(index, prove_inclusion(index, head.size, reader), head.checkpoint) for index in indexes
            )

    def write(self, use_case: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``use_case(unit, …)`` in a durable transaction and return its result after the commit.

        The transaction may be shared: what other threads hand in meanwhile runs in it as well, one after
        another, and one commit answers all. When a use case raises, nothing of it stays, and no other is
        touched. It may run in another thread, and again from the start when another process appended
        meanwhile. Raises what the use case raises, ``HeadMovedError`` after 5 tries, ``RolledBackError`` when
        signing would fork the log, ``CommitUnknownError`` when the database did not tell,
        ``DatabaseUnavailableError`` when its turn did not come.
        """
        return self._run(Job(lambda unit: use_case(unit, *args, **kwargs))).result

    def write_proved(
        self, use_case: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Written[T]:
        """``write``, and the proof of each entry that was appended, under the checkpoint of its commit."""
        return self._run(Job(lambda unit: use_case(unit, *args, **kwargs), wants_proofs=True))

    def append(
        self,
        chain_id: str,
        note: bytes,
        *,
        idempotency_key: str | None = None,
        through: Callable[[Unit, str, bytes, str], Receipt] = append_note,
        expected: Expected[Any] | None = None,
    ) -> Written[Receipt]:
        """Append one signed event note as it is, and prove it. A repeat gets its first receipt, proved.

        Its form and signatures are checked before it queues, so that nobody waits for that. ``through`` is
        the use case ``(unit, chain id, note, idempotency key)`` of an upper room; ``expected`` what it will
        ask. Raises what it raises, and like ``Unit.append`` and ``write``.
        """
        event_note = parse_event_note(note)
        key = idempotency_key or text_key(event_note)
        authors = self._check_authors(chain_id, event_note)

        def use_case(unit: Unit) -> Receipt:
            unit.was_signed_by(note, event_note, authors)
            return through(unit, chain_id, note, key)

        written = self._run(Job(use_case, wants_proofs=True, keys=((chain_id, key),), expected=expected))
        if written.result.repeated:
            return Written(written.result, (self.prove(written.result.index),))
        return written

    def _check_authors(self, chain_id: str, event_note: EventNote) -> tuple[VerifierKey, ...]:
        """The keys that signed, as far as they are known here; ``()`` leaves it all to the append."""
        known = self._known_keys.get(chain_id, {})
        names = [(signature.name, signature.key_id) for signature in event_note.signatures]
        if any(name not in known for name in names):
            ring = self.read(read_key_ring, chain_id)
            known = {(held.key.name, held.key.key_id): held.key for held in ring}
            if known:  # a stranger may make up any number of chains that do not exist
                self._known_keys[chain_id] = known
        if any(name not in known for name in names):
            return ()
        authors = tuple(known[name] for name in names)
        check_signatures(event_note, authors)
        return authors

    def _run(self, job: Job[T]) -> Written[T]:
        if self._leading_thread == threading.get_ident():
            # It would wait for itself for ever.
            raise LogError("a use case calls other use cases on its own unit, not write() again")
        try:
            self._queue.run(job, WRITE_WAIT_S)
        except QueueTimeoutError as error:
            raise DatabaseUnavailableError("too many writers wait") from error
        return job.answer()

    def _lead(self, first: Job[Any], take_more: Callable[[], Sequence[Job[Any]]]) -> None:
        """Work as the queue's leader: tell every job what became of it."""
        self._leading_thread = threading.get_ident()
        group = Group(first, take_more)
        try:
            while not group.is_done:
                self._try_often(group)
        except Exception as error:  # noqa: BLE001 - the callers', every one's
            group.fail(error)
        finally:
            self._leading_thread = None

    def _try_often(self, group: Group) -> None:
        for _ in range(TRIES - 1):
            try:
                return self._try(group)
            except HeadMovedError:
                continue
        return self._try(group)

    def _try(self, group: Group) -> None:
        new_head: Head | None = None
        try:
            with self.database.writing() as session:
                memory = self._take_memory(session)
                transaction = Transaction(session, memory, is_careful=group.is_careful)
                now = _cut_to_milliseconds(self._clock())
                new_unit = partial(Unit, now, self.vault, self.origin, self.id_base, transaction)
                group.run(transaction, new_unit)
                leaves = transaction.new_leaves() if group.wants_proofs else None
                new_head = transaction.finish(*self._open_signers(session, memory))
                session.commit()
                self._record(new_head)
        except NothingToCommitError:
            self._memory = memory
            return
        except Exception:
            if new_head is None or not self._was_committed(memory.head, new_head):
                raise
            self._record(new_head)
        if new_head is not None:
            memory.head = new_head
        self._memory = memory
        group.succeed(new_head, leaves)

    def _take_memory(self, session: Session) -> Memory:
        """The memory for the stored head. It is handed on only by success: a failed unit has spoilt it."""
        head = read_head(session)
        memory, self._memory = self._memory, None
        if memory is not None and (memory.head.size, memory.head.root) == (head.size, head.root):
            return memory
        # Others have moved the head, here or there: only what extends everything signed here may be signed.
        tiles = TileReader(StoredTiles(session))
        if memory is not None and memory.catch_up(session, head):
            # It extends what was remembered, so what this process signed as well.
            self._check_record(head, EdgeReader(memory.edge, tiles))
            return memory
        self._check_record(head, tiles)
        if self._signed is not None and not _extends(head, self._signed, tiles):
            raise RolledBackError(self._signed.size, head.size)
        return Memory.read(session, self.origin, head)

    def _check_record(self, head: Head, reader: HashReader) -> None:
        if self._head_record is not None:
            self._head_record.check(self.origin, head.size, reader)

    def _record(self, head: Head | None) -> None:
        if head is None:
            return
        self._signed = head
        if self._head_record is None:
            return
        try:
            self._head_record.write(Checkpoint(self.origin, head.size, head.root))
        except OSError:
            # What was appended is durable, and its caller is told so. The record may lag behind the head.
            _log.exception("the record of the last signed head could not be written")

    def _was_committed(self, old: Head, new: Head) -> bool:
        """Whether a commit that failed took effect. Raises ``CommitUnknownError`` when nothing tells."""
        try:
            # As a writer: it gets its turn only when the failed transaction is over on the server as well.
            with self.database.writing() as session:
                head, reader = read_head(session), TileReader(StoredTiles(session))
                committed, undone = _extends(head, new, reader), _extends(head, old, reader)
        except Exception as error:
            raise CommitUnknownError(new.size) from error
        if not committed and not undone:
            raise CommitUnknownError(new.size)
        return committed

    def _open_signers(self, session: Session, memory: Memory) -> tuple[NoteSigner, ...]:
        # Who signs changes exactly when the log's own chain grows, here or in another process.
        end = memory.chain(session, LOG_CHAIN)
        if end != self._signers_at:
            self._signers = open_log_signers(session, self.vault, self.identity)
            self._signers_at = end
        return self._signers


def _extends(head: Head, earlier: Head, reader: HashReader) -> bool:
    return head.size >= earlier.size and root_hash(earlier.size, reader) == earlier.root


def _cut_to_milliseconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def _insert_log(session: Session, vault: Vault, identity: Identity, signer: NamedKey) -> None:
    checkpoint = sign_checkpoint(Checkpoint(identity.origin, 0, EMPTY_ROOT), signer)
    session.execute(
        insert(LogIdentity).values(
            id=SINGLE_ROW,
            origin=identity.origin,
            verifier_key=identity.verifier_key.format(),
            id_base=identity.id_base,
            created_at=identity.created_at,
        )
    )
    session.execute(insert(LogHead).values(id=SINGLE_ROW, size=0, root=EMPTY_ROOT, checkpoint=checkpoint))
    keep_log_key(session, vault, signer.private_key)
