"""The lock beside the database file: one at a time, in turn, between threads and between processes."""

import fcntl
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.file_lock import FileLock, LockTimeoutError

CONTEXT = multiprocessing.get_context("spawn")


def take_turns(path, signals, record, name, count):
    """What a process does: append its name twice to a file under the lock, ``count`` times."""
    lock = FileLock(path)
    ready, go = signals
    ready.put(name)
    go.wait(30)
    for _ in range(count):
        with lock.held(30), record.open("a") as file:
            file.write(name)
            file.flush()
            file.write(name)


def hold_for_ever(path, ready):
    with FileLock(path).held(30):
        ready.put("held")
        signal.pause()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lock"


def test_threads_of_one_process_take_turns(path):
    lock, inside, seen = FileLock(path), [], []

    def work(number):
        with lock.held(30):
            inside.append(number)
            seen.append(len(inside))
            inside.pop()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(200)))
    assert seen == [1] * 200
    lock.close()


def test_two_locks_on_one_file_keep_each_other_out(path):
    mine, other = FileLock(path), FileLock(path)
    with mine.held(1), pytest.raises(LockTimeoutError), other.held(0.02):
        pass
    with other.held(1):
        pass
    mine.close()
    other.close()


def test_a_wait_that_was_given_up_does_not_hold_the_lock_later(path):
    mine, other = FileLock(path), FileLock(path)
    with mine.held(1):
        for _ in range(5):
            with pytest.raises(LockTimeoutError), other.held(0.01):
                pass
    for lock in (mine, other) * 3:
        with lock.held(30):
            pass
    mine.close()
    other.close()


def test_threads_that_wait_too_long_are_told_so(path):
    lock = FileLock(path)
    with lock.held(1), ThreadPoolExecutor(1) as threads:

        def impatient():
            with lock.held(0.01):
                pass

        assert isinstance(threads.submit(impatient).exception(30), LockTimeoutError)
    lock.close()


def test_a_closed_lock_may_be_used_again(path):
    lock = FileLock(path)
    for _ in range(2):
        with lock.held(1):
            pass
        lock.close()


def test_an_error_under_the_lock_lets_it_go(path):
    lock = FileLock(path)
    with pytest.raises(ZeroDivisionError), lock.held(1):
        raise ZeroDivisionError
    with lock.held(1):
        pass
    lock.close()


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(OSError, match="lock"), FileLock(tmp_path / "none" / "lock").held(1):
        pass


def is_at_the_door(path):
    """Whether somebody holds the door of the lock at ``path``, who waits for the room."""
    with path.with_name(path.name + "-door").open("a") as door:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_who_has_just_worked_does_not_overtake_one_who_waits(path):
    """Each open file has locks of its own: two objects are to each other what two processes are."""
    mine, other, order = FileLock(path), FileLock(path), []

    def work_once():
        with other.held(30):
            order.append("other")

    with ThreadPoolExecutor(1) as threads:
        for _ in range(50):
            with mine.held(30):
                waiting = threads.submit(work_once)
                while not is_at_the_door(path):
                    threading.Event().wait(0.001)
            with mine.held(30):
                order.append("mine")
            waiting.result(30)
    assert order == ["other", "mine"] * 50
    mine.close()
    other.close()


def test_processes_keep_each_other_out(path, tmp_path):
    record = tmp_path / "record"
    ready, go, count = CONTEXT.Queue(), CONTEXT.Event(), 150
    processes = [
        CONTEXT.Process(target=take_turns, args=(path, (ready, go), record, name, count)) for name in "ab"
    ]
    for process in processes:
        process.start()
    for _ in processes:
        ready.get(timeout=60)
    go.set()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    written = record.read_text()
    assert sorted(written[::2]) == ["a"] * count + ["b"] * count
    assert all(written[at] == written[at + 1] for at in range(0, len(written), 2))


def test_a_process_that_is_killed_lets_the_lock_go(path):
    ready = CONTEXT.Queue()
    process = CONTEXT.Process(target=hold_for_ever, args=(path, ready))
    process.start()
    assert ready.get(timeout=60) == "held"
    lock, got = FileLock(path), threading.Event()

    def wait():
        with lock.held(60):
            got.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    assert got.wait(60)
    thread.join()
    process.join()
    lock.close()
