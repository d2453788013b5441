"""The promises of ``ledger.database``, each on SQLite and on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

import ledger.database
from ledger.database import (
    Base,
    DatabaseUnavailableError,
    DatabaseUrlError,
    UtcTime,
    open_database,
)

METADATA = MetaData()
COUNTER = Table("counter", METADATA, Column("id", Integer, primary_key=True), Column("value", Integer))
MOMENT = Table("moment", METADATA, Column("id", Integer, primary_key=True), Column("at", UtcTime))


@pytest.fixture
def counted(empty_database):
    METADATA.create_all(empty_database.engine)
    with empty_database.writing() as session:
        session.execute(insert(COUNTER).values(id=1, value=0))
    return empty_database


def counter(database):
    with database.reading() as session:
        return session.scalar(select(COUNTER.c.value))


def test_a_write_is_there_after_leaving(counted):
    with counted.writing() as session:
        session.execute(update(COUNTER).values(value=7))
    assert counter(counted) == 7


def test_a_write_is_undone_when_an_exception_leaves(counted):
    def fail_half_way():
        with counted.writing() as session:
            session.execute(update(COUNTER).values(value=7))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert counter(counted) == 0


def test_a_use_case_may_commit_as_its_last_act(counted):
    with counted.writing() as session:
        session.execute(update(COUNTER).values(value=7))
        session.commit()
    assert counter(counted) == 7


def test_writing_while_reading_is_refused(counted):
    with pytest.raises(DBAPIError), counted.reading() as session:
        session.execute(update(COUNTER).values(value=7))
    assert counter(counted) == 0


def test_a_reader_keeps_its_snapshot_while_others_write(counted):
    with counted.reading() as reader:
        assert reader.scalar(select(COUNTER.c.value)) == 0
        with counted.writing() as session:
            session.execute(update(COUNTER).values(value=7))
        assert reader.scalar(select(COUNTER.c.value)) == 0
    assert counter(counted) == 7


def test_a_guard_checked_while_writing_holds_until_the_commit(counted):
    """Read, add one, write, from eight threads: nothing is lost."""

    def add_one(_):
        with counted.writing() as session:
            value = session.scalar(select(COUNTER.c.value))
            session.execute(update(COUNTER).values(value=value + 1))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(80)))
    assert counter(counted) == 80


def test_two_open_databases_take_turns_like_two_processes(counted):
    url = counted.url.render_as_string(hide_password=False)
    other = open_database(url)
    turns = [counted, other] * 20

    def add_one(database):
        with database.writing() as session:
            value = session.scalar(select(COUNTER.c.value))
            session.execute(update(COUNTER).values(value=value + 1))

    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(add_one, turns))
    finally:
        other.close()
    assert counter(counted) == 40


def test_a_writer_that_waits_too_long_is_told_so(counted, monkeypatch):
    monkeypatch.setattr(ledger.database, "WRITE_WAIT_S", 0)
    take_lock = str(ledger.database._TAKE_WRITE_LOCK)
    monkeypatch.setattr(ledger.database, "_TAKE_WRITE_LOCK", text(take_lock.replace("30s", "1ms")))
    impatient = open_database(counted.url.render_as_string(hide_password=False))
    try:
        with counted.writing() as session:
            session.execute(update(COUNTER).values(value=7))
            with pytest.raises(DatabaseUnavailableError), impatient.writing():
                pass
    finally:
        impatient.close()
    assert counter(counted) == 7


def test_a_reader_is_not_held_up_by_a_writer(counted):
    seen = []
    with counted.writing() as session:
        session.execute(update(COUNTER).values(value=7))
        reader = threading.Thread(target=lambda: seen.append(counter(counted)))
        reader.start()
        reader.join()
    assert seen == [0]


def test_a_moment_keeps_its_milliseconds_and_comes_back_in_utc(counted):
    hanoi = timezone(timedelta(hours=7))
    at = datetime(2026, 7, 1, 6, 30, 0, 999_999, tzinfo=hanoi)
    with counted.writing() as session:
        session.execute(insert(MOMENT).values(id=1, at=at))
        session.execute(insert(MOMENT).values(id=2, at=None))
    with counted.reading() as session:
        stored, absent = session.scalars(select(MOMENT.c.at).order_by(MOMENT.c.id))
    assert stored == datetime(2026, 6, 30, 23, 30, 0, 999_000, tzinfo=UTC)
    assert stored.tzinfo is UTC
    assert absent is None


def test_moments_sort_and_compare_as_time(counted):
    moments = [
        datetime(999, 1, 1, tzinfo=UTC) + timedelta(days=100_000 * i, milliseconds=i) for i in range(9)
    ]
    with counted.writing() as session:
        session.execute(insert(MOMENT), [{"id": i, "at": at} for i, at in enumerate(reversed(moments))])
    with counted.reading() as session:
        assert list(session.scalars(select(MOMENT.c.at).order_by(MOMENT.c.at))) == moments
        later = select(func.count()).where(MOMENT.c.at > moments[4])
        assert session.scalar(later) == 4


def test_a_moment_without_offset_is_refused(counted):
    with pytest.raises(StatementError, match="offset"), counted.writing() as session:
        session.execute(insert(MOMENT).values(id=1, at=datetime(2026, 7, 1)))  # noqa: DTZ001


def test_sqlite_is_durable_and_guards_references(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.writing() as session:
        settings = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.close()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize(
    "url",
    ["", "ledger.db", "sqlite://", "sqlite:///:memory:", "mysql://host/x", "postgresql+asyncpg://host/x"],
)
def test_an_address_that_cannot_hold_a_ledger_is_refused(url):
    with pytest.raises(DatabaseUrlError) as refused:
        open_database(url)
    assert "sqlite:///" in refused.value.sentence


def test_a_missing_folder_is_told_as_an_unavailable_database(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'absent' / 'x.db'}")
    with pytest.raises(DatabaseUnavailableError), database.reading():
        pass


def test_the_password_is_not_shown():
    database = open_database("postgresql://htx:bi-mat@localhost/so_goc")
    assert "bi-mat" not in repr(database)
    assert database.dialect == "postgresql"


def test_the_fixture_gives_every_imported_table(database):
    names = set(inspect(database.engine).get_table_names())
    assert set(Base.metadata.tables) <= names
