import pytest

from web import limits
from web.errors import TooManyRequestsError
from web.limits import RateLimit


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limit(clock):
    return RateLimit(per_minute=6, burst=2, secret=b"k" * 32, clock=clock)


def test_a_burst_passes_and_the_next_one_is_refused(limit):
    limit.take("192.0.2.1")
    limit.take("192.0.2.1")
    with pytest.raises(TooManyRequestsError) as refused:
        limit.take("192.0.2.1")
    assert refused.value.retry_after_s == 10


def test_time_fills_the_bucket_again(limit, clock):
    for _ in range(2):
        limit.take("192.0.2.1")
    clock.now += 10
    limit.take("192.0.2.1")
    with pytest.raises(TooManyRequestsError):
        limit.check("192.0.2.1")


def test_addresses_do_not_pay_for_each_other(limit):
    for _ in range(2):
        limit.take("192.0.2.1")
    limit.check("192.0.2.2")


def test_asking_takes_nothing(limit):
    for _ in range(5):
        limit.check("192.0.2.1")


def test_memory_is_bounded(limit, monkeypatch):
    monkeypatch.setattr(limits, "MAX_ADDRESSES", 3)
    for last in range(10):
        limit.take(f"192.0.2.{last}")
    assert len(limit._buckets) == 3


def test_no_address_is_kept(limit):
    limit.take("192.0.2.1")
    assert b"192.0.2.1" not in b"".join(limit._buckets)
