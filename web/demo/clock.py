"""The clock of the story: moved by hand, never backwards, never past the real time."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from ledger.log.ledger import utc_now
from ledger.trace.units import VIETNAM


class StoryClock:
    """Stands still at one moment until ``move`` brings it further. Calling it gives that moment."""

    def __init__(self, start: datetime, *, real: Callable[[], datetime] = utc_now) -> None:
        self._real = real
        self._now = min(start, real())

    def __call__(self) -> datetime:
        """The moment at which the story stands."""
        return self._now

    def move(self, moment: datetime) -> None:
        """Go on to ``moment``, or to the real time where that has not come yet."""
        self._now = max(self._now, min(moment, self._real()))


def moment_of(today: date, day: int, hour: float) -> datetime:
    """``hour`` o'clock in Viet Nam, ``day`` days after ``today`` (negative: before)."""
    midnight = datetime.combine(today + timedelta(days=day), time(), VIETNAM)
    return midnight + timedelta(hours=hour)
