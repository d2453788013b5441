"""The lunar calendar: known new years, leap months, and that every day follows the one before it."""

from datetime import date, timedelta

import pytest

from ledger.coop.field.lunar import format_lunar, lunar_date, month_starts

# First days of the year in Việt Nam; in 1968, 1985, 2007 and 2030 others than in China.
NEW_YEARS = (
    "1968-01-29", "1985-01-21", "1990-01-27", "1995-01-31", "1999-02-16", "2000-02-05",
    "2001-01-24", "2002-02-12", "2003-02-01", "2004-01-22", "2005-02-09", "2006-01-29",
    "2007-02-17", "2008-02-07", "2009-01-26", "2010-02-14", "2011-02-03", "2012-01-23",
    "2013-02-10", "2014-01-31", "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16",
    "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10",
    "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-02",
    "2031-01-23",
)  # fmt: skip
LEAP_MONTHS = {
    1979: 6, 1982: 4, 1985: 2, 1987: 7, 1990: 5, 1993: 3, 1995: 8, 1998: 5, 2001: 4, 2004: 2, 2006: 7,
    2009: 5, 2012: 4, 2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11,
}  # fmt: skip


@pytest.mark.parametrize("day", NEW_YEARS)
def test_the_new_year_is_the_first_of_the_first(day):
    found = lunar_date(date.fromisoformat(day))
    assert (found.day, found.month, found.is_leap, found.year) == (1, 1, False, int(day[:4]))


def test_the_leap_months_of_half_a_century_are_the_known_ones():
    found = {}
    day = date(1978, 3, 1)
    while day < date(2034, 3, 1):
        lunar = lunar_date(day)
        if lunar.is_leap:
            found[lunar.year] = lunar.month
        day += timedelta(days=28)
    assert found == LEAP_MONTHS


def test_from_1900_to_2100_every_day_follows_the_day_before():
    before = lunar_date(date(1899, 12, 31))
    for ordinal in range(date(1900, 1, 1).toordinal(), date(2101, 1, 1).toordinal()):
        now = lunar_date(date.fromordinal(ordinal))
        if now.day == before.day + 1:
            assert (now.month, now.is_leap, now.year) == (before.month, before.is_leap, before.year)
        else:
            assert now.day == 1
            assert before.day in {29, 30}
            is_next = now.month == before.month % 12 + 1 and not now.is_leap
            assert is_next or (now.is_leap and now.month == before.month and not before.is_leap)
        before = now


@pytest.mark.parametrize("year", range(1900, 2101))
def test_every_new_year_lies_between_the_sun_in_capricorn_and_in_pisces(year):
    days = [date(year, 1, 20) + timedelta(days=n) for n in range(33)]
    assert (
        sum((lunar.day, lunar.month, lunar.is_leap) == (1, 1, False) for lunar in map(lunar_date, days)) == 1
    )


def test_it_is_read_as_people_say_it():
    assert format_lunar(lunar_date(date(2026, 11, 22))) == "14/10 âm lịch"
    assert format_lunar(lunar_date(date(2025, 7, 25))) == "1/6 nhuận âm lịch"
    assert lunar_date(date(2026, 11, 22)).year_name == "Bính Ngọ"


def test_the_months_of_a_year_begin_where_the_days_say():
    months = month_starts(date(2025, 1, 1), date(2026, 1, 1))
    assert months[0][0] <= date(2025, 1, 1)
    for start, number, is_leap in months:
        lunar = lunar_date(start)
        assert (lunar.day, lunar.month, lunar.is_leap) == (1, number, is_leap)
    assert (date(2025, 7, 25), 6, True) in months
