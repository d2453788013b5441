"""Which devices scanned which stamps in the last half hour, in memory only: a keyed hash, never an address.

The table is a block of memory of fixed size. Server processes on one machine share it, so that a device that
meets first one and then another is one device to both; it is gone with the server, and its key with it.
"""

import fcntl
import hashlib
import mmap
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from struct import Struct

WINDOW_S = 30 * 60
"""How long a device that was counted is not counted again for the same stamp."""

SHARED_AT = "SOGOC_SHARED_MEMORY_AT"
"""How the server tells its processes where the table is. No setting: nobody sets it by hand."""

_KEY_BYTES = 32
_BUCKETS = 1 << 15
_SLOTS = 8
# A bucket: eight hashes, then for each the second at which it was counted (0: the slot was never used).
_BUCKET = Struct(f"<{_SLOTS}Q{_SLOTS}I")
_HASH, _SECOND = Struct("<Q"), Struct("<I")
_SIZE = _KEY_BYTES + _BUCKETS * _BUCKET.size


class SeenDevices:
    """At most 262,144 devices and stamps at a time. Safe to share by threads and by processes.

    ``clock``: seconds that only rise, the same in every process of the machine (``time.monotonic``).
    """

    def __init__(self, clock: Callable[[], float], descriptor: int | None = None) -> None:
        """``descriptor``: an open file of ``shared_memory``; memory of this process alone without it."""
        self._clock = clock
        self._descriptor = descriptor
        self._memory = mmap.mmap(-1 if descriptor is None else descriptor, _SIZE)
        self._lock = threading.Lock()
        if descriptor is None:
            self._memory[:_KEY_BYTES] = os.urandom(_KEY_BYTES)
        self._key = self._memory[:_KEY_BYTES]

    def is_new(self, device: str, stamp: int) -> bool:
        """Whether ``device`` was not counted for ``stamp`` in the last half hour; from now on it was.

        ``False`` also where there is no room to remember it: too few scans are told rather than too many.
        """
        digest = hashlib.blake2b(f"{stamp}/{device}".encode(), key=self._key, digest_size=12).digest()
        tag = int.from_bytes(digest[:8], "little")
        place = _KEY_BYTES + int.from_bytes(digest[8:], "little") % _BUCKETS * _BUCKET.size
        # A clock that begins at 0 must not make a slot look unused.
        now = int(self._clock()) + 1
        return self._free_slot(place, tag, now) is not None and self._take(place, tag, now)

    def _take(self, place: int, tag: int, now: int) -> bool:
        """Remember the hash unless somebody else did so meanwhile."""
        with self._lock:
            if self._descriptor is not None:
                fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
            try:
                slot = self._free_slot(place, tag, now)
                if slot is None:
                    return False
                _HASH.pack_into(self._memory, place + slot * _HASH.size, tag)
                seconds = place + _SLOTS * _HASH.size
                _SECOND.pack_into(self._memory, seconds + slot * _SECOND.size, now)
                return True
            finally:
                if self._descriptor is not None:
                    fcntl.lockf(self._descriptor, fcntl.LOCK_UN)

    def _free_slot(self, place: int, tag: int, now: int) -> int | None:
        """Where ``tag`` may be put; ``None`` when it is there already, or every slot is in use."""
        bucket = _BUCKET.unpack_from(self._memory, place)
        seconds = bucket[_SLOTS:]
        if tag in bucket:
            slot = bucket.index(tag)
            if slot < _SLOTS and _is_running(seconds[slot], now):
                return None
        return next((slot for slot, second in enumerate(seconds) if not _is_running(second, now)), None)


def _is_running(second: int, now: int) -> bool:
    return second != 0 and now - second < WINDOW_S


def shared_memory() -> int | None:
    """A descriptor of new memory with a key in it, for the processes of one server; ``None`` elsewhere.

    It has no name in any folder. Whoever holds the descriptor holds the memory, and the last takes it along.
    """
    if not hasattr(os, "memfd_create"):
        return None
    descriptor = os.memfd_create("sogoc-seen-devices")
    os.ftruncate(descriptor, _SIZE)
    os.pwrite(descriptor, os.urandom(_KEY_BYTES), 0)
    return descriptor


def offer(descriptor: int) -> None:
    """Tell the processes that this one starts where its memory is."""
    os.environ[SHARED_AT] = f"/proc/{os.getpid()}/fd/{descriptor}"


def open_seen_devices(clock: Callable[[], float]) -> SeenDevices:
    """The table of the server that this process belongs to, or one of its own."""
    path = os.environ.get(SHARED_AT)
    if path is not None:
        with suppress(OSError, ValueError):
            return SeenDevices(clock, os.open(path, os.O_RDWR | os.O_CLOEXEC))
    return SeenDevices(clock)
