"""The lunar calendar of Việt Nam: reckoned from the sun and the moon at UTC+7. Pure.

A month begins on the day of the new moon; the month with the winter solstice is the eleventh; a year of
thirteen months repeats the number of the first month in which the sun enters no new sign. New moons after
Meeus, *Astronomical Algorithms* (2nd ed.), chapter 49, good to seconds; the sun's longitude after chapter 25,
good to 0.01° (a quarter of an hour). Tested from 1900 to 2100.

>>> lunar_date(date(2026, 2, 17))
LunarDate(day=1, month=1, is_leap=False, year=2026)
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import floor, radians, sin

# Julian day number of the day before 0001-01-01, so that ``date.toordinal`` and it differ by this.
_JDN_OF_ORDINAL_0 = 1721425
_OFFSET_DAYS = 7 / 24
_MONTH_DAYS = 29.530588861
_STEMS = ("Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý")
_BRANCHES = ("Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi")
# Terrestrial time ahead of universal time, in seconds, every ten years from 1900 (then a guess).
_DELTA_T_S = (-3, 10, 21, 24, 24, 29, 33, 40, 51, 57, 64, 66, 69, 72, 76, 81, 87, 94, 101, 109, 118)
# Meeus, table 49.A, new moon: amplitude in days, power of E, multiples of M, M', F.
_PERIODIC = (
    (-0.40720, 0, 0, 1, 0), (0.17241, 1, 1, 0, 0), (0.01608, 0, 0, 2, 0), (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0), (-0.00514, 1, 1, 1, 0), (0.00208, 2, 2, 0, 0), (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2), (0.00056, 1, 1, 2, 0), (-0.00042, 0, 0, 3, 0), (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2), (-0.00024, 1, -1, 2, 0), (-0.00007, 0, 2, 1, 0), (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0), (0.00003, 0, 1, 1, -2), (0.00003, 0, 0, 2, 2), (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2), (-0.00002, 0, -1, 1, -2), (-0.00002, 0, 1, 3, 0), (0.00002, 0, 0, 4, 0),
)  # fmt: skip
# The strongest of the planets' terms of chapter 49: amplitude in days, angle at k = 0, degrees for each k.
_PLANETS = (
    (0.000325, 299.77, 0.107408), (0.000165, 251.88, 0.016321), (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478), (0.000110, 84.66, 18.206239),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the lunar calendar. ``is_leap``: the month repeats the number of the one before it."""

    day: int
    month: int
    is_leap: bool
    year: int

    @property
    def year_name(self) -> str:
        """The year in the cycle of sixty: 2026 is Bính Ngọ."""
        return f"{_STEMS[(self.year + 6) % 10]} {_BRANCHES[(self.year + 8) % 12]}"


def lunar_date(day: date) -> LunarDate:
    """The lunar date of a day of the common calendar."""
    ordinal = day.toordinal()
    months = _months_from_the_eleventh(day.year if ordinal >= _eleventh_month(day.year) else day.year - 1)
    start, month, is_leap, year = months[bisect_right([first for first, *_ in months], ordinal) - 1]
    return LunarDate(ordinal - start + 1, month, is_leap, year)


def format_lunar(lunar: LunarDate) -> str:
    """``10/10 âm lịch``; a leap month is named: ``10/6 nhuận âm lịch``."""
    return f"{lunar.day}/{lunar.month}{' nhuận' if lunar.is_leap else ''} âm lịch"


def month_starts(first: date, last: date) -> tuple[tuple[date, int, bool], ...]:
    """The lunar months that have a day in ``[first, last]``: first day, number, whether leap."""
    found: dict[date, tuple[int, bool]] = {}
    for year in range(first.year - 1, last.year + 1):
        for start, month, is_leap, _ in _months_from_the_eleventh(year):
            found[date.fromordinal(start)] = (month, is_leap)
    starts = sorted(found)
    began = max((start for start in starts if start <= first), default=first)
    return tuple((start, *found[start]) for start in starts if began <= start <= last)


