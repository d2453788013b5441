"""The folder that an export is written to: each file whole or not at all, and nothing written twice."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from web.exporting.errors import ChangedFileError, FolderBusyError, FolderUnusableError

_DRAFT = ".so-goc-draft-"


@dataclass(slots=True)
class Folder:
    """Files below ``root`` by their path with slashes. ``written`` and ``kept`` count what was asked for."""

    root: Path
    written: int = 0
    kept: int = 0

    def write(self, path: str, data: bytes) -> bool:
        """Make the file ``path`` have the bytes ``data``; whether it had other bytes or was not there.

        Raises ``FolderUnusableError``.
        """
        if self.read(path, len(data)) == data:
            self.kept += 1
            return False
        self._replace(path, data)
        self.written += 1
        return True

    def add(self, path: str, data: bytes) -> None:
        """The same for a file that never changes once it is there. Raises ``ChangedFileError``.

        An empty file is none: some file systems leave one behind when the power fails.
        """
        found = self.read(path, len(data))
        if found and found != data:
            raise ChangedFileError(path)
        self.write(path, data)

    def read(self, path: str, at_least: int = 0) -> bytes | None:
        """The file's bytes, ``None`` where there is none; may stop one byte behind ``at_least``, if given."""
        try:
            with (self.root / path).open("rb") as file:
                return file.read(at_least + 1 if at_least else -1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise FolderUnusableError(path, error) from error

    def size_bytes(self, path: str) -> int | None:
        """How long a file is, ``None`` where there is none."""
        try:
            return (self.root / path).stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise FolderUnusableError(path, error) from error

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there, not even the folder."""
        try:
            return not any(self.root.iterdir())
        except FileNotFoundError:
            return True
        except OSError as error:
            raise FolderUnusableError(str(self.root), error) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other exports out, and take away what a killed one left half written.

        Raises ``FolderBusyError`` and ``FolderUnusableError``.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise FolderUnusableError(str(self.root), error) from error
        try:
            _lock(descriptor, self.root)
            for draft in self.root.glob(f"{_DRAFT}*"):
                draft.unlink()
            yield
        finally:
            os.close(descriptor)

    def _replace(self, path: str, data: bytes) -> None:
        target, draft = self.root / path, self.root / f"{_DRAFT}{os.getpid()}"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                # On the disk before its name is: a checkpoint must never outlive the tiles that it needs.
                os.fsync(file.fileno())
            draft.replace(target)
        except OSError as error:
            raise FolderUnusableError(path, error) from error


def _lock(descriptor: int, root: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise FolderBusyError(str(root)) from error
