"""How often one address may do something, counted in this process. Pure but for the clock it is given.

Counts are kept in memory only, under a keyed hash that is new with every start: an address is never stored.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from web.errors import TooManyRequestsError

MAX_ADDRESSES = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimit:
    """A bucket of ``burst`` tokens per address, refilled at ``per_minute``. Safe to share by threads."""

    def __init__(self, *, per_minute: float, burst: int, secret: bytes, clock: Callable[[], float]) -> None:
        self._per_second = per_minute / 60
        self._burst = burst
        self._secret = secret
        self._clock = clock
        self._buckets: OrderedDict[bytes, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str) -> None:
        """Take one token of ``address``. Raises ``TooManyRequestsError`` when none is left."""
        with self._lock:
            bucket = self._fill(address)
            if bucket.tokens < 1:
                raise TooManyRequestsError(max(1, round((1 - bucket.tokens) / self._per_second)))
            bucket.tokens -= 1

    def check(self, address: str) -> None:
        """Raise ``TooManyRequestsError`` when ``take`` would; takes nothing."""
        with self._lock:
            bucket = self._fill(address)
            if bucket.tokens < 1:
                raise TooManyRequestsError(max(1, round((1 - bucket.tokens) / self._per_second)))

    def _fill(self, address: str) -> _Bucket:
        key = hashlib.blake2b(address.encode(), key=self._secret, digest_size=16).digest()
        now = self._clock()
        bucket = self._buckets.pop(key, None) or _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._per_second)
        bucket.filled_at = now
        self._buckets[key] = bucket
        # The address that was quiet longest is forgotten first: its bucket is the fullest.
        if len(self._buckets) > MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket
