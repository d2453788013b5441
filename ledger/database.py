"""One door to the database: SQLite for one box, PostgreSQL for a province, the same promises on both.

- ``reading()`` gives a session on one snapshot that refuses to write.
- ``writing()`` gives a session whose transaction is alone: no other ``writing()`` on the same database, in
  this process or another, runs between its first statement and its commit. So a guard checked inside it
  still holds when the row it guards is appended.
- A transaction that was committed survives a power cut (SQLite ``synchronous=FULL``; PostgreSQL's default).

Tables live in each room's ``tables.py`` on ``Base``; this file knows none of them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias

import pysqlite3.dbapi2 as sqlite_driver
from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Connection,
    Dialect,
    Engine,
    ExceptionContext,
    Integer,
    MetaData,
    String,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from ledger.file_lock import FileLock, LockTimeoutError

WRITE_WAIT_S = 30
"""How long a writer waits for its turn before ``DatabaseUnavailableError``, in seconds."""

WRITE_LOCK_SUFFIX = ".write-lock"
"""Beside an SQLite file: the lock that its writers queue at. It holds nothing and may be deleted at rest."""

_READ = "ledger.database read"

SQLITE_READERS = 32
POSTGRESQL_CONNECTIONS = 20

# Any constant would do; PostgreSQL scopes advisory locks by database. These are the bytes of "sogoc".
_WRITE_LOCK = int.from_bytes(b"sogoc", "big")
# One round trip: the limit on waiting is set for this transaction before the lock is asked for.
_TAKE_WRITE_LOCK = text(
    f"SELECT set_config('lock_timeout', '{WRITE_WAIT_S}s', true), pg_advisory_xact_lock({_WRITE_LOCK})"
)

DialectName: TypeAlias = Literal["sqlite", "postgresql"]


class DatabaseUrlError(ValueError):
    """The address names no database that can hold a ledger. ``sentence`` is for the operator."""

    sentence: ClassVar[str] = (
        "Địa chỉ cơ sở dữ liệu không đúng. Hãy viết sqlite:///đường/dẫn.db hoặc postgresql://máy/tên."
    )


class DatabaseUnavailableError(Exception):
    """The database cannot be reached, or other writers held it longer than ``WRITE_WAIT_S`` seconds.

    Nothing was written.
    """

    sentence: ClassVar[str] = "Sổ đang bận, chưa ghi được gì. Hãy thử lại sau một phút."


class DatabaseFullError(DatabaseUnavailableError):
    """The disk of the database has no room. Nothing was written; reading goes on."""

    sentence: ClassVar[str] = "Đĩa của máy chủ đã đầy nên chưa ghi được gì. Hãy báo người giữ máy dọn bớt."


class UtcTime(TypeDecorator[datetime]):
    """An aware moment in UTC, cut to milliseconds.

    ``timestamptz(3)`` on PostgreSQL; on SQLite the text ``YYYY-MM-DDTHH:MM:SS.mmmZ``, which sorts as time.
    Raises ``ValueError`` for a naive datetime: it names no moment.
    """

    impl = TIMESTAMP
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, which has no type of its own for time."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(24))
        return dialect.type_descriptor(TIMESTAMP(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """The stored form of ``value``."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a moment needs its offset from UTC: {value!r}")
        moment = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        # Cut here too: PostgreSQL would round, and may round into the next second.
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - theirs
        """The moment, in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table. ``int`` is 64 bits and ``datetime`` is ``UtcTime`` unless a column says otherwise.

    Constraint names follow from table and columns, so that migrations can name them on both databases.
    """

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        # SQLite's INTEGER has 64 bits, and only under this name does it number rows by itself.
        int: BigInteger().with_variant(Integer(), "sqlite"),
        datetime: UtcTime(),
    }


class Database:
    """An open database. Make one with ``open_database``; close it when done. Safe to share by threads."""

    def __init__(self, url: URL, reader: Engine, writer: Engine, lock: FileLock | None = None) -> None:
        self.url = url
        self._reader = reader
        self._writer = writer
        self._lock = lock

    @property
    def dialect(self) -> DialectName:
        """``sqlite`` or ``postgresql``."""
        return "sqlite" if self._writer.dialect.name == "sqlite" else "postgresql"

    @property
    def engine(self) -> Engine:
        """The engine that writes: for schema changes only. Use cases take ``reading`` and ``writing``."""
        return self._writer

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one snapshot of what is committed. Writing in it fails; leaving it changes nothing.

        Raises ``DatabaseUnavailableError`` when no connection can be had.
        """
        with Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            session.info[_READ] = self
            _begin(session, None)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session alone with the database; commits on leaving, rolls back when an exception leaves.

        A caller that must tell a failed commit from a failed body may commit by itself as its last act.
        Not re-entrant: a second ``writing()`` inside the first waits for it and then fails.
        Raises ``DatabaseUnavailableError`` when its turn does not come.
        """
        with self._turn(), Session(self._writer, expire_on_commit=False) as session:
            _begin(session, _TAKE_WRITE_LOCK if self.dialect == "postgresql" else None)
            yield session
            session.commit()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Stand in the queue before the writer's connection; PostgreSQL keeps the queue itself."""
        if self._lock is None:
            yield
            return
        with ExitStack() as held:
            try:
                held.enter_context(self._lock.held(WRITE_WAIT_S))
            except (LockTimeoutError, OSError) as error:
                raise DatabaseUnavailableError(f"no turn to write: {error}") from error
            yield

    def close(self) -> None:
        """Close every idle connection. The database may be used again, and then opens new ones."""
        self._reader.dispose()
        self._writer.dispose()
        if self._lock is not None:
            self._lock.close()

    def __repr__(self) -> str:
        return f"Database({self.url.render_as_string(hide_password=True)!r})"


def open_database(url: str) -> Database:
    """The database at ``sqlite:///path`` or ``postgresql[+psycopg]://user@host/name``; connects when used.

    An SQLite file is created when it is missing, its folder is not. Raises ``DatabaseUrlError`` for any other
    address, also for SQLite in memory, which no second connection could read.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUrlError("not a database address") from error
    match parsed.drivername:
        case "sqlite" if parsed.database not in (None, "", ":memory:"):
            return _open_sqlite(parsed)
        case "postgresql" | "postgresql+psycopg":
            return _open_postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise DatabaseUrlError(f"no ledger can be kept at {parsed.render_as_string(hide_password=True)}")


def find_read_database(session: Session) -> Database | None:
    """The database of which ``session`` is a snapshot (``reading``); ``None`` for one that may write."""
    found: Database | None = session.info.get(_READ)
    return found


@contextmanager
def sent_together(connection: Connection) -> Iterator[None]:
    """Have the statements of the block sent without waiting for each one's answer, where the driver can.

    For writes whose answers nobody reads; the first error is raised at the end of the block.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "postgresql" or driver is None:
        yield
        return
    with driver.pipeline():
        yield


def create_schema(database: Database) -> None:
    """Create every table of ``Base`` that has been imported, with its triggers. For tests and templates."""
    Base.metadata.create_all(database.engine)


def _begin(session: Session, first_statement: Any) -> None:
    try:
        connection = session.connection()
        if first_statement is not None:
            connection.execute(first_statement)
    except (OperationalError, PoolTimeoutError) as error:
        raise DatabaseUnavailableError(f"no transaction could begin: {error}") from error


def _tell_what_failed(engine: Engine) -> None:
    """Let statements and commits raise ``DatabaseFullError`` and, where the connection was lost, its base.

    Whether a commit took effect that lost its connection, neither tells: ``Ledger`` looks before it answers.
    """

    @event.listens_for(engine, "handle_error", retval=True)
    def _translate(context: ExceptionContext) -> BaseException | None:
        error = context.original_exception
        # SQLITE_FULL has no other mark in the driver; 53100 is PostgreSQL's disk_full.
        is_full = "disk is full" in str(error) or getattr(error, "sqlstate", None) == "53100"
        if is_full or _came_of_a_full_disk(error):
            return DatabaseFullError(str(error))
        return DatabaseUnavailableError(f"connection lost: {error}") if context.is_disconnect else None


def _came_of_a_full_disk(error: BaseException) -> bool:
    """Whether undoing failed because SQLite, out of space, had rolled everything back by itself already."""
    if "no such savepoint" not in str(error):
        return False
    earlier = error.__context__
    while earlier is not None and not isinstance(earlier, DatabaseFullError):
        earlier = earlier.__context__
    return earlier is not None


def _open_sqlite(url: URL) -> Database:
    # Writers take turns at a lock beside the file, in this process and in others, instead of polling SQLite's
    # own; BEGIN IMMEDIATE and the busy timeout still keep programs apart that do not know the lock.
    writer = create_engine(url, module=sqlite_driver, pool_size=1, max_overflow=0, pool_timeout=WRITE_WAIT_S)
    reader = create_engine(
        url, module=sqlite_driver, pool_size=SQLITE_READERS, max_overflow=0, pool_timeout=WRITE_WAIT_S
    )
    _configure_sqlite(writer, begin="BEGIN IMMEDIATE", query_only=False)
    _configure_sqlite(reader, begin="BEGIN", query_only=True)
    _tell_what_failed(writer)
    return Database(url, reader, writer, FileLock(Path(f"{url.database}{WRITE_LOCK_SUFFIX}")))


def _configure_sqlite(engine: Engine, *, begin: str, query_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own kind
        for pragma in (
            f"busy_timeout = {WRITE_WAIT_S * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"query_only = {int(query_only)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _open_postgresql(url: URL) -> Database:
    engine = create_engine(
        url, pool_size=POSTGRESQL_CONNECTIONS, max_overflow=0, pool_timeout=WRITE_WAIT_S, pool_pre_ping=True
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    # READ COMMITTED, so that what follows the lock sees everything committed before the lock was given.
    writer = engine.execution_options(isolation_level="READ COMMITTED")
    _tell_what_failed(engine)
    return Database(url, reader, writer)
