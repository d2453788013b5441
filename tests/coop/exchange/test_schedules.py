"""When a schedule is due, in Viet Nam's time (EPCIS 2.0 §8.2.5.3)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.exchange.errors import SubscriptionError
from ledger.coop.exchange.schedules import parse_schedule

NOW = datetime(2026, 11, 12, 0, 30, tzinfo=UTC)  # a Thursday, 07:30 in Viet Nam


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"hour": "1", "minute": "5"}, "2026-11-12T18:05:00+00:00"),
        ({"hour": "8"}, "2026-11-12T01:00:00+00:00"),
        ({"minute": "0,30"}, "2026-11-12T01:00:00+00:00"),
        ({"minute": "31"}, "2026-11-12T00:31:00+00:00"),
        ({"second": "15"}, "2026-11-12T00:30:15+00:00"),
        ({"dayOfWeek": "[1-3]"}, "2026-11-15T17:00:00+00:00"),
        ({"dayOfMonth": "29", "month": "2"}, "2028-02-28T17:00:00+00:00"),
        ({"month": "1", "hour": "6"}, "2026-12-31T23:00:00+00:00"),
        ({"hour": 9}, "2026-11-12T02:00:00+00:00"),
    ],
)
def test_the_next_moment_that_is_due(fields, due):
    found = parse_schedule(fields).next_after(NOW)
    assert found is not None
    assert found.isoformat() == due


def test_a_day_that_never_comes():
    assert parse_schedule({"dayOfMonth": "30", "month": "2"}).next_after(NOW) is None


@pytest.mark.parametrize(
    "fields",
    [
        None,
        [],
        {},
        {"day": "1"},
        {"hour": "24"},
        {"hour": "-1"},
        {"hour": "[5-2]"},
        {"hour": "1,"},
        {"hour": {}},
        {"minute": "1" * 300},
        {"dayOfWeek": "0"},
        {"month": "1-3"},
    ],
)
def test_a_malformed_schedule_is_refused_by_its_field(fields):
    with pytest.raises(SubscriptionError) as caught:
        parse_schedule(fields)
    assert caught.value.pointer.startswith("/schedule")


@given(
    st.fixed_dictionaries({}, optional={"minute": st.integers(0, 59), "hour": st.integers(0, 23)}),
    st.integers(0, 10**9),
)
def test_it_is_due_within_a_day_and_never_before(fields, seconds):
    now = NOW + timedelta(seconds=seconds)
    found = parse_schedule({**fields, "second": 0}).next_after(now)
    assert found is not None
    assert now < found <= now + timedelta(days=1)
