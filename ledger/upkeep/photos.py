"""The photo store seen from outside: files named by their own SHA-256, so that a copy checks itself.

Layout ``ab/abcd….webp`` as ``coop.attachments.photos`` writes it. Files never change and never go, so copying
after the database misses none that the database names.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ledger.upkeep.files import copy_file, digest_of

_NAME = re.compile(r"([0-9a-f]{64})\.webp", re.ASCII)


def photo_paths(store: Path) -> Iterator[tuple[str, str]]:
    """Every photo: its path below the store, with ``/``, and the SHA-256 that its name says, sorted."""
    if not store.is_dir():
        return
    for folder in sorted(path for path in store.iterdir() if path.is_dir() and len(path.name) == 2):
        for name in sorted(path.name for path in folder.iterdir()):
            match = _NAME.fullmatch(name)
            if match is not None and match[1].startswith(folder.name):
                yield f"{folder.name}/{name}", match[1]


def photo_bytes(store: Path) -> int:
    """How many bytes all photos have."""
    return sum((store / path).stat().st_size for path, _ in photo_paths(store))


def copy_photos(store: Path, target: Path, earlier: Path | None = None) -> Iterator[tuple[str, str, bool]]:
    """Copy every photo that is not there yet: path, the SHA-256 it should have, and whether it has it.

    A damaged photo is not copied. What ``earlier``, the photos of an earlier backup, holds unchanged is
    linked instead of copied where the disk allows it: a daily backup then costs only the new photos.
    """
    for path, digest in photo_paths(store):
        written = target / path
        for folder in (target, written.parent):
            folder.mkdir(exist_ok=True, mode=0o700)
        is_there = _is_whole(written, digest) or (
            earlier is not None and _link(earlier / path, written, digest)
        )
        yield path, digest, is_there or _copy(store / path, written, digest)


def _is_whole(path: Path, digest: str) -> bool:
    return path.is_file() and digest_of(path) == digest


def _link(earlier: Path, written: Path, digest: str) -> bool:
    if not _is_whole(earlier, digest):
        return False
    try:
        written.hardlink_to(earlier)
    except OSError:  # another disk, or a file system without links
        return False
    return True


def _copy(photo: Path, written: Path, digest: str) -> bool:
    partial = written.with_suffix(".part")
    partial.unlink(missing_ok=True)
    if copy_file(photo, partial) != digest:
        partial.unlink()
        return False
    partial.replace(written)
    return True
