"""Many threads, one at work: it takes on what the others wait with, so that one commit answers them all.

The way is that of a combining lock: the first thread to come works (*leads*); whoever comes meanwhile waits;
when the leader is done, the one that has waited longest leads next, with all that has gathered behind it.
There is no thread of the queue's own to start, to stop or to die.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

J = TypeVar("J")


class QueueTimeoutError(Exception):
    """The job waited too long and was taken back; nobody has worked on it."""


class GroupQueue(Generic[J]):
    """Jobs in the order they came. ``work(first, take_more)`` is called by one thread at a time.

    ``take_more()`` gives the jobs that wait by now, so that the leader may take them when it is ready for
    them; all it takes, ``first`` included, are at most ``limit``. Each must have been told its outcome when
    ``work`` returns. What it raises, only the leader's caller sees.
    """

    def __init__(self, work: Callable[[J, Callable[[], Sequence[J]]], None], limit: int) -> None:
        self._work = work
        self._limit = limit
        self._mutex = threading.Lock()
        self._waiting: deque[_Place[J]] = deque()
        self._is_led = False

    def run(self, job: J, wait_s: float) -> None:
        """Return when ``job`` is done, in this thread or another. Raises ``QueueTimeoutError``."""
        place = _Place(job)
        with self._mutex:
            self._waiting.append(place)
            leads, self._is_led = not self._is_led, True
        if not leads:
            self._wait(place, wait_s)
        if not place.is_taken:
            self._lead()

    def _wait(self, place: "_Place[J]", wait_s: float) -> None:
        if place.woken.acquire(timeout=wait_s):
            return
        with self._mutex:
            if place in self._waiting and not place.leads:
                self._waiting.remove(place)
                raise QueueTimeoutError
        # Its turn came in this very moment, or its job is at work: the answer is on the way.
        place.woken.acquire()

    def _lead(self) -> None:
        taken: list[_Place[J]] = []

        def take(limit: int) -> list[J]:
            with self._mutex:
                places = [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]
                for place in places:
                    place.is_taken = True
            taken.extend(places)
            return [place.job for place in places]

        try:
            # The leader stands first in the queue: its own job is the first that it works for.
            (first,) = take(1)
            self._work(first, lambda: take(self._limit - len(taken)))
        finally:
            for place in taken[1:]:
                place.woken.release()
            with self._mutex:
                self._is_led = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].leads = True
                    self._waiting[0].woken.release()


class _Place(Generic[J]):
    """Where a job stands in the queue. ``woken`` is released when it was worked on, or is to lead."""

    __slots__ = ("is_taken", "job", "leads", "woken")

    def __init__(self, job: J) -> None:
        self.job = job
        self.is_taken = False
        self.leads = False
        self.woken = threading.Lock()
        self.woken.acquire()
