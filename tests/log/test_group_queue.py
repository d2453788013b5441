"""The queue of many threads: in order, nobody forgotten, one at work."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.log.group_queue import GroupQueue, QueueTimeoutError


class Work:
    """Records groups; holds the first one until ``go`` is set."""

    def __init__(self):
        self.groups = []
        self.begun = threading.Event()
        self.go = threading.Event()
        self.at_work = 0

    def __call__(self, first, take_more):
        self.at_work += 1
        assert self.at_work == 1
        self.groups.append([first, *take_more()])
        self.begun.set()
        assert self.go.wait(30)
        self.at_work -= 1


def wait_until(queue, count):
    while len(queue._waiting) < count:
        threading.Event().wait(0.001)


def test_one_job_is_worked_at_once():
    work = Work()
    work.go.set()
    queue = GroupQueue(work, 10)
    queue.run("a", 1)
    queue.run("b", 1)
    assert work.groups == [["a"], ["b"]]


def test_what_gathers_behind_a_leader_is_the_next_group_in_order():
    work = Work()
    queue = GroupQueue(work, 10)
    with ThreadPoolExecutor(6) as threads:
        waiting = [threads.submit(queue.run, "first", 30)]
        assert work.begun.wait(30)
        for number in range(5):
            waiting.append(threads.submit(queue.run, number, 30))
            wait_until(queue, number + 1)
        work.go.set()
        for answer in waiting:
            answer.result(30)
    assert work.groups == [["first"], [0, 1, 2, 3, 4]]


def test_a_group_has_a_limit_and_the_next_one_takes_the_rest():
    work = Work()
    queue = GroupQueue(work, 2)
    with ThreadPoolExecutor(6) as threads:
        waiting = [threads.submit(queue.run, "first", 30)]
        assert work.begun.wait(30)
        for number in range(5):
            waiting.append(threads.submit(queue.run, number, 30))
            wait_until(queue, number + 1)
        work.go.set()
        for answer in waiting:
            answer.result(30)
    assert work.groups == [["first"], [0, 1], [2, 3], [4]]


def test_who_waits_too_long_is_told_and_taken_out():
    work = Work()
    queue = GroupQueue(work, 10)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(queue.run, "first", 30)
        assert work.begun.wait(30)
        with pytest.raises(QueueTimeoutError):
            queue.run("late", 0.01)
        work.go.set()
        first.result(30)
    queue.run("next", 30)
    assert work.groups == [["first"], ["next"]]


def test_a_leader_that_fails_leaves_the_queue_to_the_next():
    failing = [True]

    def work(first, take_more):
        if failing and failing.pop():
            raise KeyboardInterrupt
        done.extend([first, *take_more()])

    done = []
    queue = GroupQueue(work, 10)
    with pytest.raises(KeyboardInterrupt):
        queue.run("a", 1)
    queue.run("b", 1)
    assert done == ["b"]


def test_a_thousand_jobs_of_sixteen_threads_are_each_done_once():
    done = []

    def work(first, take_more):
        group = [first, *take_more()]
        assert len(group) <= 7
        done.extend(group)

    queue = GroupQueue(work, 7)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda job: queue.run(job, 30), range(1000)))
    assert sorted(done) == list(range(1000))
    assert not queue._is_led


def test_the_leader_may_take_more_when_it_is_ready_for_them():
    begun, go, groups = threading.Event(), threading.Event(), []

    def work(first, take_more):
        begun.set()
        assert go.wait(30)
        groups.append([first, *take_more(), *take_more()])

    queue = GroupQueue(work, 3)
    with ThreadPoolExecutor(5) as threads:
        waiting = [threads.submit(queue.run, "first", 30)]
        assert begun.wait(30)
        for number in range(4):
            waiting.append(threads.submit(queue.run, number, 30))
            wait_until(queue, number + 1)
        go.set()
        for answer in waiting:
            answer.result(30)
    assert groups == [["first", 0, 1], [2, 3]]
