"""Files that arrive in pieces: a phone in a field sends on from where it broke off.

A file is named by the SHA-256 and size that the phone gave it, in a folder of the account's own. Pieces are
put where they belong, one behind the other; only a whole file whose bytes have that digest is handed on. What
nobody finished is deleted after some days.
"""

import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ledger.coop.actors import Actor
from ledger.coop.attachments.photos import MAX_BYTES
from ledger.coop.errors import PhotoError

KEPT_S = 7 * 24 * 3600
MAX_OPEN = 300
"""Files of one account that are not whole yet."""
_DIGEST_CHARS = 64


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that arrives in ``folder``: ``sha256`` is hexadecimal, ``size`` in bytes."""

    folder: Path
    sha256: str
    size: int

    @property
    def path(self) -> Path:
        """Where its pieces are put together."""
        return self.folder / f"{self.sha256}-{self.size}.part"

    @property
    def note_path(self) -> Path:
        """Where it is noted what the whole file became."""
        return self.folder / f"{self.sha256}-{self.size}.done"


def find_upload(store: Path, actor: Actor, sha256: str, size: int) -> Upload:
    """The actor's file of this digest and size. Raises ``PhotoError`` for what is none, or too large."""
    if len(sha256) != _DIGEST_CHARS or not sha256.isascii() or set(sha256) - set("0123456789abcdef"):
        raise PhotoError("not a digest")
    if not 0 < size <= MAX_BYTES:
        sentence = f"Ảnh nặng {size // 1_000_000} MB, quá 12 MB. Hãy chọn ảnh nhỏ hơn hoặc chụp lại."
        raise PhotoError(f"{size} bytes", sentence=sentence)
    return Upload(store / actor.organisation / actor.account_id, sha256, size)


def received(upload: Upload) -> int:
    """How many bytes of it are here."""
    try:
        return upload.path.stat().st_size
    except FileNotFoundError:
        return 0


def add_piece(upload: Upload, at: int, data: bytes) -> bytes | None:
    """Put a piece at ``at``; the whole file's bytes once they are all here, else ``None``.

    A piece from elsewhere than the end of what is here changes nothing: the phone asks and goes on from
    there. Nothing, put at the end of a whole file, hands it on once more: the server may have stopped before
    it noted what became of it. Raises ``PhotoError`` when the whole is another file than was said; then
    it starts anew.
    """
    if at != received(upload) or at + len(data) > upload.size:
        return None
    if at == upload.size:
        return _whole(upload)
    if not data:
        return None
    if at == 0:
        _make_room(upload.folder)
    with upload.path.open("ab") as file:
        if file.tell() != at:
            return None
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return _whole(upload) if at + len(data) == upload.size else None


def _whole(upload: Upload) -> bytes | None:
    try:
        whole = upload.path.read_bytes()
    except FileNotFoundError:
        return None  # another request noted meanwhile what became of it
    if hashlib.sha256(whole).hexdigest() != upload.sha256:
        upload.path.unlink(missing_ok=True)
        raise PhotoError("another file than was said", sentence="Ảnh bị hỏng khi gửi. Máy sẽ gửi lại từ đầu.")
    return whole


def keep_done(upload: Upload, note: str) -> None:
    """Note what the whole file became, and let its bytes go."""
    with tempfile.NamedTemporaryFile("w", dir=upload.folder, encoding="utf-8", delete=False) as temporary:
        temporary.write(note)
    Path(temporary.name).replace(upload.note_path)
    upload.path.unlink(missing_ok=True)


def find_done(upload: Upload) -> str | None:
    """What the file became, if all of it arrived before."""
    try:
        return upload.note_path.read_text("utf-8")
    except FileNotFoundError:
        return None


def _make_room(folder: Path) -> None:
    """Delete what is too old; raise ``PhotoError`` where too many files are not whole yet."""
    folder.mkdir(parents=True, exist_ok=True)
    oldest, unfinished = time.time() - KEPT_S, 0
    for path in folder.iterdir():
        try:
            is_old = path.stat().st_mtime < oldest
        except FileNotFoundError:
            continue
        if is_old:
            path.unlink(missing_ok=True)
        elif path.suffix == ".part":
            unfinished += 1
    if unfinished >= MAX_OPEN:
        sentence = "Có quá nhiều ảnh đang gửi dở. Hãy để máy gửi xong rồi chụp tiếp."
        raise PhotoError("too many unfinished files", sentence=sentence)
