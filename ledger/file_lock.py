"""A fair lock between processes, beside an SQLite file: writers stand in a queue instead of polling SQLite.

Two ``flock`` locks make a turnstile. Whoever wants to work takes the *door* first, then the *room*, and
leaves the door as soon as it has the room. So a process that has just worked finds the next one already in
the door and cannot overtake it. The kernel frees both locks when a process dies.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockTimeoutError(Exception):
    """Others held the lock longer than the caller wanted to wait."""


class FileLock:
    """One lock for the threads of one process; other processes make theirs with the same ``path``.

    Not re-entrant: a thread that holds it and asks again waits until its time is up.
    """

    def __init__(self, path: Path) -> None:
        self._mine = threading.Lock()
        self._door = _Flock(path.with_name(f"{path.name}-door"))
        self._room = _Flock(path)

    @contextmanager
    def held(self, wait_s: float) -> Iterator[None]:
        """Hold the lock. Raises ``LockTimeoutError`` after ``wait_s`` seconds, ``OSError`` for its files."""
        deadline = time.monotonic() + wait_s
        if not self._mine.acquire(timeout=wait_s):
            raise LockTimeoutError("other threads of this process")
        try:
            self._door.take(deadline)
            try:
                self._room.take(deadline)
            finally:
                self._door.leave()
            try:
                yield
            finally:
                self._room.leave()
        finally:
            self._mine.release()

    def close(self) -> None:
        """Close the files. The lock may be used again, and then opens them anew."""
        with self._mine:
            self._door.close()
            self._room.close()


class _Flock:
    """``flock`` on a file of its own, with a limit on waiting, which the call itself does not know."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self, deadline: float) -> None:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait = _Wait(self._descriptor)
            if not wait.is_over(deadline):
                # The open file stays with the wait: a lock that comes too late must not pass for a later one.
                self._descriptor = None
                raise LockTimeoutError(str(self._path)) from None

    def leave(self) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class _Wait:
    """One blocking ``flock`` in a thread of its own, which may be given up."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._mutex = threading.Lock()
        self._is_held = False
        self._is_given_up = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="sogoc write lock")
        self._thread.start()

    def is_over(self, deadline: float) -> bool:
        """Wait until the deadline. Whether the lock is held; if not, the descriptor is ours to close."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        with self._mutex:
            self._is_given_up = not self._is_held
            return self._is_held

    def _run(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        with self._mutex:
            if self._is_given_up:
                os.close(self._descriptor)  # lets the lock go as well
            else:
                self._is_held = True
