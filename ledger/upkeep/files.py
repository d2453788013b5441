"""Files that are there whole or not at all, with the digest of what was written."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ledger.upkeep.errors import NoSpaceError

_CHUNK_BYTES = 1024 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SPARE = 16 * 1024 * 1024
"""Left over on the disk beside what is written, in bytes."""


@contextmanager
def saying_full(path: Path) -> Iterator[None]:
    """Turn the system's "no space left" while writing below ``path`` into ``NoSpaceError``."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoSpaceError(path) from error
        raise


def check_space(folder: Path, needed: int) -> None:
    """Raise ``NoSpaceError`` unless the disk of ``folder`` has ``needed`` bytes, and a little more, free."""
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise NoSpaceError(folder, needed + _SPARE, free)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_file(path: Path, data: bytes) -> str:
    """Write ``data`` to a new file that only its owner can read, durably. Returns the SHA-256 in hex."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(data).hexdigest()


def copy_file(source: Path, target: Path) -> str:
    """Copy into a new file that only its owner can read, durably. Returns the SHA-256 in hex."""
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written, source.open("rb") as read:
        while chunk := read.read(_CHUNK_BYTES):
            digest.update(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest()


def keep_private(path: Path) -> None:
    """Let only the owner read a file, where the file system knows owners: most USB sticks do not."""
    with suppress(PermissionError):
        path.chmod(0o600)


def sync_file(path: Path) -> None:
    """Bring a file, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def whole_folder(destination: Path) -> Iterator[Path]:
    """A folder to fill that becomes ``destination`` in one step when the body ends, and vanishes if it fails.

    After a power cut it may be left beside its destination, as ``.<name>.part``; the next one removes it.
    """
    partial = destination.with_name(f".{destination.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(mode=0o700)
        yield partial
        for folder, _, _ in os.walk(partial):
            sync_file(Path(folder))
        partial.rename(destination)
        sync_file(destination.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
