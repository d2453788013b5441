"""Which key was valid where in the log.

Validity is a half-open interval ``[valid_from, valid_until)`` of log indexes, never of clock time: a clock
can be set back, an index cannot. A ring is a list of keys, oldest to newest; it only grows, except that an
open interval may be closed once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from signing.errors import KeyNotValidError, KeyRingError
from signing.keys import VerifierKey


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A verifier key and the interval of log indexes in which it is valid (``None``: still open)."""

    key: VerifierKey
    valid_from: int
    valid_until: int | None = None

    def is_valid_at(self, index: int) -> bool:
        """Whether ``valid_from <= index < valid_until``."""
        return self.valid_from <= index and (self.valid_until is None or index < self.valid_until)


class KeyRing:
    """Verifier keys with their intervals, oldest to newest. At most one key per name, key id and index."""

    __slots__ = ("_held", "_places")

    def __init__(self, held_keys: Iterable[HeldKey] = ()) -> None:
        self._held: list[HeldKey] = []
        # Places in _held for each (name, key id), oldest to newest.
        self._places: dict[tuple[str, bytes], list[int]] = {}
        for held in held_keys:
            self.add(held.key, held.valid_from, held.valid_until)

    def __iter__(self) -> Iterator[HeldKey]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def add(self, key: VerifierKey, valid_from: int, valid_until: int | None = None) -> None:
        """Hold ``key`` from index ``valid_from`` on.

        Raises ``KeyRingError`` when the interval is empty, begins before the newest key's, or overlaps one of
        the same name and key id (also of a different key: 32-bit ids can be made to collide).
        """
        if valid_from < 0 or (valid_until is not None and valid_until <= valid_from):
            raise KeyRingError(f"empty interval [{valid_from}, {valid_until}) for {key.format()}")
        if self._held and valid_from < self._held[-1].valid_from:
            raise KeyRingError(f"{key.format()} is older than the newest key of the ring")
        places = self._places.setdefault((key.name, key.key_id), [])
        if places and self._held[places[-1]].valid_until is None:
            raise KeyRingError(f"{key.name}+{key.key_id.hex()} is already valid")
        if places and self._held[places[-1]].is_valid_at(valid_from):
            raise KeyRingError(f"{key.name}+{key.key_id.hex()} is already valid at index {valid_from}")
        places.append(len(self._held))
        self._held.append(HeldKey(key, valid_from, valid_until))

    def revoke(self, name: str, key_id: bytes, valid_until: int) -> None:
        """End the open interval of a key: it is not valid at ``valid_until`` nor after.

        Raises ``KeyRingError`` when the key has no open interval or it would become empty.
        """
        places = self._places.get((name, key_id), [])
        held = self._held[places[-1]] if places else None
        if held is None or held.valid_until is not None or valid_until <= held.valid_from:
            raise KeyRingError(f"{name}+{key_id.hex()} has no open interval that could end at {valid_until}")
        self._held[places[-1]] = replace(held, valid_until=valid_until)

    def key_for(self, name: str, key_id: bytes, index: int) -> VerifierKey:
        """The key of this name and key id that is valid at ``index``. Raises ``KeyNotValidError`` if none."""
        candidates = [self._held[place] for place in self._places.get((name, key_id), [])]
        for held in candidates:
            if held.is_valid_at(index):
                return held.key
        intervals = tuple((held.valid_from, held.valid_until) for held in candidates)
        raise KeyNotValidError(name, key_id, index, intervals)

    def keys_at(self, index: int) -> tuple[VerifierKey, ...]:
        """Every key valid at ``index``, oldest to newest. Linear in the size of the ring."""
        return tuple(held.key for held in self._held if held.is_valid_at(index))
