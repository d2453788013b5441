from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.done_dates import event_time
from ledger.coop.errors import DoneDateError
from ledger.trace.units import local_day

NOW = datetime(2026, 11, 12, 18, 30, tzinfo=UTC)  # already the 13th in Vietnam


def test_today_is_now_and_an_earlier_day_is_its_noon():
    assert event_time(date(2026, 11, 13), NOW) == NOW
    assert event_time(date(2026, 11, 12), NOW) == datetime(2026, 11, 12, 5, 0, tzinfo=UTC)


def test_tomorrow_is_refused_with_both_days_in_the_sentence():
    with pytest.raises(DoneDateError) as caught:
        event_time(date(2026, 11, 14), NOW)
    assert "14/11/2026" in caught.value.sentence
    assert "13/11/2026" in caught.value.sentence


def test_work_on_the_day_a_lot_was_made_comes_after_its_making():
    born = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
    assert event_time(date(2026, 11, 12), NOW, not_before=born) == born


def test_work_on_a_day_before_the_lot_was_made_is_refused():
    with pytest.raises(DoneDateError, match="existed"):
        event_time(date(2026, 11, 11), NOW, not_before=datetime(2026, 11, 12, 1, 0, tzinfo=UTC))


def test_year_typed_wrong_is_refused():
    with pytest.raises(DoneDateError):
        event_time(date(226, 11, 12), NOW)


@given(st.integers(0, 5000), st.integers(0, 5000 * 24 * 60))
def test_moment_is_on_its_day_never_ahead_of_now_nor_before_the_lot(days_ago, born_minutes_ago):
    done_on = local_day(NOW) - timedelta(days=days_ago)
    born = NOW - timedelta(minutes=born_minutes_ago)
    try:
        moment = event_time(done_on, NOW, not_before=born)
    except DoneDateError:
        assert done_on < local_day(born)
    else:
        assert local_day(moment) == done_on
        assert born <= moment <= NOW
