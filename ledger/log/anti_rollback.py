"""A record, outside the database, of the last head this machine signed.

An old backup put back in place would sign another tree of a size that was signed before: a fork, which no
witness forgives. So before the first signature on a head that this process did not make, the head must extend
the record.
"""

import os
from hashlib import sha256
from pathlib import Path

from ledger.log.checkpoints import Checkpoint, format_checkpoint, parse_checkpoint
from ledger.log.errors import MalformedCheckpointError, RolledBackError
from ledger.log.merkle import HashReader, root_hash

_SLOT_BYTES = 512
"""One sector: a name of 255 bytes, the longest, still leaves room."""
_SLOTS = 2


class HeadRecord:
    """The record in a file of its own: two slots, written in turn, so that a torn write costs one of them.

    A slot is the text of a checkpoint, unsigned, and a line with its SHA-256, filled up with newlines. The
    record may lag behind the head by the units that were committed just before a crash, never run ahead of
    it: it is written after the commit and before the answer.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Checkpoint | None:
        """The last head signed here, ``None`` when there is none. Raises ``MalformedCheckpointError``."""
        return self._read()[0]

    def write(self, signed: Checkpoint) -> None:
        """Record ``signed``, durably. A smaller size never replaces a larger one."""
        recorded, free_slot = self._read()
        if recorded is not None and recorded.size >= signed.size:
            return
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, _format_slot(signed), free_slot * _SLOT_BYTES)
            # In place, at a fixed length: no metadata to flush, so this costs no more than the commit did.
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        if recorded is None:
            _sync_folder(self._path.parent)

    def check(self, origin: str, size: int, reader: HashReader) -> None:
        """Raise ``RolledBackError`` unless the log ``origin`` of ``size`` begins with the tree on record.

        Cost: the root hash of the recorded size, log2(size) hashes.
        """
        recorded = self.read()
        if recorded is None:
            return
        extends = recorded.origin == origin and recorded.size <= size
        if not extends or root_hash(recorded.size, reader) != recorded.root:
            raise RolledBackError(recorded.size, size)

    def _read(self) -> tuple[Checkpoint | None, int]:
        """The newest record that is whole, and the slot that may be written over."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None, 0
        slots = [
            _parse_slot(data[at : at + _SLOT_BYTES]) for at in range(0, _SLOTS * _SLOT_BYTES, _SLOT_BYTES)
        ]
        whole = [(slot.size, number, slot) for number, slot in enumerate(slots) if slot is not None]
        if not whole:
            sentence = f"Tệp mốc sổ {self._path} đã hỏng. Hãy đối chiếu sổ với bản sao lưu rồi mới xóa tệp."
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
