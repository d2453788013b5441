"""Stores that fail at any step: one way after the step took effect, the other way before."""

import errno
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ledger.database import Database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint
from ledger.log.ledger import Ledger

T = TypeVar("T")


class FailingCommits:
    """A ``Database`` whose next commit raises as a lost connection does.

    ``persisted`` tells whether it took effect nevertheless. ``meanwhile`` runs when it has failed, before
    anybody can look: what other writers do, or what else breaks.
    """

    def __init__(
        self, database: Database, *, persisted: bool, meanwhile: Callable[[], object] | None = None
    ) -> None:
        self._database = database
        self._persisted = persisted
        self._meanwhile = meanwhile
        self._is_armed = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        try:
            with self._database.writing() as session:
                if self._is_armed:
                    session.commit = self._failing(session)  # type: ignore[method-assign]
                yield session
        except OperationalError:
            if self._meanwhile is not None:
                meanwhile, self._meanwhile = self._meanwhile, None
                meanwhile()
            raise

    def _failing(self, session: Session) -> Callable[[], None]:
        commit = session.commit

        def fail() -> None:
            self._is_armed = False
            if self._persisted:
                commit()
            raise OperationalError("COMMIT", None, ConnectionError("connection lost"))

        return fail


class FailingStatements:
    """Lets the database fail at its ``number``-th statement from now on, once; the commit is not counted.

    ``executed`` tells whether the statement took effect before the failure was told. ``happened`` is the
    statement that failed, ``None`` while there were fewer.
    """

    def __init__(self, database: Database, number: int, *, executed: bool) -> None:
        self.happened: str | None = None
        self._engine = database.engine
        self._left = number
        self._name = "after_cursor_execute" if executed else "before_cursor_execute"

    def start(self) -> None:
        """Count from here."""
        event.listen(self._engine, self._name, self._count)

    def stop(self) -> None:
        """Count no more."""
        event.remove(self._engine, self._name, self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(_UNDOING):
            return  # whoever cleans up after the failure is let do it
        self._left -= 1
        if self._left == 0:
            self.happened = statement
            raise OperationalError(statement, None, ConnectionError("connection lost"))


_UNDOING = ("ROLLBACK", "RELEASE")


class FailingRecord(HeadRecord):
    """A ``HeadRecord`` whose writes fail on demand, as on a full disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._fails: bool | None = None

    def fail_next(self, *, persisted: bool) -> None:
        """Let the next write fail, after it took effect or before."""
        self._fails = persisted

    def write(self, signed: Checkpoint) -> None:
        """Write, or fail."""
        persisted, self._fails = self._fails, None
        if persisted is not False:
            super().write(signed)
        if persisted is not None:
            raise OSError(errno.ENOSPC, "no space left on device")


def write_as_one_group(
    ledger: Ledger, jobs: Sequence[Callable[[], T]], arm: Callable[[], object] | None = None
) -> list[T | Exception]:
    """Call every job in a thread of its own, so that ``ledger`` carries all their writes in one transaction.

    What each was told: its result or its error. A first unit holds the queue until all of them stand in it;
    then it calls ``arm``, so that what this sets up befalls the group's transaction and no other.
    """
    told: list[Any] = [None] * len(jobs)

    def call(number: int) -> None:
        try:
            told[number] = jobs[number]()
        except Exception as error:  # noqa: BLE001 - what it was told
            told[number] = error

    threads = [threading.Thread(target=call, args=(number,)) for number in range(len(jobs))]

    def gather(_unit: object) -> None:
        for thread in threads:
            thread.start()
        pause = threading.Event()
        while len(ledger._queue._waiting) < len(jobs):
            pause.wait(0.001)
        if arm is not None:
            arm()

    ledger.write(gather)
    for thread in threads:
        thread.join()
    return told