@lru_cache(maxsize=256)
def _months_from_the_eleventh(year: int) -> tuple[tuple[int, int, bool, int], ...]:
    """The months from the eleventh of ``year`` to the tenth of the next: ordinal, number, leap, year."""
    begin, end = _eleventh_month(year), _eleventh_month(year + 1)
    starts = [begin]
    while (following := _next_month(starts[-1])) < end:
        starts.append(following)
    signs = [_sign(start) for start in (*starts, end)]
    leap = len(starts)
    if len(starts) == 13:
        leap = next(at for at in range(1, 13) if signs[at] == signs[at + 1])
    months = []
    for at, start in enumerate(starts):
        count = at - (at >= leap)
        number = (10 + count) % 12 + 1
        months.append((start, number, at == leap, year if count < 2 else year + 1))
    return tuple(months)


@lru_cache(maxsize=256)
def _eleventh_month(year: int) -> int:
    """The ordinal of the first day of the month in which the sun reaches 270°."""
    start = _month_before(date(year, 12, 31).toordinal())
    # The solstice is on 21 or 22 December: the month that began last may be the twelfth already.
    return _month_before(start - 1) if _sign(start) >= 9 else start


def _month_before(ordinal: int) -> int:
    """The last first day of a month that is not after this day."""
    k = floor((ordinal + _JDN_OF_ORDINAL_0 - 2451550.09766) / _MONTH_DAYS) + 1
    while _new_moon_day(k) > ordinal:
        k -= 1
    return _new_moon_day(k)


def _next_month(start: int) -> int:
    return _month_before(start + 32) if _month_before(start + 30) == start else _month_before(start + 30)


def _sign(ordinal: int) -> int:
    """In which twelfth of its way the sun is when the day begins in Việt Nam: 0 from spring on."""
    begins = ordinal + _JDN_OF_ORDINAL_0 - 0.5 - _OFFSET_DAYS
    return floor(_sun_longitude(begins + _delta_t_days(begins)) / 30)


@lru_cache(maxsize=4096)
def _new_moon_day(k: int) -> int:
    """The ordinal of the Vietnamese day of the new moon that is ``k`` months after that of 6 January 2000."""
    moment = _new_moon(k)
    return floor(moment - _delta_t_days(moment) + 0.5 + _OFFSET_DAYS) - _JDN_OF_ORDINAL_0


def _new_moon(k: int) -> float:
    """The Julian ephemeris day of a new moon (Meeus 49.1 to 49.7)."""
    t = k / 1236.85
    mean = 2451550.09766 + _MONTH_DAYS * k + t * t * (0.00015437 + t * (-0.000000150 + t * 0.00000000073))
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = radians(2.5534 + 29.10535670 * k - 0.0000014 * t * t)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t + 0.00001238 * t**3)
    latitude = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t - 0.00000227 * t**3)
    node = radians(124.7746 - 1.56375588 * k + 0.0020672 * t * t)
    waves = sum(
        size * eccentricity**power * sin(m * sun + n * moon + f * latitude)
        for size, power, m, n, f in _PERIODIC
    )
    planets = sum(size * sin(radians(angle + speed * k)) for size, angle, speed in _PLANETS)
    return mean + waves - 0.00017 * sin(node) + planets


def _sun_longitude(moment: float) -> float:
    """The sun's apparent longitude in degrees, 0 to 360, at a Julian ephemeris day (Meeus 25.2 to 25.8)."""
    t = (moment - 2451545.0) / 36525
    anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (
        (1.914602 - 0.004817 * t - 0.000014 * t * t) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = radians(125.04 - 1934.136 * t)
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    # Jupiter, Venus and the moon pull the earth about: what chapter 25's short form leaves out.
    pulls = 0.00180 * sin(radians(312.19 + 32964.358 * t)) + 0.00179 * sin(radians(297.85 + 445267.111 * t))
    return (mean + centre - 0.00569 - 0.00478 * sin(node) + pulls) % 360


def _delta_t_days(moment: float) -> float:
    years = min(max((moment - 2415020.5) / 365.25, 0.0), 199.9)
    before = floor(years / 10)
    share = years / 10 - before
    return (_DELTA_T_S[before] * (1 - share) + _DELTA_T_S[before + 1] * share) / 86400
