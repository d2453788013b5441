"""Group commit: the use cases that one transaction carries, and what each caller is told.

Whoever waits gets the outcome of its own use case: its result and its proofs, or its own error. Only what
befalls the transaction itself - no connection, a commit that failed - befalls all who are in it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ledger.log.errors import LogError
from ledger.log.new_leaves import NewLeaves
from ledger.log.proofs import Proof
from ledger.log.queries import Head
from ledger.log.transaction import Transaction
from ledger.log.unit import Unit

T = TypeVar("T")
X = TypeVar("X")
T_co = TypeVar("T_co", covariant=True)

GROUP_LIMIT = 256
"""How many use cases share a transaction at most: what one of them may have to wait for."""


class NothingToCommitError(Exception):
    """Leaves a transaction so that it is rolled back. What the log remembers is as it was before it."""


@dataclass(frozen=True, slots=True)
class Written(Generic[T_co]):
    """What a use case returned, and the proof of each entry that it appended, in their order.

    All proofs are under the checkpoint of the commit that made the entries durable.
    """

    result: T_co
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Expected(Generic[X]):
    """``what`` a use case is going to ask the database for: ``look_up(unit, …)`` reads it for many at once.

    It leaves what it found where the use case looks first; the use case does without it as well.
    """

    look_up: Callable[[Unit, Sequence[X]], None]
    what: X


class Job(Generic[T]):
    """One caller's use case. ``keys``: the (chain id, idempotency key) that it will ask for, if known."""

    def __init__(
        self,
        use_case: Callable[[Unit], T],
        *,
        wants_proofs: bool = False,
        keys: Sequence[tuple[str, str]] = (),
        expected: Expected[Any] | None = None,
    ) -> None:
        # It may run in the thread of another caller, but sees the context variables of its own.
        self._context = copy_context()
        self._use_case = use_case
        self._outcome: _Outcome[T] | None = None
        self._head: Head | None = None
        self._leaves: NewLeaves | None = None
        self._error: BaseException | None = LogError("interrupted; whether it was written is not known")
        self.wants_proofs = wants_proofs
        self.keys = keys
        self.expected = expected

    def run(self, transaction: Transaction, unit: Unit) -> None:
        """Run in ``transaction``; may be called again when that one came to nothing. Raises its errors."""
        first = transaction.next_index
        result = self._context.run(self._use_case, unit)
        transaction.end_unit()
        self._outcome = _Outcome(result, range(first, transaction.next_index))

    def fail(self, error: BaseException) -> None:
        """The caller is to be told of ``error``."""
        self._error = error

    def succeed(self, head: Head | None, leaves: NewLeaves | None) -> None:
        """What it did is durable, under ``head`` if anything was appended."""
        self._error, self._head, self._leaves = None, head, leaves

    def answer(self) -> Written[T]:
        """The outcome. Raises the error it failed with."""
        if self._error is not None:
            raise self._error
        if self._outcome is None:
            raise AssertionError("a job cannot succeed before it ran")
        return Written(self._outcome.result, tuple(self._prove(self._outcome.indexes)))

    def _prove(self, indexes: range) -> Iterator[Proof]:
        if self.wants_proofs and self._head is not None and self._leaves is not None:
            for index in indexes:
                yield Proof(index, self._leaves.prove(index), self._head.checkpoint)


class Group:
    """The jobs that a leader works for, in their order: its own, and those that wait when its turn comes."""

    def __init__(self, first: Job[Any], take_more: Callable[[], Sequence[Job[Any]]]) -> None:
        self._waiting = [first]
        self._take_more = take_more
        self._done: list[Job[Any]] = []
        self.is_careful = False
        """Whether the next transaction for this group is to be a careful one."""

    @property
    def is_done(self) -> bool:
        """Whether every job knows its outcome."""
        return not self._waiting

    @property
    def wants_proofs(self) -> bool:
        """Whether anybody who was worked for wants proofs."""
        return any(job.wants_proofs for job in self._done)

    def run(self, transaction: Transaction, new_unit: Callable[[], Unit]) -> None:
        """Run what waits, each as a unit of its own.

        Raises ``NothingToCommitError`` when the transaction is to be rolled back; what waits still is for
        another one.
        """
        self._done = []
        # Only now, with the database to itself: who came while others had it shares this commit.
        self._waiting += self._take_more()
        keys = [key for job in self._waiting for key in job.keys]
        if keys:
            transaction.look_up_keys(keys)
        run = self._run_carefully if transaction.is_careful else self._run_together
        run(transaction, new_unit)

    def _run_together(self, transaction: Transaction, new_unit: Callable[[], Unit]) -> None:
        try:
            self._look_up_expected(new_unit())
        except Exception as error:
            # Whose question it was is not known: carefully, each asks for itself.
            transaction.undo_unit()
            self.is_careful = True
            raise NothingToCommitError from error
        try:
            for job in self._waiting:
                job.run(transaction, new_unit())
                self._done.append(job)
            transaction.end_units()
        except Exception as error:
            transaction.undo_unit()
            if len(self._waiting) == 1 or not self._done:
                # Nothing came before it: the error is its own, and the others have not begun.
                self._waiting.pop(0).fail(error)
            else:
                self.is_careful = True
            raise NothingToCommitError from error

    def _look_up_expected(self, unit: Unit) -> None:
        expected: dict[Callable[[Unit, Sequence[Any]], None], list[Any]] = {}
        for job in self._waiting:
            if job.expected is not None:
                expected.setdefault(job.expected.look_up, []).append(job.expected.what)
        for look_up, whats in expected.items():
            look_up(unit, whats)

    def _run_carefully(self, transaction: Transaction, new_unit: Callable[[], Unit]) -> None:
        for job in tuple(self._waiting):
            try:
                job.run(transaction, new_unit())
                self._done.append(job)
            except Exception as error:  # noqa: BLE001 - it is its caller's
                transaction.undo_unit()
                self._waiting.remove(job)
                job.fail(error)

    def succeed(self, head: Head | None, leaves: NewLeaves | None) -> None:
        """The transaction is durable: so is what every job did that did not fail."""
        for job in self._done:
            job.succeed(head, leaves)
        self._waiting = []

    def fail(self, error: BaseException) -> None:
        """Nothing will become of the jobs that have no outcome yet."""
        for job in self._waiting:
            job.fail(error)
        self._waiting = []


@dataclass(frozen=True, slots=True)
class _Outcome(Generic[T]):
    result: T
    indexes: range
