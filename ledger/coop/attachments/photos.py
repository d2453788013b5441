"""Photos of the work: taken in by their content, made small, stripped of where and by what they were taken.

A photo is stored once under the SHA-256 of its WebP bytes: ``<store>/ab/abcd….webp``. The log holds only that
digest as an RFC 6920 name, ``ni:///sha-256;<base64url>``, with media type and size. Re-encoding drops EXIF,
so no position of a home and no serial number of a telephone is published with a picture of grapes.
Photos of papers are not for everyone: ``ledger.coop.attachments.documents`` keeps them.
"""

import hashlib
import io
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps

from ledger.coop.errors import PhotoError
from ledger.trace.digests import format_digest, parse_digest
from ledger.trace.errors import MalformedIdentifierError

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 1600
MEDIA_TYPE = "image/webp"

_QUALITY = 80
_COPIES = "copies-"
"""Before the sides of small copies, folders beside the photos: the pages that show them make them."""
_MAGIC = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"RIFF", "WEBP"))


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored photo: its RFC 6920 name, media type, size in bytes, and width and height in pixels."""

    digest: str
    media_type: str
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that was made small, and its bytes: not stored anywhere yet."""

    photo: Photo
    data: bytes = field(repr=False)


def encode_photo(data: bytes) -> Picture:
    """``data`` (JPEG, PNG or WebP by content, at most 12 MiB and 50 megapixels) as small WebP.

    The longer side has at most 1600 pixels. Raises ``PhotoError``.
    """
    if len(data) > MAX_BYTES:
        sentence = f"Ảnh nặng {len(data) // 1_000_000} MB, quá 12 MB. Hãy chọn ảnh nhỏ hơn hoặc chụp lại."
        raise PhotoError(f"{len(data)} bytes", sentence=sentence)
    encoded, (width, height) = _encode(data)
    digest = format_digest(hashlib.sha256(encoded).digest())
    return Picture(Photo(digest, MEDIA_TYPE, len(encoded), width, height), encoded)


def store_photo(photo_store: Path, data: bytes) -> Photo:
    """``encode_photo``, and keep it. Raises ``PhotoError``."""
    picture = encode_photo(data)
    store_picture(photo_store, picture)
    return picture.photo


def store_picture(photo_store: Path, picture: Picture) -> None:
    """Keep a photo for everyone to see: the same one twice is one file, there whole or not at all."""
    _write_once(_path(photo_store, parse_digest(picture.photo.digest)), picture.data)


def find_photo(photo_store: Path, digest: str) -> Path:
    """The file of the photo with this RFC 6920 name. Raises ``PhotoError`` when there is none."""
    try:
        path = _path(photo_store, parse_digest(digest))
    except MalformedIdentifierError as error:
        raise PhotoError("not the name of a photo") from error
    if not path.is_file():
        raise PhotoError("no such photo", sentence="Không tìm thấy ảnh này trong kho ảnh.")
    return path


def read_picture(photo_store: Path, digest: str) -> Picture:
    """A stored photo with its bytes. Raises ``PhotoError``, also when the bytes do not fit the name."""
    data = find_photo(photo_store, digest).read_bytes()
    if format_digest(hashlib.sha256(data).digest()) != digest:
        raise PhotoError("another file than its name says", sentence="Ảnh trong kho ảnh đã bị hỏng.")
    with Image.open(io.BytesIO(data), formats=("WEBP",)) as image:
        width, height = image.size
    return Picture(Photo(digest, MEDIA_TYPE, len(data), width, height), data)


def remove_photo(photo_store: Path, digest: str) -> None:
    """Delete a photo and its small copies; there may be none."""
    name = _path(photo_store, parse_digest(digest))
    for path in (*photo_store.glob(f"{_COPIES}*/{name.parent.name}/{name.name}"), name):
        path.unlink(missing_ok=True)


def _encode(data: bytes) -> tuple[bytes, tuple[int, int]]:
    kind = next((name for magic, name in _MAGIC if data.startswith(magic)), None)
    if kind is None:
        raise PhotoError("neither JPEG, PNG nor WebP")
    if not _is_whole(kind, data):
        raise PhotoError("cut off before its end")
    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            # Only the header is read so far: a small file that unpacks to gigabytes is refused here.
            if image.width * image.height > MAX_PIXELS:
                raise PhotoError(
                    "too many pixels", sentence="Ảnh quá lớn (trên 50 triệu điểm). Hãy thu nhỏ rồi gửi lại."
                )
            image.draft("RGB", (MAX_SIDE_PX, MAX_SIDE_PX))
            picture = _flatten(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise PhotoError(f"cannot be decoded: {type(error).__name__}") from error
    picture.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"")
    return out.getvalue(), picture.size


def _is_whole(kind: str, data: bytes) -> bool:
    """Whether the file has its end. Pillow may have been told, by others in this process, not to mind."""
    match kind:
        case "PNG":
            return data.find(b"IEND") > 0
        case "WEBP":
            return len(data) >= 8 + int.from_bytes(data[4:8], "little")
    return data.find(b"\xff\xd9", _find_scan(data)) > 0


def _find_scan(data: bytes) -> int:
    """Where a JPEG's picture begins, behind its segments: a thumbnail among these has an end of its own."""
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] != b"\xda":
        at += 2 + max(int.from_bytes(data[at + 2 : at + 4], "big"), 2)
    return at


def _flatten(image: Image.Image) -> Image.Image:
    """The picture in RGB; what was transparent becomes white."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _path(photo_store: Path, digest: bytes) -> Path:
    name = digest.hex()
    return photo_store / name[:2] / f"{name}.webp"


def _write_once(path: Path, data: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
