"""The clock of the story."""

from datetime import UTC, date, datetime, timedelta

import pytest

from web.demo.clock import StoryClock, moment_of

REAL = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # midnight in Viet Nam, the 22nd begins


def clock(start: datetime) -> StoryClock:
    return StoryClock(start, real=lambda: REAL)


def test_it_stands_still_until_it_is_moved():
    story = clock(REAL - timedelta(days=9))
    assert story() == story() == REAL - timedelta(days=9)
    story.move(REAL - timedelta(days=8))
    assert story() == REAL - timedelta(days=8)


def test_it_never_goes_backwards():
    story = clock(REAL - timedelta(days=1))
    story.move(REAL - timedelta(days=2))
    assert story() == REAL - timedelta(days=1)


def test_it_never_passes_the_real_time():
    story = clock(REAL + timedelta(days=1))
    assert story() == REAL
    story.move(REAL + timedelta(hours=6))
    assert story() == REAL


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        (0, 0, datetime(2026, 11, 21, 17, 0, tzinfo=UTC)),
        (-1, 8.5, datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        (-30, 23, datetime(2026, 10, 23, 16, 0, tzinfo=UTC)),
    ],
)
def test_days_and_hours_are_those_of_viet_nam(day, hour, moment):
    assert moment_of(date(2026, 11, 22), day, hour) == moment
