"""A record, outside the database, of the last head this machine signed.

An old backup put back in place would sign another tree of a size that was signed before: a fork, which no
witness forgives. So before the first signature on a head that this process did not make, the head must extend
the record. A database that came from a backup onto a machine without a record is *held*: nothing is signed
until somebody says whether newer entries are missing (``sogoc recover``).
"""

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from ledger.log.checkpoints import Checkpoint, format_checkpoint, parse_checkpoint
from ledger.log.errors import HeldError, MalformedCheckpointError, RolledBackError
from ledger.log.merkle import HashReader, root_hash

_SLOT_BYTES = 512
"""One sector: a name of 255 bytes, the longest, still leaves room."""
_SLOTS = 2


class HeadRecord:
    """The record in a file of its own: two slots, written in turn, so that a torn write costs one of them.

    A slot is the text of a checkpoint, unsigned, and a line with its SHA-256, filled up with newlines. The
    record may lag behind the head by the units that were committed just before a crash, never run ahead of
    it: it is written after the commit and before the answer. Several processes may share one file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hold = path.with_name(f"{path.name}.held")

    def read(self) -> Checkpoint | None:
        """The last head signed here, ``None`` when there is none. Raises ``MalformedCheckpointError``."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        return self._newest(data)[0]

    def write(self, signed: Checkpoint) -> None:
        """Record ``signed``, durably. A smaller size never replaces a larger one.

        Raises ``OSError`` when the disk does not take it, and ``MalformedCheckpointError``.
        """
        if not self._path.exists() and self._create(signed):
            return
        with self._locked() as descriptor:
            recorded, free_slot = self._newest(os.pread(descriptor, _SLOTS * _SLOT_BYTES, 0))
            if recorded.size >= signed.size:
                return
            # In place, at a fixed length: no metadata to flush, so this costs no more than the commit did.
            self._put(descriptor, signed, free_slot)

    def replace(self, signed: Checkpoint) -> None:
        """Record ``signed`` whatever was on record, and end a hold. Only for a recovery on purpose."""
        if not self._path.exists():
            self._create(signed)
        with self._locked() as descriptor:
            try:
                _, older_slot = self._newest(os.pread(descriptor, _SLOTS * _SLOT_BYTES, 0))
            except MalformedCheckpointError:
                older_slot = 0
            # The slot that counts goes last: after a power cut in between, what was on record still holds.
            for slot in (older_slot, 1 - older_slot):
                self._put(descriptor, signed, slot)
        self._hold.unlink(missing_ok=True)
        _sync_folder(self._path.parent)

    def hold(self, restored: Checkpoint) -> None:
        """Keep this machine from signing on ``restored`` until ``replace`` is called."""
        descriptor = os.open(self._hold, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, format_checkpoint(restored))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _sync_folder(self._path.parent)

    @property
    def is_held(self) -> bool:
        """Whether nothing may be signed until a recovery."""
        return self._hold.exists()

    def check(self, origin: str, size: int, reader: HashReader) -> None:
        """Raise ``RolledBackError`` unless the log ``origin`` of ``size`` begins with the tree on record.

        Raises ``HeldError`` while the log is held. Cost: the root hash of the recorded size, log2(size)
        hashes.
        """
        if self.is_held:
            raise HeldError(size)
        recorded = self.read()
        if recorded is None:
            return
        extends = recorded.origin == origin and recorded.size <= size
        if not extends or root_hash(recorded.size, reader) != recorded.root:
            raise RolledBackError(recorded.size, size)

    def _create(self, signed: Checkpoint) -> bool:
        """The file with its first record in it; False where another process made it meanwhile.

        It gets its name when it is whole: whoever finds it empty finds damage, and no beginning.
        """
        descriptor, draft = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        try:
            self._put(descriptor, signed, 0)
            os.fsync(descriptor)
            os.link(draft, self._path)
        except FileExistsError:
            return False
        finally:
            os.close(descriptor)
            Path(draft).unlink()
        _sync_folder(self._path.parent)
        return True

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The open file, alone: two processes that choose a slot at once would write over each other."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)  # lets the lock go as well

    def _put(self, descriptor: int, signed: Checkpoint, slot: int) -> None:
        written = os.pwrite(descriptor, _format_slot(signed), slot * _SLOT_BYTES)
        if written != _SLOT_BYTES:
            raise OSError(errno.ENOSPC, "the record was cut off", str(self._path))
        os.fdatasync(descriptor)

    def _newest(self, data: bytes) -> tuple[Checkpoint, int]:
        """The newest record that is whole, and the slot that may be written over."""
        slots = [
            _parse_slot(data[at : at + _SLOT_BYTES]) for at in range(0, _SLOTS * _SLOT_BYTES, _SLOT_BYTES)
        ]
        whole = [(slot.size, number, slot) for number, slot in enumerate(slots) if slot is not None]
        if not whole:
            sentence = f"Tệp mốc sổ {self._path} đã hỏng. Hãy đối chiếu sổ rồi chạy: sogoc recover"
            raise MalformedCheckpointError(f"{self._path} holds no whole record", sentence=sentence)
        _, number, newest = max(whole)
        return newest, 1 - number


def _format_slot(signed: Checkpoint) -> bytes:
    text = format_checkpoint(signed)
    return (text + sha256(text).hexdigest().encode() + b"\n").ljust(_SLOT_BYTES, b"\n")


def _parse_slot(slot: bytes) -> Checkpoint | None:
    text, _, digest = slot.rstrip(b"\n").rpartition(b"\n")
    text += b"\n"
    if sha256(text).hexdigest().encode() != digest:
        return None
    return parse_checkpoint(text)


def _sync_folder(folder: Path) -> None:
    # A new file survives a power cut only when its folder's entry is on the disk as well.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
