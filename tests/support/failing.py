"""Databases whose commits fail: one way after the transaction took effect, the other way before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ledger.database import Database


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
