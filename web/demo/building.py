"""Building the demo: found a ledger under the story's clock, let every chapter act, say what to look at.

Killed at any moment, it goes on when it is run again. Built once, it changes nothing.
"""

from collections.abc import Callable
from datetime import date, datetime

from ledger.coop.old_documents import move_documents
from ledger.log.ledger import utc_now
from ledger.trace.units import local_day
from web.config import Config
from web.demo.clock import StoryClock, moment_of
from web.demo.marker import Marker, begin_story, note_log
from web.demo.outcome import DEMO_FILE, Demo, find_demo, write_demo
from web.demo.stage import Outcome, Stage, Telling
from web.demo.story import FIRST_DAY, tell
from web.founding import found_ledger
from web.state import PHOTOS

Progress = Callable[[date, float], None]
"""Told the day at which the story has arrived and which share of it is done, from 0 to 1."""

_TOLD = 0.9
"""The share of the work that is acting; the rest is proving."""


def build_demo(
    config: Config,
    progress: Progress = lambda _day, _share: None,
    *,
    real: Callable[[], datetime] = utc_now,
) -> Demo:
    """The demo in the data folder of ``config``, built or finished where that is needed.

    Raises ``RealLogError`` before anything is touched where the database holds a log of somebody's own.
    """
    marker = begin_story(config, local_day(real()))
    existing = find_demo(config, marker.vkey)
    if existing is not None:
        return existing
    (config.data / DEMO_FILE).unlink(missing_ok=True)  # of a log that is no more
    clock = StoryClock(moment_of(marker.today, FIRST_DAY, 6), real=real)
    ledger = found_ledger(config, clock=clock)
    try:
        marker = note_log(config, marker, ledger.vkey.format())
        telling = Telling(ledger, clock, config, marker.today, Outcome())
        _tell(telling, marker, progress)
        # The story's people hold their papers out as photos; where these belong, nobody but them looks.
        move_documents(ledger, config.data / PHOTOS)
        return write_demo(telling, lambda share: progress(marker.today, _TOLD + (1 - _TOLD) * share))
    finally:
        ledger.database.close()


def _tell(telling: Telling, marker: Marker, progress: Progress) -> None:
    for moment in tell(Stage(telling, "prologue")):
        telling.clock.move(moment)
        day = local_day(moment)
        progress(day, _TOLD * (1 - (marker.today - day).days / -FIRST_DAY))
