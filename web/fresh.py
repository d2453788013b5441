"""Values kept for a second, then renewed: a popular passport is cheap, and a changed one quick to show.

A value younger than ``FRESH_S`` is handed out as it is. An older one is first asked whether it still holds;
only if not is it made anew. One thread does that work for a key while the others wait for it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

FRESH_S = 1.0
"""How long a change in the database may stay unseen, in seconds."""


@dataclass(slots=True)
class _Slot(Generic[V]):
    value: V | None = None
    checked_at: float = float("-inf")
    turn: threading.Lock = field(default_factory=threading.Lock)


class FreshCache(Generic[K, V]):
    """At most ``capacity`` values; the one unused longest goes first. ``clock``: seconds that only rise."""

    def __init__(self, capacity: int, clock: Callable[[], float]) -> None:
        self._capacity = capacity
        self._clock = clock
        self._slots: OrderedDict[K, _Slot[V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V], holds: Callable[[V], bool] = lambda _: False) -> V:
        """The value for ``key``: at most a second ago it was made by ``make`` or found good by ``holds``.

        What either raises goes to the caller, and nothing is kept.
        """
        slot = self._slot(key)
        if self._clock() - slot.checked_at < FRESH_S and slot.value is not None:
            return slot.value
        with slot.turn:
            now = self._clock()
            if now - slot.checked_at < FRESH_S and slot.value is not None:
                return slot.value
            if slot.value is None or not holds(slot.value):
                slot.value = None
                slot.value = make()
            # Counted from before the look, so that the second is never stretched by the work.
            slot.checked_at = now
            return slot.value

    def peek(self, key: K, holds: Callable[[V], bool] = lambda _: False) -> V | None:
        """The value for ``key`` if it is fresh or found good by ``holds``; never makes one, never waits."""
        slot = self._slots.get(key)
        if slot is None:
            return None
        value, now = slot.value, self._clock()
        if value is None or now - slot.checked_at < FRESH_S:
            return value
        if not holds(value):
            return None
        slot.checked_at = now
        return value

    def _slot(self, key: K) -> _Slot[V]:
        with self._lock:
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = _Slot()
                if len(self._slots) > self._capacity:
                    self._slots.popitem(last=False)
            else:
                self._slots.move_to_end(key)
            return slot
