import threading

import pytest

from web.fresh import FreshCache


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(clock):
    return FreshCache(3, clock)


def refuse(*_):
    raise AssertionError("was asked again")


def test_a_fresh_value_is_handed_out_without_a_look(cache):
    assert cache.get("a", lambda: 1) == 1
    assert cache.get("a", refuse, refuse) == 1


def test_an_old_value_that_still_holds_is_kept_for_another_second(cache, clock):
    cache.get("a", lambda: 1)
    clock.now += 1
    assert cache.get("a", refuse, lambda value: value == 1) == 1
    assert cache.get("a", refuse, refuse) == 1


def test_an_old_value_that_no_longer_holds_is_made_anew(cache, clock):
    cache.get("a", lambda: 1)
    clock.now += 1
    assert cache.get("a", lambda: 2, lambda _: False) == 2


def test_a_failure_is_not_kept(cache, clock):
    cache.get("a", lambda: 1)
    clock.now += 1
    with pytest.raises(AssertionError):
        cache.get("a", refuse)
    assert cache.get("a", lambda: 3, refuse) == 3


def test_the_value_unused_longest_goes_first(cache):
    for key in "abc":
        cache.get(key, lambda: 1)
    cache.get("a", refuse)
    cache.get("d", lambda: 1)
    assert cache.get("a", lambda: "made again") == 1
    assert cache.get("b", lambda: "made again") == "made again"


def test_a_peek_makes_nothing_and_may_find_an_old_value_good(cache, clock):
    assert cache.peek("a", lambda _: True) is None
    cache.get("a", lambda: 1)
    assert cache.peek("a") == 1
    clock.now += 1
    assert cache.peek("a") is None
    assert cache.peek("a", lambda value: value == 2) is None
    assert cache.peek("a", lambda value: value == 1) == 1
    assert cache.peek("a") == 1


def test_one_thread_works_while_the_others_wait(cache):
    made, started = [], threading.Barrier(8)

    def ask():
        started.wait()
        cache.get("a", lambda: made.append(1) or "value")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
