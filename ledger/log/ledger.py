"""The log as a whole: create it on purpose, open it, write in units, read, prove."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ledger.database import Database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.log.errors import (
    CommitUnknownError,
    HeadMovedError,
    LogError,
    LogExistsError,
    NoLogError,
    RolledBackError,
)
from ledger.log.log_keys import keep_log_key, open_log_signers
from ledger.log.memory import Memory
from ledger.log.merkle import EMPTY_ROOT, prove_inclusion, root_hash
from ledger.log.proofs import Proof
from ledger.log.queries import Head, Identity, StoredTiles, read_head, read_identity
from ledger.log.tables import SINGLE_ROW, LogHead, LogIdentity
from ledger.log.tiles import TileReader
from ledger.log.unit import Unit
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import NoteSigner
from signing.vault import Vault

P = ParamSpec("P")
T = TypeVar("T")

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
    ) -> None:
        self.database = database
        self.vault = vault
        self.identity = identity
        self._clock = clock
        self._head_record = head_record
        self._signers: tuple[NoteSigner, ...] = ()
        self._memory: Memory | None = None
        self._signed: Head | None = None
        self._turn = threading.Lock()
        self._writing_thread: int | None = None

    @classmethod
    def open(
        cls,
        database: Database,
        vault: Vault,
        *,
        clock: Callable[[], datetime] = utc_now,
        head_record: HeadRecord | None = None,
    ) -> Self:
        """The log in ``database``. Raises ``NoLogError``; the vault is not needed before the first write."""
        with database.reading() as session:
            identity = read_identity(session)
        return cls(database, vault, identity, clock=clock, head_record=head_record)

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
        """The key under which the log's checkpoints verify."""
        return self.identity.verifier_key

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
        """Run ``use_case(unit, …)`` in one durable transaction and return its result after the commit.

        All it appends comes under one new checkpoint; when it raises, nothing of it stays. It may run again
        from the start when another process appended meanwhile. Raises what the use case raises,
        ``HeadMovedError`` after 5 tries, ``RolledBackError`` when signing would fork the log,
        ``CommitUnknownError`` when the database did not tell.
        """
        if self._writing_thread == threading.get_ident():
            # It would wait for itself for ever.
            raise LogError("a use case calls other use cases on its own unit, not write() again")
        with self._turn:
            self._writing_thread = threading.get_ident()
            try:
                return self._try_often(use_case, *args, **kwargs)
            finally:
                self._writing_thread = None

    def _try_often(self, use_case: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TRIES - 1):
            try:
                return self._try(use_case, *args, **kwargs)
            except HeadMovedError:
                continue
        return self._try(use_case, *args, **kwargs)

    def _try(self, use_case: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        new_head: Head | None = None
        try:
            with self.database.writing() as session:
                memory = self._take_memory(session)
                unit = self._unit(session, memory)
                result = use_case(unit, *args, **kwargs)
                new_head = unit.finish(*self._open_signers(session))
                session.commit()
        except Exception:
            if new_head is None or not self._was_committed(memory.head, new_head):
                raise
        if new_head is not None:
            self._record(new_head)
            memory.head = new_head
        self._memory = memory
        return result

    def _take_memory(self, session: Session) -> Memory:
        """The memory for the stored head. It is handed on only by success: a failed unit has spoilt it."""
        head = read_head(session)
        memory, self._memory = self._memory, None
        if memory is not None and (memory.head.size, memory.head.root) == (head.size, head.root):
            return memory
        self._check_rollback(session, head)
        return Memory.read(session, self.origin, head)

    def _check_rollback(self, session: Session, head: Head) -> None:
        reader = TileReader(StoredTiles(session))
        if self._head_record is not None:
            self._head_record.check(self.origin, head.size, reader)
        if self._signed is not None and not _extends(head, self._signed, reader):
            raise RolledBackError(self._signed.size, head.size)

    def _record(self, head: Head) -> None:
        self._signed = head
        if self._head_record is not None:
            self._head_record.write(Checkpoint(self.origin, head.size, head.root))

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

    def _open_signers(self, session: Session) -> tuple[NoteSigner, ...]:
        if not self._signers:
            self._signers = open_log_signers(session, self.vault, self.identity)
        return self._signers

    def _unit(self, session: Session, memory: Memory) -> Unit:
        now = _cut_to_milliseconds(self._clock())
        return Unit(session, now, self.vault, self.origin, self.id_base, memory)


def _extends(head: Head, earlier: Head, reader: TileReader) -> bool:
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
