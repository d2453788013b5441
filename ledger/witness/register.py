"""A witness's own file: its key, and for each log the latest checkpoint that it cosigned.

One SQLite file, apart from every ledger: key and memory lie together, so that neither is restored without the
other. A rollback journal with ``synchronous=EXTRA``: what was committed is on the disk, its folder's entry
as well, before anybody is told (C2SP tlog-witness: "MUST persist the new checkpoint before responding").
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite_driver

from ledger.witness.errors import WitnessStateError

VERSION = 1
WAIT_S = 10
MAX_EVIDENCE = 100
"""How many signed contradictions are kept for each log; one is enough to convict."""

_SCHEMA = (
    """CREATE TABLE witness (
        id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, sealed_seed BLOB NOT NULL)""",
    """CREATE TABLE latest (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL CHECK (size >= 0),
        root BLOB NOT NULL CHECK (length(root) = 32), note BLOB NOT NULL, cosigned_at TEXT NOT NULL)""",
    # The guard rail: a row only moves forward, and none is ever taken away.
    """CREATE TRIGGER latest_only_grows BEFORE UPDATE ON latest
        WHEN NEW.origin <> OLD.origin OR NEW.size < OLD.size
            OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
        BEGIN SELECT RAISE(ABORT, 'latest only grows'); END""",
    """CREATE TRIGGER latest_stays BEFORE DELETE ON latest
        BEGIN SELECT RAISE(ABORT, 'latest stays'); END""",
    """CREATE TABLE evidence (
        id INTEGER PRIMARY KEY, origin TEXT NOT NULL, found_at TEXT NOT NULL,
        cosigned BLOB NOT NULL, request BLOB NOT NULL)""",
    f"PRAGMA user_version = {VERSION}",
)
_KEEP = """INSERT INTO latest VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET
    size = excluded.size, root = excluded.root, note = excluded.note, cosigned_at = excluded.cosigned_at"""


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest checkpoint cosigned for a log; ``note`` has the log's signatures and the cosignature."""

    origin: str
    size: int
    root: bytes
    note: bytes
    cosigned_at: datetime


class Register:
    """The open file. Safe to share by threads; several processes take turns by SQLite's own lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.Lock()
        try:
            self._connection = sqlite_driver.connect(
                str(path), timeout=WAIT_S, isolation_level=None, check_same_thread=False
            )
            for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "foreign_keys = ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            version = self._scalar("PRAGMA user_version")
        except sqlite_driver.Error as error:
            raise WitnessStateError(f"{path}: {error}") from error
        if version not in (0, VERSION):
            raise WitnessStateError(f"{path} is of version {version}, not {VERSION}")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def begin(self, name: str, sealed_seed: bytes) -> None:
        """Make the file's tables, for the witness ``name``. Raises ``WitnessStateError`` if it has one."""
        with self._alone():
            if self.witness() is not None:
                raise WitnessStateError(f"{self.path} is a witness's already")
            for statement in _SCHEMA:
                self._connection.execute(statement)
            self._connection.execute("INSERT INTO witness VALUES (1, ?, ?)", (name, sealed_seed))

    def witness(self) -> tuple[str, bytes] | None:
        """Name and sealed seed, ``None`` for a new file."""
        if self._scalar("SELECT count(*) FROM sqlite_master WHERE name = 'witness'") == 0:
            return None
        row = self._connection.execute("SELECT name, sealed_seed FROM witness").fetchone()
        return str(row[0]), bytes(row[1])

    def latest(self, origin: str) -> Latest | None:
        """The latest checkpoint cosigned for a log; ``None`` before the first."""
        with self._turn:
            return self._find(origin)

    def all_latest(self) -> tuple[Latest, ...]:
        """The latest checkpoint of every log, by origin."""
        with self._turn:
            rows = self._connection.execute(
                "SELECT origin, size, root, note, cosigned_at FROM latest ORDER BY origin"
            ).fetchall()
        return tuple(_latest(row) for row in rows)

    @contextmanager
    def advancing(self, origin: str) -> Iterator["Step"]:
        """One step of a log, alone with the file: look at ``latest``, perhaps ``keep`` a newer one.

        What was kept is durable when the block has been left without an error; else nothing was kept.
        """
        with self._alone():
            yield Step(self._connection, self._find(origin))

    def keep_evidence(self, latest: Latest, request: bytes, found_at: datetime) -> None:
        """Keep what a log signed against its own word, up to ``MAX_EVIDENCE`` for each."""
        with self._alone():
            known = self._scalar("SELECT count(*) FROM evidence WHERE origin = ?", latest.origin)
            if known < MAX_EVIDENCE:
                self._connection.execute(
                    "INSERT INTO evidence (origin, found_at, cosigned, request) VALUES (?, ?, ?, ?)",
                    (latest.origin, found_at.isoformat(), latest.note, request),
                )

    def evidence(self, origin: str) -> tuple[tuple[bytes, bytes], ...]:
        """What was kept against a log: pairs of the note cosigned before and the request that denies it."""
        with self._turn:
            rows = self._connection.execute(
                "SELECT cosigned, request FROM evidence WHERE origin = ? ORDER BY id", (origin,)
            ).fetchall()
        return tuple((bytes(cosigned), bytes(request)) for cosigned, request in rows)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _find(self, origin: str) -> Latest | None:
        row = self._connection.execute(
            "SELECT origin, size, root, note, cosigned_at FROM latest WHERE origin = ?", (origin,)
        ).fetchone()
        return None if row is None else _latest(row)

    def _scalar(self, statement: str, *values: Any) -> int:
        return int(self._connection.execute(statement, values).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Step:
    """What a step of a log begins from, and the only way to move it."""

    _connection: Any
    latest: Latest | None

    def keep(self, newer: Latest) -> None:
        """Make ``newer`` the latest; it counts when the step is over."""
        self._connection.execute(
            _KEEP,
            (newer.origin, newer.size, newer.root, newer.note, newer.cosigned_at.isoformat()),
        )


def _latest(row: Any) -> Latest:
    origin, size, root, note, cosigned_at = row
    moment = datetime.fromisoformat(cosigned_at).astimezone(UTC)
    return Latest(str(origin), int(size), bytes(root), bytes(note), moment)
