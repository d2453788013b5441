"""Scans on their way from memory into the books: lost at worst, never written twice."""

import logging
import threading
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing import get_context

import pytest

from ledger.coop.scans.scan_counts import ScanKey, Tally, add_scans, read_tally
from ledger.coop.scans.scan_rules import Phase, ScanLimits
from ledger.database import DatabaseUnavailableError, open_database
from tests.support.world_fixtures import world, world_templates
from web import scan_counter
from web.scan_counter import ScanCounter
from web.seen_devices import SeenDevices

__all__ = ["world", "world_templates"]

DAY = date(2026, 11, 12)
NOTHING = Tally(0, 0, is_often=False, generation=0)


class Flaky:
    """A database that fails before, in or after a transaction, as told."""

    def __init__(self, database):
        self.database, self.fails = database, None

    @contextmanager
    def writing(self):
        if self.fails == "before":
            raise DatabaseUnavailableError("no turn")
        with self.database.writing() as session:
            yield session
            if self.fails == "inside":
                raise DatabaseUnavailableError("connection lost")
        if self.fails == "after":
            raise DatabaseUnavailableError("commit unknown")


@pytest.fixture
def flaky(world):
    return Flaky(world.ledger.database)


@pytest.fixture
def counter(flaky):
    return ScanCounter(flaky, SeenDevices(lambda: 0.0), ScanLimits(), lambda: DAY)


def count(counter, world, number=1, devices=1):
    for device in range(devices):
        if counter.is_new(number, f"d{device}"):
            counter.count(ScanKey(number, world.coop.code, DAY, "", Phase.ACTIVE))


def written(world, number=1):
    return world.read(read_tally, number).total


def test_what_waits_is_written_once(counter, world):
    count(counter, world, devices=3)
    assert (counter.total(1, NOTHING), written(world)) == (3, 0)
    for _ in range(2):
        counter.flush()
        assert written(world) == 3
        assert counter.total(1, world.read(read_tally, 1)) == 3


def test_an_older_tally_is_told_with_what_was_written_since(counter, world):
    for devices in (2, 5):
        count(counter, world, devices=devices)
        counter.flush()
    assert counter.total(1, NOTHING) == 5
    count(counter, world, devices=6)
    assert counter.total(1, NOTHING) == 6


def test_what_certainly_was_not_written_waits(counter, flaky, world):
    count(counter, world, devices=3)
    flaky.fails = "before"
    counter.flush()
    assert counter.total(1, NOTHING) == 3
    count(counter, world, devices=4)
    flaky.fails = None
    counter.flush()
    assert written(world) == 4


@pytest.mark.parametrize(("fails", "kept"), [("inside", 0), ("after", 3)])
def test_a_batch_whose_fate_is_not_known_is_dropped(counter, flaky, world, fails, kept):
    count(counter, world, devices=3)
    flaky.fails = fails
    counter.flush()
    flaky.fails = None
    counter.flush()
    assert written(world) == kept


def test_a_batch_that_cannot_be_written_is_not_tried_for_ever(counter, world):
    counter.count(ScanKey(1, "nobody", DAY, "", Phase.ACTIVE))
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        counter.flush()
    count(counter, world, 2)
    counter.flush()
    assert (written(world, 1), written(world, 2)) == (0, 1)


def test_too_many_that_wait_are_not_counted(counter, flaky, world, monkeypatch):
    monkeypatch.setattr(scan_counter, "MAX_WAITING", 2)
    flaky.fails = "before"
    for number in (1, 2, 3):
        count(counter, world, number, devices=2)
    assert [counter.total(number, NOTHING) for number in (1, 2, 3)] == [2, 2, 0]


def test_many_stamps_are_written_in_several_transactions(counter, world, monkeypatch):
    monkeypatch.setattr(scan_counter, "AT_ONCE", 10)
    for number in range(1, 36):
        count(counter, world, number)
    counter.flush()
    tally = world.read(read_tally, 35)
    assert (tally.total, tally.generation) == (1, 4)


def test_threads_lose_and_repeat_nothing(counter, world):
    def ask(first):
        for number in range(first, first + 300):
            key = ScanKey(number % 7 + 1, world.coop.code, DAY, "", Phase.ACTIVE)
            if counter.is_new(key.number, f"device {number}"):
                counter.count(key)

    threads = [threading.Thread(target=ask, args=(first,)) for first in (0, 300, 600, 600)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        counter.flush()
    counter.flush()
    assert sum(written(world, number) for number in range(1, 8)) == 900


def test_old_days_are_folded_once_a_day(flaky, world):
    today = [DAY]
    counter = ScanCounter(flaky, SeenDevices(lambda: 0.0), ScanLimits(), lambda: today[0])
    folded = []
    flaky.writing = lambda write=flaky.writing: folded.append(1) or write()
    for _ in range(3):
        counter.flush()
    assert len(folded) == 1
    today[0] += timedelta(days=1)
    counter.flush()
    assert len(folded) == 2


def test_a_thread_writes_down_and_goes_on_after_a_failure(counter, world, monkeypatch, caplog):
    monkeypatch.setattr(scan_counter, "FLUSH_S", 0.01)
    failed, done = threading.Event(), threading.Event()

    def write(*more):
        if not failed.is_set():
            failed.set()
            raise ZeroDivisionError
        generation = add_scans(*more)
        done.set()
        return generation

    monkeypatch.setattr(scan_counter, "add_scans", write)
    with caplog.at_level(logging.ERROR):
        count(counter, world, 1)
        counter.start()
        assert failed.wait(20)
        count(counter, world, 2)
        assert done.wait(20)
        counter.stop()
    assert (written(world, 1), written(world, 2)) == (0, 1)
    assert "scans were not counted" in caplog.text


def test_the_end_writes_the_rest(counter, world):
    count(counter, world, devices=2)
    counter.stop()
    assert written(world) == 2
    count(counter, world, devices=3)
    counter.stop()
    assert written(world) == 2


def count_and_end(url, organisation):
    """What a process of a server does that is told to stop within the second."""
    counter = ScanCounter(open_database(url), SeenDevices(lambda: 0.0), ScanLimits(), lambda: DAY)
    counter.start()
    counter.count(ScanKey(1, organisation, DAY, "", Phase.ACTIVE))


def test_a_process_that_ends_has_written_everything(world):
    url = world.ledger.database.url.render_as_string(hide_password=False)
    process = get_context("spawn").Process(target=count_and_end, args=(url, world.coop.code))
    process.start()
    process.join()
    assert (process.exitcode, written(world)) == (0, 1)
