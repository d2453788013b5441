"""Killed at random points while appending, the log is whole; an answer that was lost is given again."""

import random

import pytest

from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.entries import Kind
from ledger.log.ledger import Ledger
from ledger.log.queries import read_entry, read_head
from tests.support.appender import append_for_ever
from tests.support.killable import read_rest, working
from tests.support.ledgers import CHAIN, VAULT, check_ledger, event_body, new_ledger, record


def append_and_kill(url, record_path, acknowledgements):
    """Run the appender, kill it after so many acknowledgements; every one it gave, as (index, leaf hash)."""
    with working(append_for_ever, url, str(record_path)) as (process, received):
        units = [received.recv() for _ in range(acknowledgements)]
        process.kill()
        # What was sent before the kill counts too.
        units += read_rest(received)
    return [pair for unit in units for pair in unit]


def kill_and_reopen(url, record_path, acknowledgements):
    acknowledged = append_and_kill(url, record_path, acknowledgements)
    database = open_database(url)
    ledger = Ledger.open(database, VAULT, head_record=HeadRecord(record_path))
    assert ledger.read(read_head).size > max(index for index, _ in acknowledged)
    for index, leaf in acknowledged:
        assert ledger.read(read_entry, index).leaf_hash == leaf
    ledger.write(record)
    check_ledger(ledger)
    database.close()


# One test database carries all rounds: each begins where the last one was killed.
@pytest.mark.parametrize(("dialect", "rounds"), [("sqlite", 10), ("postgresql", 2)])
def test_power_lost_during_append(dialect, rounds, request, tmp_path):
    if dialect == "sqlite":
        database = request.getfixturevalue("sqlite_database")
        rounds_on(database.url.render_as_string(hide_password=False), rounds, tmp_path)
        return
    server = request.getfixturevalue("postgresql_server")
    with server.new_database(request.getfixturevalue("postgresql_template")) as url:
        rounds_on(url, rounds, tmp_path)


def rounds_on(url, rounds, folder):
    database = open_database(url)
    new_ledger(database)
    database.close()
    rng = random.Random(rounds)
    for _ in range(rounds):
        kill_and_reopen(url, folder / "head", rng.randint(1, 25))


def test_append_repeated_after_a_lost_answer(database):
    ledger = new_ledger(database)
    body = event_body("sogoc:sowing")

    def send(unit):
        return unit.append(CHAIN, unit.sign(CHAIN, Kind.EVENT, body), idempotency_key="máy 1, lần 7")

    first = ledger.write(send)
    again = Ledger.open(database, VAULT).write(send)
    assert (again.index, again.entry, again.repeated) == (first.index, first.entry, True)
    assert ledger.read(read_head).size == first.index + 1
    check_ledger(ledger)
